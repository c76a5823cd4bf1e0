/* buf: growing, and names quoted as git does, both ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void test_growing(void **state)
{
    (void)state;
    buf_auto b = {0};
    for (int i = 0; i < 1000; i++)
        buf_printf(&b, "%03d", i);
    assert_int_equal(b.len, 3000);
    assert_int_equal(strlen(b.data), 3000);
    assert_memory_equal(b.data + 2997, "999", 3);
    buf_clear(&b);
    assert_string_equal(b.data, "");
    buf_put(&b, "a\0b", 3);
    assert_int_equal(b.len, 3);
    char *stolen = buf_steal(&b);
    assert_memory_equal(stolen, "a\0b", 4);
    free(stolen);
    assert_null(b.data);
}

static void test_failure_sticks(void **state)
{
    (void)state;
    buf_auto b = {0};
    buf_puts(&b, "x");
    assert_null(buf_reserve(&b, SIZE_MAX / 2));
    assert_true(b.failed);
    buf_puts(&b, "y");
    assert_string_equal(b.data, "x");
}

static void expect_quoted(const char *name, const char *quoted)
{
    buf_auto b = {0};
    buf_put_quoted(&b, name, strlen(name));
    assert_string_equal(b.data, quoted);
    assert_int_equal(buf_unquote(b.data), strlen(name));
    assert_string_equal(b.data, name);
}

static void test_quoting(void **state)
{
    (void)state;
    expect_quoted("Prospects/acme.csv", "Prospects/acme.csv");
    expect_quoted("two words", "two words");
    expect_quoted("Gr\xc3\xbc\xc3\x9f"
                  "e",
                  "Gr\xc3\xbc\xc3\x9f"
                  "e");
    expect_quoted("a\nb", "\"a\\nb\"");
    expect_quoted("a\tb\rc\x07", "\"a\\tb\\rc\\a\"");
    expect_quoted("say \"hi\"", "\"say \\\"hi\\\"\"");
    expect_quoted("back\\slash", "\"back\\\\slash\"");
    expect_quoted("\x01\x7f", "\"\\001\\177\"");
    expect_quoted("bad\xff", "\"bad\\377\"");
    expect_quoted("mixed \xc3\xbc \xfe", "\"mixed \xc3\xbc \\376\"");
    expect_quoted("\xc0\x80", "\"\\300\\200\"");          /* over-long */
    expect_quoted("\xed\xa0\x80", "\"\\355\\240\\200\""); /* a surrogate */
    expect_quoted("\xc2\x9b"
                  "2J",
                  "\"\\302\\2332J\""); /* a control of two bytes */
    expect_quoted("cod\xe2\x80\xae.exe", "\"cod\\342\\200\\256.exe\"");
    expect_quoted("\xe2\x80\xa8"
                  "Class: x",
                  "\"\\342\\200\\250Class: x\"");
    expect_quoted("\xd8\x9c", "\"\\330\\234\"");
    expect_quoted("\xe2\x80\x94\xc2\xa0\xe2\x82\xac", "\xe2\x80\x94\xc2\xa0\xe2\x82\xac"); /* a dash, a space, a euro */
    expect_quoted("cut \xe2\x82", "\"cut \\342\\202\"");
    expect_quoted("\"", "\"\\\"\"");
}

static void test_any_name_survives(void **state)
{
    (void)state;
    unsigned seed = 1;
    for (int round = 0; round < 20000; round++) {
        char name[64];
        size_t len = (size_t)(round % 40) + 1;
        for (size_t i = 0; i < len; i++) {
            seed = seed * 1103515245u + 12345u;
            name[i] = (char)((seed >> 16) % 255 + 1);
        }
        name[len] = 0;
        buf_auto b = {0};
        buf_put_quoted(&b, name, len);
        for (size_t i = 0; i < b.len; i++)
            assert_true((unsigned char)b.data[i] >= 0x20 && b.data[i] != 0x7f);
        assert_int_equal(buf_unquote(b.data), len);
        assert_memory_equal(b.data, name, len + 1);
    }
}

static void expect_broken(const char *text)
{
    char copy[32];
    strcpy(copy, text);
    assert_int_equal(buf_unquote(copy), -EINVAL);
}

static void test_broken_escapes(void **state)
{
    (void)state;
    expect_broken("\"\\\"");     /* the last quote is escaped */
    expect_broken("\"\\x41\"");  /* not git's */
    expect_broken("\"\\12\"");   /* two digits */
    expect_broken("\"\\400\"");  /* no byte */
    expect_broken("\"a\\000\""); /* no name has a NUL */
    char plain[] = "\"";
    assert_int_equal(buf_unquote(plain), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_growing),           cmocka_unit_test(test_failure_sticks), cmocka_unit_test(test_quoting),
        cmocka_unit_test(test_any_name_survives), cmocka_unit_test(test_broken_escapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
