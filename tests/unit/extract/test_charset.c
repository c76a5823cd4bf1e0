/* Every charset ends as the same valid UTF-8, wherever the pieces are cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "extract/charset.h"

#include <iconv.h>
#include <stdlib.h>
#include <string.h>

static int prepare(void **state)
{
    (void)state;
    charset_prepare();
    return 0;
}

/* All of it, read `room` bytes at a time. Caller frees. */
static char *read_all(const void *bytes, size_t len, const char *hint, size_t room, char name[static 32])
{
    struct input in = input_from_memory(bytes, len, "");
    charset_auto *c = NULL;
    assert_int_equal(charset_open(&c, &in, hint), 0);
    struct buf all = {0};
    char piece[4096];
    ssize_t got;
    while ((got = charset_read(c, piece, room)) > 0)
        buf_put(&all, piece, (size_t)got);
    assert_int_equal(got, 0);
    strcpy(name, charset_name(c));
    buf_put(&all, "", 0);
    return all.data != NULL ? buf_steal(&all) : strdup("");
}

static void expect(const void *bytes, size_t len, const char *hint, const char *text, const char *charset)
{
    static const size_t rooms[] = {64, 65, 67, 1000, 4096};
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
        char name[32];
        char *got = read_all(bytes, len, hint, rooms[i], name);
        assert_string_equal(got, text);
        assert_string_equal(name, charset);
        free(got);
    }
    struct buf whole = {0};
    charset_put(&whole, hint, bytes, len);
    buf_put(&whole, "", 0);
    assert_string_equal(whole.data ? whole.data : "", text);
    buf_free(&whole);
}

#define EXPECT(bytes, hint, text, charset) expect(bytes, sizeof(bytes) - 1, hint, text, charset)

static void test_utf8(void **state)
{
    (void)state;
    EXPECT("", "", "", "utf-8");
    EXPECT("plain", "", "plain", "utf-8");
    EXPECT("\xef\xbb\xbfJ\xc3\xb6rg", "", "J\xc3\xb6rg", "utf-8");
    EXPECT("J\xc3\xb6rg", "iso-8859-1", "J\xc3\xb6rg", "utf-8"); /* the bytes say more than the hint */
    EXPECT("\xf0\x9f\x98\x80", "", "\xf0\x9f\x98\x80", "utf-8");
    EXPECT("a\0b", "", "a b", "utf-8");
}

static void test_broken_utf8(void **state)
{
    (void)state;
    EXPECT("\xef\xbb\xbfx\xc3", "", "x\xef\xbf\xbd", "utf-8");                               /* cut */
    EXPECT("\xef\xbb\xbf\xc0\xaf!", "", "\xef\xbf\xbd\xef\xbf\xbd!", "utf-8");               /* overlong */
    EXPECT("\xef\xbb\xbf\xed\xa0\x80", "", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", "utf-8"); /* surrogate */
    EXPECT("\xef\xbb\xbf\xf4\x90\x80\x80", "", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", "utf-8");
}

static void test_utf16(void **state)
{
    (void)state;
    EXPECT("\xff\xfeJ\0\xf6\0r\0g\0", "", "J\xc3\xb6rg", "utf-16le");
    EXPECT("\xfe\xff\0J\0\xf6\0r\0g", "", "J\xc3\xb6rg", "utf-16be");
    EXPECT("A\0n\0n\0,\0H\0i\0l\0l\0\n\0", "", "Ann,Hill\n", "utf-16le");
    EXPECT("\0A\0n\0n\0,\0H\0i\0l\0l\0\n", "", "Ann,Hill\n", "utf-16be");
    EXPECT("\xff\xfe\x3d\xd8\x00\xde!\0", "", "\xf0\x9f\x98\x80!", "utf-16le");
    EXPECT("\xff\xfe\x3d\xd8!\0", "", "\xef\xbf\xbd!", "utf-16le"); /* half a pair */
    EXPECT("\xff\xfe\x00\xde!\0", "", "\xef\xbf\xbd!", "utf-16le");
    EXPECT("\xff\xfe!\0\x3d", "", "!\xef\xbf\xbd", "utf-16le"); /* odd end */
    EXPECT("\x2d\x4e\x87\x65\x0a\0\x2d\x4e\x87\x65\x2d\x4e\x87\x65", "utf-16le",
           "\xe4\xb8\xad\xe6\x96\x87\n\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad\xe6\x96\x87", "utf-16le");
}

static void test_windows1252(void **state)
{
    (void)state;
    EXPECT("J\xf6rg \x80", "", "J\xc3\xb6rg \xe2\x82\xac", "windows-1252");
    EXPECT("J\xf6rg", "iso-8859-1", "J\xc3\xb6rg", "windows-1252");
    EXPECT("J\xf6rg", "utf-8", "J\xc3\xb6rg", "windows-1252");
    EXPECT("J\xf6rg", "x-no-such-charset", "J\xc3\xb6rg", "windows-1252");
    EXPECT("\x81", "", "\xef\xbf\xbd", "windows-1252");
}

/* The system's charsets, if it has them. */
static void expect_fetched(const char *bytes, const char *hint, const char *text, const char *charset)
{
    iconv_t known = iconv_open("UTF-8", charset);
    if (known == (iconv_t)-1)
        return;
    iconv_close(known);
    expect(bytes, strlen(bytes), hint, text, charset);
}

static void test_named_charsets(void **state)
{
    (void)state;
    expect_fetched("\xb3\xf3\xbc", "ISO-8859-2", "\xc5\x82\xc3\xb3\xc5\xba", "iso-8859-2");
    expect_fetched("100 \xa4", "iso8859-15", "100 \xe2\x82\xac", "iso-8859-15");
    expect_fetched("\xcf\xf0\xe8\xe2\xe5\xf2", "cp1251", "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82",
                   "windows-1251");
    expect_fetched("\xf0\xd2\xc9", "KOI8-R", "\xd0\x9f\xd1\x80\xd0\xb8", "koi8-r");
    expect_fetched("\x93\xfa\x96\x7b", "Shift_JIS", "\xe6\x97\xa5\xe6\x9c\xac", "cp932");
    expect_fetched("\x93\xfa\x96", "Shift_JIS", "\xe6\x97\xa5\xef\xbf\xbd", "cp932");
    expect_fetched("\x1b$BF|K\\\x1b(B!", "iso-2022-jp", "\xe6\x97\xa5\xe6\x9c\xac!", "iso-2022-jp");
    expect_fetched("\xc8\xd5\xb1\xbe", "gb2312", "\xe6\x97\xa5\xe6\x9c\xac", "gb18030");
}

/* Two texts in a charset with one converter: the second is not mixed into the first. */
static void test_a_converter_serves_one_text(void **state)
{
    (void)state;
    struct input a = input_from_memory("\x93\xfa", 2, ""), b = input_from_memory("\xf6\x93", 2, "");
    charset_auto *first = NULL, *second = NULL;
    char to[64];
    assert_int_equal(charset_open(&first, &a, "shift_jis"), 0);
    assert_int_equal(charset_open(&second, &b, "shift_jis"), 0);
    assert_int_equal(charset_read(first, to, sizeof to), 3);
    assert_int_equal(charset_read(second, to, sizeof to), 5);
    assert_string_equal(charset_name(second), "windows-1252");
}

/* The first byte beyond ASCII comes after the first piece, and where pieces meet. */
static void test_choice_stays_open(void **state)
{
    (void)state;
    enum { MOST = (64 << 10) + 8 };
    static char bytes[MOST + 8];
    for (size_t ascii = (64 << 10) - 4; ascii < MOST; ascii++) {
        char name[32];
        memset(bytes, 'a', sizeof bytes);
        memcpy(bytes + ascii, "\xc3\xb6!", 3);
        char *got = read_all(bytes, ascii + 3, "", 4096, name);
        assert_int_equal(strlen(got), ascii + 3);
        assert_memory_equal(got, bytes, ascii + 3);
        assert_string_equal(name, "utf-8");
        free(got);
        memcpy(bytes + ascii, "\xf6rg", 3);
        got = read_all(bytes, ascii + 3, "", 4096, name);
        assert_string_equal(got + ascii, "\xc3\xb6rg");
        assert_string_equal(name, "windows-1252");
        free(got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_broken_utf8),
        cmocka_unit_test(test_utf16),
        cmocka_unit_test(test_windows1252),
        cmocka_unit_test(test_named_charsets),
        cmocka_unit_test(test_a_converter_serves_one_text),
        cmocka_unit_test(test_choice_stays_open),
    };
    return cmocka_run_group_tests(tests, prepare, NULL);
}
