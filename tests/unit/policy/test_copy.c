/* What [copy] rules say of a copy: how much it takes, where to, who, which source, and rules that cannot be. */
#include "load.h"

#include "base/clock.h"
#include "policy/copy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define CLASSES "[class \"prospect-list\"]\nis = table\n[class \"confidential\"]\nmarks = 1\n"

static const struct policy_actor cp = {.app = "/usr/bin/cp",
                                       .hash = "",
                                       .parents = {"/usr/bin/bash"},
                                       .parent_count = 1,
                                       .cgroup = "",
                                       .uid = 1000,
                                       .user = "alice",
                                       .session = SESSION_LOCAL};

static struct policy_copy_source list_of(uint32_t records)
{
    return (struct policy_copy_source){
        .class_name = "prospect-list", .mount = "work", .rep = "alice", .records = records};
}

static struct policy_copy ask(const struct policy_copy_source *sources, size_t count)
{
    return (struct policy_copy){.sources = sources,
                                .source_count = count,
                                .sink = "sticks",
                                .kind = "removable",
                                .path = "/media/stick/acme.csv",
                                .actor = &cp,
                                .now_ns = INT64_C(1795426200) * NS_PER_SEC,
                                .weekday = 0,
                                .minute = 570};
}

static struct policy_copy_verdict judge(const char *rules, const struct policy_copy *q)
{
    char text[2000];
    static struct policy_rule id; /* the policy is gone when the test asks */
    static char name[64];
    struct policy_copy_verdict v;
    snprintf(text, sizeof text, CLASSES "%s", rules);
    struct policy *p = load_good(text);
    policy_judge_copy(p, q, POLICY_AUDIT, &v, NULL, NULL);
    if (v.rule != NULL) {
        snprintf(name, sizeof name, "%s", v.rule->name);
        id.name = name;
        v.rule = &id;
    }
    v.say = NULL;
    policy_free(p);
    return v;
}

static bool takes(const char *keys, const struct policy_copy *q)
{
    char text[1000];
    snprintf(text, sizeof text, "[copy \"r\"]\nclass = prospect-list\naction = quarantine\n%s", keys);
    struct policy_copy_verdict v = judge(text, q);
    assert_int_equal(v.action, v.rule != NULL ? POLICY_QUARANTINE : POLICY_ALLOW);
    return v.rule != NULL;
}

static void test_amounts(void **state)
{
    (void)state;
    struct policy_copy_source s = list_of(5);
    struct policy_copy q = ask(&s, 1);
    assert_true(takes("", &q));
    assert_true(takes("records = 5\n", &q));
    assert_false(takes("records = 6\n", &q));
    s.records = 4;
    assert_false(takes("", &q));
    assert_true(takes("records = 4\n", &q));
    s.whole = true;
    assert_true(takes("", &q));
    assert_false(takes("records = 5\n", &q)); /* the whole of a list with four */
    assert_true(takes("records = 5\npieces = 9\n", &q));
    s = (struct policy_copy_source){.class_name = "prospect-list", .mount = "", .rep = "", .pieces = 20};
    assert_true(takes("", &q));
    assert_true(takes("pieces = 20\n", &q));
    assert_false(takes("pieces = 21\n", &q));
    assert_false(takes("records = 1\n", &q)); /* text is not asked for */
    assert_true(takes("records = 1\npieces = 3\n", &q));
}

static void test_sinks_and_subjects(void **state)
{
    (void)state;
    struct policy_copy_source s = list_of(412);
    struct policy_copy q = ask(&s, 1);
    assert_true(takes("to = removable\n", &q));
    assert_true(takes("to = sync, sticks\n", &q));
    assert_false(takes("to = sync, stick\n", &q));
    assert_true(takes("app = cp, @browsers\n", &q));
    assert_false(takes("app = @browsers\n", &q));
    assert_true(takes("parent = bash\nuser = alice\nsession = local\nrep = al*\n", &q));
    assert_false(takes("session = ssh\n", &q));
    assert_true(takes("days = mon\nhours = 09:00-10:00\nuntil = 2027-01-01\n", &q));
    assert_false(takes("days = tue-sun\n", &q));
    assert_false(takes("until = 2026-01-01\n", &q));
    assert_false(takes("departing = yes\n", &q));
    s.departing = true;
    assert_true(takes("departing = yes\n", &q));
    const struct policy_actor gone = {.app = "", .hash = "", .cgroup = "", .user = "", .uid = UINT32_MAX};
    q.actor = &gone;
    assert_true(takes("", &q));
    assert_false(takes("app = cp\n", &q));
}

/* The first rule decides, whichever of the sources it speaks of. */
static void test_order(void **state)
{
    (void)state;
    struct policy_copy_source s[] = {list_of(300), list_of(7)};
    s[1].class_name = "confidential";
    struct policy_copy q = ask(s, 2);
    const char *rules = "[copy \"c\"]\nclass = confidential\naction = quarantine\nmode = enforce\n"
                        "[copy \"all of it\"]\nclass = *\naction = log\n";
    struct policy_copy_verdict v = judge(rules, &q);
    assert_string_equal(v.rule->name, "c");
    assert_int_equal(v.source, 1);
    assert_int_equal(v.mode, POLICY_ENFORCE);
    s[1].records = 1;
    v = judge(rules, &q);
    assert_string_equal(v.rule->name, "all of it");
    assert_int_equal(v.source, 0);
    assert_int_equal(v.action, POLICY_LOG);
    assert_int_equal(v.mode, POLICY_AUDIT);
    q.source_count = 0;
    assert_null(judge(rules, &q).rule);
}

static int count_reason(void *ctx, const struct policy_reason *r)
{
    char *told = ctx;
    snprintf(told + strlen(told), 1000 - strlen(told), "%s %d %s\n", r->key, r->held, r->text);
    return 0;
}

static void test_reasons(void **state)
{
    (void)state;
    struct policy_copy_source s = list_of(3);
    struct policy_copy q = ask(&s, 1);
    struct policy_copy_verdict v;
    char told[1000] = "";
    struct policy *p = load_good(CLASSES "[copy \"r\"]\nclass = prospect-list\nto = sync\naction = log\nsay = No.\n");
    assert_true(policy_has_copies(p));
    policy_judge_copy(p, &q, POLICY_AUDIT, &v, count_reason, told);
    assert_string_equal(told, "records 0 3 records and 0 pieces of text: less than is asked for\n"
                              "class 1 class is \"prospect-list\", one of prospect-list\n"
                              "to 0 the sink is \"sticks\", of kind removable, not one of sync\n");
    policy_free(p);
    p = load_good(CLASSES);
    assert_false(policy_has_copies(p));
    policy_free(p);
}

static void expect_problems(const char *text, const char *problems)
{
    const struct policy_file file = {"10-sales.policy", text, strlen(text)};
    struct policy *p = NULL;
    buf_auto told = {0};
    assert_int_equal(policy_load(&p, &file, 1, &told), -EINVAL);
    assert_string_equal(told.data, problems);
}

static void test_refused(void **state)
{
    (void)state;
    static const char *const rules[][2] = {
        {"[copy \"a\"]\nclass = prospect-list\naction = block\n",
         "10-sales.policy:7: copy \"a\": action: this version sees a copy when it is finished, and cannot "
         "block "
         "it; "
         "expected quarantine\n"},
        {"[copy \"a\"]\nclass = prospect-list\n",
         "10-sales.policy:5: copy \"a\": action: missing; expected \"action = quarantine\" or the like\n"},
        {"[copy \"a\"]\nclass = prospect-lists\naction = log\n",
         "10-sales.policy:6: copy \"a\": class: \"prospect-lists\": there is no such class; did you mean "
         "prospect-list?\n"},
        {"[copy \"a\"]\nclass = *\naction = log\nstale = no\n",
         "10-sales.policy:8: copy \"a\": stale: no such key here; it belongs in [open]\n"},
        {"[copy \"a\"]\nclass = *\naction = log\n[copy \"b\"]\nclass = *\nto = sync\naction = allow\n",
         "10-sales.policy:8: copy \"b\": it is never reached: \"a\" (10-sales.policy:5) takes all that it would take; "
         "expected it "
         "before that one, or another key\n"},
        {"[copy \"a\"]\nclass = *\naction = log\nrecords = 5\n[copy \"b\"]\nclass = *\naction = quarantine\nrecords = "
         "5\n",
         "10-sales.policy:9: copy \"b\": it contradicts \"a\" (10-sales.policy:5), which is about the same copies and "
         "says log\n"},
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        char text[2000];
        snprintf(text, sizeof text, CLASSES "%s", rules[i][0]);
        expect_problems(text, rules[i][1]);
    }
    /* less asked for behind more is reached */
    policy_free(load_good(CLASSES "[copy \"a\"]\nclass = *\naction = log\nrecords = 50\n"
                                  "[copy \"b\"]\nclass = *\naction = quarantine\nrecords = 5\n"
                                  "[copy \"c\"]\nclass = *\naction = log\n"));
}

static void test_sinks_that_are_not_there(void **state)
{
    (void)state;
    const struct policy_sink sinks[] = {{"sticks", "removable"}, {"out", "folder"}};
    struct policy *p = load_good(CLASSES "[copy \"a\"]\nclass = *\nto = sticks, folder, sync\naction = log\n");
    buf_auto problems = {0};
    assert_int_equal(policy_check_sinks(p, sinks, 2, &problems), 1);
    assert_string_equal(problems.data,
                        "10-sales.policy:7: copy \"a\": to: \"sync\": fs.conf has no [sink] of that name or kind\n");
    buf_clear(&problems);
    assert_int_equal(policy_check_sinks(p, NULL, 0, &problems), 1);
    policy_free(p);
    p = load_good(CLASSES);
    assert_int_equal(policy_check_sinks(p, NULL, 0, &problems), 0);
    policy_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_amounts), cmocka_unit_test(test_sinks_and_subjects),
        cmocka_unit_test(test_order),   cmocka_unit_test(test_reasons),
        cmocka_unit_test(test_refused), cmocka_unit_test(test_sinks_that_are_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
