/* The shape of a post, told from every other kind of document; and the counts that do not depend on it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "draft/draft.h"
#include "draft_texts.h"
#include "other_texts.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static struct facts measure(const char *text, const char *path)
{
    struct facts f = {0};
    draft_measure(text, strlen(text), path, &f);
    assert_in_range(f.draft, 0, 100);
    return f;
}

static void test_drafts_are_found(void **state)
{
    (void)state;
    unsigned missed = 0;
    for (size_t i = 0; i < sizeof drafts / sizeof *drafts; i++) {
        struct facts f = measure(drafts[i].text, "");
        if (f.draft < DRAFT_EVEN || (f.flags & FACT_CODE)) {
            print_error("draft not found: %s (%u)\n", drafts[i].kind, f.draft);
            missed++;
        }
    }
    assert_int_equal(missed, 0);
}

static void test_others_are_none(void **state)
{
    (void)state;
    static const char *const paths[] = {"", "Posts/linkedin-post-draft.md"};
    unsigned wrong = 0;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        for (size_t p = 0; p < 2; p++) {
            struct facts f = measure(others[i].text, paths[p]);
            if (f.draft >= DRAFT_EVEN) {
                print_error("taken for a draft: %s (%u)\n", others[i].kind, f.draft);
                wrong++;
            }
        }
    assert_int_equal(wrong, 0);
}

static void test_path_is_weak(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof drafts / sizeof *drafts; i++) {
        struct facts plain = measure(drafts[i].text, ""), named = measure(drafts[i].text, "LinkedIn/post 3.txt");
        assert_true(named.draft >= plain.draft && named.draft <= plain.draft + 5);
    }
}

static void test_lines_may_end_as_on_windows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof drafts / sizeof *drafts; i++) {
        char text[4096];
        size_t n = 0;
        for (const char *p = drafts[i].text; *p != 0 && n < sizeof text - 3; p++) {
            if (*p == '\n')
                text[n++] = '\r';
            text[n++] = *p;
        }
        text[n] = 0;
        assert_int_equal(measure(text, "").draft, measure(drafts[i].text, "").draft);
    }
}

static void expect_counts(const char *text, uint32_t words, uint32_t hashtags, uint32_t mentions, uint32_t links)
{
    struct facts f = measure(text, "");
    assert_int_equal(f.words, words);
    assert_int_equal(f.hashtags, hashtags);
    assert_int_equal(f.mentions, mentions);
    assert_int_equal(f.links, links);
}

static void test_counts(void **state)
{
    (void)state;
    expect_counts("", 0, 0, 0, 0);
    expect_counts("One two,  three\n\nfour - five \xe2\x80\x94 six", 6, 0, 0, 0);
    expect_counts("\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82 \xf0\x9f\x8e\x89 \xc3\xa4", 2, 0, 0, 0);
    expect_counts("#sales (#growth) #a1#b2, hashtag#team \\#md #\xc3\xbc"
                  "ber",
                  6, 7, 0, 0);
    expect_counts("C# #4711 #1 # heading #AB-17 #ff00aa x#y", 7, 0, 0, 0);
    expect_counts("#B2B #B2C #FFF #b2b #A1F", 5, 2, 0, 0);
    expect_counts("\xe5\xb1\x95\xe7\xa4\xba\xe4\xbc\x9a\xe3\x81\xae ok", 3, 0, 0, 0); /* four characters: two */
    expect_counts("@ann (@bo_ek), ann@example.com @ @1x", 4, 0, 2, 0);
    expect_counts("https://a.example/x#frag www.example.com lnkd.in/g3x and/or 1.5/2 e.g. a@b.co/x", 7, 0, 0, 3);
}

static void test_code_is_flagged(void **state)
{
    (void)state;
    static const char *const code[] = {"source", "python", "log", "configuration", "yaml"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        bool expected = false;
        for (size_t c = 0; c < sizeof code / sizeof *code; c++)
            expected = expected || strcmp(code[c], others[i].kind) == 0;
        struct facts f = measure(others[i].text, "");
        if (((f.flags & FACT_CODE) != 0) != expected)
            fail_msg("%s: code is %s", others[i].kind, expected ? "not seen" : "seen where there is none");
    }
}

static void test_other_flags_stay(void **state)
{
    (void)state;
    struct facts f = {.flags = FACT_MAIL, .contacts = 7};
    draft_measure("x", 1, "", &f);
    assert_int_equal(f.flags, FACT_MAIL);
    assert_int_equal(f.contacts, 7);
}

/* A draft at the head of a book is a book; and a book, a line or a word without end is measured all the same. */
static void test_long_texts(void **state)
{
    (void)state;
    enum { BYTES = 1 << 20 };
    static const char *const fill[] = {"We sell. ",        "a\n", "#a", "#", "@", "'", "\n", "1/2 ",
                                       "\xf0\x9f\x8e\x89", "(",   "> "};
    char *text = malloc(BYTES);
    assert_non_null(text);
    for (size_t i = 0; i < sizeof fill / sizeof *fill; i++) {
        size_t unit = strlen(fill[i]), head = strlen(drafts[0].text);
        for (size_t at = 0; at + unit <= BYTES; at += unit)
            memcpy(text + at, fill[i], unit);
        memcpy(text, drafts[0].text, head);
        struct facts f = {0};
        draft_measure(text, BYTES - BYTES % unit, "", &f);
        assert_true(f.draft < DRAFT_EVEN);
        assert_true(f.hashtags >= 3);
    }
    free(text);
}

/* What is handed over need not end in NUL, nor be valid: nothing is read behind it. */
static void test_any_bytes(void **state)
{
    (void)state;
    unsigned seed = 1;
    for (size_t len = 0; len < 300; len++) {
        char *bytes = malloc(len + 1);
        assert_non_null(bytes);
        char *exact = len > 0 ? realloc(bytes, len) : bytes;
        for (size_t i = 0; i < len; i++) {
            seed = seed * 1103515245u + 12345u;
            exact[i] = "#@>-*[( \n:/.?a9\xe2\x80\xf0\x9f\xc3"[(seed >> 16) % 20];
        }
        struct facts f = {0};
        draft_measure(exact, len, "", &f);
        assert_true(f.draft <= 100);
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_drafts_are_found), cmocka_unit_test(test_others_are_none),
        cmocka_unit_test(test_path_is_weak),     cmocka_unit_test(test_lines_may_end_as_on_windows),
        cmocka_unit_test(test_counts),           cmocka_unit_test(test_code_is_flagged),
        cmocka_unit_test(test_other_flags_stay), cmocka_unit_test(test_long_texts),
        cmocka_unit_test(test_any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
