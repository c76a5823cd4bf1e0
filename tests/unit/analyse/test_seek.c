/* Where a text stands: however it is written, cut into pieces, or spread over cells. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "analyse/seek.h"
#include "base/buf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct buf said;

static int take_hit(void *ctx, const struct seek_hit *hit)
{
    (void)ctx;
    if (hit->row > 0)
        buf_printf(&said, "%s!%u,%u", hit->sheet, hit->row, hit->cell);
    else
        buf_printf(&said, "%u:%u", hit->line, hit->column);
    buf_printf(&said, " \"%s\"; ", hit->excerpt);
    return 0;
}

static struct seek *open_for(const char *text)
{
    struct seek *s = NULL;
    assert_int_equal(seek_open(&s, text, take_hit, NULL), 0);
    buf_clear(&said);
    return s;
}

static void expect_said(const char *expected) { assert_string_equal(said.data ? said.data : "", expected); }

/* The same whether it comes at once or in pieces between characters. */
static void expect_in_text(const char *sought, const char *text, const char *expected)
{
    for (size_t piece = 1; piece < 80; piece += 13) {
        struct seek *s = open_for(sought);
        size_t len = strlen(text);
        for (size_t at = 0, end; at < len; at = end) {
            end = at + piece < len ? at + piece : len;
            while (end < len && ((unsigned char)text[end] & 0xc0) == 0x80)
                end++;
            assert_int_equal(seek_text(s, TEXT_BODY, text + at, end - at), 0);
        }
        assert_int_equal(seek_end(s), 0);
        expect_said(expected);
        seek_close(s);
    }
}

static void test_writing_does_not_matter(void **state)
{
    (void)state;
    expect_in_text("Renew in October",
                   "They RENEW\n  in octo\xcc\x88"
                   "ber?",
                   "1:6 \"They RENEW   in octo\xcc\x88"
                   "ber?\"; ");
    expect_in_text("stra\xc3\x9f"
                   "e",
                   "Die STRASSE", "1:5 \"Die STRASSE\"; ");
    expect_in_text("aab", "aaab aaaab", "1:2 \"aaab aaaab\"; 1:8 \"aaab aaaab\"; ");
    expect_in_text("abcabd", "abcabcabd", "1:4 \"abcabcabd\"; ");
    expect_in_text("nothing", "noth\nin", "");
}

static void test_lines_and_excerpts(void **state)
{
    (void)state;
    expect_in_text("hit", "one\ntwo\n\nfour \x1b[31mhit", "4:11 \"one two  four  [31mhit\"; ");
    struct seek *s = open_for("hit");
    for (int i = 0; i < 100000; i++)
        assert_int_equal(seek_text(s, TEXT_BODY, "0123456 \n", 9), 0);
    assert_int_equal(seek_text(s, TEXT_BODY, "hit", 3), 0);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(seek_text(s, TEXT_BODY, " 0123456\n", 9), 0);
    assert_int_equal(seek_end(s), 0);
    assert_int_equal(strncmp(said.data, "100001:1 \"", 10), 0);
    assert_true(said.len < 160);
    seek_close(s);
}

static void test_cells_of_one_row(void **state)
{
    (void)state;
    const struct cell cells[] = {{"Ann", 3, 0, NULL}, {"Hill", 4, 1, NULL}, {"Acme", 4, 5, NULL}};
    const struct row row = {7, cells, 3}, other = {8, cells, 1};
    struct seek *s = open_for("ann hill");
    assert_int_equal(seek_sheet(s, "Leads"), 0);
    assert_int_equal(seek_row(s, &row), 0);
    assert_int_equal(seek_row(s, &other), 0);
    assert_int_equal(seek_end(s), 0);
    expect_said("Leads!7,0 \"Ann Hill Acme\"; ");
    seek_close(s);
    s = open_for("acme ann"); /* not from one row to the next */
    assert_int_equal(seek_row(s, &row), 0);
    assert_int_equal(seek_row(s, &other), 0);
    assert_int_equal(seek_end(s), 0);
    expect_said("");
    seek_close(s);
}

static void test_refused(void **state)
{
    (void)state;
    struct seek *s = NULL;
    assert_int_equal(seek_open(&s, " ... ", take_hit, NULL), -EINVAL);
    buf_auto longest = {0};
    for (int i = 0; i <= SEEK_CHARACTERS_MOST; i++)
        buf_puts(&longest, "a");
    assert_int_equal(seek_open(&s, longest.data, take_hit, NULL), -EINVAL);
    assert_null(s);
    assert_int_equal(seek_count("A b-3 \xef\xac\x81"), 5); /* the ligature is two letters */
}

/* As a search through all places finds it. */
static void test_as_a_plain_search(void **state)
{
    (void)state;
    srandom(7);
    for (int round = 0; round < 500; round++) {
        char text[200], sought[6];
        size_t len = sizeof text - 1, sought_len = 1 + (size_t)random() % 4, hits = 0, told = 0;
        for (size_t i = 0; i < len; i++)
            text[i] = (char)('a' + random() % 2);
        text[len] = 0;
        for (size_t i = 0; i < sought_len; i++)
            sought[i] = (char)('a' + random() % 2);
        sought[sought_len] = 0;
        for (const char *at = text; (at = strstr(at, sought)) != NULL; at += sought_len)
            hits++;
        struct seek *s = open_for(sought);
        assert_int_equal(seek_text(s, TEXT_BODY, text, len), 0);
        assert_int_equal(seek_end(s), 0);
        for (const char *at = said.data; at != NULL && (at = strchr(at, ';')) != NULL; at++)
            told++;
        assert_int_equal(told, hits);
        seek_close(s);
    }
}

static int end(void **state)
{
    (void)state;
    buf_free(&said);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_writing_does_not_matter), cmocka_unit_test(test_lines_and_excerpts),
        cmocka_unit_test(test_cells_of_one_row),        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_as_a_plain_search),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
