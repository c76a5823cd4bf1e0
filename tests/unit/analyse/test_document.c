/* The text of a file as a person sees it, and every place found again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "analyse/document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct document *d;

static int open_document(void **state)
{
    (void)state;
    return document_open(&d);
}

static int close_document(void **state)
{
    (void)state;
    document_close(d);
    return 0;
}

static void put_text(enum text_part part, const char *text)
{
    assert_int_equal(document_text(d, part, text, strlen(text)), 0);
}

static void put_row(uint32_t number, const char *first, const char *second)
{
    struct cell cells[] = {{.text = first, .len = (uint32_t)strlen(first), .column = 0},
                           {.text = second, .len = (uint32_t)strlen(second), .column = 3}};
    struct row row = {.number = number, .cells = cells, .count = 2};
    assert_int_equal(document_row(d, &row), 0);
}

static struct document_place find(const char *word)
{
    size_t len;
    const char *text = document_bytes(d, &len), *at = strstr(text, word);
    assert_non_null(at);
    return document_find(d, (size_t)(at - text));
}

static void expect_text(const char *expected)
{
    size_t len;
    assert_string_equal(document_bytes(d, &len), expected);
    assert_int_equal(len, strlen(expected));
}

static void expect_line(const char *word, uint32_t line, uint32_t column)
{
    struct document_place p = find(word);
    assert_int_equal(p.line, line);
    assert_int_equal(p.column, column);
    assert_int_equal(p.row, 0);
    assert_string_equal(p.sheet, "");
}

static void expect_cell(const char *word, const char *sheet, uint32_t row, uint32_t cell, uint32_t column)
{
    struct document_place p = find(word);
    assert_int_equal(p.row, row);
    assert_int_equal(p.line, row);
    assert_int_equal(p.cell, cell);
    assert_int_equal(p.column, column);
    assert_string_equal(p.sheet, sheet);
}

static void test_lines_and_columns_are_characters(void **state)
{
    (void)state;
    put_text(TEXT_BODY, "Gr\xc3\xbc\xc3\x9f Gott\nzwei");
    put_text(TEXT_BODY, " drei\n");
    expect_text("Gr\xc3\xbc\xc3\x9f Gott\nzwei drei\n");
    expect_line("Gott", 1, 6);
    expect_line("zwei", 2, 1);
    expect_line("drei", 2, 6);
    size_t len;
    document_bytes(d, &len);
    assert_int_equal(document_find(d, len).line, 3);
    assert_int_equal(document_find(d, len + 100).column, 1);
}

static void test_cells_have_sheet_row_and_column(void **state)
{
    (void)state;
    document_sheet(d, "Leads");
    put_row(2, "Ann Hill", "ann@acme.example");
    document_sheet(d, "Kunden \xc3\xbc"
                      "ber alles, und dieser Name ist so lang, dass er nicht mehr passt");
    put_row(7, "", "x");
    put_text(TEXT_BODY, "Behind the tables");
    put_row(9, "Bob", "");
    expect_text("Ann Hill\tann@acme.example\nx\nBehind the tables\nBob\n");
    expect_cell("Hill", "Leads", 2, 0, 5);
    expect_cell("acme", "Leads", 2, 3, 5);
    expect_line("the", 1, 8);
    struct document_place p = find("Bob");
    assert_int_equal(p.row, 9);
    assert_int_equal(strlen(p.sheet), 63);
    assert_int_equal(find("x\n").cell, 3);
}

/* Headers and properties do not shift the lines of the text that a person counts. */
static void test_parts_count_their_own_lines(void **state)
{
    (void)state;
    put_text(TEXT_PROPERTY, "Keywords: internal");
    put_text(TEXT_HEADING, "Title");
    put_text(TEXT_BODY, "\nfirst\nsecond");
    put_text(TEXT_MARGIN, "Page header");
    put_text(TEXT_BODY, "third");
    expect_text("Keywords: internal\nTitle\nfirst\nsecond\nPage header\nthird");
    expect_line("internal", 1, 11);
    expect_line("Title", 1, 1);
    expect_line("first", 2, 1);
    expect_line("second", 3, 1);
    expect_line("header", 1, 6);
    expect_line("third", 4, 1);
}

/* What counts lines block by block agrees with what counts from the beginning, wherever pieces end. */
static void test_every_place_of_a_long_text(void **state)
{
    (void)state;
    enum { BYTES = 20000 };
    static char text[BYTES + 4];
    unsigned seed = 7;
    size_t len = 0;
    while (len < BYTES) {
        seed = seed * 1103515245u + 12345u;
        const char *next = (seed >> 16) % 400 == 0 ? "\n" : (seed >> 16) % 5 == 0 ? "\xe2\x82\xac" : "a";
        strcpy(text + len, next);
        len += strlen(next);
    }
    for (size_t at = 0, piece; at < len; at += piece) {
        piece = 1 + at % 1500 < len - at ? 1 + at % 1500 : len - at;
        while (at + piece < len && (text[at + piece] & 0xc0) == 0x80)
            piece++;
        assert_int_equal(document_text(d, TEXT_BODY, text + at, piece), 0);
    }
    expect_text(text);
    uint32_t line = 1, column = 0;
    for (size_t at = 0; at < len; at++) {
        column += (text[at] & 0xc0) != 0x80;
        struct document_place p = document_find(d, at);
        assert_int_equal(p.line, line);
        assert_int_equal(p.column, column);
        if (text[at] == '\n')
            line++, column = 0;
    }
}

static void test_too_much_is_cut_at_a_character(void **state)
{
    (void)state;
    for (int i = 0; i < DOCUMENT_BYTES / 3 + 10; i++)
        put_text(TEXT_BODY, "\xe2\x82\xac");
    put_row(1, "late", "row");
    size_t len;
    const char *text = document_bytes(d, &len);
    assert_true(document_is_cut(d));
    assert_int_equal(len, DOCUMENT_BYTES / 3 * 3);
    assert_int_equal(text[len], 0);
    assert_int_equal(document_find(d, len - 3).column, DOCUMENT_BYTES / 3);
    document_clear(d);
    assert_false(document_is_cut(d));
    put_text(TEXT_BODY, "anew");
    expect_text("anew");
    expect_line("new", 1, 2);
}

static void test_sheets_without_end(void **state)
{
    (void)state;
    for (int i = 0; i < 5000; i++) {
        char name[16];
        snprintf(name, sizeof name, "s%d", i);
        document_sheet(d, name);
        put_row((uint32_t)i + 1, i == 700 ? "seven" : i == 4900 ? "late" : "v", "w");
    }
    expect_cell("seven", "s700", 701, 0, 1);
    expect_cell("late", "", 4901, 0, 1);
}

static void test_empty(void **state)
{
    (void)state;
    expect_text("");
    struct document_place p = document_find(d, 0);
    assert_int_equal(p.line, 1);
    assert_int_equal(p.column, 1);
    put_row(1, "", "");
    expect_text("");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_lines_and_columns_are_characters, open_document, close_document),
        cmocka_unit_test_setup_teardown(test_cells_have_sheet_row_and_column, open_document, close_document),
        cmocka_unit_test_setup_teardown(test_parts_count_their_own_lines, open_document, close_document),
        cmocka_unit_test_setup_teardown(test_every_place_of_a_long_text, open_document, close_document),
        cmocka_unit_test_setup_teardown(test_too_much_is_cut_at_a_character, open_document, close_document),
        cmocka_unit_test_setup_teardown(test_sheets_without_end, open_document, close_document),
        cmocka_unit_test_setup_teardown(test_empty, open_document, close_document),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
