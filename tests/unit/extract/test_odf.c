/* OpenDocument: sheets whose cells and rows only say that they repeat, texts, and what pages carry at their margins. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/extract/office_file.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))
#define TYPE                                                                                                           \
    {                                                                                                                  \
        "mimetype", "application/vnd.oasis.opendocument.text"                                                          \
    }
#define SHEETS(text)                                                                                                   \
    "<d xmlns:table='t' xmlns:text='x' xmlns:office='o'><office:spreadsheet>" text "</office:spreadsheet></d>"
#define CELL(text) "<table:table-cell><text:p>" text "</text:p></table:table-cell>"

static void expect_odf(const char *xml, uint32_t flags, const char *content)
{
    const struct office_member members[] = {TYPE, {"content.xml", xml}};
    expect_members(extract_odf, members, COUNT(members), flags, content);
}

static void test_sheets(void **state)
{
    (void)state;
    expect_odf(
        SHEETS("<table:table table:name='Leads'><table:table-row table:number-rows-repeated='3'><table:table-cell "
               "table:number-columns-repeated='1024'/></table:table-row><table:table-row>" CELL(
                   "Ann") "<table:table-cell table:number-columns-repeated='2'/>" CELL("a@b.de") "</table:table-row></"
                                                                                                 "table:table><table:"
                                                                                                 "table "
                                                                                                 "table:name='Two'><"
                                                                                                 "table:table-"
                                                                                                 "row>" CELL("only") "<"
                                                                                                                     "/"
                                                                                                                     "t"
                                                                                                                     "a"
                                                                                                                     "b"
                                                                                                                     "l"
                                                                                                                     "e"
                                                                                                                     ":"
                                                                                                                     "t"
                                                                                                                     "a"
                                                                                                                     "b"
                                                                                                                     "l"
                                                                                                                     "e"
                                                                                                                     "-"
                                                                                                                     "r"
                                                                                                                     "o"
                                                                                                                     "w"
                                                                                                                     ">"
                                                                                                                     "<"
                                                                                                                     "/"
                                                                                                                     "t"
                                                                                                                     "a"
                                                                                                                     "b"
                                                                                                                     "l"
                                                                                                                     "e"
                                                                                                                     ":"
                                                                                                                     "t"
                                                                                                                     "a"
                                                                                                                     "b"
                                                                                                                     "l"
                                                                                                                     "e"
                                                                                                                     ">"),
        0, "[sheet Leads]\n4: 0=Ann 3=a@b.de\n[sheet Two]\n1: 0=only\n");
}

static void test_repeated_values(void **state)
{
    (void)state;
    expect_odf(SHEETS("<table:table><table:table-row table:number-rows-repeated='2'><table:table-cell "
                      "table:number-columns-repeated='3'><text:p>x</text:p></table:table-cell>" CELL(
                          "y") "</table:table-row></table:table>"),
               0, "[sheet ]\n1: 0=x 1=x 2=x 3=y\n2: 0=x 1=x 2=x 3=y\n");
}

static void test_endless_repetition(void **state)
{
    (void)state;
    const struct office_member members[] = {
        TYPE,
        {"content.xml",
         SHEETS("<table:table><table:table-row table:number-rows-repeated='4294967295'><table:table-cell "
                "table:number-columns-repeated='999999999'><text:p>x</text:p></table:table-cell>"
                "</table:table-row></table:table>")}};
    struct buf zip = office_zip(members, COUNT(members), NULL);
    int answer;
    struct collected c = collect_with(extract_odf, zip.data, zip.len, 0, &answer);
    assert_int_equal(answer, 0);
    assert_int_equal(c.flags, FACT_CUT);
    assert_in_range(c.rows, 2, 64);
    buf_free(&c.text);
    buf_free(&zip);
}

static void test_numbers(void **state)
{
    (void)state;
    expect_odf(SHEETS("<table:table><table:table-row><table:table-cell office:value-type='float' "
                      "office:value='15550100123'><text:p>1.56E+10</text:p></table:table-cell><table:table-cell "
                      "office:value-type='float' office:value='0.333333'><text:p>0.33</text:p></table:table-cell>"
                      "<table:table-cell office:value-type='float' office:value='7'/></table:table-row></table:table>"),
               0, "[sheet ]\n1: 0=15550100123 1=0.33 2=7\n");
}

static void test_text(void **state)
{
    (void)state;
    expect_odf("<d xmlns:text='t' xmlns:xlink='l'><text:tracked-changes><text:p>gone</text:p></text:tracked-changes>"
               "<text:h>Plan</text:h><text:p>a<text:s text:c='3'/>b<text:tab/>c<text:line-break/>"
               "<text:a xlink:href='mailto:ann@b.de'>Ann</text:a></text:p><table><table-row><table-cell><text:p>x"
               "</text:p></table-cell><table-cell><text:p>y</text:p></table-cell></table-row></table></d>",
               0, "<heading>Plan\n\n<body>a   b\tc\nAnn (ann@b.de)\n\n[sheet ]\n1: 0=x 1=y\n");
}

static void test_annotations_lie_over_cells(void **state)
{
    (void)state;
    expect_odf(SHEETS("<table:table><table:table-row><table:table-cell><office:annotation><creator>Me</creator><text:p>"
                      "call</text:p></office:annotation><text:p>Ann</text:p></table:table-cell></table:table-row>"
                      "</table:table>"),
               0, "<body>call\n\n[sheet ]\n1: 0=Ann\n");
}

static void test_margins_and_properties(void **state)
{
    (void)state;
    const struct office_member members[] = {
        TYPE,
        {"content.xml", "<d><p>x</p></d>"},
        {"styles.xml",
         "<s><style><p>no</p></style><master-page><header><p>Confidential</p></header></master-page></s>"},
        {"meta.xml", "<m xmlns:meta='m'><title>T</title><meta:user-defined meta:name='Label'>internal"
                     "</meta:user-defined><generator>Office</generator></m>"},
    };
    expect_members(extract_odf, members, COUNT(members), 0,
                   "<body>x\n\n<margin>Confidential\n\n<property>title: T\nLabel: internal\n\n");
}

static void test_encrypted(void **state)
{
    (void)state;
    const struct office_member members[] = {
        {"content.xml", "\x8f\x01 no XML"},
        {"META-INF/manifest.xml", "<manifest><file-entry><encryption-data/></file-entry></manifest>"},
    };
    expect_members(extract_odf, members, COUNT(members), FACT_ENCRYPTED, "");
}

static void test_others(void **state)
{
    (void)state;
    const struct office_member other[] = {{"mimetype", "application/epub+zip"}, {"content.xml", "<p>x</p>"}};
    struct buf zip = office_zip(other, COUNT(other), NULL);
    int answer;
    struct collected c = collect_with(extract_odf, zip.data, zip.len, 0, &answer);
    assert_int_equal(answer, -EBADMSG);
    assert_string_equal(c.text.data, "");
    buf_free(&c.text);
    buf_free(&zip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sheets),
        cmocka_unit_test(test_repeated_values),
        cmocka_unit_test(test_endless_repetition),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_annotations_lie_over_cells),
        cmocka_unit_test(test_margins_and_properties),
        cmocka_unit_test(test_encrypted),
        cmocka_unit_test(test_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
