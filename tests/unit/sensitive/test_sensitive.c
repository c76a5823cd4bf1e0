/* Marks, cards, IBANs, national ids, health and pipeline: what counts, and what only looks like it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sensitive/sensitive.h"
#include "sensitive/numbers.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct facts look_at(enum text_part part, const char *text)
{
    struct facts f = {0};
    size_t len = strlen(text);
    char *exact = malloc(len ? len : 1); /* so that a sanitizer sees a byte too far */
    assert_non_null(exact);
    memcpy(exact, text, len);
    sensitive_text(part, exact, len, &f);
    free(exact);
    return f;
}

static struct quiet quiet; /* of all tests: what one learned must change nothing in another */

static struct facts look_at_row(const char *text)
{
    struct facts f = {0};
    struct cell cells[16];
    struct row row = {1, cells, 0};
    char *copy = strdup(text), *rest = copy;
    assert_non_null(copy);
    for (char *cell; (cell = strsep(&rest, "|")) != NULL; row.count++)
        cells[row.count] = (struct cell){cell, (uint32_t)strlen(cell), (uint32_t)row.count, NULL};
    struct facts again = {0};
    sensitive_row(&row, &quiet, &f);
    sensitive_row(&row, &quiet, &again);
    assert_memory_equal(&again, &f, sizeof f);
    free(copy);
    return f;
}

static const struct {
    const char *text;
    bool card, iban;
} values[] = {
    {"4111 1111 1111 1111", true, false},
    {"4111-1111-1111-1111", true, false},
    {"4111111111111111", true, false},
    {"378282246310005", true, false},
    {"3782 822463 10005", true, false},
    {"5555555555554444", true, false},
    {"2223003122003222", true, false},
    {"6011111111111117", true, false},
    {"3530111333300000", true, false},
    {"30569309025904", true, false},
    {"4111111111111112", false, false}, /* Luhn */
    {"9111111111111119", false, false}, /* no network's */
    {"0000000000000000", false, false},
    {"411111111111111", false, false},
    {"41111111111111111111", false, false},
    {"DE89 3704 0044 0532 0130 00", false, true},
    {"de89370400440532013000", false, true},
    {"GB82 WEST 1234 5698 7654 32", false, true},
    {"FR14 2004 1010 0505 0001 3M02 606", false, true},
    {"NL91ABNA0417164300", false, true},
    {"NO93 8601 1117 947", false, true},
    {"DE88 3704 0044 0532 0130 00", false, false}, /* checksum */
    {"DE89 3704 0044 0532 0130 0", false, false},  /* length */
    {"XX89370400440532013000", false, false},
    {"", false, false},
};

static void test_single_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(values); i++)
        if (sensitive_is_card(values[i].text, strlen(values[i].text)) != values[i].card ||
            sensitive_is_iban(values[i].text, strlen(values[i].text)) != values[i].iban)
            fail_msg("%s", values[i].text);
}

static const struct {
    const char *text;
    uint32_t cards, ibans, ids;
} numbers[] = {
    {"Paid with 4111 1111 1111 1111, exp. 12/27.", 1, 0, 0},
    {"4111111111111111;5555555555554444", 2, 0, 0},
    {"4111 1111 1111 1111 123", 1, 0, 0},
    {"IBAN DE89 3704 0044 0532 0130 00, BIC COBADEFFXXX", 0, 1, 0},
    {"Konto: DE89370400440532013000.", 0, 1, 0},
    {"DE89 3704 0044 0532 0130 00 and GB82WEST12345698765432", 0, 2, 0},
    {"SSN 219-09-9998", 0, 0, 1},
    {"219-09-9998", 0, 0, 1},
    {"social security number 219099998", 0, 0, 1},
    {"NINO: AB 12 34 56 C", 0, 0, 1},
    {"Steuer-IdNr. 86095742719", 0, 0, 1},
    {"NIR 1 85 05 78 006 084 91", 0, 0, 1},
    {"2 55 08 14 168 025 38", 0, 0, 1},
    {"DNI 12345678Z", 0, 0, 1},
    {"NIE X1234567L", 0, 0, 1},
    {"codice fiscale RSSMRA85T10A562S", 0, 0, 1},
    {"BSN 111222333", 0, 0, 1},
    {"PESEL 44051401359", 0, 0, 1},
    {"personnummer 811218-9876", 0, 0, 1},
    {"19811218-9876", 0, 0, 1},
    /* none */
    {"14111111111111111 4111111111111111222", 0, 0, 0},
    {"id 94111111111111111", 0, 0, 0},
    {"0x4111111111111111abc", 0, 0, 0},
    {"+4111111111111111", 0, 0, 0},
    {"3.4111111111111111", 0, 0, 0},
    {"SSN 000-12-3455, 666-12-3455, 900-12-3455, 219-00-9998", 0, 0, 0},
    {"order 219099998", 0, 0, 0},
    {"86095742719", 0, 0, 0},
    {"44051401359", 0, 0, 0},
    {"111222333", 0, 0, 0},
    {"PESEL 44051401358", 0, 0, 0},
    {"BSN 900222334", 0, 0, 0},
    {"DNI 12345678A", 0, 0, 0},
    {"codice fiscale RSSMRA85T10A562T", 0, 0, 0},
    {"+49 30 1234567, 2026-11-22, 192.168.100.200, EAN 4006381333931", 0, 0, 0},
    {"550e8400-e29b-41d4-a716-446655440000", 0, 0, 0},
};

static void test_numbers_in_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(numbers); i++) {
        struct facts f = look_at(TEXT_BODY, numbers[i].text);
        if (f.cards != numbers[i].cards || f.ibans != numbers[i].ibans || f.ids != numbers[i].ids)
            fail_msg("%s: %u cards, %u ibans, %u ids", numbers[i].text, f.cards, f.ibans, f.ids);
        struct facts row = look_at_row(numbers[i].text);
        if (row.cards != numbers[i].cards || row.ibans != numbers[i].ibans || row.ids != numbers[i].ids)
            fail_msg("in a row: %s: %u cards, %u ibans, %u ids", numbers[i].text, row.cards, row.ibans, row.ids);
    }
}

static const struct {
    enum text_part part;
    const char *text;
    uint32_t marks;
} marks[] = {
    {TEXT_BODY, "CONFIDENTIAL", 1},
    {TEXT_BODY, "Confidential\n\nPrices for 2027 follow.", 1},
    {TEXT_BODY, "*** STRICTLY CONFIDENTIAL ***", 1},
    {TEXT_BODY, "Company Confidential - Do Not Distribute", 1},
    {TEXT_BODY, "Price list 2027 [CONFIDENTIAL]", 1},
    {TEXT_BODY, "Price list 2027 (confidential)", 1},
    {TEXT_BODY, "CONFIDENTIAL - Price list 2027", 1},
    {TEXT_BODY, "**Vertraulich**", 1},
    {TEXT_BODY, "Streng vertraulich", 1},
    {TEXT_BODY, "Nur f\xc3\xbcr den internen Gebrauch", 1},
    {TEXT_BODY, "For internal use only", 1},
    {TEXT_BODY, "INTERNAL USE ONLY", 1},
    {TEXT_BODY, "Confidentiel", 1},
    {TEXT_BODY, "Usage interne uniquement", 1},
    {TEXT_BODY, "CONFIDENCIAL", 1},
    {TEXT_BODY, "Riservato", 1},
    {TEXT_BODY, "Strettamente riservato", 1},
    {TEXT_BODY, "POUFNE", 1},
    {TEXT_BODY, "Classification: Confidential", 1},
    {TEXT_MARGIN, "ACME | Internal | Page 3", 1},
    {TEXT_MARGIN, "Intern", 1},
    {TEXT_HEADING, "Confidential: Q3 prices", 1},
    {TEXT_PROPERTY, "Keywords: internal", 1},
    /* none */
    {TEXT_BODY, "We treat your data as confidential.", 0},
    {TEXT_BODY, "Please keep this confidential, and call me.", 0},
    {TEXT_BODY, "This e-mail is CONFIDENTIAL and intended only for the recipient.", 0},
    {TEXT_BODY, "CONFIDENTIAL: This message is intended for the addressee only.", 0},
    {TEXT_BODY, "CONFIDENTIALITY NOTICE: this email may contain privileged information.", 0},
    {TEXT_BODY, "Diese Nachricht ist vertraulich.", 0},
    {TEXT_BODY, "The internal audit begins in May.", 0},
    {TEXT_BODY, "Internal", 0},
    {TEXT_HEADING, "How we keep data confidential", 0},
    {TEXT_HEADING, "Internal audit, results", 0},
    {TEXT_HEADING, "International sales", 0},
    {TEXT_MARGIN, "Page 3 of 9", 0},
};

static void test_marks(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(marks); i++) {
        struct facts f = look_at(marks[i].part, marks[i].text);
        if (f.marks != marks[i].marks)
            fail_msg("%s: %u marks", marks[i].text, f.marks);
    }
}

static const struct {
    const char *text;
    uint32_t health, pipeline;
    bool row;
} wordings[] = {
    {"Patient Ann Hill was diagnosed with diabetes in May.", 1, 0, false},
    {"She was prescribed metformin 500 mg for her diabetes.", 1, 0, false},
    {"Frau Krug leidet an Bluthochdruck und wird behandelt.", 1, 0, false},
    {"Ann Hill, diagnosis E11.9", 1, 0, false},
    {"Le patient Jean Petit souffre d'asthme.", 1, 0, false},
    {"Hill, Ann|1980-05-01|Diabetes mellitus", 1, 0, true},
    {"Ann Hill|E11.9|metformin", 1, 0, true},
    {"The Q4 pipeline stands at $1.2M against a quota of $2M.", 0, 1, false},
    {"Deal with ACME: stage negotiation, close date 2026-12-01, win probability 60%", 0, 1, false},
    {"Forecast for May: 1.200.000 EUR, deal size 40k", 0, 1, false},
    {"Rabatt bis 15 % im Angebot, Mindestpreis 80 EUR", 0, 1, false},
    {"ACME GmbH|Negotiation|45000|60%", 0, 1, true},
    {"Blue Ocean|Closed won deal|12000 EUR", 0, 1, true},
    /* none */
    {"Patients with diabetes benefit from regular exercise.", 0, 0, false},
    {"Our software cures the cancer of bad meetings.", 0, 0, false},
    {"The treatment of this topic was too short for her.", 0, 0, false},
    {"Diabetes Center GmbH|Ann Hill|+49 30 1234567", 0, 0, true},
    {"That is a great deal of work.", 0, 0, false},
    {"The build pipeline failed on stage two.", 0, 0, false},
    {"The weather forecast for Monday is rain.", 0, 0, false},
    {"Steel bolt|M8|1.234,50|EUR", 0, 0, true},
    {"Invoice total 1,200.00 EUR, due in 30 days.", 0, 0, false},
};

static void test_health_and_pipeline(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(wordings); i++) {
        struct facts f = wordings[i].row ? look_at_row(wordings[i].text) : look_at(TEXT_BODY, wordings[i].text);
        if (f.health != wordings[i].health || f.pipeline != wordings[i].pipeline)
            fail_msg("%s: %u health, %u pipeline", wordings[i].text, f.health, f.pipeline);
    }
}

static void test_it_adds(void **state)
{
    (void)state;
    struct facts f = {.cards = 5, .marks = 7};
    sensitive_text(TEXT_BODY, "4111111111111111\nCONFIDENTIAL\n", 30, &f);
    assert_int_equal(f.cards, 6);
    assert_int_equal(f.marks, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_single_values), cmocka_unit_test(test_numbers_in_text),     cmocka_unit_test(test_marks),
        cmocka_unit_test(test_it_adds),       cmocka_unit_test(test_health_and_pipeline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
