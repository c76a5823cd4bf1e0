/* Tests beside rules: what holds, what is told of what does not, and where it stands. */
#include "load.h"

#include "policy/policy_test.h"

#include <errno.h>
#include <stdio.h>

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const char rules[] = "[class \"prospect-list\"]\nis = table\ncontacts = 5\n"
                            "[class \"post-draft\"]\ndraft = 60\n"
                            "[finding \"promissory\"]\nclass = post-draft\nsay = s\npattern = \\bguaranteed\\b\n"
                            "[finding \"again\"]\nclass = post-draft\nsay = s\ntwins = 2\n"
                            "[finding \"loud\"]\nclass = post-draft\nsay = s\npattern = !!+\n"
                            "[open \"fresh\"]\nclass = *\nhours = 00:00-06:00\naction = hold\n"
                            "[open \"from afar\"]\nclass = prospect-list\nsession = ssh\nparent = sshd\nuser = alice\n"
                            "action = block\n"
                            "[open \"tools\"]\nclass = prospect-list\napp = curl, rclone sha256:" HEX "\naction = log\n"
                            "[open \"leaving\"]\nclass = prospect-list\ndeparting = yes\nrep = bob\npath = A/**\n"
                            "cgroup = snap:x\ndays = sun\naction = allow\n";

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

/* The same of [open-test], each with class = prospect-list before it. */
static const struct {
    const char *text, *result;
} opens[] = {
    {"app = /usr/bin/curl\nexpect = log\n", "held"},
    {"app = curl\nexpect = log\nrule = sales/tools\n", "held"},
    {"app = vim\nexpect = none\n", "held"},
    {"app = /opt/rclone sha256:" HEX "\nexpect = log\n", "held"},
    {"app = /opt/rclone\nexpect = none\n", "held"},
    {"expect = none\n", "held"},
    {"parent = bash, sshd\nuser = alice, 1000\nsession = ssh\nexpect = block\nrule = sales/from afar\n", "held"},
    {"parent = bash, sshd\nuser = alice\nexpect = none\n", "held"},
    {"parent = bash\nuser = alice\nsession = ssh\nexpect = none\n", "held"},
    {"at = 2026-11-23 05:59\nstale = yes\nexpect = hold\n", "held"},
    {"at = 2026-11-23 05:59\nexpect = none\n", "held"},
    {"at = 2026-11-23 06:00\nstale = yes\nexpect = none\n", "held"},
    {"at = 2026-11-22 09:00\ndeparting = yes\nrep = bob\npath = A/b.csv\ncgroup = a/snap.x.y.scope\nexpect = allow\n",
     "held"},
    {"departing = yes\nrep = bob\npath = A/b.csv\ncgroup = a/snap.x.y.scope\nexpect = none\n", "held"},
    {"app = curl\nexpect = block\n", "log by sales/tools, expected block"},
    {"app = curl\nexpect = log\nrule = sales/fresh\n", "log by sales/tools, expected log by sales/fresh"},
    {"app = vim\nexpect = log\n", "no rule speaks, expected log"},
    {"app = curl\nexpect = none\n", "log by sales/tools, expected none"},
    {"app = curl\nexpect = none\n[open-test \"p\"]\nclass = prospects\nexpect = none\n",
     "log by sales/tools, expected none\n10-sales.test:5: p: no rule gives the class prospects"},
};

static void test_opens(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof opens / sizeof opens[0]; i++) {
        buf_auto text = {0}, results = {0}, problems = {0};
        char expected[300];
        buf_printf(&text, "[open-test \"o\"]\nclass = prospect-list\n%s", opens[i].text);
        snprintf(expected, sizeof expected, "10-sales.test:1: o: %s\n", opens[i].result);
        assert_int_equal(run(text.data, &results, &problems), 0);
        assert_int_equal(problems.len, 0);
        if (strcmp(results.data, expected) != 0)
            fail_msg("%s\ntold:     %s\nexpected: %s", opens[i].text, results.data, expected);
    }
}

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
    {"[class \"a\"]\n", "10-sales.test:1: expected [test \"NAME\"] or [open-test \"NAME\"], at most 20000 of them\n"},
    {"[test \"t\"]\nexpect = a\n", "10-sales.test:1: test \"t\": text: expected either text or file\n"},
    {"[test \"t\"]\ntext = a\n", "10-sales.test:1: test \"t\": expect: expected a class in expect, or findings\n"},
    {"[test \"t\"]\ntext = a\nexpct = a\nfindings = none\n",
     "10-sales.test:3: test \"t\": expct: no such key; did you mean expect?\n"},
    {"[test \"t\"]\ntext = a\nexpect = a\nrows = many\n",
     "10-sales.test:4: test \"t\": rows: \"many\": expected a count such as 5 (at least), 2..40 or ..3, of at most "
     "1000000000\n"},
    {"[test \"t\"]\ntext = a\ntext = b\nexpect = a\n", "10-sales.test:3: test \"t\": text: it is set already\n"},
    {"[open-test \"t\"]\napp = vim\n",
     "10-sales.test:1: open-test \"t\": class: expected a class\n"
     "10-sales.test:1: open-test \"t\": expect: expected an action in expect, or none\n"},
    {"[open-test \"t\"]\ntext = a\nclass = a\nexpect = log\n", "10-sales.test:2: open-test \"t\": text: no such key\n"},
    {"[open-test \"t\"]\nclass = a\nexpect = deny\n",
     "10-sales.test:3: open-test \"t\": expect: \"deny\": expected none, allow, log, block or hold\n"},
    {"[open-test \"t\"]\nclass = a, b\nexpect = log\n",
     "10-sales.test:2: open-test \"t\": class: \"a, b\": expected one class\n"},
    {"[open-test \"t\"]\nclass = a\napp = @browsers\nexpect = log\n",
     "10-sales.test:3: open-test \"t\": app: \"@browsers\": expected one program, without globs and sets\n"},
    {"[open-test \"t\"]\nclass = a\nsession = ssh, local\nexpect = log\n",
     "10-sales.test:3: open-test \"t\": session: \"ssh, local\": expected one of none, local or ssh\n"},
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(test_opens),
                                       cmocka_unit_test(test_mistakes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
