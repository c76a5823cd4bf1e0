/* Bytes by kind, and what is told of a text at a glance, against the plain ways of finding the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "words/block.h"
#include "sensitive/numbers.h"
#include "sensitive/sensitive_words.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static uint32_t below(uint64_t *state, uint32_t most)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*state >> 33) % most;
}

static void test_block_sees_each_byte(void **unused)
{
    (void)unused;
    uint64_t state = 3;
    for (int round = 0; round < 2000; round++) {
        size_t len = below(&state, BLOCK_BYTES + 1);
        char *text = malloc(len ? len : 1); /* exact, so that a sanitizer sees a byte too far */
        for (size_t i = 0; i < len; i++)
            text[i] = (char)below(&state, 256);
        struct block b = block_look(text, len), want = {0};
        for (size_t i = 0; i < len; i++) {
            unsigned char c = (unsigned char)text[i];
            want.wide |= (uint64_t)(c >= 0x80) << i;
            want.letters |= (uint64_t)(c >= 0x80 || isalpha(c)) << i;
            want.digits |= (uint64_t)(c >= '0' && c <= '9') << i;
            want.spaces |= (uint64_t)(c == ' ') << i;
            want.dots |= (uint64_t)(c == '.') << i;
            want.hyphens |= (uint64_t)(c == '-') << i;
        }
        assert_int_equal(b.wide, want.wide);
        assert_int_equal(b.letters, want.letters);
        assert_int_equal(b.digits, want.digits);
        assert_int_equal(b.spaces, want.spaces);
        assert_int_equal(b.dots, want.dots);
        assert_int_equal(b.hyphens, want.hyphens);
        free(text);
    }
}

static void test_a_byte_is_found_wherever_it_is(void **unused)
{
    (void)unused;
    for (size_t len = 0; len <= BLOCK_BYTES + 16; len++) {
        char *text = malloc(len ? len : 1);
        memset(text, 'a', len);
        assert_false(block_has(text, len, '@'));
        for (size_t at = 0; at < len; at++) {
            text[at] = '@';
            assert_true(block_has(text, len, '@'));
            text[at] = 'a';
        }
        free(text);
    }
}

static void test_copies_are_as_long_as_they_are(void **unused)
{
    (void)unused;
    for (size_t len = 0; len <= 40; len++) {
        char *from = malloc(len ? len : 1), to[48] = {0};
        for (size_t i = 0; i < len; i++)
            from[i] = (char)('A' + i);
        block_copy(to, from, len);
        assert_memory_equal(to, from, len);
        assert_int_equal(to[len], 0);
        free(from);
    }
}

/* Words of the lists, words like them, numbers with and without sense, and what stands between. */
static const char *const pieces[] = {
    "diabetes",
    "Diabetes",
    "diabetic",
    "confidential",
    "patient",
    "she",
    "he",
    "deal",
    "pipeline",
    "E11.9",
    "C50",
    "C5",
    "SSN",
    "internal",
    "4111 1111 1111 1111",
    "4111111111111111",
    "DE89370400440532013000",
    "123-45-6789",
    "12345678Z",
    "2024-03-01",
    "+49 30 1234567",
    "+49 30  1234567",
    "+1 555-010-1234",
    "+123456789012",
    "AB123456C",
    "GmbH",
    "ab",
    "a",
    "1",
    "22",
    ".",
    ",",
    "-",
    "'",
    "_",
    "M\xc3\xbcller",
    "\xc3\x84rztin",
    "forecast",
    "\t",
    "Donaudampfschifffahrtselektrizit",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
};

static size_t make_text(char *to, size_t room, uint64_t *state)
{
    size_t len = 0;
    for (uint32_t left = below(state, 12); left > 0; left--) {
        const char *piece = pieces[below(state, sizeof pieces / sizeof *pieces)];
        size_t some = strlen(piece);
        if (len + some + 1 > room)
            break;
        memcpy(to + len, piece, some);
        len += some;
        if (below(state, 4) != 0)
            to[len++] = ' ';
    }
    return len;
}

/* Where a glance sees nothing, listening hears nothing and counting counts nothing. */
static void test_a_glance_misses_nothing(void **unused)
{
    (void)unused;
    static const struct hearing silence;
    uint64_t state = 11;
    size_t silent = 0, numberless = 0;
    for (int round = 0; round < 20000; round++) {
        char text[1024];
        size_t len = make_text(text, sizeof text, &state);
        struct glance g = glance_at(text, len);
        struct hearing h = {0};
        hear_words(&h, text, len);
        h.is_named = false; /* of a name alone nothing follows */
        if (!g.words)
            assert_memory_equal(&h, &silence, sizeof h);
        silent += !g.words;
        for (int named = 0; named < 2 && !g.numbers; named++) {
            struct facts f = {0};
            numbers_count(text, len, named, &f);
            assert_int_equal(f.cards + f.ibans + f.ids, 0);
            numberless++;
        }
    }
    assert_true(silent > 1000 && numberless > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_block_sees_each_byte), cmocka_unit_test(test_a_byte_is_found_wherever_it_is),
        cmocka_unit_test(test_copies_are_as_long_as_they_are), cmocka_unit_test(test_a_glance_misses_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
