/* The board: bell across processes, trouble over deaths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "event/board.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static struct board *make_board(void)
{
    int fd = board_create();
    assert_true(fd >= 0);
    struct board *b = board_map(fd);
    assert_non_null(b);
    assert_int_equal(ftruncate(fd, 0), -1); /* sealed: nobody can pull it from under the others */
    close(fd);
    return b;
}

static int64_t wait_ms(struct board **boards, int count, int timeout_ms, bool (*has_work)(void *), void *ctx)
{
    int64_t since = clock_mono_ns();
    board_wait(boards, count, timeout_ms, has_work, ctx);
    return (clock_mono_ns() - since) / NS_PER_MS;
}

static void test_wait_ends_by_itself(void **state)
{
    (void)state;
    struct board *b = make_board();
    assert_in_range(wait_ms(&b, 1, 60, NULL, NULL), 59, 1000);
    assert_int_equal(b->keeper_sleeps, 0);
    munmap(b, BOARD_BYTES);
}

static bool yes(void *ctx)
{
    *(bool *)ctx = true;
    return true;
}

static void test_work_that_is_there_is_not_slept_over(void **state)
{
    (void)state;
    struct board *b = make_board();
    bool asked = false;
    assert_in_range(wait_ms(&b, 1, 5000, yes, &asked), 0, 1000);
    assert_true(asked);
    munmap(b, BOARD_BYTES);
}

static void test_ring_wakes_from_another_process(void **state)
{
    (void)state;
    struct board *boards[3] = {make_board(), make_board(), make_board()};
    for (int i = 0; i < 3; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            while (atomic_load(&boards[i]->keeper_sleeps) == 0)
                usleep(1000);
            usleep(20000);
            board_ring(boards[i]);
            _exit(0);
        }
        assert_in_range(wait_ms(boards, 3, 10000, NULL, NULL), 0, 5000);
        assert_int_equal(waitpid(pid, NULL, 0), pid);
    }
    for (int i = 0; i < 3; i++)
        munmap(boards[i], BOARD_BYTES);
}

static void test_ring_without_sleeper_is_silent(void **state)
{
    (void)state;
    struct board *b = make_board();
    uint32_t bell = b->bell;
    board_ring(b);
    assert_int_equal(b->bell, bell);
    b->keeper_sleeps = 1;
    board_ring(b);
    board_ring(b); /* the first took the sign down */
    assert_int_equal(b->bell, bell + 1);
    munmap(b, BOARD_BYTES);
}

/* ---- no ring is lost: one thread writes, one sleeps whenever it has read all ---- */

enum { RECORDS = 20000 };

struct stream {
    struct board *board;
    _Atomic int written, read;
};

static void *write_records(void *ctx)
{
    struct stream *s = ctx;
    for (int i = 0; i < RECORDS; i++) {
        atomic_fetch_add_explicit(&s->written, 1, memory_order_relaxed);
        board_ring(s->board);
        if (i % 64 == 0)
            while (atomic_load(&s->read) < i)
                ;
    }
    return NULL;
}

static bool has_record(void *ctx)
{
    struct stream *s = ctx;
    return atomic_load_explicit(&s->written, memory_order_relaxed) > atomic_load(&s->read);
}

static void test_no_ring_is_lost(void **state)
{
    (void)state;
    struct stream s = {.board = make_board()};
    pthread_t writer;
    assert_int_equal(pthread_create(&writer, NULL, write_records, &s), 0);
    while (s.read < RECORDS) {
        assert_in_range(wait_ms(&s.board, 1, 20000, has_record, &s), 0, 10000);
        s.read = atomic_load(&s.written);
    }
    pthread_join(writer, NULL);
    munmap(s.board, BOARD_BYTES);
}

/* ---- trouble ---- */

static void test_trouble_comes_and_goes(void **state)
{
    (void)state;
    struct board *b = make_board();
    struct board_trouble *t = &b->keeper.trouble;
    char text[236];
    int64_t since = 0, later = 0;
    assert_false(board_get_trouble(t, text, &since));
    board_set_trouble(t, "disk %s is full", "sda");
    assert_true(board_get_trouble(t, text, &since));
    assert_string_equal(text, "disk sda is full");
    assert_true(since > 0);
    board_set_trouble(t, "still");
    assert_true(board_get_trouble(t, text, &later));
    assert_string_equal(text, "still");
    assert_int_equal(later, since);
    board_clear_trouble(t);
    assert_false(board_get_trouble(t, text, &since));
    munmap(b, BOARD_BYTES);
}

static void test_long_trouble_is_cut(void **state)
{
    (void)state;
    struct board *b = make_board();
    char text[236], way_too_long[1000];
    int64_t since;
    memset(way_too_long, 'x', sizeof way_too_long - 1);
    way_too_long[sizeof way_too_long - 1] = 0;
    board_set_trouble(&b->mount.trouble, "%s", way_too_long);
    assert_true(board_get_trouble(&b->mount.trouble, text, &since));
    assert_int_equal(strlen(text), sizeof text - 1);
    munmap(b, BOARD_BYTES);
}

static void test_writer_that_died_in_the_middle(void **state)
{
    (void)state;
    struct board *b = make_board();
    struct board_trouble *t = &b->mount.trouble;
    char text[236];
    int64_t since;
    board_set_trouble(t, "first");
    t->lock++; /* as a writer leaves it that was killed */
    assert_true(board_get_trouble(t, text, &since));
    assert_non_null(strstr(text, "died"));
    board_set_trouble(t, "second");
    assert_true(board_get_trouble(t, text, &since));
    assert_string_equal(text, "second");
    munmap(b, BOARD_BYTES);
}

static void *write_troubles(void *ctx)
{
    struct board_trouble *t = ctx;
    for (int i = 0; i < 20000; i++)
        board_set_trouble(t, "%s", i % 2 ? "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" : "bbbbbbbbbbbbbbbbbbbbbbbbbbbb");
    return NULL;
}

static void test_no_torn_text_is_read(void **state)
{
    (void)state;
    struct board *b = make_board();
    pthread_t writer;
    board_set_trouble(&b->keeper.trouble, "a");
    assert_int_equal(pthread_create(&writer, NULL, write_troubles, &b->keeper.trouble), 0);
    for (int i = 0; i < 2000; i++) {
        char text[236];
        int64_t since;
        if (board_get_trouble(&b->keeper.trouble, text, &since) && strstr(text, "died") == NULL)
            assert_int_equal(strspn(text, text[0] == 'a' ? "a" : "b"), strlen(text));
    }
    pthread_join(writer, NULL);
    munmap(b, BOARD_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wait_ends_by_itself),
        cmocka_unit_test(test_work_that_is_there_is_not_slept_over),
        cmocka_unit_test(test_ring_wakes_from_another_process),
        cmocka_unit_test(test_ring_without_sleeper_is_silent),
        cmocka_unit_test(test_no_ring_is_lost),
        cmocka_unit_test(test_trouble_comes_and_goes),
        cmocka_unit_test(test_long_trouble_is_cut),
        cmocka_unit_test(test_writer_that_died_in_the_middle),
        cmocka_unit_test(test_no_torn_text_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
