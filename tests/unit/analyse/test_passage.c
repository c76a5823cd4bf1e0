/* A text that is sought has the fingerprints of every text that it stands in; and what is in none is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "analyse/cover.h"
#include "analyse/passage.h"
#include "analyse/seek.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

static const unsigned char secret[FINGERPRINT_SECRET_BYTES] = "any bytes will do";

enum { TEXT_MOST = 4000, PRINTS_MOST = TEXT_MOST };

struct whole {
    uint64_t prints[PRINTS_MOST];
    size_t count;
};

static int note_print(void *ctx, uint64_t print)
{
    struct whole *w = ctx;
    w->prints[w->count++] = print;
    return 0;
}

static bool has_print(const struct whole *w, uint64_t print)
{
    for (size_t i = 0; i < w->count; i++)
        if (w->prints[i] == print)
            return true;
    return false;
}

static void read_whole(struct whole *w, const char *text)
{
    struct winnow *reader;
    w->count = 0;
    assert_int_equal(winnow_open(&reader, secret, note_print, w), 0);
    assert_int_equal(winnow_text(reader, text, strlen(text)), 0);
    assert_int_equal(winnow_end(reader), 0);
    winnow_close(reader);
}

/* Few letters, so that hashes are equal here and there, and marks between them that do not count. */
static void write_any(char *text, size_t len, unsigned *seed)
{
    static const char letters[] = "aAbBcC  .,d\ne";
    for (size_t i = 0; i < len; i++)
        text[i] = letters[(unsigned)rand_r(seed) % (sizeof letters - 1)];
    text[len] = 0;
}

static void test_every_text_that_holds_it_has_its_prints(void **state)
{
    (void)state;
    static struct whole whole;
    char text[TEXT_MOST + 1], sought[TEXT_MOST + 1];
    uint64_t prints[PASSAGE_PRINTS_MOST];
    unsigned seed = 7, sure = 0;
    for (int i = 0; i < 2000; i++) {
        size_t len = 200 + (size_t)rand_r(&seed) % 600, at = (size_t)rand_r(&seed) % (len - 120);
        write_any(text, len, &seed);
        snprintf(sought, sizeof sought, "%.*s", (int)(60 + (size_t)rand_r(&seed) % 60), text + at);
        int count = passage_prints(secret, sought, prints);
        assert_int_equal(count > 0, seek_count(sought) >= FINGERPRINT_SURE);
        read_whole(&whole, text);
        for (int k = 0; k < count; k++)
            assert_true(has_print(&whole, prints[k]));
        sure += count > 0;
    }
    assert_true(sure > 500);
}

static void test_what_is_too_short_has_none(void **state)
{
    (void)state;
    uint64_t prints[PASSAGE_PRINTS_MOST];
    char text[] = "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghij";
    assert_true(passage_prints(secret, text, prints) > 0);
    text[sizeof text - 2] = '.';
    assert_int_equal(passage_prints(secret, text, prints), 0);
    assert_int_equal(passage_prints(secret, "", prints), 0);
}

/* ---- what is in no fingerprint ---- */

static bool lacks(const char *one, const char *other)
{
    struct cover c = {0};
    const struct cell cells[] = {{.text = one, .len = (uint32_t)strlen(one)},
                                 {.text = other, .len = (uint32_t)strlen(other), .column = 1}};
    cover_row(&c, &(struct row){.number = 1, .cells = cells, .count = 2});
    return c.lacks;
}

static void test_short_rows_and_margins_hold_nothing_long(void **state)
{
    (void)state;
    static const char forty_nine[] = "abcdefghij-ABCDEFGHIJ-0123456789-abcdefghij-abcdefghi";
    struct cover c = {0};
    assert_false(lacks(forty_nine, " .,;@-+()[]{}/"));
    assert_true(lacks(forty_nine, "j"));
    cover_text(&c, forty_nine, strlen(forty_nine));
    cover_divide(&c);
    cover_text(&c, forty_nine, strlen(forty_nine));
    assert_false(c.lacks);
    cover_text(&c, "j", 1);
    assert_true(c.lacks);
}

/* No character counts for less than it is folded to: a text of 50 is never taken for a shorter one. */
static void test_no_character_is_underrated(void **state)
{
    (void)state;
    for (int32_t i = 1; i < 0x110000; i++) {
        char text[8] = "";
        if (i >= 0xd800 && i < 0xe000)
            continue;
        utf8proc_ssize_t len = utf8proc_encode_char(i, (utf8proc_uint8_t *)text);
        struct cover c = {0};
        cover_text(&c, text, (size_t)len);
        if (c.run < seek_count(text))
            fail_msg("U+%04X counts %u of %u", (unsigned)i, (unsigned)c.run, (unsigned)seek_count(text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_text_that_holds_it_has_its_prints),
                                       cmocka_unit_test(test_what_is_too_short_has_none),
                                       cmocka_unit_test(test_short_rows_and_margins_hold_nothing_long),
                                       cmocka_unit_test(test_no_character_is_underrated)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
