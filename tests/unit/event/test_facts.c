/* Facts: one writer, readers in other processes, growth, dead writers, and tables that must not be believed. */
#include "base/fdio.h"
#include "event/facts.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
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
    strcpy(p->path, "/tmp/holdfast-facts-XXXXXX");
    assert_non_null(mkdtemp(p->path));
    p->fd = open(p->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    *state = p;
    return 0;
}

static int tear_down(void **state)
{
    struct place *p = *state;
    unlinkat(p->fd, "facts", 0);
    close(p->fd);
    assert_int_equal(rmdir(p->path), 0); /* nothing else was left behind */
    free(p);
    return 0;
}

static struct fact_table *open_writer(const struct place *p)
{
    struct fact_table *f = NULL;
    struct error e = {0};
    assert_int_equal(facts_open_writer(&f, p->fd, &e), 0);
    return f;
}

static struct fact_table *open_reader(const struct place *p)
{
    struct fact_table *f = NULL;
    assert_int_equal(facts_open_reader(&f, p->fd), 0);
    return f;
}

/* A fact all of whose fields follow from two numbers, so that a mixture shows. */
static struct fact make_fact(uint64_t ino, uint64_t kept)
{
    struct fact f = {.ino = ino,
                     .kept_seq = kept,
                     .version = kept,
                     .saved_ns = (int64_t)kept,
                     .size = kept,
                     .mtime_ns = (int64_t)kept,
                     .ctime_ns = (int64_t)kept};
    memset(f.oid, (int)(kept & 0xff), sizeof f.oid);
    snprintf(f.class_name, sizeof f.class_name, "class-%u-of-a-name-that-needs-all-the-room", (unsigned)(kept % 50));
    f.findings[kept % FACT_LEVELS] = (uint16_t)(kept % 7);
    for (size_t i = 0; i < kept % 7 && i < FACT_WORST; i++) {
        f.worst[i].level = (uint8_t)(kept % FACT_LEVELS);
        f.worst[i].line = (uint32_t)kept + 1;
        snprintf(f.worst[i].rule, sizeof f.worst[i].rule, "pack/rule-%u", (unsigned)(kept + i) % 50);
    }
    return f;
}

static void put(struct fact_table *f, uint64_t ino, uint64_t kept)
{
    struct fact fact = make_fact(ino, kept);
    assert_int_equal(facts_put(f, &fact), 0);
}

static void put_get_remove(void **state)
{
    struct fact_table *w = open_writer(*state), *r = open_reader(*state);
    struct fact got;
    assert_false(facts_get(r, 5, &got));
    put(w, 5, 1);
    put(w, 6, 2);
    put(w, 5, 3);
    assert_true(facts_get(r, 5, &got));
    struct fact want = make_fact(5, 3);
    assert_memory_equal(&got, &want, sizeof got);
    assert_int_equal(facts_count(w), 2);
    facts_remove(w, 5);
    facts_remove(w, 5);
    facts_remove(w, 99);
    assert_false(facts_get(r, 5, &got));
    assert_true(facts_get(r, 6, &got));
    assert_int_equal(facts_count(w), 1);
    struct fact nobody = make_fact(0, 1);
    assert_int_equal(facts_put(w, &nobody), -EINVAL);
    facts_clear(w);
    assert_false(facts_get(r, 6, &got));
    assert_int_equal(facts_count(w), 0);
    facts_close(w);
    facts_close(r);
}

static void reader_follows_growth(void **state)
{
    struct fact_table *w = open_writer(*state), *r = open_reader(*state);
    struct fact got;
    put(w, 1, 1);
    assert_true(facts_get(r, 1, &got));
    for (uint64_t ino = 2; ino <= 20000; ino++)
        put(w, ino, ino);
    usleep(110000); /* a reader looks for a successor at most every 100 ms */
    for (uint64_t ino = 1; ino <= 20000; ino++) {
        assert_true(facts_get(r, ino, &got));
        assert_int_equal(got.kept_seq, ino);
    }
    facts_close(w);
    facts_close(r);
}

static void churn_does_not_grow_for_ever(void **state)
{
    struct place *p = *state;
    struct fact_table *w = open_writer(p);
    for (uint64_t ino = 1; ino <= 200000; ino++) {
        put(w, ino, ino);
        if (ino > 100)
            facts_remove(w, ino - 100);
    }
    struct stat st;
    assert_int_equal(fstatat(p->fd, "facts", &st, 0), 0);
    assert_true(st.st_size < 1024 * 1024);
    assert_int_equal(facts_count(w), 100);
    facts_close(w);
}

static void facts_outlive_their_writer(void **state)
{
    struct place *p = *state;
    struct fact_table *w = open_writer(p);
    put(w, 5, 1);
    facts_close(w);
    w = open_writer(p);
    assert_int_equal(facts_count(w), 1);
    struct fact got;
    assert_true(facts_get(w, 5, &got));
    facts_close(w);
}

static void reader_may_come_first(void **state)
{
    struct fact_table *r = open_reader(*state);
    struct fact got;
    assert_false(facts_get(r, 5, &got));
    struct fact_table *w = open_writer(*state);
    put(w, 5, 1);
    usleep(110000);
    assert_true(facts_get(r, 5, &got));
    facts_close(w);
    facts_close(r);
}

static void scribble(const struct place *p, off_t at, const void *bytes, size_t len)
{
    fd_auto fd = openat(p->fd, "facts", O_WRONLY);
    assert_int_equal(pwrite(fd, bytes, len, at), (ssize_t)len);
}

static void damaged_table_is_begun_anew(void **state)
{
    struct place *p = *state;
    struct fact_table *w = open_writer(p);
    put(w, 5, 1);
    facts_close(w);
    scribble(p, 0, "garbage!", 8);
    w = open_writer(p);
    assert_int_equal(facts_count(w), 0);
    facts_close(w);
    assert_int_equal(truncate(p->path, 0), -1);
    fd_auto fd = openat(p->fd, "facts", O_WRONLY | O_TRUNC);
    w = open_writer(p);
    put(w, 5, 1);
    facts_close(w);
}

/* The table of a kernel that died is not believed, by writer or reader: some of its pages may be older than others. */
static void unclean_table_of_another_boot_is_not_believed(void **state)
{
    struct place *p = *state;
    pid_t pid = fork();
    if (pid == 0) {
        struct fact_table *w = open_writer(p);
        put(w, 5, 1);
        _exit(0); /* not closed: not clean */
    }
    waitpid(pid, NULL, 0);
    struct fact_table *r = open_reader(p);
    struct fact got;
    assert_true(facts_get(r, 5, &got)); /* the same boot: the pages are all there */
    facts_close(r);
    scribble(p, 16, "another-boot", 12);
    r = open_reader(p);
    assert_false(facts_get(r, 5, &got));
    facts_close(r);
    struct fact_table *w = open_writer(p);
    assert_int_equal(facts_count(w), 0);
    facts_close(w);
}

static void clean_table_of_another_boot_is_taken_over(void **state)
{
    struct place *p = *state;
    struct fact_table *w = open_writer(p);
    put(w, 5, 1);
    facts_close(w);
    scribble(p, 16, "another-boot", 12);
    w = open_writer(p);
    assert_int_equal(facts_count(w), 1);
    facts_close(w);
}

/* Readers never see half of an entry, while it is rewritten and when the writer is killed in the middle. */
static void no_reader_sees_a_mixture(void **state)
{
    struct place *p = *state;
    struct fact_table *r = open_reader(p);
    for (int round = 0; round < 20; round++) {
        pid_t pid = fork();
        if (pid == 0) {
            struct fact_table *w = open_writer(p);
            for (uint64_t i = 1;; i++)
                put(w, 1 + i % 3, i);
        }
        int seen = 0;
        for (int i = 0; i < 200000 || seen == 0; i++) {
            struct fact got, want;
            if (!facts_get(r, 2, &got))
                continue;
            want = make_fact(2, got.kept_seq);
            assert_memory_equal(&got, &want, sizeof got);
            seen++;
        }
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
    facts_close(r);
    struct fact_table *w = open_writer(p);
    assert_true(facts_count(w) <= 3);
    facts_close(w);
}

/* What the counts are by looking at each of the entries that were put. */
static void expect_counts(struct fact_table *f, uint64_t first, uint64_t last)
{
    fact_counts_auto counts = {0};
    uint64_t classes = 0, levels[FACT_LEVELS] = {0}, files = 0;
    assert_true(facts_get_counts(f, &counts));
    for (uint64_t ino = first; ino <= last; ino++) {
        struct fact fact = make_fact(ino, ino);
        for (size_t i = 0; i < FACT_LEVELS; i++)
            levels[i] += fact.findings[i] > 0;
    }
    for (size_t i = 0; i < counts.class_count; i++) {
        struct fact fact;
        uint64_t expected = 0;
        for (uint64_t ino = first; ino <= last; ino++) {
            fact = make_fact(ino, ino);
            expected += strcmp(fact.class_name, counts.classes[i].name) == 0;
        }
        assert_int_equal(counts.classes[i].files, expected);
        classes += expected > 0;
        files += counts.classes[i].files;
    }
    assert_int_equal(classes, counts.class_count);
    assert_int_equal(files, last - first + 1);
    assert_memory_equal(levels, counts.levels, sizeof levels);
}

static void counts_follow_each_change(void **state)
{
    struct fact_table *w = open_writer(*state), *r;
    for (uint64_t ino = 1; ino <= 3000; ino++)
        put(w, ino, ino);
    for (uint64_t ino = 1; ino <= 3000; ino++)
        put(w, ino, ino); /* again: counted once */
    for (uint64_t ino = 1; ino <= 1000; ino++)
        facts_remove(w, ino);
    expect_counts(w, 1001, 3000);
    r = open_reader(*state);
    expect_counts(r, 1001, 3000);
    facts_close(r);
    facts_close(w);
    w = open_writer(*state);
    expect_counts(w, 1001, 3000);
    facts_clear(w);
    fact_counts_auto none = {0};
    assert_true(facts_get_counts(w, &none));
    assert_int_equal(none.class_count, 0);
    facts_close(w);
}

/* Words that nothing uses any more make room; while all are in use the class of a file is told or the put fails. */
static void words_run_out(void **state)
{
    struct fact_table *w = open_writer(*state);
    struct fact f = make_fact(1, 0), got;
    for (unsigned i = 0; i < 5000; i++) {
        snprintf(f.class_name, sizeof f.class_name, "class-%u", i);
        assert_int_equal(facts_put(w, &f), 0);
        assert_true(facts_get(w, 1, &got));
        assert_string_equal(got.class_name, f.class_name);
    }
    int err = 0;
    for (f.ino = 2; f.ino < 1100 && err == 0; f.ino++) {
        snprintf(f.class_name, sizeof f.class_name, "many-%u", (unsigned)f.ino);
        err = facts_put(w, &f);
    }
    assert_int_equal(err, -ENOSPC);
    assert_true(facts_count(w) > 1000);
    assert_true(facts_get(w, 900, &got));
    assert_string_equal(got.class_name, "many-900");
    facts_close(w);
}

static void sweep_removes_what_was_not_seen(void **state)
{
    struct fact_table *w = open_writer(*state);
    struct fact got;
    for (uint64_t ino = 1; ino <= 100; ino++)
        put(w, ino, ino);
    assert_int_equal(facts_begin_sweep(w), 0);
    for (uint64_t ino = 51; ino <= 100; ino++)
        facts_mark(w, ino);
    facts_mark(w, 4711); /* has none */
    for (uint64_t ino = 101; ino <= 5000; ino++)
        put(w, ino, ino); /* it grows meanwhile */
    assert_int_equal(facts_end_sweep(w, true), 50);
    assert_false(facts_get(w, 50, &got));
    assert_true(facts_get(w, 51, &got));
    expect_counts(w, 51, 5000);
    assert_int_equal(facts_end_sweep(w, true), 0);
    assert_int_equal(facts_begin_sweep(w), 0);
    assert_int_equal(facts_end_sweep(w, false), 0);
    assert_int_equal(facts_count(w), 4950);
    facts_close(w);
}

static void a_file_is_found_by_its_content(void **state)
{
    struct fact_table *w = open_writer(*state), *r = open_reader(*state);
    struct fact found, put = make_fact(7, 1);
    for (uint64_t ino = 1; ino <= 300; ino++) {
        put = make_fact(ino, ino % 200);
        memset(put.oid + 8, (int)(ino / 200), sizeof put.oid - 8); /* the first bytes tell no two apart */
        assert_int_equal(facts_put(w, &put), 0);
    }
    put = make_fact(250, 50);
    memset(put.oid + 8, 1, sizeof put.oid - 8);
    assert_true(facts_find_blob(r, put.oid, &found));
    assert_int_equal(found.ino, 250);
    assert_string_equal(found.class_name, put.class_name);
    facts_remove(w, 250);
    assert_false(facts_find_blob(r, put.oid, &found));
    facts_close(r);
    facts_close(w);
}

#define facts_test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        facts_test(a_file_is_found_by_its_content),
        facts_test(put_get_remove),
        facts_test(reader_follows_growth),
        facts_test(churn_does_not_grow_for_ever),
        facts_test(facts_outlive_their_writer),
        facts_test(reader_may_come_first),
        facts_test(damaged_table_is_begun_anew),
        facts_test(unclean_table_of_another_boot_is_not_believed),
        facts_test(clean_table_of_another_boot_is_taken_over),
        facts_test(no_reader_sees_a_mixture),
        facts_test(counts_follow_each_change),
        facts_test(words_run_out),
        facts_test(sweep_removes_what_was_not_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
