/* Any file finds its reader, each inside each, and names that lie are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "heard.h"
#include "packed.h"

#include "extract/formats.h"

#include <magic.h>

static struct heard h;
static struct limits l;
static magic_t magic;

static int open_magic(void **state)
{
    (void)state;
    magic = magic_open(MAGIC_MIME);
    return magic_load(magic, NULL);
}

static int close_magic(void **state)
{
    (void)state;
    magic_close(magic);
    return 0;
}

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

static int look(void *ctx, const struct input *in, char *mime, char *charset)
{
    (void)ctx;
    char bytes[65536];
    ssize_t n = input_read_at(in, 0, bytes, sizeof bytes);
    assert_true(n >= 0);
    assert_int_equal(sscanf(magic_buffer(magic, bytes, (size_t)n), "%95[^;]; charset=%31s", mime, charset), 2);
    return 0;
}

static int read_named(const void *bytes, size_t len, const char *name)
{
    struct input in = input_from_memory(bytes, len, name);
    struct content_sink sink = heard_sink(&h);
    return extract_any(&in, look, NULL, &sink, &l);
}

static void begin_anew(void)
{
    tear_down(NULL);
    set_up(NULL);
}

static const char table[] = "name;company;email\nAnn Hill;ACME;ann@acme.example\nBob Kent;Boxes;bob@b.example\n"
                            "Cat Long;Carts;cat@carts.example\nDan Moor;Docks;dan@docks.example\n";
static const char letter[] = "Dear Ann,\n\nthank you for the call. I will send the offer.\n\nYours\nBob\n";
static const char mail[] =
    "From: Ann <ann@acme.example>\nTo: b@b.example\nSubject: Offer\nDate: today\n\nHello Bob,\nyes.\n";

static void test_each_finds_its_reader(void **state)
{
    (void)state;
    static const struct {
        const char *text, *type;
    } files[] = {
        {table, "text/csv"},
        {letter, "text/plain"},
        {mail, "message/rfc822"},
        {"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann Hill\r\nEMAIL:ann@acme.example\r\nEND:VCARD\r\n", "text/vcard"},
        {"dn: cn=Ann,o=ACME\ncn: Ann\nmail: ann@acme.example\n\ndn: cn=Bob,o=ACME\ncn: Bob\nmail: bob@b.example\n",
         "text/x-ldif"},
        {"<!DOCTYPE html><html><body><p>Hello</p></body></html>", "text/html"},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        assert_int_equal(read_named(files[i].text, strlen(files[i].text), ""), 0);
        assert_string_equal(h.type, files[i].type);
        assert_int_equal(h.flags & ~(uint32_t)FACT_MAIL, 0);
        assert_true(h.rows.len > 0 || h.text[TEXT_BODY].len > 0);
        begin_anew();
    }
}

static void expect_table(void)
{
    assert_non_null(strstr(heard_words(&h.rows), "Ann Hill|ACME|ann@acme.example\n"));
    assert_int_equal(h.flags, FACT_WRAPPED);
}

static void test_each_inside_each(void **state)
{
    (void)state;
    struct packed csv_gz = packed_one("raw", "gzip", "", table, sizeof table - 1);
    struct packed tar_xz = packed_one("gnutar", "xz", "list.csv.gz", csv_gz.data, csv_gz.len);
    struct packed zip = packed_one("zip", "none", "deep/list.tar.xz", tar_xz.data, tar_xz.len);
    struct packed seven = packed_one("7zip", "none", "list.zip", zip.data, zip.len);
    assert_int_equal(read_named(csv_gz.data, csv_gz.len, "list.csv.gz"), 0);
    expect_table();
    assert_string_equal(heard_words(&h.sheets), "list.csv\n");
    assert_string_equal(h.type, "application/gzip");
    begin_anew();
    assert_int_equal(read_named(seven.data, seven.len, "list.7z"), 0);
    expect_table();
    packed_free(&csv_gz);
    packed_free(&tar_xz);
    packed_free(&zip);
    packed_free(&seven);
}

static void test_a_mail_holds_an_archive(void **state)
{
    (void)state;
    struct packed zip = packed_one("zip", "none", "list.csv", table, sizeof table - 1);
    buf_auto text = {0};
    buf_puts(&text,
             "From: a@a.example\nTo: b@b.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
             "--x\n\nsee the list\n--x\nContent-Type: application/zip; name=l.zip\n"
             "Content-Transfer-Encoding: quoted-printable\n\n");
    for (size_t i = 0; i < zip.len; i++)
        buf_printf(&text, i % 24 == 23 ? "=%02X=\n" : "=%02X", (unsigned char)zip.data[i]);
    buf_puts(&text, "\n--x--\n");
    assert_int_equal(read_named(text.data, text.len, "m.eml"), 0);
    assert_non_null(strstr(heard_words(&h.rows), "Ann Hill|ACME|ann@acme.example\n"));
    assert_int_equal(h.flags, FACT_WRAPPED | FACT_MAIL);
    assert_non_null(strstr(heard_words(&h.text[TEXT_BODY]), "see the list\n"));
    packed_free(&zip);
}

static void test_base64_is_unwrapped_only_when_something_is_inside(void **state)
{
    (void)state;
    const char encoded[] = "bmFtZSxlbWFpbApBbm4gSGlsbCxhbm5AYWNtZS5leGFtcGxlCkJvYiBLZW50LGJvYkBiLmV4YW1w\n"
                           "bGUKQ2F0IExvbmcsY2F0QGNhcnRzLmV4YW1wbGUK\n";
    assert_int_equal(read_named(encoded, sizeof encoded - 1, ""), 0);
    assert_non_null(strstr(heard_words(&h.rows), "Ann Hill|ann@acme.example\n"));
    assert_int_equal(h.flags, FACT_WRAPPED);
    begin_anew();
    const char sums[] = "f1d2d2f924e986ac86fdf7b36c94bcdf32beec15f1d2d2f924e986ac\n"
                        "e242ed3bffccdf271b7fbaf34ed72d089537b42fe242ed3bffccdf27\n";
    assert_int_equal(read_named(sums, sizeof sums - 1, ""), 0);
    assert_string_equal(heard_words(&h.text[TEXT_BODY]), sums);
    assert_int_equal(h.flags, 0);
}

/* Its last row is far behind what a reader reads at once. */
static void test_a_block_in_a_long_table_is_found(void **state)
{
    (void)state;
    for (unsigned blocks = 0; blocks < 2; blocks++) {
        buf_auto text = {0};
        buf_puts(&text, "name,email,note\n");
        for (unsigned i = 0; i < 20000; i++)
            buf_printf(&text, "Ann Hill,ann%u@acme.example,met her\n", i);
        buf_puts(&text, "Bob,bob@b.example,");
        for (unsigned i = 0; i < 500 * blocks; i++)
            buf_puts(&text, "bmFtZSxl"); /* "name,e" */
        buf_puts(&text, "\n");
        assert_int_equal(read_named(text.data, text.len, ""), 0);
        assert_int_equal(h.flags & FACT_WRAPPED, blocks > 0 ? FACT_WRAPPED : 0);
        begin_anew();
    }
}

/* An archive inside itself, as deep as one likes: it ends by depth. */
static void test_depth_is_limited(void **state)
{
    (void)state;
    struct packed p = packed_one("zip", "none", "core.csv", table, sizeof table - 1);
    for (int i = 1; i < 2 * LIMIT_DEPTH; i++) {
        struct packed outer = packed_one("zip", "none", "inner.zip", p.data, p.len);
        packed_free(&p);
        p = outer;
        assert_int_equal(read_named(p.data, p.len, ""), 0);
        bool is_reached = i < LIMIT_DEPTH;
        assert_int_equal(h.rows.len > 0, is_reached);
        assert_int_equal(h.flags, is_reached ? FACT_WRAPPED : FACT_CUT);
        assert_int_equal(l.depth, 0);
        begin_anew();
    }
    packed_free(&p);
}

/* Every level doubles the members; all together are limited. */
static void test_archives_that_multiply_are_limited(void **state)
{
    (void)state;
    struct packed p = packed_one("zip", "none", "x", "y", 1);
    for (int level = 0; level < LIMIT_DEPTH; level++) {
        struct packed outer;
        packed_open(&outer, "zip", "none", 16 << 20);
        packed_start(&outer);
        for (int i = 0; i < 12; i++)
            packed_add(&outer, "copy.zip", p.data, p.len);
        packed_end(&outer);
        packed_free(&p);
        p = outer;
    }
    assert_int_equal(read_named(p.data, p.len, ""), 0);
    assert_true(h.flags & FACT_CUT);
    assert_true(l.entries <= LIMIT_ENTRIES + 1);
    packed_free(&p);
}

static void test_members_do_not_run_together(void **state)
{
    (void)state;
    struct packed p;
    packed_open(&p, "zip", "none", 1 << 16);
    packed_start(&p);
    packed_add(&p, "a.txt", "the first letter, without an end", 32);
    packed_add(&p, "b\x1b[2J\xff.txt", "the second letter, without an end", 33);
    packed_end(&p);
    assert_int_equal(read_named(p.data, p.len, ""), 0);
    assert_non_null(strstr(heard_words(&h.text[TEXT_BODY]), "without an end\nthe second"));
    assert_null(strchr(heard_words(&h.sheets), 0x1b));
    assert_null(strchr(heard_words(&h.sheets), (char)0xff));
    packed_free(&p);
}

static void expect_mismatch(const void *bytes, size_t len, const char *name, bool is_lie)
{
    assert_int_equal(read_named(bytes, len, name), 0);
    if (((h.flags & FACT_MISMATCH) != 0) != is_lie)
        fail_msg("%s as %s: %s", name, h.type, is_lie ? "not told" : "is no lie");
    begin_anew();
}

static void test_names_that_lie(void **state)
{
    (void)state;
    struct packed zip = packed_one("zip", "none", "list.csv", table, sizeof table - 1);
    const char png[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x8\x2\0\0\0\x90wS\xde";
    expect_mismatch(zip.data, zip.len, "holiday.jpg", true);
    expect_mismatch(zip.data, zip.len, "notes.TXT", true);
    expect_mismatch(zip.data, zip.len, "list.zip", false);
    expect_mismatch(zip.data, zip.len, "list", false);
    expect_mismatch(zip.data, zip.len, "list.unheard-of", false);
    expect_mismatch(zip.data, zip.len, "dir.jpg/list", false);
    expect_mismatch(table, sizeof table - 1, "list.csv", false);
    expect_mismatch(table, sizeof table - 1, "list.txt", false);
    expect_mismatch(table, sizeof table - 1, "list.png", true);
    expect_mismatch(table, sizeof table - 1, "list.xlsx", true);
    expect_mismatch(letter, sizeof letter - 1, "list.csv", false);
    expect_mismatch(png, sizeof png - 1, "a.png", false);
    expect_mismatch(png, sizeof png - 1, "a.pdf", true);
    expect_mismatch("", 0, "a.pdf", false);
    packed_free(&zip);
}

/* An image with an archive behind it is both; what is hidden is read. */
static void test_an_archive_behind_an_image(void **state)
{
    (void)state;
    struct packed zip = packed_one("zip", "none", "list.csv", table, sizeof table - 1);
    buf_auto both = {0};
    buf_put(&both, "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x8\x2\0\0\0\x90wS\xde", 33);
    buf_put(&both, zip.data, zip.len);
    assert_int_equal(read_named(both.data, both.len, ""), 0);
    expect_table();
    packed_free(&zip);
}

static void test_a_stray_nul_hides_nothing(void **state)
{
    (void)state;
    buf_auto text = {0};
    buf_puts(&text, letter);
    buf_put(&text, "\0", 1);
    buf_puts(&text, letter);
    assert_int_equal(read_named(text.data, text.len, ""), 0);
    assert_non_null(strstr(heard_words(&h.text[TEXT_BODY]), "I will send the offer"));
}

static void test_utf16_without_a_mark(void **state)
{
    (void)state;
    buf_auto text = {0};
    for (const char *c = letter; *c; c++)
        buf_put(&text, (const char[]){*c, 0}, 2);
    assert_int_equal(read_named(text.data, text.len, ""), 0);
    assert_non_null(strstr(heard_words(&h.text[TEXT_BODY]), "I will send the offer"));
}

static void test_broken_is_told_and_unknown_is_not(void **state)
{
    (void)state;
    struct packed zip = packed_one("zip", "none", "list.csv", table, sizeof table - 1);
    assert_int_equal(read_named(zip.data, 40, ""), 0);
    assert_int_equal(h.flags, FACT_UNREADABLE);
    packed_free(&zip);
    begin_anew();
    assert_int_equal(read_named("\x1f\x8b\x08\0\0\0\0\0\0\x03 nonsense", 20, ""), 0);
    assert_int_equal(h.flags, FACT_UNREADABLE);
    begin_anew();
    unsigned char noise[3000];
    uint32_t seed = 7;
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (unsigned char)((seed = seed * 1664525 + 1013904223) >> 24);
    assert_int_equal(read_named(noise, sizeof noise, ""), 0);
    assert_int_equal(h.flags, 0);
    assert_int_equal(h.text[TEXT_BODY].len, 0);
}

static int fail_to_look(void *ctx, const struct input *in, char *mime, char *charset)
{
    (void)in;
    (void)mime;
    (void)charset;
    return *(int *)ctx;
}

static void test_what_cannot_be_looked_at(void **state)
{
    (void)state;
    struct input in = input_from_memory(letter, sizeof letter - 1, "a.txt");
    struct content_sink sink = heard_sink(&h);
    int err = -ENOMEM;
    assert_int_equal(extract_any(&in, fail_to_look, &err, &sink, &l), -ENOMEM);
    err = -EIO; /* libmagic gives up: it is a text all the same */
    assert_int_equal(extract_any(&in, fail_to_look, &err, &sink, &l), 0);
    assert_string_equal(heard_words(&h.text[TEXT_BODY]), letter);
}

static void test_a_sink_that_has_enough_stops_it(void **state)
{
    (void)state;
    h.answer = -ECANCELED;
    assert_int_equal(read_named(letter, sizeof letter - 1, ""), 0);
    assert_string_equal(h.type, "text/plain");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(test_each_finds_its_reader),
        T(test_each_inside_each),
        T(test_a_mail_holds_an_archive),
        T(test_base64_is_unwrapped_only_when_something_is_inside),
        T(test_a_block_in_a_long_table_is_found),
        T(test_depth_is_limited),
        T(test_archives_that_multiply_are_limited),
        T(test_members_do_not_run_together),
        T(test_names_that_lie),
        T(test_an_archive_behind_an_image),
        T(test_a_stray_nul_hides_nothing),
        T(test_utf16_without_a_mark),
        T(test_broken_is_told_and_unknown_is_not),
        T(test_what_cannot_be_looked_at),
        T(test_a_sink_that_has_enough_stops_it),
    };
    return cmocka_run_group_tests(tests, open_magic, close_magic);
}
