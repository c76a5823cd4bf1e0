/* Carried: unkept saves of files that no node stands for. */
#include "event/journal.h"
#include "mount/carried.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static int set_up(void **state)
{
    struct carried *c = calloc(1, sizeof *c);
    carried_open(c);
    *state = c;
    return 0;
}

static int tear_down(void **state)
{
    struct carried *c = *state;
    free(c->saves);
    free(c);
    return 0;
}

static void keeps_the_newest(void **state)
{
    struct carried *c = *state;
    c->is_filled = true;
    assert_int_equal(carried_get(c, 5), 0);
    assert_true(carried_put(c, 5, 10));
    assert_true(carried_put(c, 5, 8));
    assert_int_equal(carried_get(c, 5), 10);
    assert_true(carried_put(c, 5, 12));
    assert_int_equal(carried_get(c, 5), 12);
    assert_int_equal(carried_get(c, 6), 0);
}

static void grows_and_trims(void **state)
{
    struct carried *c = *state;
    c->is_filled = true;
    for (uint64_t i = 1; i <= 100000; i++)
        assert_true(carried_put(c, i * 8, i));
    for (uint64_t i = 1; i <= 100000; i++)
        assert_int_equal(carried_get(c, i * 8), i);
    carried_trim(c, 99000);
    assert_int_equal(c->used, 1000);
    assert_int_equal(carried_get(c, 99000 * 8), 0);
    for (uint64_t i = 99001; i <= 100000; i++)
        assert_int_equal(carried_get(c, i * 8), i);
}

static void dropped_is_gone_and_may_come_back(void **state)
{
    struct carried *c = *state;
    c->is_filled = true;
    carried_drop(c, 5); /* nothing there yet */
    for (uint64_t i = 1; i < 2000; i++)
        carried_put(c, i, i);
    for (uint64_t i = 1; i < 2000; i += 2)
        carried_drop(c, i);
    for (uint64_t i = 1; i < 2000; i++)
        assert_int_equal(carried_get(c, i), i % 2 ? 0 : i);
    carried_put(c, 7, 3);
    assert_int_equal(carried_get(c, 7), 3);
}

static void append(struct journal *j, enum journal_type type, uint32_t flags, uint64_t ino, uint32_t nlink)
{
    struct journal_record r = {
        .type = type, .flags = flags, .ino = ino, .nlink = nlink, .path = "p", .path2 = "", .app = ""};
    assert_int_equal(journal_append(j, &r), 0);
}

static void is_filled_from_the_journal(void **state)
{
    struct carried *c = *state;
    char place[] = "/tmp/holdfast-carried-XXXXXX", command[64];
    assert_non_null(mkdtemp(place));
    int fd = open(place, O_RDONLY | O_DIRECTORY);
    struct journal *j;
    assert_int_equal(journal_open_writer(&j, fd, NULL), 0);
    append(j, JOURNAL_SAVE, 0, 5, 1);              /* 1: kept already */
    append(j, JOURNAL_SAVE, 0, 6, 1);              /* 2 */
    append(j, JOURNAL_SAVE, JOURNAL_CLONED, 7, 1); /* 3 */
    append(j, JOURNAL_SAVE, 0, 8, 1);              /* 4 */
    append(j, JOURNAL_DELETE, 0, 8, 1);            /* 5: a new file may have its number by now */
    append(j, JOURNAL_SAVE, 0, 9, 2);              /* 6 */
    append(j, JOURNAL_DELETE, 0, 9, 2);            /* 7: only one of its names */
    append(j, JOURNAL_CHMOD, 0, 10, 1);            /* 8 */
    journal_close(j);
    carried_fill(c, fd, 1);
    static const uint64_t expected[] = {0, 2, 3, 0, 6, 0};
    for (uint64_t i = 0; i < 6; i++)
        assert_int_equal(carried_get(c, 5 + i), expected[i]);
    close(fd);
    snprintf(command, sizeof command, "rm -rf %s", place);
    assert_int_equal(system(command), 0);
}

/* The keeper trims while the index is being made; or a segment is unreadable. What is behind it counts all the same. */
static void is_filled_past_a_hole(void **state)
{
    struct carried *c = *state;
    enum { RECORDS = 90000 };
    char place[] = "/tmp/holdfast-carried-XXXXXX", command[160];
    assert_non_null(mkdtemp(place));
    int fd = open(place, O_RDONLY | O_DIRECTORY);
    struct journal *j;
    assert_int_equal(journal_open_writer(&j, fd, NULL), 0);
    for (uint64_t i = 1; i <= RECORDS; i++)
        append(j, JOURNAL_SAVE, 0, i, 1);
    journal_close(j);
    snprintf(command, sizeof command,
             "cd %s/journal && rm $(ls *.seg | sed -n 2p) && ls *.seg | wc -l | grep -q '[2-9]'", place);
    assert_int_equal(system(command), 0);
    carried_fill(c, fd, 0);
    assert_int_equal(carried_get(c, 1), 1);
    assert_int_equal(carried_get(c, RECORDS), RECORDS);
    close(fd);
    snprintf(command, sizeof command, "rm -rf %s", place);
    assert_int_equal(system(command), 0);
}

static void an_absent_journal_is_empty(void **state)
{
    struct carried *c = *state;
    int fd = open("/proc/self", O_RDONLY | O_DIRECTORY);
    carried_fill(c, fd, 0);
    assert_int_equal(carried_get(c, 5), 0);
    close(fd);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(keeps_the_newest),           TEST(grows_and_trims),       TEST(dropped_is_gone_and_may_come_back),
        TEST(is_filled_from_the_journal), TEST(is_filled_past_a_hole), TEST(an_absent_journal_is_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
