/* A report is read as it was written, however many keys went to the file before its head. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "analyse/report.h"
#include "base/fdio.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PRINTS = 3, ODD = 7 };

static const struct contact_key ann = {
    .kind = CONTACT_EMAIL, .text = "ann@acme.example", .len = 16, .value = "Ann@acme.example", .value_len = 16};

static int new_file(void)
{
    int fd = memfd_create("report", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    assert_true(fd >= 0);
    return fd;
}

static uint64_t key_of(size_t i) { return i * UINT64_C(0x9e3779b97f4a7c15); }

static void add_key(struct report *r, int fd, size_t i)
{
    const struct report_key key = {.key = key_of(i), .row = (uint32_t)i / 3};
    assert_int_equal(report_add_keys(r, fd, &key, 1), 0);
}

/* With that many keys, a finding and fingerprints: its bytes. */
static uint64_t write_with(int fd, size_t keys)
{
    report_auto r = {.text_whole = true};
    struct report_finding f = {.level = POLICY_WARNING, .line = 3};
    snprintf(f.rule, sizeof f.rule, "pack/rule");
    assert_int_equal(report_add_finding(&r, &f), 0);
    for (size_t i = 0; i < keys; i++)
        add_key(&r, fd, i);
    for (uint64_t i = PRINTS; i > 0; i--)
        assert_int_equal(report_add_text(&r, i), 0);
    int64_t bytes = report_write(&r, fd, "text", 4);
    assert_true(bytes > 0);
    assert_int_equal(bytes, lseek(fd, 0, SEEK_END));
    return (uint64_t)bytes;
}

static void assert_keys(const struct report_key *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(keys[i].key, key_of(i));
        assert_int_equal(keys[i].row, i / 3);
    }
}

static const size_t counts[] = {0, 1, 2, ODD, 8191, 8192, 8193, 50001};

static void test_it_is_read_as_it_was_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        report_auto r = {0};
        fd_auto fd = new_file();
        uint64_t bytes = write_with(fd, counts[i]);
        assert_int_equal(report_read(&r, fd, bytes), 0);
        assert_int_equal(r.key_count, counts[i]);
        assert_keys(r.keys, counts[i]);
        assert_int_equal(r.finding_count, 1);
        assert_string_equal(r.findings[0].rule, "pack/rule");
        assert_int_equal(r.text_count, PRINTS);
        assert_int_equal(r.text[0], 1);
        assert_true(r.text_whole);
        assert_string_equal(r.document.data, "text");
    }
}

static void test_it_is_seen_in_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        report_view_auto v = {0};
        fd_auto fd = new_file();
        uint64_t bytes = write_with(fd, counts[i]);
        assert_int_equal(report_map(&v, fd, bytes), 0);
        assert_int_equal(v.key_count, counts[i]);
        assert_keys(v.keys, counts[i]);
        assert_int_equal((uintptr_t)v.text % sizeof *v.text, 0);
        assert_int_equal(v.text_count, PRINTS);
        assert_int_equal(v.text[PRINTS - 1], PRINTS);
    }
}

static void test_contacts_stand_before_keys(void **state)
{
    (void)state;
    report_auto r = {0}, got = {0};
    fd_auto fd = new_file();
    assert_int_equal(report_list(&r, fd, &ann, 1), 0);
    for (size_t i = 0; i < 9000; i++)
        add_key(&r, fd, i);
    assert_int_equal(report_list(&r, fd, &ann, 1), -EINVAL);
    int64_t bytes = report_write(&r, fd, NULL, 0);
    assert_true(bytes > 0);
    assert_int_equal(report_read(&got, fd, (uint64_t)bytes), 0);
    assert_true(got.listing.len > 0);
    assert_int_equal(got.key_count, 9000);
    assert_keys(got.keys, 9000);
    report_view_auto v = {0};
    assert_int_equal(report_map(&v, fd, (uint64_t)bytes), -EBADMSG);
}

static void test_one_that_lies_about_its_length_is_refused(void **state)
{
    (void)state;
    for (int64_t off = -8; off <= 8; off += 4) {
        report_auto r = {0};
        report_view_auto v = {0};
        fd_auto fd = new_file();
        uint64_t bytes = write_with(fd, ODD) + (uint64_t)off;
        assert_int_equal(report_read(&r, fd, bytes), off == 0 ? 0 : -EBADMSG);
        assert_int_equal(report_map(&v, fd, bytes), off == 0 ? 0 : -EBADMSG);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_is_read_as_it_was_written),
        cmocka_unit_test(test_it_is_seen_in_place),
        cmocka_unit_test(test_contacts_stand_before_keys),
        cmocka_unit_test(test_one_that_lies_about_its_length_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
