#include "words/short_value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct short_value value_of(const char *text, size_t len)
{
    char *exact = malloc(len ? len : 1); /* so that a sanitizer sees a byte too far */
    assert_non_null(exact);
    memcpy(exact, text, len);
    struct short_value v = short_value_of(exact, len);
    free(exact);
    return v;
}

static void same_only_if_every_byte_is(void **unused)
{
    (void)unused;
    char text[SHORT_VALUE_BYTES];
    memset(text, 'a', sizeof text);
    for (size_t len = 0; len <= sizeof text; len++) {
        struct short_value v = value_of(text, len), again = value_of(text, len);
        assert_true(short_value_is(&v, &again));
        assert_int_equal(short_value_place(&v, 64), short_value_place(&again, 64));
        for (size_t i = 0; i < len; i++) {
            text[i] = 'b';
            struct short_value other = value_of(text, len);
            assert_false(short_value_is(&v, &other));
            text[i] = 'a';
        }
    }
}

static void lengths_differ(void **unused)
{
    (void)unused;
    const char text[SHORT_VALUE_BYTES] = {0};
    for (size_t a = 0; a <= sizeof text; a++)
        for (size_t b = 0; b <= sizeof text; b++) {
            struct short_value x = value_of(text, a), y = value_of(text, b);
            assert_int_equal(short_value_is(&x, &y), a == b);
        }
}

static void places_are_spread(void **unused)
{
    (void)unused;
    enum { PLACES = 256, VALUES = 256 };
    size_t taken = 0;
    bool is_taken[PLACES] = {false};
    for (size_t i = 0; i < VALUES; i++) {
        char text[] = "2026-00-00 Ann";
        text[5] = (char)('0' + i / 64), text[6] = (char)('0' + i / 8 % 8), text[8] = (char)('0' + i % 8);
        struct short_value v = value_of(text, sizeof text - 1);
        size_t place = short_value_place(&v, PLACES);
        assert_true(place < PLACES);
        taken += !is_taken[place];
        is_taken[place] = true;
    }
    assert_true(taken > PLACES / 2); /* by chance, 63 of 100 are */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_only_if_every_byte_is),
        cmocka_unit_test(lengths_differ),
        cmocka_unit_test(places_are_spread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
