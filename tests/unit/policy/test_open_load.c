/* Loading [open] rules: what each mistake is told, and what is none. */
#include "load.h"

#include <errno.h>
#include <stdio.h>

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

#define CLASSES  "[class \"list\"]\nis = table\n[class \"draft\"]\ndraft = 60\n"
#define A(lines) "[open \"a\"]\nclass = list\naction = block\n" lines
#define B(lines) "[open \"b\"]\nclass = list\naction = block\n" lines
#define HEX      "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde"

static const struct {
    const char *text, *words;
} mistakes[] = {
    /* names and keys */
    {CLASSES "[open \"a/b\"]\n",
     "s.policy:5: [open \"a/b\"]: expected a name of letters, digits, '-', '_', '.' and single "
     "blanks, at most 64\n"},
    {CLASSES "[open \"a  b\"]\n", "s.policy:5: [open \"a  b\"]: expected a name of letters, digits, '-', '_', '.' and "
                                  "single blanks, at most 64\n"},
    {CLASSES A("") A(""), "s.policy:8: [open \"a\"]: there is one of that name in s.policy:5\n"},
    {CLASSES "[opn \"a\"]\n", "s.policy:5: [opn]: no such section; did you mean [open \"NAME\"]?\n"},
    {CLASSES "[open \"a\"]\nap = x\n",
     "s.policy:6: open \"a\": ap: no such key; did you mean app?\n"
     "s.policy:5: open \"a\": class: missing; expected \"class = post-draft\" or the like\n"
     "s.policy:5: open \"a\": action: missing; expected \"action = block\" or the like\n"},
    {CLASSES A("level = error\n"), "s.policy:8: open \"a\": level: no such key here; it belongs in [finding]\n"},
    {"[class \"list\"]\napp = vim\n", "s.policy:2: class \"list\": app: no such key here; it belongs in [open]\n"},
    {CLASSES A("expect = block\n"), "s.policy:8: open \"a\": expect: no such key; holdfast.policy(5) lists them\n"},
    /* values */
    {CLASSES "[open \"a\"]\nclass = list\naction = deny\n",
     "s.policy:7: open \"a\": action: \"deny\": expected allow, log, block or hold\n"},
    {CLASSES A("app = bin/vim\n"), "s.policy:8: open \"a\": app: \"bin/vim\": expected globs of absolute paths, names "
                                   "of executables, @sets or \"PATH "
                                   "sha256:HEX\" in lower case, with commas between them\n"},
    {CLASSES A("app = vim sha256:" HEX "\n"), "s.policy:8: open \"a\": app: \"vim sha256:" HEX
                                              "\": expected globs of absolute paths, names of executables, @sets or "
                                              "\"PATH sha256:HEX\" in lower case, with commas between them\n"},
    {CLASSES A("app = @sync-clints\n"),
     "s.policy:8: open \"a\": app: \"@sync-clints\": there is no such set; did you mean @sync-clients?\n"},
    {CLASSES A("parent = sshd,\n  @qqqqqq\n"),
     "s.policy:8: open \"a\": parent: \"@qqqqqq\": there is no such set; holdfast.policy(5) lists them\n"},
    {CLASSES A("parent = sshd sha256:" HEX "f\n"),
     "s.policy:8: open \"a\": parent: the hash of an ancestor's executable is not known; expected none here\n"},
    {CLASSES A("user = a/b\n"), "s.policy:8: open \"a\": user: \"a/b\": expected names, or globs of them, with commas "
                                "between them\n"},
    {CLASSES A("session = ssh, remote\n"),
     "s.policy:8: open \"a\": session: \"remote\": expected a list of none, local or ssh\n"},
    {CLASSES A("cgroup = snap:\n"),
     "s.policy:8: open \"a\": cgroup: \"snap:\": expected globs of paths without a slash before them, flatpak:ID or "
     "snap:NAME, with commas between them\n"},
    {CLASSES A("days = mon-fry\n"),
     "s.policy:8: open \"a\": days: \"mon-fry\": expected days such as mon-fri or sat, sun\n"},
    {CLASSES A("hours = 8-18\n"),
     "s.policy:8: open \"a\": hours: \"8-18\": expected hours such as 08:00-18:00 or 22:00-06:00\n"},
    {CLASSES A("hours = 08:00-08:00\n"),
     "s.policy:8: open \"a\": hours: \"08:00-08:00\": expected hours such as 08:00-18:00 or 22:00-06:00\n"},
    {CLASSES A("hours = 08:00-24:01\n"),
     "s.policy:8: open \"a\": hours: \"08:00-24:01\": expected hours such as 08:00-18:00 or 22:00-06:00\n"},
    {CLASSES A("until = next week\n"),
     "s.policy:8: open \"a\": until: \"next week\": expected a date or time of RFC 3339, "
     "such as 2027-03-31 or 2027-03-31T18:00:00Z\n"},
    {CLASSES A("until = 2027-02-30\n"), "s.policy:8: open \"a\": until: \"2027-02-30\": expected a date or time of RFC "
                                        "3339, such as 2027-03-31 or 2027-03-31T18:00:00Z\n"},
    {CLASSES "[open \"a\"]\nclass = list\naction = hold\nwait = 5m\n",
     "s.policy:8: open \"a\": wait: \"5m\": expected a duration from 10ms to 60s, such as 500ms or 2s\n"},
    {CLASSES "[open \"a\"]\nclass = list\naction = hold\nwait = 61s\n",
     "s.policy:8: open \"a\": wait: \"61s\": expected a duration from 10ms to 60s, such as 500ms or 2s\n"},
    {CLASSES "[open \"a\"]\nclass = list\naction = hold\nfail = log\n",
     "s.policy:8: open \"a\": fail: \"log\": expected allow or block\n"},
    /* what would be inert */
    {CLASSES A("wait = 2s\nfail = block\n"),
     "s.policy:9: open \"a\": fail: it means nothing without \"action = hold\"\n"
     "s.policy:8: open \"a\": wait: it means nothing without \"action = hold\"\n"},
    {CLASSES "[open \"a\"]\nclass = list\naction = hold\nstale = no\n",
     "s.policy:8: open \"a\": stale: \"no\" never holds beside \"action = hold\", which waits for the newest save to "
     "be "
     "inspected\n"},
    {CLASSES "[open \"a\"]\nclass = lst\naction = block\n",
     "s.policy:6: open \"a\": class: \"lst\": there is no such class; did you mean list?\n"},
    {CLASSES "[open \"a\"]\nclass = list, unclasified\naction = block\n",
     "s.policy:6: open \"a\": class: \"unclasified\": there is no such class; did you mean unclassified?\n"},
    /* rules beside each other */
    {CLASSES A("") B(""), "s.policy:8: open \"b\": it repeats \"a\" (s.policy:5), which is about the same opens\n"},
    {CLASSES A("app = @browsers\n") "[open \"b\"]\nclass = li*\napp = @browsers\naction = allow\n",
     "s.policy:9: open \"b\": it contradicts \"a\" (s.policy:5), which is about the same opens and says block\n"},
#define SHADOWED(first, second)                                                                                        \
    {                                                                                                                  \
        CLASSES A(first) B(second), NULL                                                                               \
    }
    SHADOWED("", "app = vim\n"),
    SHADOWED("app = @browsers, vim\n", "app = firefox\nuser = bob\n"),
    SHADOWED("app = /usr/bin/*\n", "app = /usr/bin/vim, /usr/bin/ed\n"),
    SHADOWED("app = *\n", "app = @browsers, /opt/*\n"),
    SHADOWED("app = vim\n", "app = /usr/bin/vim sha256:" HEX "f\n"),
    SHADOWED("parent = sshd, bash\n", "parent = bash\n"),
    SHADOWED("user = a*\n", "user = alice, amy\n"),
    SHADOWED("session = ssh, none\n", "session = ssh\n"),
    SHADOWED("days = mon-fri\n", "days = tue\n"),
    SHADOWED("hours = 08:00-18:00\n", "hours = 09:00-17:00\n"),
    SHADOWED("hours = 20:00-08:00\n", "hours = 21:00-07:00\n"),
    SHADOWED("hours = 20:00-08:00\n", "hours = 01:00-07:00\n"),
    SHADOWED("until = 2027-01-01\n", "until = 2026-01-01\n"),
    SHADOWED("departing = yes\n", "departing = yes\nrep = bob\n"),
    SHADOWED("stale = yes\n", "stale = no\n"),
    SHADOWED("path = A/**\n", "path = A/**\napp = vim\n"),
};

static void test_mistakes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        char words[300];
        unsigned line = 1;
        const char *b = strstr(mistakes[i].text, "[open \"b\"]");
        for (const char *p = mistakes[i].text; mistakes[i].words == NULL && p < b; p++)
            line += *p == '\n';
        snprintf(
            words, sizeof words,
            "s.policy:%u: open \"b\": it is never reached: \"a\" (s.policy:5) takes all that it would take; expected "
            "it before that one, or another key\n",
            line);
        expect_problems(mistakes[i].text, mistakes[i].words != NULL ? mistakes[i].words : words);
    }
}

/* What looks like a mistake and is none. */
static void test_good(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "[open \"everything\"]\nclass = *\naction = log\n",
        "[open \"odd ones\"]\nclass = unclassified, encrypted, unreadable\naction = hold\nfail = block\nwait = 10ms\n",
        CLASSES A("until = 2001-01-01\n"),
        CLASSES A("until = 2026-01-01\n") B("until = 2027-01-01\n"),
        CLASSES A("until = 2026-01-01\n") B(""),
        CLASSES A("app = vim\n") B(""),
        CLASSES A("app = vim\n") B("app = vim*\n"),
        CLASSES A("app = /usr/bin/vim\n") B("app = vim\n"),
        CLASSES A("app = vim sha256:" HEX "f\n") B("app = vim\n"),
        CLASSES A("app = @browsers\n") B("app = @browsers, vim\n"),
        CLASSES A("stale = no\n") B(""),
        CLASSES A("departing = no\n") B("departing = yes\n"),
        CLASSES A("hours = 08:00-18:00\n") B("hours = 17:00-19:00\n"),
        CLASSES A("hours = 20:00-08:00\n") B("hours = 07:00-21:00\n"),
        CLASSES A("days = mon\n") B("days = mon-tue\n"),
        CLASSES A("user = alice\n") B("user = a*\n"),
        CLASSES "[open \"a\"]\nclass = *\naction = hold\n" B(""),
        CLASSES "[open \"a\"]\nclass = draft\naction = block\n" B(""),
        CLASSES "[open \"a\"]\nclass = list\naction = block\n[open \"b\"]\nclass = list, draft\naction = block\n",
        CLASSES A("hours = 00:00-24:00\ndays = fri-mon\n"),
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        policy_free(load_good(texts[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_mistakes), cmocka_unit_test(test_good)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
