/* Classes: which rule decides, and what the trail says of each test. */
#include "load.h"

#include <stdio.h>

static const char rules[] = "[class \"broken\"]\n"
                            "is = unreadable\n"
                            "[class \"prospect-list\"]\n"
                            "is = table\n"
                            "contacts = 5\n"
                            "density = 0.5\n"
                            "[class \"prospect-list/cards\"]\n"
                            "mime = text/vcard, text/x-vcard\n"
                            "contacts = 1..4\n"
                            "[class \"post-draft\"]\n"
                            "draft = 60..\n"
                            "not = code, mail\n"
                            "links = ..3\n"
                            "[class \"payment\"]\n"
                            "cards = 1\n"
                            "ibans = ..0\n"
                            "[class \"by-place\"]\n"
                            "path = Clients/**, */Old/*\n"
                            "name = *.XLSX, deal-??.*\n"
                            "[class \"phones\"]\n"
                            "kinds = email, phone\n"
                            "[class \"other\"]\n";

static const struct {
    const char *what;
    struct facts facts;
    const char *path, *class_name;
    unsigned line;
} files[] = {
    {"a list", {.flags = FACT_TABLE, .contacts = 5, .rows = 10}, "", "prospect-list", 3},
    {"a thin list", {.flags = FACT_TABLE, .contacts = 5, .rows = 11}, "", "other", 22},
    {"a list without rows", {.flags = FACT_TABLE, .contacts = 5}, "", "other", 22},
    {"a text with contacts", {.flags = FACT_TEXT, .contacts = 5, .rows = 5}, "", "other", 22},
    {"a broken list", {.flags = FACT_TABLE | FACT_UNREADABLE, .contacts = 5, .rows = 5}, "", "broken", 1},
    {"cards", {.mime = "text/vcard", .contacts = 4, .rows = 4}, "", "prospect-list", 7},
    {"five cards", {.mime = "text/vcard", .contacts = 5, .rows = 5}, "", "other", 22},
    {"a draft", {.draft = 60, .links = 3}, "", "post-draft", 10},
    {"a draft in a mail", {.draft = 90, .flags = FACT_MAIL}, "", "other", 22},
    {"many links", {.draft = 90, .links = 4}, "", "other", 22},
    {"cards of another kind", {.cards = 1}, "", "payment", 14},
    {"and an IBAN", {.cards = 1, .ibans = 1}, "", "other", 22},
    {"a place", {.flags = 0}, "Clients/a/b/book.xlsx", "by-place", 17},
    {"another", {.flags = 0}, "x/Old/Deal-42.txt", "by-place", 17},
    {"another's name", {.flags = 0}, "Clients/a/book.ods", "other", 22},
    {"kinds", {.kinds = 1u << CONTACT_EMAIL | 1u << CONTACT_PHONE | 1u << CONTACT_NAME}, "", "phones", 20},
    {"half the kinds", {.kinds = 1u << CONTACT_EMAIL}, "", "other", 22},
};

static void test_classes(void **state)
{
    (void)state;
    struct policy *p = load_good(rules);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        const struct policy_subject subject = {files[i].path, "alice"};
        const struct policy_rule *rule = NULL;
        const char *name = policy_classify(p, &files[i].facts, &subject, &rule, NULL, NULL);
        assert_non_null(rule);
        if (strcmp(name, files[i].class_name) != 0 || rule->line != files[i].line)
            fail_msg("%s: %s by line %u", files[i].what, name, rule->line);
        assert_string_equal(rule->pack, "sales");
        assert_string_equal(rule->file, "10-sales.policy");
    }
    policy_free(p);
}

static void test_unclassified(void **state)
{
    (void)state;
    struct policy *p = load_good("[class \"a\"]\nrows = 1\n");
    const struct facts none = {0};
    const struct policy_subject subject = {"", ""};
    const struct policy_rule *rule = (const struct policy_rule *)p;
    assert_string_equal(policy_classify(p, &none, &subject, &rule, NULL, NULL), "unclassified");
    assert_null(rule);
    policy_free(p);
}

static int put_reason(void *ctx, const struct policy_reason *r)
{
    buf_printf(ctx, "%s %s %s: %s\n", r->held ? "+" : "-", r->rule->name, r->key, r->text);
    return 0;
}

static void test_trail(void **state)
{
    (void)state;
    struct policy *p = load_good(rules);
    const struct facts f = {.mime = "text/x-vcard", .contacts = 3, .rows = 4, .flags = FACT_TABLE | FACT_CUT};
    const struct policy_subject subject = {"a\x1b.vcf", ""};
    buf_auto trail = {0};
    assert_string_equal(policy_classify(p, &f, &subject, NULL, put_reason, &trail), "prospect-list");
    assert_string_equal(trail.data, "- broken is: it is not unreadable\n"
                                    "+ prospect-list is: it is table\n"
                                    "- prospect-list contacts: at least 3 contacts, at least 5 asked for\n"
                                    "+ prospect-list density: 0.75 contacts a row, 0.50 to 1.00 asked for\n"
                                    "+ prospect-list/cards mime: mime is \"text/x-vcard\", one of text/vcard ...\n"
                                    "+ prospect-list/cards contacts: at least 3 contacts, 1 to 4 asked for\n");
    policy_free(p);
}

/* What only the record tells is said to be unknown where it was not asked, and not to be nothing. */
static void test_trail_tells_unknown(void **state)
{
    (void)state;
    struct policy *p = load_good("[class \"a\"]\nprospects = 2\n");
    struct facts f = {.prospects = 0};
    const struct policy_subject subject = {"", ""};
    buf_auto trail = {0};
    policy_classify(p, &f, &subject, NULL, put_reason, &trail);
    f.compared = 1;
    policy_classify(p, &f, &subject, NULL, put_reason, &trail);
    assert_string_equal(trail.data, "- a prospects: not known here, taken as no known prospects, at least 2 asked for\n"
                                    "- a prospects: no known prospects, at least 2 asked for\n");
    policy_free(p);
}

/* A name chosen to write on a terminal. */
static void test_trail_is_clean(void **state)
{
    (void)state;
    struct policy *p = load_good("[class \"a\"]\nname = *.csv\n");
    const struct policy_subject subject = {"d/\x1b[2J\n\xff", ""};
    const struct facts f = {0};
    buf_auto trail = {0};
    policy_classify(p, &f, &subject, NULL, put_reason, &trail);
    assert_string_equal(trail.data, "- a name: name is \"?[2J??\", not one of *.csv\n");
    policy_free(p);
}

static int stop(void *ctx, const struct policy_reason *r)
{
    (void)r;
    return ++*(int *)ctx;
}

static void test_listener_may_stop(void **state)
{
    (void)state;
    struct policy *p = load_good(rules);
    const struct facts f = {.cards = 1};
    const struct policy_subject subject = {"", ""};
    int heard = 0;
    assert_string_equal(policy_classify(p, &f, &subject, NULL, stop, &heard), "payment");
    assert_int_equal(heard, 1);
    policy_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes),        cmocka_unit_test(test_unclassified),
        cmocka_unit_test(test_trail),          cmocka_unit_test(test_trail_tells_unknown),
        cmocka_unit_test(test_trail_is_clean), cmocka_unit_test(test_listener_may_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
