/* XML: both readers tell the same of the same document, in whatever pieces it comes. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "extract/xml.h"

#include <string.h>

enum { PARAGRAPH = 1, BOLD, LEFT_OUT };

static const struct xml_word words[] = {{"p", PARAGRAPH}, {"b", BOLD}, {"skip", LEFT_OUT}};

/* "<1 a=x>text</1>" of what the handler is told; text in one run however it came. */
static int tell_begin(void *ctx, int tag, const char **attrs)
{
    buf_printf(ctx, "<%d", tag);
    for (; attrs[0] != NULL; attrs += 2)
        buf_printf(ctx, " %s=%s", attrs[0], attrs[1]);
    buf_puts(ctx, ">");
    return tag == LEFT_OUT ? XML_SKIP : 0;
}

static int tell_end(void *ctx, int tag)
{
    buf_printf(ctx, "</%d>", tag);
    return 0;
}

static int tell_text(void *ctx, const char *utf8, size_t len)
{
    buf_put(ctx, utf8, len);
    return memmem(utf8, len, "stop", 4) != NULL ? -ECANCELED : 0;
}

static int by_expat(struct buf *told, const char *bytes, size_t len, size_t piece)
{
    const struct xml_handler h = {words, sizeof words / sizeof *words, told, tell_begin, tell_end, tell_text};
    struct xml *x;
    assert_int_equal(xml_open(&x, &h), 0);
    int err = 0;
    for (size_t at = 0; err == 0 && at < len; at += piece)
        err = xml_push(x, bytes + at, piece < len - at ? piece : len - at);
    err = err == 0 ? xml_finish(x) : err;
    xml_close(x);
    buf_puts(told, "");
    return err;
}

static int by_scan(struct buf *told, const char *bytes, size_t len, size_t piece)
{
    const struct xml_handler h = {words, sizeof words / sizeof *words, told, tell_begin, tell_end, tell_text};
    struct xml_scan *x;
    assert_int_equal(xml_scan_open(&x, &h), 0);
    int err = 0;
    for (size_t at = 0; err == 0 && at < len; at += piece)
        err = xml_scan_push(x, bytes + at, piece < len - at ? piece : len - at);
    err = err == 0 ? xml_scan_finish(x) : err;
    xml_scan_close(x);
    buf_puts(told, "");
    return err;
}

static void expect_both(const char *xml, int answer, const char *told)
{
    int (*const readers[])(struct buf *, const char *, size_t, size_t) = {by_expat, by_scan};
    for (size_t i = 0; i < 2; i++)
        for (size_t piece = 1; piece <= strlen(xml); piece++) {
            struct buf got = {0};
            assert_int_equal(readers[i](&got, xml, strlen(xml), piece), answer);
            if (told != NULL)
                assert_string_equal(got.data, told);
            buf_free(&got);
        }
}

static void test_well_formed(void **state)
{
    (void)state;
    expect_both(
        "<?xml version='1.0' encoding=\"UTF-8\"?>\n<!-- a < b --><w:p xmlns:w='w' w:x = \"a>&lt;&#228;\" y='\"'>"
        "a &amp; b &#x41;<b/>]]<c:c\n/><![CDATA[<x>&amp;]]><!-- - > --></w:p >\n<?end?>",
        0, "<1 xmlns:w=w w:x=a><\xc3\xa4 y=\">a & b A<2></2>]]<0></0><x>&amp;</1>");
    expect_both("<p>1<skip>2<p>3</p></skip>4<skip/>5</p>", 0, "<1>1<3>4<3>5</1>");
    expect_both("\xef\xbb\xbf<p>\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80</p>", 0,
                "<1>\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80</1>");
}

static void test_broken(void **state)
{
    (void)state;
    static const char *const files[] = {
        "x",
        "<p>",
        "<p></b>",
        "<p>&unknown;</p>",
        "<p>& </p>",
        "<p a=1></p>",
        "<p a></p>",
        "<p>\xff</p>",
        "<p a='\xc3'/>",
        "<p a='&x;'></p>",
        "<p>\xc3</p>",
        "< p></p>",
        "<!DOCTYPE p [<!ENTITY a 'x'>]><p>&a;</p>",
        "<!DOCTYPE p><p/>",
        "<p><!ELEMENT a></p>",
        "<p>&#;</p>",
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        expect_both(files[i], -EBADMSG, NULL);
}

static void test_the_handler_stops_it(void **state)
{
    (void)state;
    expect_both("<p>1</p>", 0, "<1>1</1>");
    struct buf told = {0};
    assert_int_equal(by_expat(&told, "<p>stop<b/></p>", 15, 15), -ECANCELED);
    assert_string_equal(told.data, "<1>stop");
    buf_clear(&told);
    assert_int_equal(by_scan(&told, "<p>stop<b/></p>", 15, 15), -ECANCELED);
    assert_string_equal(told.data, "<1>stop");
    buf_free(&told);
}

static void test_depth(void **state)
{
    (void)state;
    struct buf xml = {0}, told = {0};
    for (int i = 0; i <= XML_DEPTH; i++)
        buf_puts(&xml, "<p>");
    assert_int_equal(by_expat(&told, xml.data, xml.len, xml.len), -EBADMSG);
    assert_int_equal(by_scan(&told, xml.data, xml.len, xml.len), -EBADMSG);
    buf_free(&xml);
    buf_free(&told);
}

static void test_what_has_no_end_is_too_much(void **state)
{
    (void)state;
    static const char *const begins[] = {"<p a='", "<p a", "<p"};
    for (size_t i = 0; i < 3; i++) {
        struct buf xml = {0}, told = {0};
        buf_puts(&xml, begins[i]);
        for (int n = 0; n < 2 * XML_TAG_BYTES / 10; n++)
            buf_puts(&xml, "0123456789");
        assert_int_equal(by_scan(&told, xml.data, xml.len, 65536), -E2BIG);
        assert_int_equal(by_expat(&told, xml.data, xml.len, 65536), -E2BIG);
        assert_string_equal(told.data, "");
        buf_free(&xml);
        buf_free(&told);
    }
}

static void test_which_documents_can_be_scanned(void **state)
{
    (void)state;
    static const struct {
        const char *head;
        bool can;
    } heads[] = {
        {"<p/>", true},
        {"\xef\xbb\xbf<?xml version='1.0'?><p/>", true},
        {"<?xml version=\"1.0\" encoding=\"utf-8\"?>", true},
        {"<?xml version=\"1.0\" encoding='ISO-8859-1'?>", false},
        {"<?xml version='1.0'?><p encoding='x'/>", true},
        {"\xff\xfe<", false},
        {"", false},
    };
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        assert_int_equal(xml_scan_can(heads[i].head, strlen(heads[i].head)), heads[i].can);
    assert_false(xml_scan_can("<\0p\0", 4));
}

static void test_attributes(void **state)
{
    (void)state;
    const char *attrs[] = {"w:n", "12", "big", "99999999999999999999", "bad", "x", NULL};
    assert_string_equal(xml_attr(attrs, "n"), "12");
    assert_null(xml_attr(attrs, "w"));
    assert_int_equal(xml_attr_number(attrs, "n", 1, 100, 7), 12);
    assert_int_equal(xml_attr_number(attrs, "n", 20, 100, 7), 20);
    assert_int_equal(xml_attr_number(attrs, "big", 1, UINT32_MAX, 7), UINT32_MAX);
    assert_int_equal(xml_attr_number(attrs, "bad", 1, 100, 7), 7);
    assert_int_equal(xml_attr_number(attrs, "none", 1, 100, 7), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_well_formed),
        cmocka_unit_test(test_broken),
        cmocka_unit_test(test_the_handler_stops_it),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_what_has_no_end_is_too_much),
        cmocka_unit_test(test_which_documents_can_be_scanned),
        cmocka_unit_test(test_attributes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
