#include "recall/plant.h"

#include "recall/look.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WINDOW = 1024, MODE_FOLDER = 0040000, MODE_SYMLINK = 0120000 };

/* A folder on the way: its entries before `next` are done. */
struct folder {
    char *path; /* "<mount>/<path>"; "" holds the mounts; owned */
    size_t next;
    bool is_read; /* to its end */
    struct folder *above;
};

struct file {
    char *path; /* owned */
    struct record_oid blob;
    bool is_symlink;
};

struct plant {
    struct recall *r;
    struct record_reader *reader;
    const struct index_stream *stream;
    uint64_t seq;
    struct record_oid commit;
    struct folder *top;
    struct file files[WINDOW]; /* of a folder, to be put */
    size_t file_count;
};

static bool push(struct plant *p, char *path)
{
    struct folder *f = path == NULL ? NULL : calloc(1, sizeof *f);
    if (f == NULL) {
        free(path);
        return false;
    }
    f->path = path;
    f->above = p->top;
    p->top = f;
    return true;
}

static void pop(struct plant *p)
{
    struct folder *f = p->top;
    p->top = f->above;
    free(f->path);
    free(f);
}

int plant_open(struct plant **out, struct recall *r, struct record_reader *reader, const struct index_stream *stream,
               const struct record_version *v, struct error *e)
{
    struct plant *p = calloc(1, sizeof *p);
    if (p == NULL)
        return error_sys(e, ENOMEM, "index");
    *p = (struct plant){.r = r, .reader = reader, .stream = stream, .seq = v->seq, .commit = v->commit};
    if (!push(p, strdup(""))) {
        free(p);
        return error_sys(e, ENOMEM, "index");
    }
    *out = p;
    return 0;
}

void plant_close(struct plant *p)
{
    if (p == NULL)
        return;
    while (p->top != NULL)
        pop(p);
    while (p->file_count > 0)
        free(p->files[--p->file_count].path);
    free(p);
}

/* ---- listing ---- */

struct listing {
    struct plant *plant;
    struct folder *folder;
    size_t seen, taken;
};

static int take_entry(void *ctx, const char *name, const struct record_entry *entry)
{
    struct listing *l = ctx;
    struct plant *p = l->plant;
    char *path = NULL;
    if (l->seen++ < l->folder->next)
        return 0;
    if (l->taken == WINDOW)
        return 1; /* there are more */
    l->taken++;
    if (asprintf(&path, "%s%s%s", l->folder->path, *l->folder->path ? "/" : "", name) < 0)
        return -ENOMEM;
    if (entry->git_mode == MODE_FOLDER)
        return push(p, path) ? 0 : -ENOMEM;
    p->files[p->file_count++] =
        (struct file){.path = path, .blob = entry->oid, .is_symlink = entry->git_mode == MODE_SYMLINK};
    return 0;
}

/* The next entries of the folder on top: files to be put, folders on top of it. */
static int list_some(struct plant *p, struct error *e)
{
    struct folder *folder = p->top;
    struct listing l = {.plant = p, .folder = folder};
    if (folder->is_read) {
        pop(p);
        return 0;
    }
    int err = record_list_folder(p->reader, &p->commit, folder->path, take_entry, &l, e);
    if (err < 0)
        return err == -ENOMEM ? error_sys(e, ENOMEM, "index") : err;
    folder->next += l.taken;
    folder->is_read = err == 0;
    return 0;
}

/* ---- putting ---- */

static int put_file(struct plant *p, const struct file *f, struct inspector *inspector, struct error *e)
{
    char *path = strchr(f->path, '/');
    if (path == NULL)
        return 0; /* a file beside the mounts is none of ours */
    report_view_auto report = {0};
    struct index_version known;
    struct index_event ev = {.kind = INDEX_PUT, .mount = f->path, .path = path + 1, .number = p->seq, .more = true};
    *path = 0;
    memcpy(ev.mark, p->commit.bytes, sizeof ev.mark);
    memcpy(ev.blob, f->blob.bytes, sizeof ev.blob);
    pthread_mutex_lock(&p->r->lock);
    int found = p->r->x == NULL ? -EAGAIN : index_find_file(p->r->x, p->stream, ev.mount, ev.path, &known, e);
    pthread_mutex_unlock(&p->r->lock);
    ev.same = found > 0 && memcmp(known.blob, ev.blob, sizeof ev.blob) == 0;
    int err = found < 0 ? found : 0;
    if (err == 0 && !ev.same && !f->is_symlink)
        err = look_at_blob(p->reader, inspector, p->r->path, &f->blob, ev.path, &report, e);
    if (err == 0) {
        recall_lock_auto *lock = recall_locked(&p->r->lock);
        recall_put_report(&ev, &report);
        err = recall_apply_event(p->r, p->stream, &ev, e);
    }
    *path = '/';
    return err;
}

static int end(struct plant *p, struct error *e)
{
    struct index_event ev = {.kind = INDEX_NOTHING, .number = p->seq};
    memcpy(ev.mark, p->commit.bytes, sizeof ev.mark);
    recall_lock_auto *lock = recall_locked(&p->r->lock);
    return recall_apply_event(p->r, p->stream, &ev, e);
}

int plant_next(struct plant *p, struct inspector *inspector, struct error *e)
{
    if (p->file_count == 0 && p->top == NULL)
        return end(p, e);
    int err = 0;
    if (p->file_count == 0) {
        err = list_some(p, e);
    } else {
        err = put_file(p, &p->files[p->file_count - 1], inspector, e);
        if (err == 0)
            free(p->files[--p->file_count].path);
    }
    return err < 0 ? err : 1;
}
