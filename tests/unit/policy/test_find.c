/* Findings: each way of finding, in each scope, by each plan of the scan. */
#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct heard {
    struct buf words;
    const char *text;
};

static int put_finding(void *ctx, const struct policy_finding *f)
{
    struct heard *h = ctx;
    buf_printf(&h->words, "%s@%zu", f->rule->name, f->at);
    if (f->len > 0)
        buf_printf(&h->words, "\"%.*s\"", (int)f->len, h->text + f->at);
    if (f->replace[0] != 0)
        buf_printf(&h->words, ">%s", f->replace);
    buf_puts(&h->words, " ");
    return 0;
}

static void expect_found(const char *keys, const struct facts *facts, const char *text, const char *words)
{
    struct heard h = {.text = text};
    char rules[2000];
    const struct policy_rule *given_up = NULL;
    snprintf(rules, sizeof rules, "[class \"post-draft\"]\ndraft = 60\n[finding \"f\"]\nclass = post-*\nsay = Why.\n%s",
             keys);
    struct policy *p = load_good(rules);
    assert_int_equal(policy_find(p, "post-draft", facts, text, strlen(text), put_finding, &h, &given_up), 0);
    assert_null(given_up);
    buf_puts(&h.words, "");
    if (strcmp(h.words.data ? h.words.data : "", words) != 0)
        fail_msg("rule:\n%s\ntext: %s\nfound:    %s\nexpected: %s", keys, text, h.words.data, words);
    buf_free(&h.words);
    policy_free(p);
}

static const struct {
    const char *keys, *text, *found;
} ways[] = {
    /* patterns */
    {"pattern = \\b(guaranteed|risk[- ]free)\\s+returns?\\b\n", "Guaranteed returns, RISK-FREE Return.",
     "f@0\"Guaranteed returns\" f@20\"RISK-FREE Return\" "},
    {"pattern = \\bguaranteed\\b\n", "unguaranteed guaranteeds _guaranteed", ""},
    {"pattern = \\bguaranteed\\b\ncase = yes\n", "Guaranteed guaranteed", "f@11\"guaranteed\" "},
    {"pattern = \\bguaranteed\\b\nonce = yes\n", "guaranteed, guaranteed", "f@0\"guaranteed\" "},
    {"pattern = ana\n", "banananana", "f@1\"ana\" f@5\"ana\" "},
    {"pattern = guaran\n          teed\n", "so guaranteed", "f@3\"guaranteed\" "},
    {"pattern = \\w+ly guaranteed\n", "it is really guaranteed", "f@6\"really guaranteed\" "},
    {"pattern = \\d+ ?%\n", "up 30 % or 40%", "f@3\"30 %\" f@11\"40%\" "},
    {"pattern = ^best\n", "the best\nbest of all", "f@9\"best\" "},
    {"pattern = \\b\xc3\xbc"
     "ber\\w+\n",
     "\xc3\x9c"
     "beraus gut",
     "f@0\"\xc3\x9c"
     "beraus\" "},
    {"pattern = \\bbest\\b\n", "be\xc5\xbft of all", "f@0\"be\xc5\xbft\" "},
    {"pattern = (?<!not )\\bbest\n", "not best, best", "f@10\"best\" "},
    {"pattern = (?-i:\\p{Lu}\\p{Ll}+)\\s\\w+\\s(?:suffered|recovered)\n",
     "ann has suffered, Ann has Suffered, \xc3\x84nne has recovered",
     "f@18\"Ann has Suffered\" f@36\"\xc3\x84nne has recovered\" "},
    {"pattern = #\\w+\n", "a #b c#d", "f@2\"#b\" f@6\"#d\" "},
    /* counted */
    {"pattern = !\nmost = 2\n", "a! b! c! d!", "f@7\"!\" "},
    {"pattern = !\nmost = 2\n", "a! b!", ""},
    {"pattern = \\b(I|my)\\b\nleast = 2\n", "I think", "f@0 "},
    {"pattern = \\b(I|my)\\b\nleast = 2\n", "I think it is my view", ""},
    {"pattern = \\bsynergy\\b\nleast = 1\n", "nothing of it", "f@0 "},
    /* swaps */
    {"swap = utilize: use; in order to: to\n  leverage: use\n", "Utilize it in  order\nto Leverage; utilized",
     "f@0\"Utilize\">use f@11\"in  order\nto\">to f@24\"Leverage\">use "},
    {"swap = free: x; free of charge: y\n", "free of charge, free", "f@0\"free of charge\">y f@16\"free\">x "},
    {"swap = C++: Rust\n", "C++ and C+++", "f@0\"C++\">Rust f@8\"C++\">Rust "},
    /* conditions */
    {"if = \\bour product\\b\nneeds = \\bI work (at|for)\\b\n", "Our product! Our product.", "f@0\"Our product\" "},
    {"if = \\bour product\\b\nneeds = \\bI work (at|for)\\b\n", "Our product. I work at N.", ""},
    {"if = our product\nneeds = source\nscope = sentence\n", "Our product, by a source. Our product. More.",
     "f@26\"Our product\" "},
    /* scopes */
    {"pattern = \\bbuy\\b\nscope = first-line\n", "\n  Buy now  \nbuy later", "f@3\"Buy\" "},
    {"pattern = ^buy.*now$\nscope = sentence\n", "We sell. Buy it now\nThis is: buy now", "f@9\"Buy it now\" "},
    {"pattern = we.*growth\nscope = sentence\n", "We act. Growth comes. We see growth.", "f@22\"We see growth\" "},
    /* unless */
    {"pattern = \\bguaranteed\\b\nunless = \\bnot\\b\n", "It is guaranteed. It is not guaranteed! Guaranteed?",
     "f@6\"guaranteed\" f@40\"Guaranteed\" "},
    {"pattern = \\bguaranteed\\b\nmost = 1\nunless = \\bnot\\b\n", "Not guaranteed. Guaranteed. Guaranteed.",
     "f@28\"Guaranteed\" "},
    /* facts */
    {"capitals = 0.6\n", "ALL OF \xc3\x84RGER and more", ""},
    {"capitals = 0.6\n", "ALL OF \xc3\x84RGER AND more", "f@0 "},
    {"capitals = 0.6\n", "123", ""},
    {"links = 4\n", "see them", "f@0 "},
    {"links = 5\n", "see them", ""},
    {"pattern = see\nlinks = ..3\n", "see them", ""},
};

static void test_ways(void **state)
{
    (void)state;
    const struct facts facts = {.links = 4};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
        expect_found(ways[i].keys, &facts, ways[i].text, ways[i].found);
}

/* Several rules: in the order of the text, whole texts first, rules of one place in the order of the file. */
static void test_order(void **state)
{
    (void)state;
    struct policy *p = load_good(
        "[class \"a\"]\ndraft = 60\n"
        "[finding \"second\"]\nclass = a\nsay = s\npattern = two\nlevel = error\ncite = C\nwhere = W\nrepair = R\n"
        "[finding \"first\"]\nclass = *\nsay = s\npattern = \\w+ one\n"
        "[finding \"whole\"]\nclass = a\nsay = s\nwords = ..9\n"
        "[finding \"same\"]\nclass = a\nsay = s\npattern = two three\n"
        "[finding \"other\"]\nclass = unclassified\nsay = s\npattern = two\n");
    const struct facts facts = {0};
    struct heard h = {.text = "the one or two three"};
    assert_int_equal(policy_find(p, "a", &facts, h.text, strlen(h.text), put_finding, &h, NULL), 0);
    assert_string_equal(h.words.data, "whole@0 first@0\"the one\" second@11\"two\" same@11\"two three\" ");
    buf_free(&h.words);
    assert_true(policy_has_findings(p, "unclassified"));
    policy_free(p);
}

static int count_and_check(void *ctx, const struct policy_finding *f)
{
    assert_int_equal(f->level, POLICY_ERROR);
    assert_string_equal(policy_level_name(f->level), "error");
    assert_string_equal(f->say, "What; why # it matters.");
    assert_string_equal(f->repair, "Mend it.");
    assert_string_equal(f->cite, "FINRA 2210");
    assert_string_equal(f->where, "US");
    return ++*(int *)ctx == 3 ? 42 : 0;
}

static const char loud[] = "[class \"a\"]\ndraft = 60\n[finding \"f\"]\nclass = a\npattern = x\nlevel = error\n"
                           "say = What; why\n  \\# it matters.\nrepair = Mend it.\ncite = FINRA 2210\nwhere = US\n";

static void test_words_and_stopping(void **state)
{
    (void)state;
    struct policy *p = load_good(loud);
    const struct facts facts = {0};
    int heard = 0;
    assert_int_equal(policy_find(p, "a", &facts, "x x x x x", 9, count_and_check, &heard, NULL), 42);
    assert_int_equal(heard, 3);
    assert_int_equal(policy_find(p, "b", &facts, "x x x x x", 9, count_and_check, &heard, NULL), 0);
    assert_int_equal(heard, 3);
    assert_int_equal(policy_find(p, "a", &facts, "x\xff", 2, count_and_check, &heard, NULL), -EILSEQ);
    assert_int_equal(policy_find(p, "a", &facts, "\xed\xa0\x80x", 4, count_and_check, &heard, NULL), -EILSEQ);
    policy_free(p);
}

static int count(void *ctx, const struct policy_finding *f)
{
    (void)f;
    ++*(int *)ctx;
    return 0;
}

static void expect_bounded(const char *pattern, const char *piece, size_t bytes, int found, bool limits)
{
    char rules[500];
    buf_auto text = {0};
    const struct facts facts = {0};
    int heard = 0;
    const struct policy_rule *given_up = NULL;
    snprintf(rules, sizeof rules, "[class \"a\"]\ndraft = 60\n[finding \"f\"]\nclass = a\nsay = s\npattern = %s\n",
             pattern);
    struct policy *p = load_good(rules);
    while (text.len < bytes)
        buf_puts(&text, piece);
    assert_int_equal(policy_find(p, "a", &facts, text.data, text.len, count, &heard, &given_up), 0);
    assert_int_equal(heard, found);
    assert_int_equal(given_up != NULL, limits);
    if (limits)
        assert_string_equal(given_up->name, "f");
    policy_free(p);
}

static void test_limits(void **state)
{
    (void)state;
    expect_bounded("x", "x", 100000, 100, false); /* no more than a hundred are told */
    expect_bounded("(a+)+b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa cb ", 10000, 0, true);
    expect_bounded("(?:x+x+)+y", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx zy ", 10000, 0, true);
    expect_bounded("\\w+\\s*=", "x", 100000, 0, false); /* one long word */
    expect_bounded("q.*z", "q", 100000, 0, false);
    expect_bounded("ab[^c]{3000}c", "ab", 10000, 0, false); /* longer than a match may be */
}

/* A long text is looked at in windows; what lies across their edges is found, and nothing twice. */
static void test_windows(void **state)
{
    (void)state;
    for (size_t before = 4080; before < 4100; before++) {
        buf_auto text = {0};
        const struct facts facts = {0};
        int heard = 0;
        struct policy *p =
            load_good("[class \"a\"]\ndraft = 60\n[finding \"f\"]\nclass = a\nsay = s\npattern = \\w+ly good\n");
        for (size_t i = 0; i < before; i++)
            buf_puts(&text, i % 2 ? " " : ".");
        buf_puts(&text, "\xc3\xa4rely good");
        assert_int_equal(policy_find(p, "a", &facts, text.data, text.len, count, &heard, NULL), 0);
        assert_int_equal(heard, 1);
        policy_free(p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ways),   cmocka_unit_test(test_order),   cmocka_unit_test(test_words_and_stopping),
        cmocka_unit_test(test_limits), cmocka_unit_test(test_windows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
