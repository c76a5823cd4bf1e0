/* Archives and compressed streams: what is inside comes out, bombs end, broken and locked ones are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "heard.h"
#include "packed.h"

#include "base/clock.h"

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

static int unpack_named(const void *bytes, size_t len, const char *name)
{
    struct input in = input_from_memory(bytes, len, name);
    struct content_sink sink = heard_sink(&h);
    if (l.packed == 0)
        l.packed = len;
    return extract_archive(&in, &sink, &l, heard_member, &h);
}

static int unpack(const void *bytes, size_t len) { return unpack_named(bytes, len, ""); }

static void expect_members(const char *format, const char *filter)
{
    struct packed p;
    packed_open(&p, format, filter, 1 << 20);
    if (packed_start(&p) != ARCHIVE_OK)
        fail_msg("cannot make %s/%s", format, filter);
    packed_add(&p, "a.csv", "name,email\n", 11);
    packed_add(&p, "../../etc/b.txt", "second", 6);
    packed_end(&p);
    assert_int_equal(unpack(p.data, p.len), 0);
    assert_string_equal(heard_words(&h.members), "a.csv:name,email\n\n../../etc/b.txt:second\n");
    assert_int_equal(h.flags, 0);
    assert_int_equal(l.bytes, 17);
    assert_int_equal(l.entries, 2);
    packed_free(&p);
    tear_down(NULL);
    set_up(NULL);
}

static void test_members_come_out(void **state)
{
    (void)state;
    const char *const filters[] = {"none", "gzip", "xz", "bzip2", "zstd"};
    expect_members("zip", "none");
    expect_members("7zip", "none");
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        expect_members("gnutar", filters[i]);
        expect_members("paxr", filters[i]);
    }
}

static void test_a_compressed_stream_is_a_member_without_its_suffix(void **state)
{
    (void)state;
    struct packed p = packed_one("raw", "gzip", "", "name;mail\n", 10);
    assert_int_equal(unpack_named(p.data, p.len, "list.csv.gz"), 0);
    assert_string_equal(heard_words(&h.members), "list.csv:name;mail\n\n");
    packed_free(&p);
}

/* A workbook that somebody compressed is a workbook, and no folder of XML. */
static void test_a_compressed_zip_is_a_member(void **state)
{
    (void)state;
    struct packed zip = packed_one("zip", "none", "sheet.xml", "<x/>", 4);
    struct packed p = packed_one("raw", "xz", "", zip.data, zip.len);
    assert_int_equal(unpack_named(p.data, p.len, "list.xlsx.xz"), 0);
    assert_non_null(strstr(heard_words(&h.members), "list.xlsx:PK"));
    assert_null(strstr(heard_words(&h.members), "sheet.xml:"));
    packed_free(&p);
    packed_free(&zip);
}

static void test_what_is_no_archive_is_left_to_others(void **state)
{
    (void)state;
    assert_int_equal(unpack("just a letter\n", 14), -EBADMSG);
    assert_int_equal(unpack("", 0), -EBADMSG);
    assert_int_equal(unpack("PK\003\004 and no more", 16), -EBADMSG);
    assert_int_equal(unpack("\x1f\x8b\x08\x00 nonsense", 13), -EBADMSG);
    assert_int_equal(h.member_count, 0);
    assert_int_equal(h.flags, 0);
}

static void test_a_bomb_ends_by_its_ratio(void **state)
{
    (void)state;
    enum { SIZE = 24 << 20 };
    void *zeros = calloc(1, SIZE);
    struct packed p;
    packed_open(&p, "zip", "none", 8 << 20);
    packed_start(&p);
    for (int i = 0; i < 16; i++)
        packed_add(&p, "zeros", zeros, SIZE);
    packed_end(&p);
    free(zeros);
    assert_int_equal(unpack(p.data, p.len), -ECANCELED);
    assert_true(h.flags & FACT_CUT);
    assert_true(l.bytes <= LIMIT_RATIO * (p.len + 1) + (1 << 20));
    packed_free(&p);
}

/* What is dropped of a cut member counts, too, where going on to the next means unpacking it. */
static void test_a_large_member_is_cut_and_the_next_still_read(void **state)
{
    (void)state;
    enum { SIZE = LIMIT_MEMBER + 100000 };
    char *noise = malloc(SIZE);
    uint32_t seed = 1;
    for (size_t i = 0; i < SIZE; i++)
        noise[i] = (char)((seed = seed * 1664525 + 1013904223) >> 24);
    const char *const kinds[][2] = {{"zip", "none"}, {"gnutar", "gzip"}};
    for (size_t i = 0; i < 2; i++) {
        struct packed p;
        packed_open(&p, kinds[i][0], kinds[i][1], SIZE + (1 << 20));
        packed_start(&p);
        packed_add(&p, "large", noise, SIZE);
        packed_add(&p, "small", "tail", 4);
        packed_end(&p);
        assert_int_equal(unpack(p.data, p.len), 0);
        assert_int_equal(h.flags, FACT_CUT);
        assert_int_equal(h.member_bytes, LIMIT_MEMBER + 4);
        assert_int_equal(h.member_count, 2);
        assert_int_equal(l.bytes >= SIZE, i == 1);
        packed_free(&p);
        tear_down(NULL);
        set_up(NULL);
    }
    free(noise);
}

static void test_deeper_members_have_less_room(void **state)
{
    (void)state;
    enum { SIZE = LIMIT_MEMBER / 2 };
    void *zeros = calloc(1, SIZE);
    struct packed p = packed_one("zip", "none", "zeros", zeros, SIZE);
    free(zeros);
    l = (struct limits){.depth = 2, .packed = SIZE};
    assert_int_equal(unpack(p.data, p.len), 0);
    assert_int_equal(h.member_bytes, LIMIT_MEMBER / 4);
    assert_true(h.flags & FACT_CUT);
    packed_free(&p);
}

static void test_entries_are_limited(void **state)
{
    (void)state;
    struct packed p;
    packed_open(&p, "gnutar", "gzip", 16 << 20);
    packed_start(&p);
    for (int i = 0; i < LIMIT_ENTRIES + 10; i++)
        packed_add(&p, "x", "y", 1);
    packed_end(&p);
    assert_int_equal(unpack(p.data, p.len), -ECANCELED);
    assert_int_equal(h.member_count, LIMIT_ENTRIES);
    assert_true(h.flags & FACT_CUT);
    packed_free(&p);
}

static void test_a_deadline_ends_it(void **state)
{
    (void)state;
    struct packed p = packed_one("zip", "none", "x", "y", 1);
    l.until_ns = clock_mono_ns() - 1;
    assert_int_equal(unpack(p.data, p.len), -ECANCELED);
    assert_true(h.flags & FACT_CUT);
    l.until_ns = 0;
    l.cpu_until_ns = clock_cpu_ns() + 3600 * NS_PER_SEC;
    assert_int_equal(unpack(p.data, p.len), 0);
    l.cpu_until_ns = clock_cpu_ns();
    assert_int_equal(unpack(p.data, p.len), -ECANCELED);
    packed_free(&p);
}

static void test_locked_members_are_told_and_the_rest_is_read(void **state)
{
    (void)state;
    struct packed p = packed_one("zip", "none", "secret", "0123456789", 10);
    /* Bit 0 of the flags, in the local header and in the central directory. */
    char *central = memmem(p.data, p.len, "PK\001\002", 4);
    assert_non_null(central);
    p.data[6] |= 1;
    central[8] |= 1;
    assert_int_equal(unpack(p.data, p.len), 0);
    assert_int_equal(h.flags, FACT_ENCRYPTED);
    assert_int_equal(h.member_count, 0);
    packed_free(&p);
}

static void test_a_torn_archive_gives_what_it_has(void **state)
{
    (void)state;
    struct packed p;
    packed_open(&p, "gnutar", "none", 1 << 20);
    packed_start(&p);
    packed_add(&p, "whole", "all of it", 9);
    char bytes[2000];
    memset(bytes, 'x', sizeof bytes);
    packed_add(&p, "torn", bytes, sizeof bytes);
    packed_end(&p);
    assert_int_equal(unpack(p.data, 512 + 512 + 512 + 700), 0);
    assert_int_equal(h.flags, FACT_UNREADABLE);
    assert_int_equal(h.member_count, 2);
    assert_int_equal(h.member_bytes, 9 + 700);
    packed_free(&p);
}

static void test_a_sink_that_has_enough_stops_it(void **state)
{
    (void)state;
    struct packed p;
    packed_open(&p, "zip", "none", 1 << 20);
    packed_start(&p);
    packed_add(&p, "a", "1", 1);
    packed_add(&p, "b", "2", 1);
    packed_end(&p);
    h.answer = -ECANCELED;
    assert_int_equal(unpack(p.data, p.len), -ECANCELED);
    assert_int_equal(h.member_count, 1);
    h.answer = -EBADMSG; /* nobody reads this one: the next may be read */
    l = (struct limits){0};
    assert_int_equal(unpack(p.data, p.len), 0);
    assert_int_equal(h.member_count, 3);
    packed_free(&p);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(test_members_come_out),
        T(test_a_compressed_stream_is_a_member_without_its_suffix),
        T(test_a_compressed_zip_is_a_member),
        T(test_what_is_no_archive_is_left_to_others),
        T(test_a_bomb_ends_by_its_ratio),
        T(test_a_large_member_is_cut_and_the_next_still_read),
        T(test_deeper_members_have_less_room),
        T(test_entries_are_limited),
        T(test_a_deadline_ends_it),
        T(test_locked_members_are_told_and_the_rest_is_read),
        T(test_a_torn_archive_gives_what_it_has),
        T(test_a_sink_that_has_enough_stops_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
