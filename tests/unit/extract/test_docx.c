/* Text documents and slides: paragraphs, tables, what stands at the margin; nothing that was deleted. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/extract/office_file.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))
#define BODY(text)  "<w:document xmlns:w='w' xmlns:r='r' xmlns:mc='m' xmlns:v='v'><w:body>" text "</w:body></w:document>"
#define P(text)     "<w:p><w:r><w:t>" text "</w:t></w:r></w:p>"

static void expect_body(const char *document, uint32_t flags, const char *content)
{
    const struct office_member members[] = {{"word/document.xml", document}};
    expect_members(extract_docx, members, 1, flags, content);
}

static void test_paragraphs(void **state)
{
    (void)state;
    expect_body(BODY("<w:p><w:pPr><w:pStyle w:val='Heading1'/><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>Plan</w:t>"
                     "</w:r></w:p><w:p><w:r><w:t>Call </w:t><w:tab/><w:t>Ann</w:t><w:br/><w:t>e</w:t>"
                     "<w:noBreakHyphen/><w:t>mail &lt;a@b.de&gt;</w:t></w:r></w:p>"),
                0, "<heading>Plan\n\n<body>Call \tAnn\ne-mail <a@b.de>\n\n");
}

static void test_deleted_text_is_left_out(void **state)
{
    (void)state;
    expect_body(BODY("<w:p><w:del><w:r><w:delText>gone</w:delText><w:t>gone</w:t></w:r></w:del><w:ins><w:r><w:t>kept"
                     "</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom></w:p>"),
                0, "<body>kept\n\n");
}

static void test_a_text_box_is_read_once(void **state)
{
    (void)state;
    expect_body(
        BODY("<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent>" P(
            "box") "</w:txbxContent></mc:Choice>"
                   "<mc:Fallback><w:txbxContent>" P("box") "</w:txbxContent></mc:Fallback></mc:AlternateContent>"
                                                           "</w:r></w:p>"),
        0, "<body>box\n\n\n");
}

#define TC(text) "<w:tc>" P(text) "</w:tc>"

static void test_tables_are_rows(void **state)
{
    (void)state;
    expect_body(BODY(P("before") "<w:tbl><w:tr>" TC("Name") TC(
                    "Mail") "</w:tr><w:tr><w:tc><w:tcPr><w:gridSpan "
                            "w:val='2'/></w:tcPr>" P("Ann") P("Hill") "</w:tc>" TC("a@b.de") "</w:tr><w:tr>" TC("")
                                TC("") "</w:tr></w:tbl>" P("after")),
                0, "<body>before\n\n[sheet ]\n1: 0=Name 1=Mail\n2: 0=Ann\nHill 2=a@b.de\n<body>after\n\n");
}

static void test_a_table_in_a_cell(void **state)
{
    (void)state;
    expect_body(BODY("<w:tbl><w:tr>" TC("a") TC("b") "</w:tr><w:tr><w:tc>" P("c") "<w:tbl><w:tr>" TC("x")
                         TC("y") "</w:tr></w:tbl>" P("d") "</w:tc>" TC("e") "</w:tr></w:tbl>"),
                0, "[sheet ]\n1: 0=a 1=b\n[sheet ]\n1: 0=x 1=y\n[sheet ]\n2: 0=c\nd 1=e\n");
}

static void test_a_box_around_a_paragraph_is_text(void **state)
{
    (void)state;
    expect_body(BODY("<w:tbl><w:tr>" TC("All of it") "</w:tr></w:tbl>"), 0, "<body>All of it\n\n");
}

/* However deep the tables, the text comes out; deeper than the parser goes, the file is broken. */
static void test_tables_in_tables_in_tables(void **state)
{
    (void)state;
    for (int depth = 5; depth <= 200; depth += 195) {
        struct buf xml = {0};
        for (int i = 0; i < depth; i++)
            buf_puts(&xml, "<tbl><tr><tc>");
        buf_puts(&xml, P("deep"));
        for (int i = 0; i < depth; i++)
            buf_puts(&xml, "</tc></tr></tbl>");
        struct buf document = {0};
        buf_printf(&document, BODY("%s"), xml.data);
        expect_body(document.data, depth == 5 ? 0 : FACT_UNREADABLE, depth == 5 ? "<body>deep\n\n" : "");
        buf_free(&xml);
        buf_free(&document);
    }
}

static void test_what_a_full_cell_cannot_take_is_text(void **state)
{
    (void)state;
    struct buf document = {0};
    buf_puts(&document, "<d><tbl><tr><tc><p><t>");
    for (int i = 0; i < LIMIT_CELL; i++)
        buf_puts(&document, "x");
    buf_puts(&document, "beyond</t></p></tc></tr></tbl></d>");
    const struct office_member members[] = {{"word/document.xml", document.data}};
    struct buf zip = office_zip(members, 1, NULL);
    int answer;
    struct collected c = collect_with(extract_docx, zip.data, zip.len, 0, &answer);
    assert_int_equal(answer, 0);
    assert_memory_equal(c.text.data, "<body>beyond\nxxx", 16);
    buf_free(&c.text);
    buf_free(&zip);
    buf_free(&document);
}

static void test_links_that_hide_an_address(void **state)
{
    (void)state;
    const struct office_member members[] = {
        {"word/document.xml",
         BODY("<w:p><w:hyperlink r:id='r1'><w:r><w:t>Write to Ann</w:t></w:r></w:hyperlink>"
              "<w:r><w:t>, </w:t></w:r><w:hyperlink r:id='r1'><w:r><w:t>a@b.de</w:t></w:r>"
              "</w:hyperlink><w:hyperlink r:id='r2'><w:r><w:t> shop</w:t></w:r></w:hyperlink></w:p>")},
        {"word/_rels/document.xml.rels",
         "<R><Relationship Id='r1' Target='mailto:a%40b.de?subject=Hi'/><Relationship Id='r2' "
         "Target='https://shop.example/'/></R>"},
        {"word/_rels/header1.xml.rels", "<R><Relationship Id='r2' Target='mailto:other@b.de'/></R>"},
    };
    expect_members(extract_docx, members, COUNT(members), 0, "<body>Write to Ann (a@b.de), a@b.de shop\n\n");
}

static void test_margins_notes_comments_properties(void **state)
{
    (void)state;
    const struct office_member members[] = {
        {"word/document2.xml", BODY(P("text"))},
        {"word/header1.xml",
         "<w:hdr xmlns:w='w' xmlns:v='v'>" P(
             "Confidential") "<w:p><w:pict><v:shape><v:textpath string='DRAFT'/></v:shape></w:pict></w:p></w:hdr>"},
        {"word/footnotes.xml", "<w:footnotes xmlns:w='w'>" P("see below") "</w:footnotes>"},
        {"word/comments.xml", "<w:comments xmlns:w='w'>" P("really?") "</w:comments>"},
        {"word/styles.xml", "<w:styles xmlns:w='w'>" P("no text") "</w:styles>"},
        {"docProps/core.xml", "<c><keywords>internal</keywords></c>"},
    };
    expect_members(extract_docx, members, COUNT(members), 0,
                   "<body>text\n\n<margin>Confidential\nDRAFT\n\n\n<body>see below\nreally?\n\n"
                   "<property>keywords: internal\n\n");
}

static void test_slides(void **state)
{
    (void)state;
    const struct office_member members[] = {
        {"ppt/presentation.xml", "<p/>"},
        {"ppt/slides/slide1.xml",
         "<p:sld xmlns:p='p' xmlns:a='a'><p:sp><p:nvPr><p:ph type='title'/></p:nvPr><a:p><a:r><a:t>Pitch</a:t></a:r>"
         "</a:p></p:sp><p:sp><a:p><a:r><a:t>Buy</a:t></a:r></a:p></p:sp><p:sp><p:ph type='ftr'/><a:p><a:t>Secret"
         "</a:t></a:p></p:sp><a:tbl><a:tr><a:tc><a:p><a:t>Ann</a:t></a:p></a:tc><a:tc><a:p><a:t>a@b.de</a:t></a:p>"
         "</a:tc></a:tr></a:tbl></p:sld>"},
        {"ppt/notesSlides/notesSlide1.xml", "<n><p><t>say it loud</t></p></n>"},
        {"ppt/slideMasters/slideMaster1.xml", "<m><sp><ph type='title'/><p><t>Click to edit</t></p></sp><sp><p><t>"
                                              "Internal only</t></p></sp></m>"},
    };
    expect_members(extract_docx, members, COUNT(members), 0,
                   "<heading>Pitch\n\n<body>Buy\n\n<margin>Secret\n\n[sheet ]\n1: 0=Ann 1=a@b.de\n"
                   "<body>say it loud\n\n<margin>Internal only\n\n");
}

static void test_broken_and_others(void **state)
{
    (void)state;
    expect_body("<d><p><t>first</t></p><p><t>sec", FACT_UNREADABLE, "<body>first\nsec\n");
    expect_body("not XML", FACT_UNREADABLE, "");
    const struct office_member other[] = {{"xl/workbook.xml", "<workbook/>"}};
    struct buf zip = office_zip(other, 1, NULL);
    int answer;
    struct collected c = collect_with(extract_docx, zip.data, zip.len, 0, &answer);
    assert_int_equal(answer, -EBADMSG);
    buf_free(&c.text);
    buf_free(&zip);
}

/* New names are kept by the parser for ever: their memory has an end. */
static void test_endless_names(void **state)
{
    (void)state;
    struct buf document = {0};
    buf_puts(&document, "<d><p><t>begin</t></p>");
    for (int i = 0; i < 300000; i++)
        buf_printf(&document, "<n%d a%d=''/>", i, i);
    buf_puts(&document, "</d>");
    expect_body(document.data, FACT_CUT, "<body>begin\n\n");
    buf_free(&document);
}

static void test_a_tag_without_end(void **state)
{
    (void)state;
    struct buf document = {0};
    buf_puts(&document, "<d><p><t>begin</t></p><x y='");
    for (int i = 0; i < 300000; i++)
        buf_puts(&document, "0123456789");
    expect_body(document.data, FACT_CUT, "<body>begin\n\n");
    buf_free(&document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paragraphs),
        cmocka_unit_test(test_deleted_text_is_left_out),
        cmocka_unit_test(test_a_text_box_is_read_once),
        cmocka_unit_test(test_tables_are_rows),
        cmocka_unit_test(test_a_table_in_a_cell),
        cmocka_unit_test(test_a_box_around_a_paragraph_is_text),
        cmocka_unit_test(test_tables_in_tables_in_tables),
        cmocka_unit_test(test_what_a_full_cell_cannot_take_is_text),
        cmocka_unit_test(test_links_that_hide_an_address),
        cmocka_unit_test(test_margins_notes_comments_properties),
        cmocka_unit_test(test_slides),
        cmocka_unit_test(test_broken_and_others),
        cmocka_unit_test(test_endless_names),
        cmocka_unit_test(test_a_tag_without_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
