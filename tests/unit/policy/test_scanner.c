/* The scan tells each place that a plain search finds, and no place that a match could need is kept back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "policy/literals.h"
#include "policy/scanner.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_BYTES = 6000, TEXTS = 60 };

/* Begins that wait for something inside, begins that do not, begins inside of words, and patterns without a begin. */
static const char *const patterns[] = {
    "\\bab\\b",           "\\b(?:ab|abba|b)\\s+.{0,20}ccc", "(?:ba|cab)",      "[abc]+\\sbaab",
    "\\bc(?:ab|ba){2,3}", "\\b(?:we|a)\\b[^.]*\\bbcab",     "\\w+ccab",        "!",
    "\\bcb\\w* \\w+ aab", "\\b(?:we|a|cb)\\s(?:b|ca)",      "\\bc\\s?\\d\\sa",
};
enum { OWNERS = sizeof patterns / sizeof *patterns };

struct told {
    bool at[OWNERS][TEXT_BYTES];
    size_t last[OWNERS];
};

static void note(void *ctx, size_t owner, size_t at)
{
    struct told *t = ctx;
    assert_true(owner < OWNERS && at < TEXT_BYTES);
    assert_true(at >= t->last[owner]);
    t->last[owner] = at;
    t->at[owner][at] = true;
}

static uint32_t below(uint64_t *state, uint32_t most)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*state >> 33) % most;
}

static void make_text(char *text, uint64_t seed)
{
    static const char bytes[] = "aaabbbcccAB  \n.!w_e\xc3\t57";
    for (size_t i = 0; i < TEXT_BYTES; i++)
        text[i] = bytes[below(&seed, seed % 3 ? sizeof bytes - 1 : 11)];
}

/* Is this byte what the literal asks for? Loosely: as the scan, which takes some punctuation for blanks and digits. */
static bool is_byte(unsigned char c, char wanted, bool loosely)
{
    unsigned char mask, test = literal_test(wanted, &mask);
    if (loosely || mask == 0xff)
        return (tolower(c) & mask) == test;
    return wanted == LITERAL_WIDE ? c >= 0x80 : wanted == LITERAL_DIGIT ? c >= '0' && c <= '9' : c < 0x80 && isspace(c);
}

static bool stands_at(const char *text, size_t at, const struct literal *l, bool loosely)
{
    for (size_t i = 0; i < l->len; i++)
        if (at + i >= TEXT_BYTES || !is_byte((unsigned char)text[at + i], l->bytes[i], loosely))
            return false;
    return true;
}

static bool any_at(const char *text, size_t at, const struct literals *set, bool loosely)
{
    for (size_t i = 0; i < set->count; i++)
        if (stands_at(text, at, &set->items[i], loosely))
            return true;
    return false;
}

static bool is_in_word(const char *text, size_t at)
{
    return at > 0 && (isalnum((unsigned char)text[at - 1]) || text[at - 1] == '_');
}

static bool is_near(const char *text, size_t at, const struct literals_found *found)
{
    for (size_t i = at; i < at + found->reach && i < TEXT_BYTES; i++)
        if (any_at(text, i, &found->inside, false))
            return true;
    return false;
}

/* What must be told is; beyond that only begins that came in a crowd. */
static void expect_as_searched(const struct scanner *s, const char *text, size_t owner, const struct told *told)
{
    struct literals_found found;
    literals_find(patterns[owner], &found);
    enum scanner_plan plan = scanner_plan_of(s, owner);
    for (size_t at = 0; at < TEXT_BYTES && plan != SCAN_ALWAYS; at++) {
        bool begin = plan == SCAN_BEGIN;
        const struct literals *sought = begin ? &found.prefix : &found.inside;
        bool may_stand = !(begin && found.at_word && is_in_word(text, at));
        bool stands = may_stand && any_at(text, at, sought, false);
        bool wanted = stands && (!begin || literals_least(&found.inside) < 3 || is_near(text, at, &found));
        if (wanted)
            assert_true(told->at[owner][at]);
        if (told->at[owner][at])
            assert_true(may_stand && any_at(text, at, sought, true));
    }
}

static struct scanner *new_scanner(struct pattern **made)
{
    struct scanner *s;
    struct error e = {0};
    assert_int_equal(scanner_open(&s, OWNERS), 0);
    for (size_t i = 0; i < OWNERS; i++) {
        assert_int_equal(pattern_compile(&made[i], patterns[i], true, &e), 0);
        assert_int_equal(scanner_add(s, i, made[i]), 0);
    }
    assert_int_equal(scanner_build(s), 0);
    return s;
}

static void free_all(struct scanner *s, struct pattern **made)
{
    for (size_t i = 0; i < OWNERS; i++)
        pattern_free(made[i]);
    scanner_close(s);
}

static void test_told_as_searched(void **unused)
{
    (void)unused;
    struct pattern *made[OWNERS];
    struct scanner *s = new_scanner(made);
    struct told *told = malloc(sizeof *told);
    char *text = malloc(TEXT_BYTES);
    assert_true(told != NULL && text != NULL);
    for (uint64_t seed = 1; seed <= TEXTS; seed++) {
        make_text(text, seed);
        memset(told, 0, sizeof *told);
        scanner_scan(s, text, TEXT_BYTES, note, told);
        for (size_t i = 0; i < OWNERS; i++)
            expect_as_searched(s, text, i, told);
    }
    free(text);
    free(told);
    free_all(s, made);
}

/* Every match that a search of the whole text finds begins at, or holds, a place that was told. */
static void test_no_match_is_missed(void **unused)
{
    (void)unused;
    struct pattern *made[OWNERS];
    struct scanner *s = new_scanner(made);
    struct pattern_room *room;
    struct told *told = malloc(sizeof *told);
    char *text = malloc(TEXT_BYTES);
    assert_true(told != NULL && text != NULL);
    assert_int_equal(pattern_room_open(&room), 0);
    size_t matches = 0;
    for (uint64_t seed = 1; seed <= TEXTS; seed++) {
        make_text(text, seed);
        for (size_t i = 0; i < TEXT_BYTES; i++)
            text[i] = text[i] == '\xc3' ? 'c' : text[i];
        memset(told, 0, sizeof *told);
        scanner_scan(s, text, TEXT_BYTES, note, told);
        for (size_t i = 0; i < OWNERS; i++) {
            struct pattern_match m;
            size_t from = 0;
            for (; pattern_search(made[i], room, text, TEXT_BYTES, from, TEXT_BYTES, &m) == 1; matches++) {
                bool seen = scanner_plan_of(s, i) == SCAN_ALWAYS || told->at[i][m.at];
                assert_true(m.len <= scanner_reach_of(s, i));
                for (size_t k = m.at; scanner_plan_of(s, i) == SCAN_INSIDE && k < m.at + m.len; k++)
                    seen |= told->at[i][k];
                assert_true(seen);
                from = m.at + m.len;
            }
        }
    }
    assert_true(matches > 1000);
    pattern_room_close(room);
    free(text);
    free(told);
    free_all(s, made);
}

static void test_reach(void **unused)
{
    (void)unused;
    static const struct {
        const char *pattern;
        size_t reach;
    } known[] = {
        {"abc", 3},
        {"ab?c", 3},
        {"a[bc]d", 6},
        {"(?:ab|c)d", 3},
        {"a{2,5}b", 6},
        {"\\bab(?=cde)", 2},
        {"ab\\s{0,3}c", 15},
        {"a.{2}b", 10},
        {"\xc3\xa4"
         "b",
         5},
        {"(a(b|cd){3})", 7},
        {"a+", LITERALS_REACH_MOST},
        {"a{3,}", LITERALS_REACH_MOST},
        {"a\\X", LITERALS_REACH_MOST},
        {"(?:a{900}){900}", LITERALS_REACH_MOST},
        {"a\\1", LITERALS_REACH_MOST},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct literals_found found;
        literals_find(known[i].pattern, &found);
        assert_int_equal(found.reach, known[i].reach);
    }
}

static void test_capitals(void **unused)
{
    (void)unused;
    static const struct {
        const char *pattern;
        bool at_capital;
    } known[] = {
        {"\\b(?-i:[A-Z]\\w+)", true},
        {"(?-i:(?:Mrs?|Dr)\\s|\\p{Lu}\\p{Ll}+)x", true},
        {"(?-i:(?:Mr|dr)\\s)x", false},
        {"(?-i:M?r)", false},
        {"(?-i:M|)r", false},
        {"(?-i:(?i)Mr)", false},
        {"(?-i:(?i:M)r)", false},
        {"(?-i:[A-Za]x)", false},
        {"(?-i:\\P{Lu}x)", false},
        {"(?-i:a)[A-Z]", false},
        {"[A-Z]x", false},
        {"(?-i:a)|(?-i:B)", false},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct literals_found found;
        literals_find(known[i].pattern, &found);
        assert_int_equal(found.at_capital, known[i].at_capital);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_told_as_searched),
                                       cmocka_unit_test(test_no_match_is_missed), cmocka_unit_test(test_reach),
                                       cmocka_unit_test(test_capitals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
