/* The journal: what is appended is read back, across segments, restarts, torn tails and damage. */
#include "base/fdio.h"
#include "event/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

struct place {
    char path[64];
    int fd;
};

static int set_up(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    strcpy(p->path, "/tmp/holdfast-journal-XXXXXX");
    assert_non_null(mkdtemp(p->path));
    p->fd = open(p->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    *state = p;
    return 0;
}

static int tear_down(void **state)
{
    struct place *p = *state;
    char command[96];
    close(p->fd);
    snprintf(command, sizeof command, "rm -rf %s", p->path);
    assert_int_equal(system(command), 0);
    free(p);
    return 0;
}

static struct journal *open_writer(const struct place *p)
{
    struct journal *j = NULL;
    struct error e = {0};
    assert_int_equal(journal_open_writer(&j, p->fd, &e), 0);
    return j;
}

static struct journal_reader *open_reader(const struct place *p, uint64_t from)
{
    struct journal_reader *r = NULL;
    struct error e = {0};
    assert_int_equal(journal_open_reader(&r, p->fd, from, &e), 0);
    return r;
}

static uint64_t append(struct journal *j, const char *path)
{
    struct journal_record r = {.type = JOURNAL_SAVE, .path = path, .path2 = "", .app = "/usr/bin/vi", .ino = 7};
    assert_int_equal(journal_append(j, &r), 0);
    return r.seq;
}

static void expect(struct journal_reader *r, uint64_t seq, const char *path)
{
    struct journal_record got;
    struct error e = {0};
    assert_int_equal(journal_read(r, &got, &e), 1);
    assert_int_equal(got.seq, seq);
    assert_string_equal(got.path, path);
}

static void expect_none(struct journal_reader *r)
{
    struct journal_record got;
    assert_int_equal(journal_read(r, &got, NULL), 0);
}

/* Open the segment that begins at `first` and overwrite bytes in it. */
static void scribble(const struct place *p, uint64_t first, off_t at, const void *bytes, size_t len)
{
    char name[64];
    snprintf(name, sizeof name, "journal/%016" PRIx64 ".seg", first);
    fd_auto fd = openat(p->fd, name, O_WRONLY);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, len, at), (ssize_t)len);
}

enum { RECORD_BYTES = 176, HEAD_BYTES = 16 }; /* of the records that append() writes with a path of 3 to 10 letters */

static void every_field_comes_back(void **state)
{
    struct place *p = *state;
    struct journal *j = open_writer(p);
    struct journal_record in = {.type = JOURNAL_RENAME,
                                .flags = JOURNAL_IS_DIR,
                                .time_ns = -5,
                                .ino = UINT64_MAX,
                                .size = 1,
                                .mtime_ns = 2,
                                .ctime_ns = 3,
                                .mode = 0100644,
                                .nlink = 2,
                                .pid = 77,
                                .uid = 1000,
                                .gid = 1001,
                                .session = UINT32_MAX,
                                .handle = {.type = 1, .len = 3, .bytes = {9, 8, 7}},
                                .path = "new\nname\xff",
                                .path2 = "old",
                                .app = ""};
    assert_int_equal(journal_append(j, &in), 0);
    assert_int_equal(in.seq, 1);
    assert_int_equal(journal_head(j), 1);
    struct journal_reader *r = open_reader(p, 1);
    struct journal_record out;
    assert_int_equal(journal_read(r, &out, NULL), 1);
    assert_int_equal(out.type, JOURNAL_RENAME);
    assert_int_equal(out.flags, JOURNAL_IS_DIR);
    assert_int_equal(out.time_ns, -5);
    assert_true(out.ino == UINT64_MAX);
    assert_int_equal(out.mtime_ns, 2);
    assert_int_equal(out.ctime_ns, 3);
    assert_int_equal(out.pid, 77);
    assert_int_equal(out.gid, 1001);
    assert_int_equal(out.session, UINT32_MAX);
    assert_int_equal(out.handle.len, 3);
    assert_memory_equal(out.handle.bytes, in.handle.bytes, sizeof in.handle.bytes);
    assert_string_equal(out.path, in.path);
    assert_string_equal(out.path2, "old");
    assert_string_equal(out.app, "");
    expect_none(r);
    journal_close_reader(r);
    journal_close(j);
}

static void longest_strings_fit_and_longer_are_refused(void **state)
{
    struct place *p = *state;
    struct journal *j = open_writer(p);
    char *path = malloc(PATH_MAX + 1);
    memset(path, 'x', PATH_MAX);
    path[PATH_MAX] = 0;
    struct journal_record in = {.type = JOURNAL_SAVE, .path = path, .path2 = path, .app = path};
    assert_int_equal(journal_append(j, &in), -ENAMETOOLONG);
    path[PATH_MAX - 1] = 0;
    assert_int_equal(journal_append(j, &in), 0);
    assert_int_equal(in.seq, 1);
    struct journal_reader *r = open_reader(p, 1);
    expect(r, 1, path);
    journal_close_reader(r);
    journal_close(j);
    free(path);
}

static void reader_follows_over_segments_and_restarts(void **state)
{
    struct place *p = *state;
    struct journal *j = open_writer(p);
    struct journal_reader *r = open_reader(p, 1);
    enum { MANY = 60000 };
    for (uint64_t i = 1; i <= MANY; i++) {
        if (i % 17000 == 0) {
            journal_close(j);
            j = open_writer(p);
        }
        assert_int_equal(append(j, "a.csv"), i);
        if (i % 3 == 0)
            for (uint64_t k = i - 2; k <= i; k++)
                expect(r, k, "a.csv");
    }
    expect_none(r);
    journal_close_reader(r);
    r = open_reader(p, 50000);
    for (uint64_t i = 50000; i <= MANY; i++)
        expect(r, i, "a.csv");
    expect_none(r);
    journal_close_reader(r);
    journal_close(j);
}

static void trim_keeps_the_numbers_going(void **state)
{
    struct place *p = *state;
    struct journal *j = open_writer(p);
    for (int i = 1; i <= 60000; i++)
        append(j, "a.csv");
    int64_t before = journal_trim(p->fd, 0);
    assert_true(before >= 4 * JOURNAL_SEGMENT_BYTES);
    assert_true(journal_trim(p->fd, 60000) == 2 * JOURNAL_SEGMENT_BYTES); /* the newest and the spare */
    struct journal_reader *r = NULL;
    assert_int_equal(journal_open_reader(&r, p->fd, 1, NULL), -ENODATA);
    uint64_t first;
    uint64_t newest;
    assert_int_equal(journal_bounds(p->fd, &first, &newest), 0);
    assert_int_equal(newest, 60000);
    assert_true(first > 1 && first <= 60000);
    journal_close(j);
    j = open_writer(p);
    assert_int_equal(append(j, "b.csv"), 60001);
    r = open_reader(p, 60001);
    expect(r, 60001, "b.csv");
    journal_close_reader(r);
    journal_close(j);
}

static void torn_tail_is_waited_for_then_cut(void **state)
{
    struct place *p = *state;
    struct journal *j = open_writer(p);
    append(j, "one");
    append(j, "two");
    append(j, "three");
    journal_close(j);
    struct journal_reader *r = open_reader(p, 1);
    scribble(p, 1, HEAD_BYTES + 2 * RECORD_BYTES + 160, "??", 2); /* inside the strings of record 3 */
    expect(r, 1, "one");
    expect(r, 2, "two");
    expect_none(r); /* it may be half written still */
    j = open_writer(p);
    assert_int_equal(journal_head(j), 2);
    assert_int_equal(append(j, "drei"), 3);
    expect(r, 3, "drei");
    expect_none(r);
    journal_close_reader(r);
    journal_close(j);
}

static void damage_is_told_and_passed(void **state)
{
    struct place *p = *state;
    struct journal *j = open_writer(p);
    for (int i = 1; i <= 6; i++)
        append(j, "file");
    scribble(p, 1, HEAD_BYTES + 2 * RECORD_BYTES + 160, "??", 2);
    struct journal_reader *r = open_reader(p, 1);
    expect(r, 1, "file");
    expect(r, 2, "file");
    struct journal_record got;
    struct error e = {0};
    assert_int_equal(journal_read(r, &got, &e), -EILSEQ);
    assert_non_null(strstr(e.text, "records 3 to 3 are lost"));
    expect(r, 4, "file");
    expect(r, 5, "file");
    expect(r, 6, "file");
    assert_int_equal(append(j, "more"), 7);
    expect(r, 7, "more");
    journal_close_reader(r);
    journal_close(j);
}

static void zeros_before_the_end_are_damage_too(void **state)
{
    struct place *p = *state;
    struct journal *j = open_writer(p);
    for (int i = 1; i <= 6; i++)
        append(j, "file");
    journal_close(j);
    static const char zeros[2 * RECORD_BYTES];
    scribble(p, 1, HEAD_BYTES + 2 * RECORD_BYTES, zeros, sizeof zeros);
    j = open_writer(p);
    assert_int_equal(journal_head(j), 6);
    struct journal_reader *r = open_reader(p, 1);
    struct journal_record got;
    struct error e = {0};
    expect(r, 1, "file");
    expect(r, 2, "file");
    assert_int_equal(journal_read(r, &got, &e), -EILSEQ);
    assert_non_null(strstr(e.text, "records 3 to 4 are lost"));
    expect(r, 5, "file");
    expect(r, 6, "file");
    expect_none(r);
    journal_close_reader(r);
    journal_close(j);
}

static int open_segment(const struct place *p)
{
    int fd = openat(p->fd, "journal/0000000000000001.seg", O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    return fd;
}

/* Most of a segment was never written; what comes behind such a place is found all the same. */
static void records_behind_a_hole_are_found(void **state)
{
    enum { PAGE = 4096, RECORDS = 4 * PAGE / RECORD_BYTES };
    struct place *p = *state;
    struct journal *j = open_writer(p);
    for (int i = 1; i <= RECORDS; i++)
        append(j, "file");
    journal_close(j);
    fd_auto fd = open_segment(p);
    assert_int_equal(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, PAGE, 2 * PAGE), 0);
    j = open_writer(p);
    assert_int_equal(journal_head(j), RECORDS);
    struct journal_reader *r = open_reader(p, 1);
    struct journal_record got;
    uint64_t last = 0, lost = 0;
    for (int told; (told = journal_read(r, &got, NULL)) != 0;) {
        lost += told == -EILSEQ;
        last = told == 1 ? got.seq : last;
    }
    assert_int_equal(last, RECORDS);
    assert_int_equal(lost, 1);
    journal_close_reader(r);
    journal_close(j);
}

static void a_cut_tail_is_cut_to_its_end(void **state)
{
    enum { FAR = JOURNAL_SEGMENT_BYTES - 100 };
    struct place *p = *state;
    char got[8];
    struct journal *j = open_writer(p);
    append(j, "one");
    append(j, "two");
    journal_close(j);
    fd_auto fd = open_segment(p);
    assert_int_equal(pwrite(fd, "torn", 4, HEAD_BYTES + RECORD_BYTES), 4);
    assert_int_equal(pwrite(fd, "leftover", 8, FAR), 8);
    j = open_writer(p);
    assert_int_equal(journal_head(j), 1);
    assert_int_equal(pread(fd, got, sizeof got, FAR), sizeof got);
    assert_memory_equal(got, "\0\0\0\0\0\0\0", sizeof got);
    struct stat st;
    assert_int_equal(fstat(fd, &st), 0);
    assert_true(st.st_blocks * 512 >= JOURNAL_SEGMENT_BYTES); /* and is reserved again */
    journal_close(j);
}

static void lost_segment_is_told(void **state)
{
    struct place *p = *state;
    struct journal *j = open_writer(p);
    for (int i = 1; i <= 60000; i++)
        append(j, "a.csv");
    struct journal_reader *r = open_reader(p, 1);
    expect(r, 1, "a.csv");
    char name[64];
    uint64_t second = (JOURNAL_SEGMENT_BYTES - HEAD_BYTES) / RECORD_BYTES + 1;
    snprintf(name, sizeof name, "journal/%016" PRIx64 ".seg", second);
    assert_int_equal(unlinkat(p->fd, name, 0), 0);
    struct journal_record got;
    struct error e = {0};
    uint64_t i = 2;
    int got_one;
    while ((got_one = journal_read(r, &got, &e)) == 1)
        assert_int_equal(got.seq, i++);
    assert_int_equal(got_one, -EILSEQ);
    assert_int_equal(i, second);
    i = 2 * (second - 1) + 1;
    while (journal_read(r, &got, NULL) == 1)
        assert_int_equal(got.seq, i++);
    assert_int_equal(i, 60001);
    journal_close_reader(r);
    journal_close(j);
}

static void foreign_segment_is_refused(void **state)
{
    struct place *p = *state;
    journal_close(open_writer(p));
    scribble(p, 1, 0, "PK\3\4", 4);
    struct journal *j = NULL;
    struct error e = {0};
    assert_int_equal(journal_open_writer(&j, p->fd, &e), -EILSEQ);
    assert_null(j);
}

static void reader_may_come_first(void **state)
{
    struct place *p = *state;
    struct journal_reader *r = open_reader(p, 1);
    expect_none(r);
    struct journal *j = open_writer(p);
    expect_none(r);
    append(j, "a");
    expect(r, 1, "a");
    assert_int_equal(journal_sync_reader(r), 0);
    journal_close_reader(r);
    journal_close(j);
}

/* A file system that is full: 10 MiB of tmpfs. */
static void full_disk_is_noticed_a_segment_ahead(void **state)
{
    struct place *p = *state;
    char command[160];
    snprintf(command, sizeof command, "mount -t tmpfs -o size=10m none %s 2>/dev/null", p->path);
    if (geteuid() != 0 || system(command) != 0)
        skip(); /* only root mounts; CI is root */
    int fd = open(p->path, O_RDONLY | O_DIRECTORY);
    struct place full = {.fd = fd};
    struct journal *j = open_writer(&full);
    assert_true(journal_has_room(j));
    uint64_t written = 0;
    while (journal_has_room(j) && written < 100000) {
        append(j, "a.csv");
        written++;
    }
    assert_true(written > 20000 && written < 30000);
    for (int i = 0; i < 1000; i++)
        append(j, "begun already");
    struct journal_record r = {.type = JOURNAL_SAVE, .path = "a", .path2 = "", .app = ""};
    int err = 0;
    while ((err = journal_append(j, &r)) == 0)
        written++;
    assert_int_equal(err, -ENOSPC);
    assert_true(journal_trim(fd, journal_head(j)) > 0);
    usleep(60000);
    assert_true(journal_has_room(j));
    append(j, "again");
    assert_int_equal(journal_sync(j), 0);
    journal_close(j);
    close(fd);
    snprintf(command, sizeof command, "umount %s", p->path);
    assert_int_equal(system(command), 0);
}

struct many {
    struct journal *j;
    int count;
};

static void *append_many(void *arg)
{
    struct many *m = arg;
    for (int i = 0; i < m->count; i++)
        append(m->j, "thread.csv");
    return NULL;
}

static void threads_append_while_another_reads(void **state)
{
    struct place *p = *state;
    struct journal *j = open_writer(p);
    struct many many = {j, 30000};
    pthread_t threads[3];
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, append_many, &many), 0);
    struct journal_reader *r = open_reader(p, 1);
    for (uint64_t seq = 1; seq <= 90000;) {
        struct journal_record got;
        struct error e = {0};
        int err = journal_read(r, &got, &e);
        assert_true(err >= 0);
        if (err == 1)
            assert_int_equal(got.seq, seq++);
    }
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    journal_close_reader(r);
    journal_close(j);
}

/* A writer killed at any moment leaves nothing that its successor or the reader stumbles over. */
static void killed_writers_leave_a_sound_journal(void **state)
{
    struct place *p = *state;
    struct journal_reader *r = open_reader(p, 1);
    uint64_t next = 1;
    for (int round = 0; round < 30; round++) {
        int pipes[2];
        assert_int_equal(pipe(pipes), 0);
        pid_t pid = fork();
        if (pid == 0) {
            struct journal *j = NULL;
            if (journal_open_writer(&j, p->fd, NULL) < 0)
                _exit(1);
            char path[3000];
            memset(path, 'p', sizeof path - 1);
            path[sizeof path - 1] = 0;
            for (;;) {
                struct journal_record rec = {.type = JOURNAL_SAVE, .path = path, .path2 = "", .app = ""};
                if (journal_append(j, &rec) < 0 || write(pipes[1], &rec.seq, sizeof rec.seq) != sizeof rec.seq)
                    _exit(1);
            }
        }
        close(pipes[1]);
        uint64_t acknowledged = next - 1, seq;
        for (int i = 0; i < 200 + round * 10; i++)
            assert_int_equal(read(pipes[0], &acknowledged, sizeof acknowledged), sizeof acknowledged);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        while (read(pipes[0], &seq, sizeof seq) == sizeof seq)
            acknowledged = seq;
        close(pipes[0]);
        journal_close(open_writer(p));
        struct journal_record got;
        struct error e = {0};
        int err;
        while ((err = journal_read(r, &got, &e)) == 1)
            assert_int_equal(got.seq, next++);
        assert_int_equal(err, 0);
        assert_true(next > acknowledged);
    }
    journal_close_reader(r);
}

#define journal_test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        journal_test(every_field_comes_back),
        journal_test(longest_strings_fit_and_longer_are_refused),
        journal_test(reader_follows_over_segments_and_restarts),
        journal_test(trim_keeps_the_numbers_going),
        journal_test(torn_tail_is_waited_for_then_cut),
        journal_test(damage_is_told_and_passed),
        journal_test(zeros_before_the_end_are_damage_too),
        journal_test(records_behind_a_hole_are_found),
        journal_test(a_cut_tail_is_cut_to_its_end),
        journal_test(lost_segment_is_told),
        journal_test(foreign_segment_is_refused),
        journal_test(reader_may_come_first),
        journal_test(full_disk_is_noticed_a_segment_ahead),
        journal_test(threads_append_while_another_reads),
        journal_test(killed_writers_leave_a_sound_journal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
