/* Tests beside rules: what holds, what is told of what does not, and where it stands. */
#include "load.h"

#include "policy/policy_test.h"

#include <errno.h>
#include <stdio.h>

static const char rules[] = "[class \"prospect-list\"]\nis = table\ncontacts = 5\n"
                            "[class \"post-draft\"]\ndraft = 60\n"
                            "[finding \"promissory\"]\nclass = post-draft\nsay = s\npattern = \\bguaranteed\\b\n"
                            "[finding \"again\"]\nclass = post-draft\nsay = s\ntwins = 2\n"
                            "[finding \"loud\"]\nclass = post-draft\nsay = s\npattern = !!+\n";

static int put_result(void *ctx, const struct policy_test_result *r)
{
    buf_printf(ctx, "%s:%u: %s: %s\n", r->file, r->line, r->name, r->held ? "held" : r->text);
    return 0;
}

static int read_sample(void *ctx, const char *file, const char *path, struct facts *f, struct buf *text,
                       struct error *e)
{
    (void)ctx;
    assert_string_equal(file, "10-sales.test");
    if (strcmp(path, "leads.csv") != 0)
        return error_set(e, ENOENT, "%s: no such file", path);
    f->contacts = 7;
    f->flags = FACT_TABLE;
    buf_puts(text, "a,b\n");
    return 0;
}

static void measure(void *ctx, const char *text, size_t len, const char *path, struct facts *f)
{
    (void)ctx, (void)path;
    f->draft = memchr(text, '#', len) != NULL ? 90 : 10;
}

static int run(const char *text, struct buf *results, struct buf *problems)
{
    const struct policy_file file = {"10-sales.test", text, strlen(text)};
    const struct policy_test_source from = {NULL, read_sample, measure};
    struct policy *p = load_good(rules);
    int err = policy_test_run(p, &file, 1, &from, put_result, results, problems);
    policy_free(p);
    return err;
}

static const struct {
    const char *text, *result;
} cases[] = {
    {"text = a b\nexpect = unclassified\nfindings = none\n", "held"},
    {"text = a #b guaranteed\nexpect = post-draft\nfindings = sales/promissory\n", "held"},
    {"text = a \xc3\xa4\n  \\\n  \\# g\xc3\xbc guaranteed\nfindings = sales/promissory@3:6\n", "held"},
    {"text = guaranteed guaranteed\ndraft = 60\nfindings = sales/promissory@1:1, sales/promissory@1:12\n", "held"},
    {"text = guaranteed !!\nas = post-draft\nexpect = unclassified\nfindings = sales/promissory, sales/loud\n", "held"},
    {"text = x\nis = table\ncontacts = 5\nexpect = prospect-list\n", "held"},
    {"file = leads.csv\nexpect = prospect-list\n", "held"},
    {"file = leads.csv\ncontacts = 4\nexpect = unclassified\n", "held"},
    {"text = #a\ntwins = 2\nfindings = sales/again\n", "held"},
    {"text = #a\ntwins = 1\nshared = 100\nprospects = 3\nfindings = none\n", "held"},
    {"text = a\nexpect = post-draft\n", "class unclassified, expected post-draft"},
    {"text = #a\nexpect = prospect-list\n", "class post-draft by post-draft, expected prospect-list"},
    {"text = #a guaranteed !!\nfindings = none\n",
     "sales/promissory@1:4 was not expected; sales/loud@1:15 was not expected"},
    {"text = #a guaranteed\nfindings = sales/promissory@1:5, sales/loud\n",
     "sales/promissory@1:5 did not speak; sales/loud did not speak"},
    {"file = other.csv\nexpect = x\n", "other.csv: no such file"},
};

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        buf_auto text = {0}, results = {0}, problems = {0};
        char expected[300];
        buf_printf(&text, "# a comment\n[test \"a promise\"]\n%s", cases[i].text);
        snprintf(expected, sizeof expected, "10-sales.test:2: a promise: %s\n", cases[i].result);
        assert_int_equal(run(text.data, &results, &problems), 0);
        assert_int_equal(problems.len, 0);
        if (strcmp(results.data, expected) != 0)
            fail_msg("%s\ntold:     %s\nexpected: %s", cases[i].text, results.data, expected);
    }
}

static const struct {
    const char *text, *problems;
} mistakes[] = {
    {"[class \"a\"]\n", "10-sales.test:1: expected [test \"NAME\"], at most 20000 of them\n"},
    {"[test \"t\"]\nexpect = a\n", "10-sales.test:1: test \"t\": text: expected either text or file\n"},
    {"[test \"t\"]\ntext = a\n", "10-sales.test:1: test \"t\": expect: expected a class in expect, or findings\n"},
    {"[test \"t\"]\ntext = a\nexpct = a\nfindings = none\n",
     "10-sales.test:3: test \"t\": expct: no such key; did you mean expect?\n"},
    {"[test \"t\"]\ntext = a\nexpect = a\nrows = many\n",
     "10-sales.test:4: test \"t\": rows: \"many\": expected a count such as 5 (at least), 2..40 or ..3, of at most "
     "1000000000\n"},
    {"[test \"t\"]\ntext = a\ntext = b\nexpect = a\n", "10-sales.test:3: test \"t\": text: it is set already\n"},
};

static void test_mistakes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        buf_auto results = {0}, problems = {0};
        assert_int_equal(run(mistakes[i].text, &results, &problems), -EINVAL);
        assert_int_equal(results.len, 0);
        if (problems.data == NULL || strcmp(problems.data, mistakes[i].problems) != 0)
            fail_msg("told:\n%s\nexpected:\n%s", problems.data, mistakes[i].problems);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(test_mistakes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
