/* Cards as phones, Outlook and mail programs write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/extract/listing.h"

#define CARDS(text, expected) expect_listing(extract_vcard, text, sizeof(text) - 1, "", expected)
#define REFUSED(text)         expect_refused(extract_vcard, text, sizeof(text) - 1)

static void test_version_3(void **state)
{
    (void)state;
    CARDS("BEGIN:VCARD\r\nVERSION:3.0\r\nN:Hill;Ann;Mary;Dr.;\r\nFN:Dr. Ann Hill\r\nORG:ACME\\, Inc.;Sales\r\n"
          "item1.EMAIL;TYPE=INTERNET,WORK:ann@\r\n acme.example\r\nTEL;TYPE=\"cell,a:b\":+1 555 0101\r\n"
          "NOTE:one\\ntwo\\;three\r\nADR:;;1 Main St;Springfield\r\nPHOTO;ENCODING=b:QUJD\r\n REVG\r\nEND:VCARD\r\n",
          "1: N=Ann Mary Hill | FN=Dr. Ann Hill | ORG=ACME, Inc. | ORG.UNIT=Sales | EMAIL=ann@acme.example"
          " | TEL=+1 555 0101 | NOTE=one\ntwo;three | ADR=1 Main St, Springfield\n");
}

static void test_version_21(void **state)
{
    (void)state;
    CARDS("begin:vcard\nversion:2.1\nn;charset=iso-8859-1;encoding=quoted-printable:M=FCller;J=F6rg\n"
          "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=B6rg=20=\nM=C3=BCller\nTEL;CELL;VOICE:0171 5550101\n"
          "EMAIL;INTERNET:joerg@acme.example\nend:vcard\n",
          "1: N=J\xc3\xb6rg M\xc3\xbcller | FN=J\xc3\xb6rg M\xc3\xbcller | TEL=0171 5550101 | "
          "EMAIL=joerg@acme.example\n");
}

static void test_version_4(void **state)
{
    (void)state;
    CARDS("\xef\xbb\xbf"
          "BEGIN:VCARD\nVERSION:4.0\nFN:Ann Hill\nTEL;VALUE=uri;TYPE=\"voice,home\":tel:+1-555-0101\n"
          "EMAIL:mailto:ann@acme.example\nEND:VCARD\n\nBEGIN:VCARD\nFN:Bob Lee\nEND:VCARD\n",
          "1: FN=Ann Hill | TEL=+1-555-0101 | EMAIL=ann@acme.example\n2: FN=Bob Lee\n");
}

static void test_broken(void **state)
{
    (void)state;
    CARDS("BEGIN:VCARD\nFN:Ann\nBEGIN:VCARD\nFN:Bob\nno colon\n:\nTEL;X=\"open:1\n", "1: FN=Ann\n2: FN=Bob | TEL=1\n");
    CARDS("BEGIN:VCARD\nNOTE;ENCODING=QUOTED-PRINTABLE:a=\n", "1: NOTE=a=\n");
    CARDS("BEGIN:VCARD\nEND:VCARD\n", "");
    REFUSED("");
    REFUSED("FN:Ann\n");
    REFUSED("BEGIN:VCALENDAR\nEND:VCALENDAR\n");
}

static void test_long_lines(void **state)
{
    (void)state;
    struct buf text = {0};
    buf_puts(&text, "BEGIN:VCARD\nNOTE:");
    for (int i = 0; i < 300000; i++)
        buf_puts(&text, "\xc3\xb6");
    buf_puts(&text, "\nFN:Ann\nNOTE:x\n");
    for (int i = 0; i < 300000; i++)
        buf_puts(&text, i % 10 == 0 ? " \n" : " y\n");
    buf_puts(&text, "FN:Hill\nEND:VCARD\n");
    struct input in = input_from_memory(text.data, text.len, "");
    struct listing l = {0};
    assert_int_equal(listing_make(&l, extract_vcard, &in, ""), 0);
    assert_true((l.flags & FACT_CUT) != 0);
    assert_int_equal(l.longest, LIMIT_CELL);
    assert_non_null(strstr(l.text.data, " | FN=Ann | NOTE=xyyyy"));
    assert_non_null(strstr(l.text.data, " | FN=Hill\n"));
    listing_free(&l);
    buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_version_3), cmocka_unit_test(test_version_21), cmocka_unit_test(test_version_4),
        cmocka_unit_test(test_broken),    cmocka_unit_test(test_long_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
