/* Text comes out as it is, but for its charset and line ends; binary is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/extract/listing.h"

#define TEXT(text, expected) expect_listing(extract_plain, text, sizeof(text) - 1, "", expected)
#define REFUSED(bytes)       expect_refused(extract_plain, bytes, sizeof(bytes) - 1)

static void test_text(void **state)
{
    (void)state;
    TEXT("", "");
    TEXT("Dear Ann,\n\nthank you.\n", "body: Dear Ann,\n\nthank you.\n");
    TEXT("J\xf6rg\r\nK\xf6ln\rUlm", "body: J\xc3\xb6rg\nK\xc3\xb6ln\nUlm");
    TEXT("\xff\xfeh\0i\0\r\0\n\0", "body: hi\n");
    TEXT("\r\r\n\n\r", "body: \n\n\n\n");
}

static void test_binary_is_refused(void **state)
{
    (void)state;
    REFUSED("\x7f"
            "ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0>\0\1\0\0\0");
    REFUSED("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\10\2\0\0\0");
}

/* A line end that is cut by the ends of pieces is one line end. */
static void test_line_ends_at_pieces(void **state)
{
    (void)state;
    struct buf text = {0}, expected = {0};
    buf_puts(&expected, "body: ");
    for (int i = 0; i < 60000; i++) {
        buf_puts(&text, i % 3 == 0 ? "a\r\n" : i % 3 == 1 ? "\r\n" : "bc\r");
        buf_puts(&expected, i % 3 == 0 ? "a\n" : i % 3 == 1 ? "\n" : "bc\n");
    }
    expect_listing(extract_plain, text.data, text.len, "", expected.data);
    buf_free(&text);
    buf_free(&expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_binary_is_refused),
        cmocka_unit_test(test_line_ends_at_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
