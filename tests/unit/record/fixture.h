/* What the record's tests share: a fresh repository with its key in a folder of its own, and stock git to look at it.
 */
#ifndef TESTS_UNIT_RECORD_FIXTURE_H
#define TESTS_UNIT_RECORD_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/fdio.h"
#include "record/record.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct world {
    char dir[128], repo[160], key[160];
    struct record_setup setup;
    struct record_writer *writer;
    struct record_batch *batch;
    int64_t now_ns;
};

#define T2026Q4 (INT64_C(1795000000) * NS_PER_SEC) /* 2026-11-18 */

static void must(int err, const struct error *e, const char *what)
{
    if (err < 0)
        fail_msg("%s: %d %s", what, err, e->text);
}

#define MUST(call)                                                                                                     \
    do {                                                                                                               \
        struct error e = {0};                                                                                          \
        must((call), &e, #call);                                                                                       \
    } while (0)

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st, (void)flag, (void)ftw;
    return remove(path);
}

static inline void world_make(struct world *w)
{
    *w = (struct world){.now_ns = T2026Q4};
    const char *base = getenv("TMPDIR");
    snprintf(w->dir, sizeof w->dir, "%s/holdfast-record-XXXXXX", base ? base : "/tmp");
    assert_non_null(mkdtemp(w->dir));
    snprintf(w->repo, sizeof w->repo, "%s/company.git", w->dir);
    snprintf(w->key, sizeof w->key, "%s/etc/device.key", w->dir);
    w->setup =
        (struct record_setup){.repository = w->repo, .device = "lt-0042", .device_key = w->key, .volume = "quarter"};
    MUST(record_init(&w->setup, NULL, NULL, &e));
}

static inline void world_open(struct world *w) { MUST(record_open_writer(&w->writer, &w->setup, &e)); }

static inline void world_close(struct world *w)
{
    record_close_writer(w->writer);
    w->writer = NULL;
}

static inline int world_setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    world_make(w);
    world_open(w);
    *state = w;
    return 0;
}

static inline int world_teardown(void **state)
{
    struct world *w = *state;
    record_close_writer(w->writer);
    nftw(w->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(w);
    return 0;
}

/* ---- git ---- */

/* Run a shell line with $R the repository and $D its folder; its output (both kinds) in `out`. Returns the exit status.
 */
static inline int sh(struct world *w, struct buf *out, const char *format, ...)
{
    char line[8192], got[4096];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    setenv("R", w->repo, 1);
    setenv("D", w->dir, 1);
    setenv("HOME", w->dir, 1);
    buf_auto whole = {0};
    buf_printf(&whole, "{ %s\n} 2>&1", line);
    FILE *p = popen(whole.data, "re");
    assert_non_null(p);
    for (size_t n; (n = fread(got, 1, sizeof got, p)) > 0;)
        if (out != NULL)
            buf_put(out, got, n);
    return WEXITSTATUS(pclose(p));
}

static inline void assert_sh(struct world *w, const char *expected, const char *line)
{
    buf_auto out = {0};
    int state = sh(w, &out, "%s", line);
    if (state != 0 || strcmp(out.data ? out.data : "", expected) != 0)
        fail_msg("%s\n  said (status %d): %s\n  expected: %s", line, state, out.data, expected);
}

static inline void assert_fsck_clean(struct world *w)
{
    buf_auto out = {0};
    int state = sh(w, &out,
                   "git -C $R fsck --full --strict --no-dangling --no-progress 2>&1 | grep -v 'notice: HEAD points to "
                   "an unborn branch' || true");
    if (state != 0 || out.len != 0)
        fail_msg("git fsck: %d %s", state, out.data);
}

/* ---- versions ---- */

static inline void begin(struct world *w) { MUST(record_batch_begin(w->writer, &w->batch, &e)); }
static inline void finish(struct world *w) { MUST(record_batch_finish(w->batch, &e)); }

static inline struct record_version version(struct world *w, enum record_event event, const char *path)
{
    w->now_ns += 1000000;
    return (struct record_version){.event = event,
                                   .rep = "alice",
                                   .email = "alice@northwind.example",
                                   .mount = "work",
                                   .path = path,
                                   .app = "/usr/bin/vim",
                                   .pid = 77,
                                   .uid = 1000,
                                   .session = UINT32_MAX,
                                   .saved_ns = w->now_ns};
}

static inline void take_content(struct record_version *v, const struct record_content *c)
{
    v->has_content = true;
    v->bytes = c->bytes;
    v->xxh3 = c->xxh3;
    v->blob = c->blob;
    memcpy(v->sha256, c->sha256, sizeof v->sha256);
    v->mode = v->mode ? v->mode : 0100644;
    v->mime = v->mime ? v->mime : "text/plain";
    v->charset = v->charset ? v->charset : "utf-8";
}

static inline struct record_version commit(struct world *w, struct record_version v, const void *bytes, size_t len)
{
    struct record_content c;
    if (bytes != NULL) {
        MUST(record_batch_add_bytes(w->batch, bytes, len, &c, &e));
        take_content(&v, &c);
    }
    MUST(record_batch_commit(w->batch, &v, &e));
    return v;
}

static inline struct record_version save(struct world *w, const char *path, const char *text)
{
    return commit(w, version(w, RECORD_SAVE, path), text, strlen(text));
}

static inline struct record_version event(struct world *w, enum record_event what, const char *path, const char *from)
{
    struct record_version v = version(w, what, path);
    v.from = from;
    return commit(w, v, NULL, 0);
}

#endif
