/* The tables of what is known: made, sealed, mapped, looked up; broken ones refused; and how alike drafts are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "analyse/known.h"
#include "analyse/alike.h"
#include "base/fdio.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A hash for any number, ascending if the numbers are. */
static uint64_t spread(uint64_t i, uint64_t of) { return i * (UINT64_MAX / of) + i % 7; }

static void test_names(void **state)
{
    (void)state;
    enum { MANY = 100000 };
    struct known_writer *w = NULL;
    known_auto k = {0};
    assert_int_equal(known_begin(&w, KNOWN_NAMES), 0);
    for (uint64_t i = 0; i < MANY; i++) {
        assert_int_equal(known_add_name(w, spread(i, MANY)), 0);
        if (i % 3 == 0)
            assert_int_equal(known_add_name(w, spread(i, MANY)), 0); /* again: once is enough */
    }
    assert_int_equal(known_add_name(w, 5), -EINVAL);
    fd_auto fd = known_seal(w);
    known_drop(w);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, "x", 1, 20), -1); /* sealed */
    assert_int_equal(ftruncate(fd, 0), -1);
    assert_int_equal(known_map(&k, fd, KNOWN_NAMES), 0);
    assert_int_equal(k.count, MANY);
    for (uint64_t i = 0; i < MANY; i++) {
        assert_true(known_has_name(&k, spread(i, MANY)));
        assert_false(known_has_name(&k, spread(i, MANY) + 1000));
    }
    assert_false(known_has_name(&k, UINT64_MAX));
}

/* Hashes that lie anything but evenly. */
static void test_uneven(void **state)
{
    (void)state;
    struct known_writer *w = NULL;
    known_auto k = {0};
    assert_int_equal(known_begin(&w, KNOWN_NAMES), 0);
    for (uint64_t i = 0; i < 5000; i++)
        assert_int_equal(known_add_name(w, i * 2), 0);
    for (uint64_t i = 0; i < 5000; i++)
        assert_int_equal(known_add_name(w, UINT64_MAX - 10000 + i * 2), 0);
    fd_auto fd = known_seal(w);
    known_drop(w);
    assert_int_equal(known_map(&k, fd, KNOWN_NAMES), 0);
    for (uint64_t i = 0; i < 5000; i++) {
        assert_true(known_has_name(&k, i * 2));
        assert_false(known_has_name(&k, i * 2 + 1));
        assert_true(known_has_name(&k, UINT64_MAX - 10000 + i * 2));
    }
    assert_false(known_has_name(&k, UINT64_MAX / 2));
}

static void test_empty(void **state)
{
    (void)state;
    struct known_writer *w = NULL;
    const struct known_text *first = NULL;
    known_auto k = {0};
    assert_false(known_has_name(&k, 1));
    assert_int_equal(known_begin(&w, KNOWN_TEXTS), 0);
    fd_auto fd = known_seal(w);
    known_drop(w);
    assert_int_equal(known_map(&k, fd, KNOWN_TEXTS), 0);
    assert_int_equal(known_find_text(&k, 1, &first), 0);
}

static void test_broken_are_refused(void **state)
{
    (void)state;
    static const struct {
        struct known_head head;
        size_t bytes;
    } cases[] = {
        {{.kind = KNOWN_NAMES, .count = 2}, sizeof(struct known_head) + 8},
        {{.kind = KNOWN_NAMES, .count = 0}, sizeof(struct known_head) + 8},
        {{.kind = KNOWN_NAMES, .count = 1}, sizeof(struct known_head) + 9},
        {{.kind = KNOWN_NAMES, .count = UINT64_MAX / 8 + 2}, sizeof(struct known_head) + 8},
        {{.kind = KNOWN_TEXTS, .count = 1}, sizeof(struct known_head) + 8},
        {{.kind = KNOWN_NAMES}, sizeof(struct known_head) - 1},
        {{.kind = KNOWN_NAMES}, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        known_auto k = {0};
        fd_auto fd = memfd_create("broken", MFD_CLOEXEC);
        assert_int_equal(fd_write_all(fd, &cases[i].head, sizeof cases[i].head), 0);
        assert_int_equal(ftruncate(fd, (off_t)cases[i].bytes), 0);
        assert_int_equal(known_map(&k, fd, KNOWN_NAMES), -EBADMSG);
        assert_null(k.map);
    }
}

/* ---- alike ---- */

enum { PRINTS = 20 };

static uint64_t print_of(uint64_t i) { return spread(i + 1, 1000); }

/* Drafts 1, 2 and 3 have 20, 12 and 11 of the 20 fingerprints; draft 9 has them all. */
static int make_drafts(void)
{
    struct known_writer *w = NULL;
    assert_int_equal(known_begin(&w, KNOWN_TEXTS), 0);
    for (uint64_t i = 0; i < PRINTS; i++) {
        assert_int_equal(known_add_text(w, print_of(i), 1), 0);
        if (i < 12)
            assert_int_equal(known_add_text(w, print_of(i), 2), 0);
        if (i < 11)
            assert_int_equal(known_add_text(w, print_of(i), 3), 0);
        assert_int_equal(known_add_text(w, print_of(i), 9), 0);
    }
    int fd = known_seal(w);
    known_drop(w);
    return fd;
}

static void test_alike(void **state)
{
    (void)state;
    known_auto k = {0};
    fd_auto fd = make_drafts();
    uint64_t prints[PRINTS];
    struct facts f = {0}, own = {0}, few = {0}, other = {0};
    for (uint64_t i = 0; i < PRINTS; i++)
        prints[i] = print_of(i);
    assert_int_equal(known_map(&k, fd, KNOWN_TEXTS), 0);

    assert_int_equal(alike_measure(&k, 9, prints, PRINTS, &f), 0);
    assert_int_equal(f.shared, 100);
    assert_int_equal(f.twins, 2); /* 1 has all, 2 has 60 of 100; 3 has 55; 9 is itself */
    assert_int_equal(alike_measure(&k, 1, prints, PRINTS, &own), 0);
    assert_int_equal(own.twins, 2);
    assert_int_equal(alike_measure(&k, 0, prints, ALIKE_LEAST - 1, &few), 0);
    assert_int_equal(few.shared + few.twins, 0);
    for (uint64_t i = 0; i < PRINTS; i++)
        prints[i]++;
    assert_int_equal(alike_measure(&k, 0, prints, PRINTS, &other), 0);
    assert_int_equal(other.shared + other.twins, 0);
}

/* A line that stands in all drafts: the look-up stays bounded, and many drafts are told apart. */
static void test_boilerplate(void **state)
{
    (void)state;
    struct known_writer *w = NULL;
    known_auto k = {0};
    uint64_t prints[ALIKE_LEAST];
    struct facts f = {0};
    assert_int_equal(known_begin(&w, KNOWN_TEXTS), 0);
    for (uint64_t i = 0; i < ALIKE_LEAST; i++) {
        prints[i] = print_of(i);
        for (uint64_t draft = 1; draft <= 3000; draft++)
            assert_int_equal(known_add_text(w, prints[i], draft), 0);
    }
    fd_auto fd = known_seal(w);
    known_drop(w);
    assert_int_equal(known_map(&k, fd, KNOWN_TEXTS), 0);
    assert_int_equal(alike_measure(&k, 1, prints, ALIKE_LEAST, &f), 0);
    assert_int_equal(f.twins, KNOWN_ALIKE_MOST - 1);
}

/* Of a table that was full, what lies beyond its last hash is not asked for: the share is told of the rest. */
static void test_a_full_table_is_a_sample(void **state)
{
    (void)state;
    enum { SHARED = 40 };
    struct known_writer *w = NULL;
    known_auto k = {0};
    struct facts f = {0};
    uint64_t prints[SHARED];
    int err = 0;
    assert_int_equal(known_begin(&w, KNOWN_TEXTS), 0);
    for (uint64_t i = 0; i < 2 * KNOWN_TEXTS_MOST && err == 0; i++)
        err = known_add_text(w, spread(i, 2 * KNOWN_TEXTS_MOST), 7);
    assert_int_equal(err, 1);
    fd_auto fd = known_seal(w);
    known_drop(w);
    assert_int_equal(known_map(&k, fd, KNOWN_TEXTS), 0);
    assert_int_equal(k.count, KNOWN_TEXTS_MOST);
    for (uint64_t i = 0; i < SHARED; i++)
        prints[i] = spread(i * (2 * KNOWN_TEXTS_MOST / SHARED), 2 * KNOWN_TEXTS_MOST);
    assert_int_equal(alike_measure(&k, 1, prints, SHARED, &f), 0);
    assert_int_equal(f.shared, 100);
    assert_int_equal(f.twins, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_uneven),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_broken_are_refused),
        cmocka_unit_test(test_alike),
        cmocka_unit_test(test_boilerplate),
        cmocka_unit_test(test_a_full_table_is_a_sample),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
