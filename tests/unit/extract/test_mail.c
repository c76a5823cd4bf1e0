/* Messages and mailboxes: heads, bodies, quotes, attachments; bounded whatever the mail says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "heard.h"

#include "extract/mail_header.h"

static struct heard h;
static struct limits l;

static int set_up(void **state)
{
    (void)state;
    h = (struct heard){0};
    l = (struct limits){0};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    heard_free(&h);
    return 0;
}

static int read_bytes(const char *text, size_t len)
{
    struct input in = input_from_memory(text, len, "a.eml");
    struct content_sink sink = heard_sink(&h);
    return extract_mail(&in, &(struct extract_hints){.mime = "", .charset = ""}, &sink, &l, heard_member, &h);
}

static int read_text(const char *text) { return read_bytes(text, strlen(text)); }

static void expect_text(enum text_part part, const char *text)
{
    assert_string_equal(heard_words(&h.text[part]), text);
}

#define HEAD "From: Ann Hill <ann@acme.example>\r\nTo: bob@b.example\r\nSubject: Offer\r\n"

static void test_a_plain_message(void **state)
{
    (void)state;
    assert_int_equal(
        read_text(HEAD "Cc: c@c.example,\r\n d@d.example\r\n\r\nHello Bob,\r\n> you wrote\r\n> twice\r\nno.\r\n"), 0);
    expect_text(TEXT_HEADING, "Offer\n");
    expect_text(TEXT_PROPERTY, "From: Ann Hill <ann@acme.example>; To: bob@b.example; Cc: c@c.example, d@d.example\n");
    expect_text(TEXT_BODY, "Hello Bob,\nno.\n");
    expect_text(TEXT_QUOTE, "> you wrote\n> twice\n");
    assert_int_equal(h.flags, FACT_MAIL);
}

static void test_what_is_no_mail_is_left_to_others(void **state)
{
    (void)state;
    const char *const others[] = {
        "",
        "Dear Bob,\n\nSubject: nothing\n",
        "Subject: a note to myself\n\nbuy milk\n",
        "BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nEND:VCARD\n",
        "name: value\nfrom: x\n\n",
        "From: a\nTo: b\nSubject: c\nand then prose\n",
        "HTTP/1.1 200 OK\nDate: x\nContent-Type: text/html\n\n",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_equal(read_text(others[i]), -EBADMSG);
    assert_int_equal(h.flags, 0);
    expect_text(TEXT_BODY, "");
}

static void test_transfer_encodings_and_charsets(void **state)
{
    (void)state;
    assert_int_equal(read_text(HEAD "Content-Type: text/plain; charset=\"iso-8859-1\"\r\n"
                                    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
                                    "Gr=FC=DFe aus K=F6ln, ein langer =\r\nSatz=3D\r\n"),
                     0);
    expect_text(TEXT_BODY, "Grüße aus Köln, ein langer Satz=\n");
    tear_down(NULL);
    assert_int_equal(read_text(HEAD "Content-Type: text/plain; charset=utf-8\r\n"
                                    "Content-Transfer-Encoding: base64\r\n\r\n"
                                    "SGVsbG8g\r\nd29ybGQ=\r\n"),
                     0);
    expect_text(TEXT_BODY, "Hello world\n");
}

static void test_encoded_words(void **state)
{
    (void)state;
    assert_int_equal(read_text("From: =?utf-8?Q?J=C3=B6rg_Hill?= <j@x.example>\nTo: b@b.example\n"
                               "Subject: Re: =?utf-8?B?w7w=?=\n =?UTF-8?q?ber?= den Preis =?broken\n\nx\n"),
                     0);
    expect_text(TEXT_HEADING, "Re: über den Preis =?broken\n");
    expect_text(TEXT_PROPERTY, "From: Jörg Hill <j@x.example>; To: b@b.example\n");
}

static void test_a_character_divided_between_two_words(void **state)
{
    (void)state;
    buf_auto text = {0};
    const char value[] = " =?utf-8?Q?a=C3?= =?utf-8?Q?=BCb?= \x1b[31m";
    assert_int_equal(mail_header_decode(value, strlen(value), &text), 0);
    assert_string_equal(text.data, "aüb  [31m");
}

static void test_parameters(void **state)
{
    (void)state;
    char to[64];
    const char *value =
        "attachment; size=3; filename*0*=utf-8''pr%C3%A9; filename*1=\"is; \\\"x\\\"\";  filename*2*=%2Ecsv";
    assert_true(mail_header_param(value, "filename", to, sizeof to));
    assert_string_equal(to, "préis; \"x\".csv");
    assert_true(mail_header_param(value, "SIZE", to, sizeof to));
    assert_string_equal(to, "3");
    assert_false(mail_header_param(value, "name", to, sizeof to));
    assert_string_equal(to, "");
    assert_true(mail_header_param("x; name=\"=?utf-8?Q?=C3=BC.csv?=\"", "name", to, sizeof to));
    assert_string_equal(to, "ü.csv");
    assert_true(mail_header_param("x; name*=iso-8859-1'de'%FC", "name", to, sizeof to));
    assert_string_equal(to, "ü");
    char tiny[4];
    assert_true(mail_header_param("x; name=abcdef", "name", tiny, sizeof tiny));
    assert_string_equal(tiny, "abc");
}

static const char mixed[] = HEAD "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=outer\r\n\r\n"
                                 "preamble\r\n--outer\r\n"
                                 "Content-Type: multipart/alternative; boundary=\"in ner\"\r\n\r\n"
                                 "--in ner\r\nContent-Type: text/html\r\n\r\n<p>as html</p>\r\n"
                                 "--in ner\r\nContent-Type: text/plain\r\n\r\nas text\r\n"
                                 "--in ner--\r\nepilogue\r\n"
                                 "--outer\r\nContent-Type: text/csv\r\nContent-Transfer-Encoding: base64\r\n"
                                 "Content-Disposition: attachment; filename=\"l.csv\"\r\n\r\nYSxiCg==\r\n"
                                 "--outer\r\nContent-Type: text/plain; name=note.txt\r\n\r\nkept whole\r\n"
                                 "--outer--\r\nnot read\r\n";

static void test_parts(void **state)
{
    (void)state;
    assert_int_equal(read_text(mixed), 0);
    expect_text(TEXT_BODY, "as text\n");
    assert_string_equal(heard_words(&h.members), "l.csv:a,b\n\nnote.txt:kept whole\n\n");
    assert_int_equal(l.entries, 2);
    assert_int_equal(h.flags, FACT_MAIL);
}

static void test_html_is_read_when_there_is_nothing_else(void **state)
{
    (void)state;
    assert_int_equal(
        read_text(HEAD "Content-Type: multipart/alternative; boundary=b\n\n"
                       "--b\nContent-Type: text/plain\n\n \n"
                       "--b\nContent-Type: multipart/related; boundary=c\n\n"
                       "--c\nContent-Type: text/html\n\n<html><body><p>as html</p></body></html>\n--c--\n--b--\n"),
        0);
    assert_non_null(strstr(heard_words(&h.text[TEXT_BODY]), "as html"));
}

static void test_a_missing_end_is_ended_by_the_part_around(void **state)
{
    (void)state;
    assert_int_equal(read_text(HEAD "Content-Type: multipart/mixed; boundary=o\n\n"
                                    "--o\nContent-Type: multipart/mixed; boundary=i\n\n"
                                    "--i\n\nfirst\n"
                                    "--o\n\nsecond\n--o\n\nthird, cut off"),
                     0);
    expect_text(TEXT_BODY, "first\nsecond\nthird, cut off\n");
}

static void test_a_forwarded_message(void **state)
{
    (void)state;
    assert_int_equal(read_text(HEAD
                               "Content-Type: multipart/mixed; boundary=o\n\n--o\n\nlook:\n"
                               "--o\nContent-Type: message/rfc822\n\nFrom: z@z.example\nSubject: inner\n\nold news\n"
                               "--o\n\nbye\n--o--\n"),
                     0);
    expect_text(TEXT_HEADING, "Offer\ninner\n");
    expect_text(TEXT_BODY, "look:\nold news\nbye\n");
}

static void test_a_mailbox(void **state)
{
    (void)state;
    assert_int_equal(read_text("From ann@acme.example Mon Nov 22 10:00:00 2026\n" HEAD "\none\nFrom here on: no end\n\n"
                               "From bob@b.example Mon Nov 22 11:00:00 2026\n" HEAD
                               "Content-Type: multipart/mixed; boundary=o\n\n--o\n\ntwo, torn\n\n"
                               "From bob@b.example Mon Nov 22 12:00:00 2026\n" HEAD "\nthree\n"),
                     0);
    expect_text(TEXT_HEADING, "Offer\nOffer\nOffer\n");
    expect_text(TEXT_BODY, "one\nFrom here on: no end\n\ntwo, torn\n\nthree\n");
}

static void test_nesting_is_bounded(void **state)
{
    (void)state;
    buf_auto text = {0};
    buf_puts(&text, HEAD);
    for (int i = 0; i < 5000; i++)
        buf_printf(&text, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
    buf_puts(&text, "\nthe innermost\n");
    assert_int_equal(read_bytes(text.data, text.len), 0);
    buf_clear(&text);
    buf_puts(&text, HEAD);
    for (int i = 0; i < 5000; i++)
        buf_puts(&text, "Content-Type: message/rfc822\n\n");
    assert_int_equal(read_bytes(text.data, text.len), 0);
    assert_true(h.flags & FACT_MAIL);
}

static void test_long_lines_and_headers_are_bounded(void **state)
{
    (void)state;
    enum { LONG = 300000 };
    buf_auto text = {0};
    char *long_line = malloc(LONG);
    memset(long_line, 'w', LONG);
    buf_puts(&text, "Message-ID: <x>\nTo: b@b.example\nSubject: ");
    buf_put(&text, long_line, LONG);
    buf_puts(&text, "\n\n> ");
    buf_put(&text, long_line, LONG);
    buf_puts(&text, "\nend\n");
    free(long_line);
    assert_int_equal(read_bytes(text.data, text.len), 0);
    assert_int_equal(h.text[TEXT_HEADING].len, HEADER_VALUE_BYTES); /* its space is gone, a line's end has come */
    assert_int_equal(h.text[TEXT_QUOTE].len, LONG + 3);
    expect_text(TEXT_BODY, "end\n");
    assert_int_equal(h.flags, FACT_MAIL | FACT_CUT);
}

static void test_a_sink_that_has_enough_stops_it(void **state)
{
    (void)state;
    h.answer = -ECANCELED;
    assert_int_equal(read_text(mixed), -ECANCELED);
    assert_string_equal(heard_words(&h.members), "");
}

static void test_a_deadline_ends_it(void **state)
{
    (void)state;
    l.until_ns = 1;
    assert_int_equal(read_text(mixed), -ECANCELED);
    assert_true(h.flags & FACT_CUT);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(test_a_plain_message),
        T(test_what_is_no_mail_is_left_to_others),
        T(test_transfer_encodings_and_charsets),
        T(test_encoded_words),
        T(test_a_character_divided_between_two_words),
        T(test_parameters),
        T(test_parts),
        T(test_html_is_read_when_there_is_nothing_else),
        T(test_a_missing_end_is_ended_by_the_part_around),
        T(test_a_forwarded_message),
        T(test_a_mailbox),
        T(test_nesting_is_bounded),
        T(test_long_lines_and_headers_are_bounded),
        T(test_a_sink_that_has_enough_stops_it),
        T(test_a_deadline_ends_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
