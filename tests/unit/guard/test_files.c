/* Finished files: how they wait, how a folder is walked, how one is taken away. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/fdio.h"
#include "guard/backlog.h"
#include "guard/digest.h"
#include "guard/quarantine.h"
#include "guard/walk.h"
#include "guard/watch.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fanotify.h>
#include <unistd.h>

#include <cmocka.h>

static char root[32];

static int set_up(void **state)
{
    (void)state;
    strcpy(root, "/tmp/holdfast-gd.XXXXXX");
    return mkdtemp(root) != NULL && chdir(root) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
    char command[64];
    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", root);
    return chdir("/") == 0 && system(command) == 0 ? 0 : -1;
}

static void put(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

/* ---- events ---- */

struct heard {
    unsigned what[8];
    char names[200];
    int count;
};

static void hear(void *ctx, const struct watch_event *ev)
{
    struct heard *h = ctx;
    h->what[h->count++] = ev->what;
    snprintf(h->names + strlen(h->names), 100, "%s%s|", ev->name ? ev->name : "-", ev->file ? "" : "?");
}

/* One event with a folder's handle and a name, and a file's handle. */
static size_t put_event(char *to, uint64_t mask, const char *name)
{
    struct fanotify_event_metadata head = {.vers = FANOTIFY_METADATA_VERSION,
                                           .metadata_len = FAN_EVENT_METADATA_LEN,
                                           .mask = mask,
                                           .fd = FAN_NOFD,
                                           .pid = 7};
    struct {
        struct fanotify_event_info_header info;
        uint64_t fsid;
        struct file_handle handle;
    } __attribute__((packed)) piece = {.fsid = 99, .handle = {.handle_bytes = 8, .handle_type = 1}};
    size_t at = sizeof head, name_len = strlen(name) + 1;
    for (int i = 0; i < 2; i++) {
        size_t extra = i == 0 ? name_len : 0;
        piece.info.info_type = i == 0 ? FAN_EVENT_INFO_TYPE_DFID_NAME : FAN_EVENT_INFO_TYPE_FID;
        piece.info.len = (uint16_t)((sizeof piece + 8 + extra + 3) / 4 * 4);
        memset(to + at, 0, piece.info.len);
        memcpy(to + at, &piece, sizeof piece);
        memset(to + at + sizeof piece, 0xab, 8);
        memcpy(to + at + sizeof piece + 8, name, extra);
        at += piece.info.len;
    }
    head.event_len = (uint32_t)at;
    memcpy(to, &head, sizeof head);
    return at;
}

static void test_events(void **state)
{
    (void)state;
    char bytes[1000];
    struct heard h = {0};
    size_t len = put_event(bytes, FAN_CLOSE_WRITE, "a.csv");
    len += put_event(bytes + len, FAN_MOVED_TO | FAN_ONDIR, "folder");
    struct fanotify_event_metadata lost = {
        .event_len = sizeof lost, .metadata_len = sizeof lost, .mask = FAN_Q_OVERFLOW, .fd = FAN_NOFD};
    memcpy(bytes + len, &lost, sizeof lost);
    len += sizeof lost;
    watch_decode(bytes, len, hear, &h);
    assert_int_equal(h.count, 3);
    assert_int_equal(h.what[0], WATCH_WRITTEN);
    assert_int_equal(h.what[1], WATCH_MOVED | WATCH_FOLDER);
    assert_int_equal(h.what[2], WATCH_LOST);
    assert_string_equal(h.names, "a.csv|folder|-?|");
    for (size_t cut = 0; cut < len; cut++) { /* cut anywhere: fewer events, never others */
        struct heard few = {0};
        char *exact = malloc(cut + 1);
        memcpy(exact, bytes, cut);
        watch_decode(exact, cut, hear, &few);
        assert_true(few.count <= 2);
        free(exact);
    }
}

/* ---- the backlog ---- */

static struct finished *finished(struct sink *sink, unsigned char id, unsigned what)
{
    struct finished *f = calloc(1, sizeof *f);
    f->file = calloc(1, sizeof *f->file + 4);
    f->file->handle_bytes = 4;
    f->file->f_handle[0] = id;
    f->sink = sink_hold(sink);
    f->what = what;
    f->heard_ns = 1000 + id;
    return f;
}

static void test_backlog(void **state)
{
    (void)state;
    struct sink *sink = calloc(1, sizeof *sink);
    struct backlog *b = NULL;
    sink->holders = 1;
    assert_int_equal(backlog_open(&b, 3), 0);
    assert_null(backlog_take(b, 0));
    assert_int_equal(backlog_done_until(b, 5000), 5000);
    assert_int_equal(backlog_put(b, finished(sink, 1, WATCH_NAMED)), 0);
    assert_int_equal(backlog_put(b, finished(sink, 2, WATCH_WRITTEN)), 0);
    assert_int_equal(backlog_put(b, finished(sink, 1, WATCH_WRITTEN)), 0);
    assert_int_equal(backlog_put(b, finished(sink, 3, WATCH_WRITTEN)), 0);
    assert_int_equal(backlog_put(b, finished(sink, 4, WATCH_WRITTEN)), -ENOSPC);
    assert_int_equal(backlog_count(b), 3);
    struct finished *f = backlog_take(b, 0);
    assert_int_equal(f->file->f_handle[0], 1);
    assert_int_equal(f->what, WATCH_NAMED | WATCH_WRITTEN);
    assert_int_equal(backlog_done_until(b, 5000), 1001); /* it is in hand */
    backlog_done(b);
    assert_int_equal(backlog_done_until(b, 5000), 1002);
    f->due_ns = clock_mono_ns() + 3600 * NS_PER_SEC;
    assert_int_equal(backlog_put(b, f), 0); /* put off, behind the others */
    for (int i = 2; i <= 3; i++) {
        f = backlog_take(b, 0);
        assert_int_equal(f->file->f_handle[0], i);
        finished_free(f);
    }
    assert_null(backlog_take(b, 0)); /* not due */
    backlog_close(b);
    assert_int_equal(sink->holders, 1);
    sink_release(sink);
}

/* ---- walks ---- */

static int collect(void *ctx, int fd, const char *path, const struct stat *st)
{
    assert_true(fd >= 0 && S_ISREG(st->st_mode));
    buf_printf(ctx, "%s|", path);
    return 0;
}

static void test_walks(void **state)
{
    (void)state;
    buf_auto told = {0};
    struct stat st;
    char path[64];
    assert_int_equal(mkdir("a", 0755) | mkdir("a/b", 0755), 0);
    put("a/b/deep", "x");
    assert_int_equal(symlink("/etc/passwd", "a/link") | symlink(root, "a/loop") | mkfifo("a/fifo", 0644), 0);
    int fd = open(".", O_RDONLY | O_DIRECTORY);
    assert_int_equal(walk_changed(fd, root, 0, collect, &told), 0);
    snprintf(path, sizeof path, "%s/a/b/deep|", root);
    assert_string_equal(told.data, path);
    buf_clear(&told);
    assert_int_equal(walk_changed(fd, root, clock_real_ns() + NS_PER_SEC, collect, &told), 0);
    assert_int_equal(told.len, 0);
    assert_int_equal(stat("a/b/deep", &st), 0);
    assert_true(walk_find_inode(fd, st.st_ino, path, sizeof path));
    assert_string_equal(path, "a/b/deep");
    assert_false(walk_find_inode(fd, st.st_ino, path, 4)); /* no room for it */
    assert_false(walk_find_inode(fd, 1, path, sizeof path));
    close(fd);
}

static void test_walks_are_bounded(void **state)
{
    (void)state;
    buf_auto told = {0};
    for (int i = 0; i < WALK_DEPTH_MOST + 3; i++)
        assert_int_equal(mkdir("d", 0755) | chdir("d"), 0);
    put("too-deep", "x");
    int fd = open(root, O_RDONLY | O_DIRECTORY);
    assert_int_equal(walk_changed(fd, root, 0, collect, &told), -E2BIG);
    assert_int_equal(told.len, 0);
    close(fd);
}

/* ---- quarantine ---- */

static void test_digest(void **state)
{
    (void)state;
    struct digest d;
    put("f", "hello\n");
    int fd = open("f", O_RDONLY);
    assert_int_equal(digest_file(fd, 6, &d), 0);
    assert_string_equal(d.sha256, "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03");
    static const unsigned char blob[] = {0xce, 0x01, 0x36, 0x25}; /* git hash-object */
    assert_memory_equal(d.blob, blob, sizeof blob);
    assert_int_equal(digest_file(fd, 7, &d), -ESTALE);
    close(fd);
}

static struct verdict a_verdict(const char *path)
{
    return (struct verdict){.kind = VERDICT_COPY,
                            .time_ns = 1795426200 * NS_PER_SEC,
                            .action = VERDICT_QUARANTINE,
                            .size = 6,
                            .records = 12,
                            .path = path,
                            .class_name = "prospect-list",
                            .rule = "sales/usb",
                            .say = "Ask sales-ops.",
                            .app = "/usr/bin/cp",
                            .mount = "work",
                            .source = "a\xff.csv",
                            .device = "",
                            .sink = "sticks",
                            .sink_kind = "removable",
                            .sha256 = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"};
}

static char *read_all(const char *path)
{
    static char text[4000];
    int fd = open(path, O_RDONLY);
    ssize_t len = fd < 0 ? -1 : fd_pread_full(fd, text, sizeof text - 1, 0);
    text[len > 0 ? len : 0] = 0;
    close(fd);
    return text;
}

static void test_taking_away(void **state)
{
    (void)state;
    struct quarantine *q = NULL;
    struct error e = {0};
    struct stat st;
    char path[64], place[64];
    if (getuid() != 0)
        skip();
    snprintf(place, sizeof place, "%s/q", root);
    snprintf(path, sizeof path, "%s/copy.csv", root);
    assert_int_equal(quarantine_open(&q, place, &e), 0);
    put("copy.csv", "hello\n");
    assert_int_equal(chown("copy.csv", 4200, 4200), 0);
    int fd = open("copy.csv", O_RDONLY);
    assert_int_equal(fstat(fd, &st), 0);
    struct verdict v = a_verdict(path);
    assert_int_equal(quarantine_take(q, fd, &st, &v, &e), 0);
    assert_int_equal(access("copy.csv", F_OK), -1);
    assert_string_equal(read_all("q/1795426200000000000-0/content"), "hello\n");
    assert_non_null(strstr(read_all("q/1795426200000000000-0/about.json"), "\"source\": \"\\\"a\\\\377.csv\\\"\""));
    assert_non_null(strstr(read_all("copy.csv.holdfast.txt"), "12 records of the company's (prospect-list)"));
    assert_int_equal(stat("copy.csv.holdfast.txt", &st), 0);
    assert_int_equal(st.st_uid, 4200);
    close(fd);
    quarantine_close(q);
}

/* What is not what was judged stays where it is, and nothing is kept of it. */
static void test_not_taken(void **state)
{
    (void)state;
    struct quarantine *q = NULL;
    struct error e = {0};
    struct stat st;
    char path[64], place[64];
    if (getuid() != 0)
        skip();
    snprintf(place, sizeof place, "%s/q", root);
    snprintf(path, sizeof path, "%s/copy.csv", root);
    assert_int_equal(quarantine_open(&q, place, &e), 0);
    put("copy.csv", "hello\n");
    int fd = open("copy.csv", O_RDONLY);
    assert_int_equal(fstat(fd, &st), 0);
    struct verdict v = a_verdict(path);
    assert_int_equal(rename("copy.csv", "judged.csv"), 0);
    put("copy.csv", "other\n"); /* another file of that name */
    assert_int_equal(quarantine_take(q, fd, &st, &v, &e), -ESTALE);
    assert_string_equal(read_all("copy.csv"), "other\n");
    assert_string_equal(read_all("judged.csv"), "hello\n");
    assert_int_equal(rename("judged.csv", "copy.csv"), 0);
    put("copy.csv", "hellO\n"); /* it was changed */
    e.code = 0;
    assert_int_equal(quarantine_take(q, fd, &st, &v, &e), -ESTALE);
    assert_int_equal(access("copy.csv.holdfast.txt", F_OK), -1);
    assert_int_equal(rmdir("q"), 0); /* empty */
    close(fd);
    quarantine_close(q);
    assert_int_equal(mkdir("open", 0755), 0);
    e.code = 0;
    snprintf(place, sizeof place, "%s/open", root);
    assert_int_equal(quarantine_open(&q, place, &e), -EPERM);
}

#define files_test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_events),      cmocka_unit_test(test_backlog), files_test(test_walks),
        files_test(test_walks_are_bounded), files_test(test_digest),        files_test(test_taking_away),
        files_test(test_not_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
