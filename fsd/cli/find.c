#include "cli/find.h"

#include "base/clock.h"
#include "base/fdio.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define FETCH_MOST (UINT64_C(512) << 20) /* bytes of a version that are taken into memory */
enum { PROGRESS_EVERY_MS = 200 };

/* ---- versions ---- */

static bool is_chosen(const struct find *f, const struct record_version *v)
{
    const char *class_name = v->class_name != NULL && v->class_name[0] != 0 ? v->class_name : "unclassified";
    if (!v->has_content || v->event == RECORD_SYMLINK || S_ISLNK(v->mode) || v->saved_ns < f->since_ns ||
        (f->until_ns != 0 && v->saved_ns >= f->until_ns))
        return false;
    return f->cli->class_name == NULL || strcmp(f->cli->class_name, class_name) == 0;
}

static bool is_closed(const struct record_version *v)
{
    return v->class_name != NULL &&
           (strcmp(v->class_name, "encrypted") == 0 || strcmp(v->class_name, "unreadable") == 0);
}

static int take_version(void *ctx, const struct record_version *v)
{
    struct find *f = ctx;
    bool chosen = is_chosen(f, v);
    f->closed += chosen && is_closed(v);
    f->err = lineages_add(f->lineages, v, chosen);
    return f->err;
}

static int no_mark(void *ctx)
{
    (void)ctx;
    return 0;
}

/* ---- contents ---- */

struct ordered {
    const struct lineage_version *version;
    uint32_t index;
};

static int by_blob(const void *a, const void *b)
{
    const struct ordered *x = a, *y = b;
    int order = memcmp(x->version->blob.bytes, y->version->blob.bytes, RECORD_OID_BYTES);
    return order ? order : (x->index > y->index) - (x->index < y->index);
}

/* Versions with equal bytes share a content, that of the newest of them. */
static int share_contents(struct find *f)
{
    struct ordered *list = calloc(f->version_count ? f->version_count : 1, sizeof *list);
    f->contents = calloc(f->version_count ? f->version_count : 1, sizeof *f->contents);
    if (list == NULL || f->contents == NULL) {
        free(list);
        return -ENOMEM;
    }
    uint32_t count = 0;
    for (uint32_t i = 0; i < f->version_count; i++)
        if (f->versions[i].chosen)
            list[count++] = (struct ordered){&f->versions[i], i};
    if (count > 0)
        qsort(list, count, sizeof *list, by_blob);
    for (uint32_t i = 0; i < count; i++) {
        const struct record_oid *blob = &list[i].version->blob;
        bool again = i > 0 && memcmp(blob->bytes, list[i - 1].version->blob.bytes, RECORD_OID_BYTES) == 0;
        if (!again)
            f->contents[f->content_count++] = (struct find_content){.blob = *blob, .version = list[i].index};
        f->versions[list[i].index].content = f->content_count - 1;
    }
    free(list);
    return 0;
}

int find_collect(struct find *f, struct error *e)
{
    const struct cli *c = f->cli;
    struct wire_request r = {.ask = "log", .query = {.rep = c->rep, .device = c->device, .mount = c->mount}};
    int err = lineages_open(&f->lineages);
    if (err < 0)
        return error_sys(e, err, "find");
    err = source_log(f->source, &r, &(struct source_listener){.version = take_version, .mark = no_mark, .ctx = f}, e);
    if (f->err < 0)
        return error_sys(e, f->err, "find");
    if (err < 0)
        return err;
    f->versions = lineages_versions(f->lineages, &f->version_count);
    err = share_contents(f);
    return err < 0 ? error_sys(e, err, "find") : 0;
}

/* ---- reading ---- */

static void take_hits(struct find_content *c, struct report *r)
{
    c->state = r->hits_found > 0 ? FIND_HOLDS : FIND_HOLDS_NOT;
    c->hits = r->hits;
    c->hit_count = r->hit_count;
    r->hits = NULL;
    r->hit_count = 0;
}

static int read_one(struct find *f, struct look *look, struct find_content *c, struct error *e)
{
    const struct lineage_version *v = &f->versions[c->version];
    struct inspection found;
    report_auto report = {0};
    if (v->bytes > FETCH_MOST) {
        c->state = FIND_UNREADABLE;
        return 0;
    }
    fd_auto fd = memfd_create("version", MFD_CLOEXEC);
    if (fd < 0)
        return error_sys(e, errno, "find");
    int err = source_content(f->source, &v->commit, &v->blob, fd, e);
    if (err == 0)
        err = look_at_open(look, fd, v->path, &found, &report, e);
    if (err < 0)
        return err;
    c->partly = (found.facts.flags & (FACT_CUT | FACT_ENCRYPTED | FACT_UNREADABLE)) != 0;
    if (found.status == INSPECT_OK)
        take_hits(c, &report);
    else
        c->state = FIND_UNREADABLE;
    return 0;
}

/* On a terminal one line that changes. */
static void show_progress(uint32_t done, uint32_t all, int64_t *shown_ns)
{
    enum { BAR = 30 };
    int64_t now = clock_mono_ns();
    if (isatty(STDERR_FILENO) != 1 || now - *shown_ns < PROGRESS_EVERY_MS * NS_PER_MS)
        return;
    *shown_ns = now;
    int filled = (int)((uint64_t)done * BAR / (all ? all : 1));
    fprintf(stderr, "\r\033[K[%.*s%*s] %" PRIu32 " of %" PRIu32 " contents read", filled,
            "##############################", BAR - filled, "", done, all);
    fflush(stderr);
}

static void end_progress(int64_t shown_ns)
{
    if (shown_ns != 0)
        fputs("\r\033[K", stderr);
}

static int read_all(struct find *f, struct look *look, struct error *e)
{
    int64_t shown_ns = 0;
    uint32_t done = 0;
    int err = 0;
    for (uint32_t i = 0; i < f->version_count && err == 0; i++) {
        uint32_t content = f->versions[i].content;
        if (content == LINEAGE_NONE || f->contents[content].state != FIND_NOT_READ)
            continue;
        show_progress(done++, f->content_count, &shown_ns);
        err = read_one(f, look, &f->contents[content], e);
    }
    end_progress(shown_ns);
    return err;
}

int find_read(struct find *f, struct error *e)
{
    look_auto look = {0};
    if (f->content_count == 0)
        return 0;
    int err = look_open_seeking(&look, f->cli, &f->seek, e);
    return err < 0 ? err : read_all(f, &look, e);
}

void find_free(struct find *f)
{
    for (uint32_t i = 0; i < f->content_count; i++)
        free(f->contents[i].hits);
    free(f->contents);
    lineages_close(f->lineages);
    *f = (struct find){0};
}
