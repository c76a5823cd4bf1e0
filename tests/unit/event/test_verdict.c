/* Verdicts: what is appended is read back to the byte, over restarts and a full disk; a journal is told from another.
 */
#include "event/verdict.h"
#include "event/verdict_form.h"

#include <errno.h>
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
};

static bool disk_is_full;

/* The disk of these tests is full when they say so. */
int posix_fallocate(int fd, off_t offset, off_t len)
{
    struct stat st;
    if (disk_is_full)
        return ENOSPC;
    return fstat(fd, &st) == 0 && (st.st_size >= offset + len || ftruncate(fd, offset + len) == 0) ? 0 : EIO;
}

static int set_up(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    strcpy(p->path, "/tmp/holdfast-verdict-XXXXXX");
    assert_non_null(mkdtemp(p->path));
    p->fd = open(p->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    disk_is_full = false;
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

static struct verdict_log *open_writer(const struct place *p)
{
    struct verdict_log *l = NULL;
    struct error e = {0};
    assert_int_equal(verdict_open_writer(&l, p->fd, &e), 0);
    return l;
}

static struct verdict_reader *open_reader(const struct place *p, uint64_t from)
{
    struct verdict_reader *r = NULL;
    struct error e = {0};
    assert_int_equal(verdict_open_reader(&r, p->fd, from, &e), 0);
    return r;
}

static struct verdict a_block(void)
{
    return (struct verdict){.kind = VERDICT_OPEN,
                            .time_ns = INT64_C(1764000000123456789),
                            .action = VERDICT_BLOCK,
                            .enforced = true,
                            .refused = true,
                            .write = true,
                            .waited_ns = 17,
                            .pid = 4711,
                            .uid = 1000,
                            .gid = 1001,
                            .login = 3,
                            .session = VERDICT_SESSION_SSH,
                            .ino = 99,
                            .size = UINT64_MAX,
                            .version = 412,
                            .path = "Prospects/a\nb\\n\xff.csv",
                            .class_name = "prospect-list",
                            .rule = "10-sales/sync clients",
                            .say = "Prospect lists stay.\nAsk \\n sales-ops\\",
                            .app = "/usr/bin/rclone",
                            .parents = "bash < sshd < systemd",
                            .cgroup = "user.slice",
                            .records = 412,
                            .sink = "sticks",
                            .sink_kind = "removable",
                            .device = "SanDisk\tUltra\t4C53",
                            .sha256 = "e3b0c442",
                            .source = "Prospects/acme.csv",
                            .mount = "work",
                            .policy = "0123456789abcdef0123456789abcdef01234567",
                            .note = ""};
}

static void assert_same(const struct verdict *a, const struct verdict *b)
{
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->time_ns, b->time_ns);
    assert_int_equal(a->action, b->action);
    assert_int_equal(a->enforced, b->enforced);
    assert_int_equal(a->refused, b->refused);
    assert_int_equal(a->write, b->write);
    assert_int_equal(a->waited_ns, b->waited_ns);
    assert_int_equal(a->pid, b->pid);
    assert_int_equal(a->uid, b->uid);
    assert_int_equal(a->gid, b->gid);
    assert_int_equal(a->login, b->login);
    assert_int_equal(a->session, b->session);
    assert_int_equal(a->ino, b->ino);
    assert_int_equal(a->size, b->size);
    assert_int_equal(a->version, b->version);
    assert_string_equal(a->path, b->path);
    assert_string_equal(a->class_name, b->class_name);
    assert_string_equal(a->rule, b->rule);
    assert_string_equal(a->say, b->say);
    assert_string_equal(a->app, b->app);
    assert_string_equal(a->parents, b->parents);
    assert_string_equal(a->cgroup, b->cgroup);
    assert_int_equal(a->records, b->records);
    assert_string_equal(a->sink, b->sink);
    assert_string_equal(a->sink_kind, b->sink_kind);
    assert_string_equal(a->device, b->device);
    assert_string_equal(a->sha256, b->sha256);
    assert_string_equal(a->source, b->source);
    assert_string_equal(a->mount, b->mount);
    assert_string_equal(a->policy, b->policy);
    assert_string_equal(a->note, b->note);
}

static void comes_back_to_the_byte(void **state)
{
    struct place *p = *state;
    struct verdict_log *l = open_writer(p);
    struct verdict v = a_block(), got;
    struct verdict start = {.kind = VERDICT_SESSION, .mount = "work", .note = "start"};
    assert_int_equal(verdict_append(l, &start), 0);
    assert_int_equal(verdict_append(l, &v), 0);
    assert_int_equal(v.seq, 2);
    struct verdict_reader *r = open_reader(p, 1);
    assert_int_equal(verdict_read(r, &got, NULL), 1);
    assert_int_equal(got.kind, VERDICT_SESSION);
    assert_true(got.time_ns > 0);
    assert_string_equal(got.note, "start");
    assert_string_equal(got.path, "");
    assert_int_equal(verdict_read(r, &got, NULL), 1);
    assert_same(&v, &got);
    assert_int_equal(verdict_read(r, &got, NULL), 0);
    verdict_close_reader(r);
    verdict_close(l);
}

static void what_is_too_long_is_cut_at_a_character(void **state)
{
    char long_say[4000], text[PATH_MAX], again[PATH_MAX];
    struct journal_record r;
    struct verdict v = a_block(), got;
    (void)state;
    for (size_t i = 0; i + 2 < sizeof long_say; i += 2)
        memcpy(long_say + i, "\xc3\xa9", 3);
    long_say[sizeof long_say - 2] = 0;
    v.say = v.parents = v.cgroup = v.note = v.rule = v.mount = v.class_name = v.policy = long_say;
    assert_int_equal(verdict_encode(&v, &r, text), 0);
    assert_true(strlen(text) < PATH_MAX);
    assert_int_equal(verdict_decode(&r, &got, again), 0);
    size_t len = strlen(got.say);
    assert_true(len > 600 && len <= 640);
    assert_string_equal(got.say + len - 3, "...");
    assert_int_equal((len - 3) % 2, 0);
    memset(long_say, '\n', sizeof long_say - 1);
    long_say[sizeof long_say - 1] = 0;
    assert_int_equal(verdict_encode(&v, &r, text), 0);
    assert_int_equal(verdict_decode(&r, &got, again), 0);
    assert_int_equal(strlen(got.rule), (256 - 3) / 2 + 3);
}

static void only_what_was_encoded_is_decoded(void **state)
{
    static const char *const wrong[] = {
        "",
        "1 3 7 2 17 412 9",
        "1 3 7 2 17 412 9\n\n\n\n\n\n\n\n\n\n\n\n",
        "1 3 7 2 17 412 9\n\n\n\n\n\n\n\n\n\n\n\n\n\n",
        "01 3 7 2 17 412 9\n\n\n\n\n\n\n\n\n\n\n\n\n",
        "1 3 7 2 17 412 9 \n\n\n\n\n\n\n\n\n\n\n\n\n",
        "1 3 8 2 17 412 9\n\n\n\n\n\n\n\n\n\n\n\n\n",
        "1 3 7 3 17 412 9\n\n\n\n\n\n\n\n\n\n\n\n\n",
        "1 3 7 2 -1 412 9\n\n\n\n\n\n\n\n\n\n\n\n\n",
        "1 6 7 2 17 412 9\n\n\n\n\n\n\n\n\n\n\n\n\n",
        "1 0 7 2 17 412 9\n\n\n\n\n\n\n\n\n\n\n\n\n",
        "2 1 7 2 17 412 9\n\n\n\n\n\n\n\n\n\n\n\n\n",
        "0 0 7 2 17 412 9\n\n\n\n\n\n\n\n\n\n\n\n\n",
        "4 0 7 2 17 412 9\n\n\n\n\n\n\n\n\n\n\n\n\n",
        "1 3 7 2 17 412 9\n\\x\n\n\n\n\n\n\n\n\n\n\n\n",
        "1 3 7 2 17 412 9\n\\\n\n\n\n\n\n\n\n\n\n\n\n",
        "1 3 7 2 17 412 9\n"
        "a mount's name is not as long as this one is, in any configuration\n\n\n\n\n\n\n\n\n\n\n\n",
    };
    char text[PATH_MAX];
    struct verdict got;
    (void)state;
    struct journal_record r = {.type = JOURNAL_VERDICT, .path = "", .app = ""};
    r.path2 = "1 3 7 2 17 412 9\n\n\n\n\n\n\n\n\n\n\n\n\n";
    assert_int_equal(verdict_decode(&r, &got, text), 0);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        r.path2 = wrong[i];
        assert_int_equal(verdict_decode(&r, &got, text), -EILSEQ);
    }
    r.path2 = "1 3 7 2 17 412 9\n\n\n\n\n\n\n\n\n\n\n\n\n";
    r.type = JOURNAL_SAVE;
    assert_int_equal(verdict_decode(&r, &got, text), -EILSEQ);
}

static void nonsense_is_not_appended(void **state)
{
    struct verdict_log *l = open_writer(*state);
    struct verdict v = a_block();
    v.action = 0;
    assert_int_equal(verdict_append(l, &v), -EINVAL);
    v = a_block();
    v.kind = VERDICT_GAP;
    assert_int_equal(verdict_append(l, &v), -EINVAL);
    v = a_block();
    assert_int_equal(verdict_append(l, &v), 0);
    assert_int_equal(v.seq, 1);
    verdict_close(l);
}

static void a_journal_keeps_its_id_and_numbers(void **state)
{
    struct place *p = *state;
    char id[VERDICT_ID_BYTES], again[VERDICT_ID_BYTES];
    uint64_t first, newest;
    assert_int_equal(verdict_journal_id(p->fd, id), -ENOENT);
    assert_int_equal(verdict_bounds(p->fd, &first, &newest), -ENOENT);
    struct verdict_reader *r = NULL;
    assert_int_equal(verdict_open_reader(&r, p->fd, 1, NULL), -ENOENT);
    struct verdict v = a_block();
    struct verdict_log *l = open_writer(p);
    assert_int_equal(verdict_append(l, &v), 0);
    verdict_close(l);
    assert_int_equal(verdict_journal_id(p->fd, id), 0);
    l = open_writer(p);
    assert_int_equal(verdict_append(l, &v), 0);
    assert_int_equal(v.seq, 2);
    verdict_close(l);
    assert_int_equal(verdict_journal_id(p->fd, again), 0);
    assert_string_equal(id, again);
    assert_int_equal(verdict_bounds(p->fd, &first, &newest), 0);
    assert_int_equal(first, 1);
    assert_int_equal(newest, 2);
    int fd = openat(p->fd, "audit/id", O_WRONLY | O_TRUNC | O_CLOEXEC); /* a power cut */
    close(fd);
    assert_int_equal(verdict_journal_id(p->fd, again), -EILSEQ);
    verdict_close(open_writer(p));
    assert_int_equal(verdict_journal_id(p->fd, again), 0);
    assert_string_not_equal(id, again);
}

/* Fill what is reserved, lose some, make room: the gap stands before the next verdict, with the count. */
static void a_full_disk_is_told_of(void **state)
{
    struct place *p = *state;
    struct verdict_log *l = open_writer(p);
    struct verdict v = a_block(), got = {0};
    char path[4000];
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = 0;
    v.path = path;
    disk_is_full = true;
    uint64_t written = 0, lost = 0;
    while (lost < 10)
        *(verdict_append(l, &v) == 0 ? &written : &lost) += 1;
    assert_true(written > 1000);
    assert_int_equal(verdict_append(l, &v), -ENOSPC);
    disk_is_full = false;
    while (verdict_append(l, &v) != 0)
        lost++;
    struct verdict_reader *r = open_reader(p, written + 1);
    assert_int_equal(verdict_read(r, &got, NULL), 1);
    assert_int_equal(got.kind, VERDICT_GAP);
    char expected[128];
    snprintf(expected, sizeof expected, "%llu decisions could not be written down: No space left on device",
             (unsigned long long)lost + 1);
    assert_string_equal(got.note, expected);
    assert_int_equal(verdict_read(r, &got, NULL), 1);
    assert_int_equal(got.kind, VERDICT_OPEN);
    assert_int_equal(got.seq, written + 2);
    assert_true(verdict_trim(p->fd, written + 2) > 0);
    verdict_close_reader(r);
    verdict_close(l);
}

static void a_link_is_not_followed(void **state)
{
    struct place *p = *state;
    struct verdict_log *l = NULL;
    assert_int_equal(symlinkat("/tmp", p->fd, "audit"), 0);
    assert_true(verdict_open_writer(&l, p->fd, NULL) < 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(comes_back_to_the_byte),
        TEST(what_is_too_long_is_cut_at_a_character),
        TEST(only_what_was_encoded_is_decoded),
        TEST(nonsense_is_not_appended),
        TEST(a_journal_keeps_its_id_and_numbers),
        TEST(a_full_disk_is_told_of),
        TEST(a_link_is_not_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
