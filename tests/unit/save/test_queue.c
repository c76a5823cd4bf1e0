/* The queue: where a batch is cut, and that it stays within its bounds. */
#include "base/clock.h"
#include "base/fdio.h"
#include "save/queue.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

struct place {
    char path[64];
    int fd;
    struct journal *journal;
    struct queue queue;
    int64_t now_ns; /* realtime that the records' times are told against */
};

static int set_up(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    strcpy(p->path, "/tmp/holdfast-queue-XXXXXX");
    assert_non_null(mkdtemp(p->path));
    p->fd = open(p->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(journal_open_writer(&p->journal, p->fd, NULL), 0);
    assert_int_equal(queue_open(&p->queue, p->fd, 0, NULL), 0);
    p->now_ns = clock_real_ns();
    *state = p;
    return 0;
}

static int tear_down(void **state)
{
    struct place *p = *state;
    char command[96];
    queue_close(&p->queue);
    journal_close(p->journal);
    close(p->fd);
    snprintf(command, sizeof command, "rm -rf %s", p->path);
    assert_int_equal(system(command), 0);
    free(p);
    return 0;
}

/* A save of so many bytes, so many milliseconds ago. */
static void add(struct place *p, int age_ms, uint64_t size)
{
    struct journal_record r = {.type = JOURNAL_SAVE,
                               .path = "a.csv",
                               .path2 = "",
                               .app = "",
                               .size = size,
                               .time_ns = p->now_ns - age_ms * NS_PER_MS};
    assert_int_equal(journal_append(p->journal, &r), 0);
}

static size_t cut(struct place *p, uint64_t wanted)
{
    assert_int_equal(queue_fill(&p->queue, NULL), 0);
    return queue_cut(&p->queue, p->now_ns, clock_mono_ns(), wanted);
}

static void young_records_wait(void **state)
{
    struct place *p = *state;
    assert_int_equal(cut(p, 0), 0);
    assert_int_equal(queue_wait_ms(&p->queue, p->now_ns, clock_mono_ns()), -1);
    add(p, 100, 1);
    assert_int_equal(cut(p, 0), 0);
    int wait = queue_wait_ms(&p->queue, p->now_ns, clock_mono_ns());
    assert_in_range(wait, 100, 150);
}

static void settled_records_go(void **state)
{
    struct place *p = *state;
    add(p, 290, 1);
    add(p, 280, 1);
    assert_int_equal(cut(p, 0), 2);
}

static void the_cut_is_at_a_quiet_moment(void **state)
{
    struct place *p = *state;
    add(p, 400, 1);
    add(p, 399, 1);
    add(p, 300, 1); /* 99 ms of quiet before it */
    add(p, 290, 1);
    add(p, 240, 1); /* still young */
    assert_int_equal(cut(p, 0), 4);
    struct place *q = p;
    queue_drop(&q->queue, 5);
    for (int age = 400; age > 100; age -= 5)
        add(q, age, 1); /* no quiet moment at all, and nobody waited long */
    assert_int_equal(cut(q, 0), 0);
}

static void nobody_waits_longer_than_the_limit(void **state)
{
    struct place *p = *state;
    for (int age = 710; age > 100; age -= 5)
        add(p, age, 1);
    size_t count = cut(p, 0);
    assert_in_range(count, 91, 94); /* all that are older than 250 ms */
}

static void wanted_records_go_at_once(void **state)
{
    struct place *p = *state;
    add(p, 1, 1);
    add(p, 1, 1);
    add(p, 0, 1);
    assert_int_equal(cut(p, 2), 2);
    assert_int_equal(cut(p, UINT64_MAX), 3);
}

static void content_is_limited(void **state)
{
    struct place *p = *state;
    add(p, 1000, QUEUE_CONTENT_BYTES * 30);
    add(p, 1000, 1);
    assert_int_equal(cut(p, 0), 1);
    queue_drop(&p->queue, 1);
    for (int i = 0; i < 5; i++)
        add(p, 1000, QUEUE_CONTENT_BYTES / 4);
    assert_int_equal(cut(p, 0), 4); /* the small one and three quarters */
}

static void a_burst_waits_on_disk(void **state)
{
    struct place *p = *state;
    for (int i = 0; i < 100000; i++)
        add(p, 1000, 1);
    assert_int_equal(cut(p, 0), QUEUE_FIRST_RECORDS); /* a keeper that dies soon has kept at least those */
    assert_int_equal(cut(p, 50000), QUEUE_FIRST_RECORDS);
    size_t all = 0, largest = 0;
    for (size_t n; (n = cut(p, 0)) > 0; all += n) {
        assert_true(n <= 2 * largest || largest == 0);
        largest = n > largest ? n : largest;
        assert_true(p->queue.text_bytes <= QUEUE_TEXT_BYTES);
        assert_int_equal(p->queue.records[0]->seq, all + 1);
        queue_drop(&p->queue, n);
    }
    assert_int_equal(all, 100000);
    assert_int_equal(largest, QUEUE_RECORDS);
    assert_int_equal(p->queue.text_bytes, 0);
}

static void a_clock_that_jumps_holds_nothing_back(void **state)
{
    struct place *p = *state;
    add(p, -3600 * 1000, 1); /* from the future: the clock was set back since */
    assert_int_equal(cut(p, 0), 0);
    usleep(260000);
    assert_int_equal(cut(p, 0), 1);
}

static void paths_are_followed(void **state)
{
    struct place *p = *state;
    struct journal_record save = {.type = JOURNAL_SAVE, .path = "d/a", .path2 = "", .app = ""};
    struct journal_record moves[] = {
        {.type = JOURNAL_RENAME, .path = "d/b", .path2 = "d/a", .app = ""},
        {.type = JOURNAL_RENAME, .flags = JOURNAL_IS_DIR, .path = "e", .path2 = "d", .app = ""},
        {.type = JOURNAL_EXCHANGE, .path = "x", .path2 = "e/b", .app = ""},
    };
    journal_append(p->journal, &save);
    for (size_t i = 0; i < 3; i++)
        journal_append(p->journal, &moves[i]);
    assert_int_equal(queue_fill(&p->queue, NULL), 0);
    static const char *const want[] = {"x", "e/a", "d/a", "d/a"};
    for (uint64_t seq = 1; seq <= 4; seq++) {
        char *now = queue_path_now(&p->queue, seq, "d/a");
        assert_string_equal(now, want[seq - 1]);
        free(now);
    }
    char *back = queue_path_now(&p->queue, 3, "x");
    assert_string_equal(back, "e/b");
    free(back);
}

/* What a moved folder holds is about to be told of, too: nobody may call it missing. */
static void a_moved_folder_speaks_for_what_is_in_it(void **state)
{
    struct place *p = *state;
    struct journal_record records[] = {
        {.type = JOURNAL_RENAME, .flags = JOURNAL_IS_DIR, .path = "e", .path2 = "d", .app = ""},
        {.type = JOURNAL_RENAME, .path = "y", .path2 = "x", .app = ""},
    };
    for (size_t i = 0; i < 2; i++)
        journal_append(p->journal, &records[i]);
    assert_int_equal(queue_fill(&p->queue, NULL), 0);
    assert_true(queue_has(&p->queue, 0, "d/a", 0));
    assert_true(queue_has(&p->queue, 0, "e/a/b", 0));
    assert_true(queue_has(&p->queue, 0, "x", 0));
    assert_false(queue_has(&p->queue, 0, "x/a", 0));
    assert_false(queue_has(&p->queue, 0, "dd", 0));
}

#define queue_test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        queue_test(young_records_wait),           queue_test(settled_records_go),
        queue_test(the_cut_is_at_a_quiet_moment), queue_test(nobody_waits_longer_than_the_limit),
        queue_test(wanted_records_go_at_once),    queue_test(content_is_limited),
        queue_test(a_burst_waits_on_disk),        queue_test(a_clock_that_jumps_holds_nothing_back),
        queue_test(paths_are_followed),           queue_test(a_moved_folder_speaks_for_what_is_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
