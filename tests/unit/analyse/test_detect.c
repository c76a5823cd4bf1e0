/* Types as libmagic names them, kept clean, found fast. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "analyse/detect.h"
#include "base/clock.h"
#include "base/fdio.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct detector *d;

static int open_detector(void **state)
{
    (void)state;
    struct error e = {0};
    return detector_open(&d, &e);
}

static int close_detector(void **state)
{
    (void)state;
    detector_close(d);
    return 0;
}

struct type {
    char mime[DETECT_MIME_BYTES];
    char charset[DETECT_CHARSET_BYTES];
};

static struct type look_at(const char *bytes, size_t len)
{
    struct type type;
    struct input in = input_from_memory(bytes, len, "file");
    assert_int_equal(detector_look(d, &in, type.mime, type.charset), 0);
    return type;
}

static void expect_type(const char *text, const char *mime, const char *charset)
{
    for (int twice = 0; twice < 2; twice++) { /* the second answer may be remembered */
        struct type type = look_at(text, strlen(text));
        assert_string_equal(type.mime, mime);
        assert_string_equal(type.charset, charset);
    }
}

static void test_types_that_sales_people_write(void **state)
{
    (void)state;
    expect_type("Dear Ms Smith,\nthank you for the call.\n", "text/plain", "us-ascii");
    expect_type("Gr\xc3\xbc\xc3\x9f Gott,\nwie besprochen.\n", "text/plain", "utf-8");
    expect_type("<!DOCTYPE html>\n<html><body>x</body></html>\n", "text/html", "us-ascii");
    expect_type("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A B\r\nEND:VCARD\r\n", "text/vcard", "us-ascii");
    expect_type("{\"name\": \"Acme\", \"phones\": [1, 2, 3]}\n", "application/json", "us-ascii");
    expect_type("%PDF-1.4\n1 0 obj\n", "application/pdf", "us-ascii");
    expect_type("{\\rtf1\\ansi hello}\n", "text/rtf", "us-ascii");
}

static void test_empty(void **state)
{
    (void)state;
    struct type type = look_at("", 0);
    assert_non_null(strstr(type.mime, "x-empty"));
    assert_string_equal(type.charset, "binary");
}

static void test_unknown_bytes(void **state)
{
    (void)state;
    struct type type = look_at("\x93\x01\x80\xfe\x00\x11\xff\x07\x9a\x01", 10);
    assert_string_equal(type.mime, "application/octet-stream");
    assert_string_equal(type.charset, "binary");
}

/* The same beginning, another whole: what is remembered of the beginning must not hide it. */
static void test_memory_is_of_the_beginning_only(void **state)
{
    (void)state;
    char text[1024];
    memset(text, 'a', sizeof text);
    struct type type = look_at(text, sizeof text);
    assert_string_equal(type.mime, "text/plain");
    assert_string_equal(type.charset, "us-ascii");
    memcpy(text + 1000, "\xc3\xbc", 2);
    type = look_at(text, sizeof text);
    assert_string_equal(type.charset, "utf-8");
    text[1010] = 0;
    type = look_at(text, sizeof text);
    assert_string_equal(type.charset, "binary");
}

static void test_words_are_cleaned(void **state)
{
    (void)state;
    char to[16];
    assert_true(detector_clean(to, sizeof to, "Text/X-C++", 10));
    assert_string_equal(to, "text/x-c++");
    assert_false(detector_clean(to, sizeof to, "text/plain\n", 11));
    assert_string_equal(to, "");
    assert_false(detector_clean(to, sizeof to, "", 0));
    assert_false(detector_clean(to, sizeof to, "a-word-too-long/", 16));
    assert_false(detector_clean(to, sizeof to, "a b", 3));
    assert_false(detector_clean(to, sizeof to, "a\0b", 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types_that_sales_people_write),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_unknown_bytes),
        cmocka_unit_test(test_memory_is_of_the_beginning_only),
        cmocka_unit_test(test_words_are_cleaned),
    };
    return cmocka_run_group_tests(tests, open_detector, close_detector);
}
