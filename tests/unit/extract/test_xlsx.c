/* Workbooks: what a person sees in the cells, whatever order the parts come in and however they are broken. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "extract/xlsx.h"
#include "unit/extract/office_file.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

#define WORKBOOK                                                                                                       \
    {"xl/workbook.xml", "<workbook xmlns:r='r'><sheets><sheet name='Leads' sheetId='1' r:id='rId7'/>"                  \
                        "<sheet name='Old &amp; gone' sheetId='2' state='hidden' r:id='rId2'/></sheets></workbook>"},  \
    {                                                                                                                  \
        "xl/_rels/workbook.xml.rels", "<Relationships><Relationship Id='rId2' Target='/xl/worksheets/sheet2.xml'/>"    \
                                      "<Relationship Id='rId7' Target='worksheets/Sheet1.xml'/></Relationships>"       \
    }

static void expect_sheet(const char *sheet, uint32_t flags, const char *content)
{
    const struct office_member members[] = {
        WORKBOOK,
        {"xl/worksheets/sheet1.xml", sheet},
        {"xl/sharedStrings.xml", "<sst><si><t>Ann</t></si><si><r><t>Hi</t></r><r><t>ll</t></r><rPh><t>no</t></rPh></si>"
                                 "<si><t>a_x0040_b.de</t></si><si/><si><t>Z\xc3\xbcrich</t></si></sst>"},
    };
    expect_members(extract_xlsx, members, COUNT(members), flags, content);
}

static void test_strings_behind_the_sheets(void **state)
{
    (void)state;
    expect_sheet("<worksheet><sheetData><row r='2'><c r='A2' t='s'><v>0</v></c><c r='C2' t='s'><v>1</v></c>"
                 "<c r='AA2' t='s'><v>2</v></c></row><row><c t='s'><v>3</v></c><c t='s'><v>4</v></c></row>"
                 "<row r='9'><c t='s'><v>99</v></c></row></sheetData></worksheet>",
                 0, "[sheet Leads]\n2: 0=Ann 2=Hill 26=a@b.de\n3: 1=Z\xc3\xbcrich\n");
}

static void test_every_kind_of_cell(void **state)
{
    (void)state;
    expect_sheet("<worksheet><sheetData><row><c t='inlineStr'><is><r><t>in</t></r><r><t>line</t></r></is></c>"
                 "<c><v>4.4770090012300002E11</v></c><c t='n'><v>12.5</v></c><c t='b'><v>1</v></c>"
                 "<c t='str'><f>A1&amp;\"x\"</f><v>made</v></c><c t='e'><v>#N/A</v></c>"
                 "<c t='inlineStr'><is><t>two_x000D_lines_x000_</t></is></c><c><v/></c></row></sheetData></worksheet>",
                 0, "[sheet Leads]\n1: 0=inline 1=447700900123 2=12.5 3=TRUE 4=made 5=#N/A 6=two\nlines_x000_\n");
}

static void test_numbers_as_digits(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to;
    } numbers[] = {
        {"1.5550100123E10", "15550100123"},
        {"4.9E+9", "4900000000"},
        {"-1.5E3", "-1500"},
        {"1E5", "100000"},
        {"1.23456789e4", "12345"},
        {"1.5E-3", ""},
        {"1E300", ""},
        {"15550100", ""},
        {"1.2.3E4", ""},
        {"E5", ""},
        {"1E", ""},
        {"1E5x", ""},
        {"1E99999999999999999999", ""},
        {"-1E23", "-100000000000000000000000"},
        {"9999999999999999999999999E1", ""},
    };
    for (size_t i = 0; i < COUNT(numbers); i++) {
        char out[XLSX_NUMBER_BYTES];
        size_t len = xlsx_plain_number(numbers[i].from, strlen(numbers[i].from), out);
        assert_int_equal(len, strlen(numbers[i].to));
        assert_memory_equal(out, numbers[i].to, len);
    }
}

static void test_sheets_have_their_names(void **state)
{
    (void)state;
    const struct office_member members[] = {
        {"xl/worksheets/sheet2.xml", "<worksheet><row r='1'><c><v>2</v></c></row></worksheet>"},
        {"xl/worksheets/sheet1.xml", "<worksheet><row r='1'><c><v>1</v></c></row></worksheet>"},
        {"xl/worksheets/sheet9.xml", "<worksheet><row r='1'><c><v>9</v></c></row></worksheet>"},
        WORKBOOK,
    };
    expect_members(extract_xlsx, members, COUNT(members), 0,
                   "[sheet Old & gone]\n1: 0=2\n[sheet Leads]\n1: 0=1\n[sheet ]\n1: 0=9\n");
}

static void test_margins_properties_and_comments(void **state)
{
    (void)state;
    const struct office_member members[] = {
        {"docProps/core.xml", "<cp:coreProperties xmlns:cp='c' xmlns:dc='d'><dc:title>Plan</dc:title><cp:keywords>"
                              "internal only</cp:keywords><dc:subject/></cp:coreProperties>"},
        {"docProps/app.xml", "<Properties><Application>Sheets</Application><Company>ACME</Company></Properties>"},
        {"docProps/custom.xml", "<Properties xmlns:vt='v'><property name='Label'><vt:lpwstr>Confidential</vt:lpwstr>"
                                "</property></Properties>"},
        WORKBOOK,
        {"xl/worksheets/sheet1.xml",
         "<worksheet><sheetData/><headerFooter><oddHeader>&amp;L&amp;\"Arial,Bold\"&amp;14Company &amp;KFF0000secret"
         "&amp;CR&amp;&amp;D&amp;\xc3\xbc</oddHeader><oddFooter>&amp;P</oddFooter></headerFooter></worksheet>"},
        {"xl/comments1.xml", "<comments><authors><author>x</author></authors><commentList><comment ref='A1'><text><t>"
                             "Call her</t></text></comment></commentList></comments>"},
    };
    expect_members(extract_xlsx, members, COUNT(members), 0,
                   "<property>title: Plan\nkeywords: internal only\nCompany: ACME\nLabel: Confidential\n\n"
                   "[sheet Leads]\n<margin>Company secret\nR&D\xc3\xbc\n\n<body>Call her\n\n");
}

static void test_broken_sheet_keeps_what_came_before(void **state)
{
    (void)state;
    expect_sheet("<worksheet><sheetData><row><c><v>1</v></c></row><row><c><v>2</v></c></sheetData>", FACT_UNREADABLE,
                 "[sheet Leads]\n1: 0=1\n");
    expect_sheet("<!DOCTYPE x [<!ENTITY a 'ha'>]><worksheet><row><c t='str'><v>&a;</v></c></row></worksheet>",
                 FACT_UNREADABLE, "[sheet Leads]\n");
}

static void test_columns_beyond_the_limit(void **state)
{
    (void)state;
    expect_sheet("<worksheet><row><c r='XFD1'><v>1</v></c><c r='XFE1'><v>2</v></c><c><v>3</v></c>"
                 "<c r='ZZZZZZZZZZZZZZZZZZ1'><v>4</v></c></row></worksheet>",
                 FACT_CUT, "[sheet Leads]\n1: 16383=1\n");
}

static void test_long_cells_are_cut_between_characters(void **state)
{
    (void)state;
    struct buf sheet = {0};
    buf_puts(&sheet, "<worksheet><row><c t='str'><v>x");
    for (int i = 0; i < LIMIT_CELL / 2; i++)
        buf_puts(&sheet, "\xc3\xbc");
    buf_puts(&sheet, "</v></c></row></worksheet>");
    const struct office_member members[] = {WORKBOOK, {"xl/worksheets/sheet1.xml", sheet.data}};
    struct buf zip = office_zip(members, COUNT(members), NULL);
    int answer;
    struct collected c = collect_with(extract_xlsx, zip.data, zip.len, 0, &answer);
    assert_int_equal(answer, 0);
    assert_int_equal(c.flags, FACT_CUT);
    assert_int_equal(c.text.len, strlen("[sheet Leads]\n1: 0=\n") + LIMIT_CELL - 1);
    buf_free(&c.text);
    buf_free(&zip);
    buf_free(&sheet);
}

static void test_too_many_strings_are_a_cut(void **state)
{
    (void)state;
    enum { STRINGS = READER_BYTES / 1000 + 10 };
    struct buf strings = {0};
    buf_puts(&strings, "<sst>");
    for (int i = 0; i < STRINGS; i++)
        buf_printf(&strings, "<si><t>%01000d</t></si>", i);
    buf_puts(&strings, "</sst>");
    char sheet[256];
    snprintf(sheet, sizeof sheet, "<worksheet><row><c t='s'><v>7</v></c><c t='s'><v>%d</v></c></row></worksheet>",
             STRINGS - 1);
    const struct office_member members[] = {
        WORKBOOK, {"xl/sharedStrings.xml", strings.data}, {"xl/worksheets/sheet1.xml", sheet}};
    struct buf zip = office_zip(members, COUNT(members), NULL);
    int answer;
    struct collected c = collect_with(extract_xlsx, zip.data, zip.len, 0, &answer);
    assert_int_equal(answer, 0);
    assert_int_equal(c.flags, FACT_CUT);
    assert_int_equal(c.rows, 1);
    assert_non_null(strstr(c.text.data, "0007\n"));
    assert_null(strstr(c.text.data, "1="));
    buf_free(&c.text);
    buf_free(&zip);
    buf_free(&strings);
}

static void test_the_sink_stops_it(void **state)
{
    (void)state;
    const struct office_member members[] = {
        WORKBOOK,
        {"xl/worksheets/sheet1.xml", "<worksheet><row><c><v>1</v></c></row><row><c><v>2</v></c></row></worksheet>"}};
    struct buf zip = office_zip(members, COUNT(members), NULL);
    int answer;
    struct collected c = collect_with(extract_xlsx, zip.data, zip.len, 1, &answer);
    assert_int_equal(answer, -ECANCELED);
    assert_int_equal(c.rows, 1);
    buf_free(&c.text);
    buf_free(&zip);
}

static void test_other_files_are_refused(void **state)
{
    (void)state;
    const struct office_member other[] = {{"word/document.xml", "<document/>"},
                                          {"docProps/core.xml", "<title>x</title>"}};
    struct buf zip = office_zip(other, COUNT(other), NULL);
    const struct {
        const char *bytes;
        size_t len;
    } files[] = {{"", 0}, {"PK\x03\x04", 4}, {"name,email\n", 11}, {zip.data, zip.len}};
    for (size_t i = 0; i < COUNT(files); i++) {
        int answer;
        struct collected c = collect_with(extract_xlsx, files[i].bytes, files[i].len, 0, &answer);
        assert_int_equal(answer, -EBADMSG);
        assert_string_equal(c.text.data, "");
        buf_free(&c.text);
    }
    buf_free(&zip);
}

/* A zip cut off in the middle has lost its directory; what comes before is still there. */
static void test_truncated_zip(void **state)
{
    (void)state;
    const struct office_member members[] = {
        WORKBOOK,
        {"xl/worksheets/sheet1.xml", "<worksheet><row><c><v>1</v></c></row></worksheet>"},
        {"xl/worksheets/sheet2.xml", "<worksheet><row><c><v>2</v></c></row></worksheet>"},
    };
    struct buf zip = office_zip(members, COUNT(members), NULL);
    unsigned partly = 0;
    for (size_t len = 0; len < zip.len; len++) {
        int answer;
        struct collected c = collect_with(extract_xlsx, zip.data, len, 0, &answer);
        assert_true(answer == 0 || answer == -EBADMSG);
        partly += strcmp(c.text.data, "[sheet Leads]\n1: 0=1\n") == 0 && c.flags == FACT_UNREADABLE;
        buf_free(&c.text);
    }
    assert_true(partly > 0);
    buf_free(&zip);
}

static void test_encrypted_members(void **state)
{
    (void)state;
    const struct office_member members[] = {WORKBOOK, {"xl/worksheets/sheet1.xml", "<worksheet/>"}};
    struct buf zip = office_zip(members, COUNT(members), "pass");
    int answer;
    struct collected c = collect_with(extract_xlsx, zip.data, zip.len, 0, &answer);
    assert_int_equal(c.flags, FACT_ENCRYPTED);
    assert_string_equal(c.text.data, "");
    buf_free(&c.text);
    buf_free(&zip);
}

/* A thousand to one: the ratio's limit ends it, and says so. */
static void test_bomb(void **state)
{
    (void)state;
    enum { BYTES = 64 << 20 };
    char *sheet = malloc(BYTES + 1);
    assert_non_null(sheet);
    memset(sheet, ' ', BYTES);
    memcpy(sheet, "<x>", 3);
    sheet[BYTES] = 0;
    const struct office_member members[] = {WORKBOOK, {"xl/worksheets/sheet1.xml", sheet}};
    struct buf zip = office_zip(members, COUNT(members), NULL);
    int answer;
    struct collected c = collect_with(extract_xlsx, zip.data, zip.len, 0, &answer);
    assert_int_equal(answer, -ECANCELED);
    assert_int_equal(c.flags, FACT_CUT);
    buf_free(&c.text);
    buf_free(&zip);
    free(sheet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strings_behind_the_sheets),
        cmocka_unit_test(test_every_kind_of_cell),
        cmocka_unit_test(test_numbers_as_digits),
        cmocka_unit_test(test_sheets_have_their_names),
        cmocka_unit_test(test_margins_properties_and_comments),
        cmocka_unit_test(test_broken_sheet_keeps_what_came_before),
        cmocka_unit_test(test_columns_beyond_the_limit),
        cmocka_unit_test(test_long_cells_are_cut_between_characters),
        cmocka_unit_test(test_too_many_strings_are_a_cut),
        cmocka_unit_test(test_the_sink_stops_it),
        cmocka_unit_test(test_other_files_are_refused),
        cmocka_unit_test(test_truncated_zip),
        cmocka_unit_test(test_encrypted_members),
        cmocka_unit_test(test_bomb),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
