/* RTF: text in whatever charset the font is of, tables, and what the person does not see left out. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "extract/charset.h"
#include "unit/extract/office_file.h"

static void expect_rtf(const char *body, const char *content)
{
    struct buf rtf = {0};
    buf_printf(&rtf, "{\\rtf1\\ansi\\ansicpg1252 %s}", body);
    expect_content(extract_rtf, rtf.data, rtf.len, 0, content);
    buf_free(&rtf);
}

static void test_text(void **state)
{
    (void)state;
    expect_rtf("{\\fonttbl{\\f0 Arial;}}{\\colortbl;\\red0;}{\\*\\generator Word;}{\\stylesheet{Normal;}}Dear\\~Ms "
               "Hill,\\par\r\n{\\b bold}\\b0  text\\tab x\\line y\\emdash z \\{\\\\\\} a\\_b\\-c\\par",
               "<body>Dear Ms Hill,\nbold text\tx\ny\xe2\x80\x94z {\\} a-bc\n\n");
}

static void test_charsets(void **state)
{
    (void)state;
    expect_rtf("Z\\'fcrich {\\f7 x}", "<body>Z\xc3\xbcrich x\n");
    expect_rtf(
        "{\\fonttbl{\\f0\\fcharset0 A;}{\\f3\\fcharset238 B;}}\\f3 \\'b3\\'f3d\\'9f {\\f0 \\'b3}\\'b3\\plain \\'b3",
        "<body>\xc5\x82\xc3\xb3"
        "d\xc5\xba \xc2\xb3\xc5\x82\xc2\xb3\n");
    expect_rtf("{\\fonttbl{\\f1\\fcharset128 C;}}\\f1 \\'93\\'fa\\'96\\'7b", "<body>\xe6\x97\xa5\xe6\x9c\xac\n");
}

static void test_unicode(void **state)
{
    (void)state;
    expect_rtf("\\u8364?5 \\uc2\\u8364\\'80x\\uc1\\u-10179?\\u-8704?{\\uc1\\u228 a}\\u228 b\\u55357 \\u65?\\u0 ",
               "<body>\xe2\x82\xac"
               "5 \xe2\x82\xac\xf0\x9f\x98\x80\xc3\xa4\xc3\xa4"
               "A\xef\xbf\xbd\n");
}

static void test_tables(void **state)
{
    (void)state;
    expect_rtf("before\\par\\trowd\\cellx1\\cellx2\\pard\\intbl Name\\cell Mail\\cell{\\trowd\\cellx1\\row}\\trowd"
               "\\pard\\intbl {Ann\\par Hill}\\cell a@b.de\\cell\\row\\pard after\\par",
               "<body>before\n\n[sheet ]\n1: 0=Name 1=Mail\n2: 0=Ann\nHill 1=a@b.de\n<body>after\n\n");
    expect_rtf("\\trowd x\\cell\\cell y\\cell\\row\\pard\\trowd z\\cell\\row", "[sheet ]\n1: 0=x 2=y\n<body>z\n\n");
}

static void test_what_is_not_seen(void **state)
{
    (void)state;
    expect_rtf("a{\\pict ffd8{\\b x}ffd9}{\\*\\unknown {deep {er}}}{\\deleted gone}{\\bin5 }}{{}}b{\\xe index}"
               "{\\*\\bkmkstart m}{\\*\\shpinst{\\sp{\\sn n}{\\sv v}}{\\shptxt box}}c",
               "<body>abboxc\n");
}

static void test_margins_and_properties(void **state)
{
    (void)state;
    expect_rtf("{\\info{\\title Plan}{\\author }{\\keywords internal}}{\\*\\userprops {\\propname Label}\\proptype30"
               "{\\staticval Confidential}}{\\header\\pard Secret\\par}text{\\footerf  page}more",
               "<property>title: Plan\nkeywords: internal\nLabel: Confidential\n\n<margin>Secret\n\n\n<body>text\n"
               "<margin> page\n\n<body>more\n");
}

static void test_links(void **state)
{
    (void)state;
    expect_rtf("{\\field{\\*\\fldinst{HYPERLINK \"mailto:a@b.de\"}}{\\fldrslt{Ann}}}, {\\field{\\*\\fldinst HYPERLINK "
               "\"mailto:a@b.de\" }{\\fldrslt a@b.de}} {\\field{\\*\\fldinst PAGE}{\\fldrslt 7}}",
               "<body>Ann (a@b.de), a@b.de 7\n");
}

static void test_broken(void **state)
{
    (void)state;
    static const struct {
        const char *rtf;
        uint32_t flags;
        const char *content;
    } files[] = {
        {"{\\rtf1 a{b", FACT_UNREADABLE, "<body>ab\n"},
        {"{\\rtf1 a}}}}b", 0, "<body>ab\n"},
        {"{\\rtf1 a\\'zz\\'4\\u99999999999 ?\\", FACT_UNREADABLE, NULL},
        {"{\\rtf1 \\bin99999999 abc", FACT_UNREADABLE, ""},
        {"{\\rtf1\\cell\\row\\cell\\nestrow\\intbl\\row}", 0, NULL},
        {"{\\rtf1\\f-1\\fonttbl\\f-2147483648\\fcharset238}", 0, ""},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        int answer;
        struct collected c = collect_with(extract_rtf, files[i].rtf, strlen(files[i].rtf), 0, &answer);
        assert_int_equal(answer, 0);
        assert_int_equal(c.flags, files[i].flags);
        if (files[i].content != NULL)
            assert_string_equal(c.text.data, files[i].content);
        buf_free(&c.text);
    }
}

static void test_depth(void **state)
{
    (void)state;
    struct buf rtf = {0};
    for (int i = 0; i < 100000; i++)
        buf_puts(&rtf, "{");
    buf_puts(&rtf, "deep");
    for (int i = 0; i < 100000; i++)
        buf_puts(&rtf, "}");
    buf_puts(&rtf, " end");
    expect_rtf(rtf.data, "<body>deep end\n");
    buf_free(&rtf);
}

static void test_others(void **state)
{
    (void)state;
    int answer;
    struct collected c = collect_with(extract_rtf, "{\\rt", 4, 0, &answer);
    assert_int_equal(answer, -EBADMSG);
    buf_free(&c.text);
}

static int prepare(void **state)
{
    (void)state;
    charset_prepare();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_charsets),
        cmocka_unit_test(test_unicode),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_what_is_not_seen),
        cmocka_unit_test(test_margins_and_properties),
        cmocka_unit_test(test_links),
        cmocka_unit_test(test_broken),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_others),
    };
    return cmocka_run_group_tests(tests, prepare, NULL);
}
