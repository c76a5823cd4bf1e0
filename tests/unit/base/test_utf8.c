/* What may be shown on a terminal as it is, and what stands in place of the rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *text, *shown;
} texts[] = {
    {"", ""},
    {"plain", "plain"},
    {"M\xc3\xbcller \xf0\x9f\x9a\xa2", "M\xc3\xbcller \xf0\x9f\x9a\xa2"},
    {"a\x1b[2Jb", "a?[2Jb"},
    {"a\nb\x7f", "a?b?"},
    {"\xff\xc3", "??"},
    {"x\xe2\x80\xae"
     "y",
     "x???y"}, /* turns the line around */
    {"\xc2\x9b"
     "31m",
     "??31m"},               /* a control of one byte elsewhere */
    {"\xed\xa0\x80", "???"}, /* half a surrogate pair */
};

static void test_plain(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char text[64];
        snprintf(text, sizeof text, "%s", texts[i].text);
        assert_int_equal(utf8_is_plain(text, strlen(text)), strcmp(texts[i].text, texts[i].shown) == 0);
        utf8_make_plain(text, strlen(text));
        assert_string_equal(text, texts[i].shown);
        assert_true(utf8_is_plain(text, strlen(text)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_plain)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
