/* Loading rules: what each mistake is told, all of them at once. */
#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static void expect_problems(const char *text, const char *words)
{
    const struct policy_file file = {"s.policy", text, strlen(text)};
    struct policy *p = NULL;
    buf_auto problems = {0};
    assert_int_equal(policy_load(&p, &file, 1, &problems), -EINVAL);
    assert_null(p);
    if (problems.data == NULL || strcmp(problems.data, words) != 0)
        fail_msg("rules:\n%s\ntold:\n%s\nexpected:\n%s", text, problems.data ? problems.data : "", words);
}

#define DRAFT   "[class \"post-draft\"]\ndraft = 60\n"
#define FINDING "[finding \"f\"]\nclass = post-draft\nsay = Why.\n"

static const struct {
    const char *text, *words;
} mistakes[] = {
    /* sections */
    {"[retention \"x\"]\nclass = a\n", "s.policy:1: [retention]: this version cannot enforce it yet\n"},
    {"[retention \"x\"]\n", "s.policy:1: [retention]: this version cannot enforce it yet\n"},
    {"[clas \"x\"]\n", "s.policy:1: [clas]: no such section; did you mean [class \"NAME\"]?\n"},
    {"[weather \"x\"]\n",
     "s.policy:1: [weather]: no such section; expected [class \"NAME\"], [finding \"NAME\"], [open \"NAME\"] or "
     "[copy \"NAME\"]\n"},
    {"mime = a/b\n", "s.policy:1: mime: expected a section such as [class \"NAME\"] before it\n"},
    {"[class \"\"\n", "s.policy:1: expected a section such as [class \"prospect-list\"]\n"},
    {"[class \"a b\"]\n",
     "s.policy:1: [class \"a b\"]: expected a name of letters, digits, '-', '_' and '.', at most 64; "
     "behind a '/' what tells rules of one class apart\n"},
    {"[finding \"a/b\"]\n",
     "s.policy:1: [finding \"a/b\"]: expected a name of letters, digits, '-', '_' and '.', at most 64\n"},
    {"[class \"a\"]\nrows = 2\n[class \"a\"]\nrows = 1\n",
     "s.policy:3: [class \"a\"]: there is one of that name in s.policy:1; a second rule for a class is [class "
     "\"NAME/WHICH\"]\n"},
    /* lines */
    {"[class \"a\"]\nrows\n", "s.policy:2: expected \"key = value\", a [section] or a comment\n"},
    {"[class \"a\"]\n  rows = 1\n", "s.policy:2: an indented line goes on with a value, and there is none before it\n"},
    /* keys */
    {"[class \"a\"]\ncontact = 5\n", "s.policy:2: class \"a\": contact: no such key; did you mean contacts?\n"},
    {"[class \"a\"]\npattern = x\n", "s.policy:2: class \"a\": pattern: no such key here; it belongs in [finding]\n"},
    {"[class \"a\"]\nrows = 1\nrows = 2\n", "s.policy:3: class \"a\": rows: set in line 2 already\n"},
    /* values */
    {"[class \"a\"]\ncontacts = fve\n",
     "s.policy:2: class \"a\": contacts: \"fve\": expected a count such as 5 (at least), "
     "2..40 or ..3, of at most 1000000000\n"},
    {"[class \"a\"]\nrows = 40..2\n",
     "s.policy:2: class \"a\": rows: \"40..2\": expected a count such as 5 (at least), "
     "2..40 or ..3, of at most 1000000000\n"},
    {"[class \"a\"]\ndraft = 101\n",
     "s.policy:2: class \"a\": draft: \"101\": expected a count such as 5 (at least), 2..40 "
     "or ..3, of at most 100\n"},
    {"[class \"a\"]\ndensity = 1.5\n",
     "s.policy:2: class \"a\": density: \"1.5\": expected a share between 0 and 1 such as "
     "0.5, 0.2..0.8 or ..0.3\n"},
    {"[finding \"f\"]\nclass = post-draft\npattern = x\nsay = bad \xff bytes\n",
     "s.policy:4: finding \"f\": say: \"bad ? bytes\": expected words, without control characters\n"},
    {"[class \"a\"]\nis = table, txt\n",
     "s.policy:2: class \"a\": is: \"txt\": expected a list of unreadable, encrypted, "
     "mismatch, cut, wrapped, table, text, mail or code\n"},
    {"[class \"a\"]\nkinds = \n",
     "s.policy:2: class \"a\": kinds: \"\": expected a list of email, phone, profile, name, company or title\n"},
    {"[class \"a\"]\npath = ../x\n",
     "s.policy:2: class \"a\": path: \"../x\": expected globs with commas between them\n"},
    {DRAFT FINDING "pattern = x\nlevel = fatal\n",
     "s.policy:7: finding \"f\": level: \"fatal\": expected suggestion, warning or error\n"},
    {DRAFT FINDING "swap = utilize use\n", "s.policy:6: finding \"f\": swap: \"utilize use\": expected pairs such as "
                                           "\"utilize: use; leverage: use\"\n"},
    {DRAFT FINDING "pattern = a\nmost = 0\n",
     "s.policy:7: finding \"f\": most: \"0\": expected a number from 1 to 10000\n"},
    /* patterns */
    {DRAFT FINDING "pattern = (a\n",
     "s.policy:6: finding \"f\": pattern: \"(a\": expected a pattern of PCRE2: at character 2: "
     "missing closing parenthesis\n"},
    {DRAFT FINDING "pattern = a*\n",
     "s.policy:6: finding \"f\": pattern: \"a*\": expected a pattern of PCRE2: it can match "
     "nothing at all, and so matches everywhere\n"},
    {DRAFT FINDING "pattern = a(?C1)\n",
     "s.policy:6: finding \"f\": pattern: \"a(?C1)\": expected a pattern of PCRE2: it "
     "calls out, which no rule may\n"},
    {DRAFT FINDING "pattern = a\\C\n", "s.policy:6: finding \"f\": pattern: \"a\\C\": expected a pattern of PCRE2: at "
                                       "character 3: using \\C is disabled by the application\n"},
    /* findings */
    {"[finding \"f\"]\npattern = x\n",
     "s.policy:1: finding \"f\": class: missing; expected \"class = post-draft\" or the like\n"
     "s.policy:1: finding \"f\": say: missing; expected \"say = A promise of results is a false representation if it "
     "fails.\" or the like\n"},
    {DRAFT FINDING,
     "s.policy:3: finding \"f\": it finds nothing; expected pattern, swap, if with needs, or facts such as "
     "\"links = 4..\"\n"},
    {DRAFT FINDING "pattern = x\nswap = a: b\n",
     "s.policy:7: finding \"f\": swap: a rule has one way of finding, and this "
     "one has another already; make it two rules\n"},
    {DRAFT FINDING "if = x\n", "s.policy:6: finding \"f\": if: expected \"needs = PATTERN\" beside it\n"},
    {DRAFT FINDING "links = 2\nonce = yes\n",
     "s.policy:7: finding \"f\": once: it means nothing here: there is one finding at most\n"},
    {DRAFT FINDING "swap = a: b; a: c\n", "s.policy:6: finding \"f\": swap: \"a\": it stands there twice\n"},
    {DRAFT "[finding \"f\"]\nclass = post-drat\nsay = x\npattern = x\n",
     "s.policy:4: finding \"f\": class: \"post-drat\": there is no such class; did you mean post-draft?\n"},
    /* rules beside each other */
    {"[class \"a\"]\nis = table\n[class \"b\"]\nis = table, text\nrows = 5\n",
     "s.policy:3: class \"b\": it is never reached: \"a\" (s.policy:1) takes all that it would take; expected it "
     "before "
     "that one, or another key\n"},
    {"[class \"a\"]\ncontacts = 2..\n[class \"b\"]\ncontacts = 3..9\n",
     "s.policy:3: class \"b\": it is never reached: \"a\" (s.policy:1) takes all that it would take; expected it "
     "before "
     "that one, or another key\n"},
    {"[class \"rest\"]\n[class \"b\"]\nrows = 1\n", "s.policy:2: class \"b\": it is never reached: \"rest\" "
                                                    "(s.policy:1) has no keys and takes everything; expected that "
                                                    "one last\n"},
    {"[class \"a\"]\nis = table\nnot = mail, table\n",
     "s.policy:3: class \"a\": not: \"mail, table\": it never holds beside \"is = table\" in line 2\n"},
    {"[class \"a\"]\nrich = 5\ncontacts = ..4\n", "s.policy:2: class \"a\": rich: \"5\": it never holds beside "
                                                  "\"contacts = ..4\" in line 3: there are never more rich "
                                                  "than contacts\n"},
    {DRAFT FINDING "pattern = x\n[finding \"g\"]\nclass = *\nsay = y\npattern = x\nlevel = error\n",
     "s.policy:7: finding \"g\": it contradicts \"f\" (s.policy:3), which finds the same at another level\n"},
    {DRAFT FINDING "pattern = x\n[finding \"g\"]\nclass = post-draft\nsay = y\npattern = x\n",
     "s.policy:7: finding \"g\": it repeats \"f\" (s.policy:3), which finds the same\n"},
    /* all of them at once, and no consequences */
    {"[class \"a\"]\ncontacts = x\nweather = 1\n[class \"b\"]\nrows = 1\n[retention \"c\"]\nx = y\n",
     "s.policy:3: class \"a\": weather: no such key; holdfast.policy(5) lists them\n"
     "s.policy:2: class \"a\": contacts: \"x\": expected a count such as 5 (at least), 2..40 or ..3, of at most "
     "1000000000\n"
     "s.policy:6: [retention]: this version cannot enforce it yet\n"},
};

static void test_mistakes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++)
        expect_problems(mistakes[i].text, mistakes[i].words);
}

static void test_names_across_files(void **state)
{
    (void)state;
    const struct policy_file files[] = {{"10-a.policy", "[class \"a\"]\nrows = 5\n", 21},
                                        {"d/20-b.policy", "[class \"a\"]\nrows = 1\n", 21}};
    struct policy *p = NULL;
    buf_auto problems = {0};
    assert_int_equal(policy_load(&p, files, 2, &problems), -EINVAL);
    assert_string_equal(problems.data,
                        "d/20-b.policy:1: [class \"a\"]: there is one of that name in 10-a.policy:1; a second "
                        "rule for a class is [class \"NAME/WHICH\"]\n");
}

/* What looks like a mistake and is none. */
static void test_good(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "# nothing\n; here\n",
        "\xef\xbb\xbf[class \"a\"]\r\nrows = 1\r\n",
        "[class \"a/narrow\"]\nrows = 5\nis = table\n[class \"a\"]\nrows = 5\n[class \"rest\"]\n",
        "[class \"a\"]\ncontacts = 3..9\n[class \"b\"]\ncontacts = 2..\n",
        "[class \"a\"]            ; a comment\nmime = text/csv,\n  text/*   ; two\n  # three\n",
        DRAFT FINDING "pattern = #\\w+ \\; x\n",
        DRAFT FINDING "pattern = x\n[finding \"g\"]\nclass = post-draft\nsay = y\npattern = x\nwords = 40\n",
        DRAFT "[class \"b\"]\nrows = 1\n" FINDING
              "pattern = x\n[finding \"g\"]\nclass = b\nsay = y\npattern = x\nlevel = error\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        policy_free(load_good(texts[i]));
}

static void test_long_lines(void **state)
{
    (void)state;
    buf_auto text = {0};
    buf_puts(&text, DRAFT FINDING "pattern = ");
    for (int i = 0; i < 1000; i++)
        buf_printf(&text, "word%d|", i);
    buf_puts(&text, "needle\n");
    struct policy *p = load_good(text.data);
    assert_true(policy_has_findings(p, "post-draft"));
    policy_free(p);
}

static void test_many_problems(void **state)
{
    (void)state;
    buf_auto text = {0}, problems = {0};
    for (int i = 0; i < 5000; i++)
        buf_printf(&text, "[sink \"s%d\"]\n", i);
    const struct policy_file file = {"s.policy", text.data, text.len};
    struct policy *p = NULL;
    assert_int_equal(policy_load(&p, &file, 1, &problems), -EINVAL);
    assert_true(problems.len < 10000);
    assert_non_null(strstr(problems.data, "there are more problems"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mistakes),   cmocka_unit_test(test_names_across_files), cmocka_unit_test(test_good),
        cmocka_unit_test(test_long_lines), cmocka_unit_test(test_many_problems),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
