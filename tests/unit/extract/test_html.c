/* HTML: what a person sees of it, however carelessly it was written. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "extract/html_entities.h"
#include "extract/html_tokens.h"
#include "unit/extract/office_file.h"

static void expect_html(const char *html, const char *content)
{
    expect_content(extract_html, html, strlen(html), 0, content);
}

static void test_text(void **state)
{
    (void)state;
    expect_html("<!DOCTYPE html><html><head><title>Our\n offer</title><style>p{color:red}</style><script>if (a<b) "
                "document.write('<p>no</p>')</script></head><body><h1>Good  <b>news</b></h1><p>First\n\tline<br>second"
                "<p>next<!-- <p>hidden --> one</body></html>",
                "<heading>Our offer\nGood news\n\n<body>First line\nsecond\nnext one\n\n");
}

static void test_entities(void **state)
{
    (void)state;
    expect_html("<p>a&commat;b&period;de &lt;&#228;&#xE4;&auml;&gt; R&D AT&amp;T &copy 5&nbsp;&euro; &#150; &unknown; "
                "&#0; &#x110000; &",
                "<body>a@b.de <\xc3\xa4\xc3\xa4\xc3\xa4> R&D AT&T \xc2\xa9 5 \xe2\x82\xac \xe2\x80\x93 &unknown; "
                "\xef\xbf\xbd \xef\xbf\xbd &\n\n");
}

static void test_every_entity_can_be_found(void **state)
{
    (void)state;
    assert_int_equal(html_entity("AElig", 5), 0xc6);
    assert_int_equal(html_entity("zwnj", 4), 0x200c);
    assert_int_equal(html_entity("zacute", 6), 0x17a);
    assert_int_equal(html_entity("apos", 4), '\'');
    assert_int_equal(html_entity("lt", 2), '<');
    assert_int_equal(html_entity("#", 1), 0);
    assert_int_equal(html_entity("#x", 2), 0);
    assert_int_equal(html_entity("#12a", 4), 0);
    assert_int_equal(html_entity("#99999999999999999999", 21), 0xfffd);
    assert_int_equal(html_entity("", 0), 0);
}

static void test_tables(void **state)
{
    (void)state;
    expect_html("<p>before<table><caption>Leads</caption><tr><th>Name<th>Mail<tr><td colspan=2>Ann <i>Hill</i><td>"
                "<p>a@b.de</p></td></tr></table>after",
                "<body>before\nLeads\n\n[sheet ]\n1: 0=Name 1=Mail\n2: 0=Ann Hill 2=a@b.de\n<body>after\n\n");
}

static void test_layout_tables_are_text(void **state)
{
    (void)state;
    expect_html("<table><tr><td><table><tr><td>Name</td><td>Mail</td></tr></table></td></tr><tr><td>Dear reader,"
                "</td></tr></table>",
                "[sheet ]\n1: 0=Name 1=Mail\n<body>Dear reader,\n\n");
}

static void test_stray_tags(void **state)
{
    (void)state;
    expect_html("</table></td></tr><td>a</td></p></a></h1><b>b < c <3 </b>", "<body>ab < c <3\n\n");
}

static void test_links(void **state)
{
    (void)state;
    expect_html("<a href='&#109;ailto:a@b.de?subject=x'>Write</a>, <a href=mailto:a@b.de>a@b.de</a>, <a "
                "href = \"tel:+1555\">call</a>, <a class=\"x>y\" href='https://www.linkedin.com/in/ann?trk=1'>Ann</a>, "
                "<a href='https://shop.example'>shop</a>",
                "<body>Write (a@b.de), a@b.de, call (+1555), Ann (https://www.linkedin.com/in/ann), shop\n\n");
}

static void test_preformatted(void **state)
{
    (void)state;
    expect_html("<pre>a  b\n  c</pre>d   e", "<body>a  b\n  c\nd e\n\n");
}

static void test_comments_and_scripts_end(void **state)
{
    (void)state;
    expect_html("<!-->a<!--->b<!-- - -- ->-->c<!x>d<?php echo ?>e<script>'</scrip></SCRIPT >f<style/>g",
                "<body>abcdefg\n\n");
    expect_html("<p>a<!-- never closed <p>b", "<body>a\n\n");
    expect_html("<p>a<script>never closed", "<body>a\n\n");
    expect_html("<p>a<b title='never closed>b", "<body>a\n\n");
}

static void test_charsets(void **state)
{
    (void)state;
    expect_html("<p>Z\xc3\xbcrich", "<body>Z\xc3\xbcrich\n\n");
    expect_html("<meta charset=windows-1252><p>Z\xfcrich", "<body>Z\xc3\xbcrich\n\n");
    expect_content(extract_html, "\xff\xfe<\0p\0>\0\xfc\0", 10, 0, "<body>\xc3\xbc\n\n");
}

static void test_other_text_is_refused(void **state)
{
    (void)state;
    int answer;
    const char *text = "if a < b then 3 <4";
    struct collected c = collect_with(extract_html, text, strlen(text), 0, &answer);
    assert_int_equal(answer, -EBADMSG);
    assert_string_equal(c.text.data, "");
    buf_free(&c.text);
}

/* A tag of megabytes is bounded, and what stands behind it is read. */
static void test_endless_tag(void **state)
{
    (void)state;
    struct buf html = {0};
    buf_puts(&html, "<p>a<img src='");
    for (int i = 0; i < 100000; i++)
        buf_puts(&html, "0123456789");
    buf_puts(&html, "'>b");
    expect_html(html.data, "<body>ab\n\n");
    buf_free(&html);
}

static void test_pieces(void **state)
{
    (void)state;
    struct buf html = {0}, expected = {0};
    buf_puts(&html, "<p>");
    buf_puts(&expected, "<body>");
    for (int i = 0; i < 30000; i++) { /* so that characters lie across every border of a piece */
        buf_puts(&html, i % 7 ? "\xe2\x82\xac" : "&euro;");
        buf_puts(&expected, "\xe2\x82\xac");
    }
    buf_puts(&expected, "\n\n");
    expect_html(html.data, expected.data);
    buf_free(&html);
    buf_free(&expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_entities),
        cmocka_unit_test(test_every_entity_can_be_found),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_layout_tables_are_text),
        cmocka_unit_test(test_stray_tags),
        cmocka_unit_test(test_links),
        cmocka_unit_test(test_preformatted),
        cmocka_unit_test(test_comments_and_scripts_end),
        cmocka_unit_test(test_charsets),
        cmocka_unit_test(test_other_text_is_refused),
        cmocka_unit_test(test_endless_tag),
        cmocka_unit_test(test_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
