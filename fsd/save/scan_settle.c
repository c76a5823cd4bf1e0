#include "save/scan_settle.h"

#include "base/clock.h"
#include "base/fdio.h"
#include "save/keep.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <xxhash.h>

enum { MISSING_MOST = 256 };

bool scan_add_seen(struct scan_folder *f, const char *name)
{
    if (f->seen_count == f->seen_room) {
        size_t room = f->seen_room ? f->seen_room * 2 : 64;
        uint64_t *grown = reallocarray(f->seen, room, sizeof *grown);
        if (grown == NULL)
            return false;
        f->seen = grown;
        f->seen_room = room;
    }
    f->seen[f->seen_count++] = XXH3_64bits(name, strlen(name));
    return true;
}

char *scan_join(const char *folder, const char *name)
{
    char *path = NULL;
    return asprintf(&path, "%s%s%s", folder, folder[0] == 0 ? "" : "/", name) < 0 ? NULL : path;
}

/* ---- versions ---- */

static int begin_batch(struct stepping *s, struct error *e)
{
    return s->batch != NULL ? 0 : record_batch_begin(s->tools->writer, &s->batch, e);
}

/* Note what the facts will say of this file. */
static int add_fact(struct stepping *s, const struct scan_found *f, const struct fetch_opened *at,
                    const struct record_oid *blob, const struct record_version *v)
{
    if (s->fact_count == s->fact_room) {
        size_t room = s->fact_room ? s->fact_room * 2 : 64;
        struct fact *grown = reallocarray(s->facts, room, sizeof *grown);
        if (grown == NULL)
            return -ENOMEM;
        s->facts = grown;
        s->fact_room = room;
    }
    struct fact *fact = &s->facts[s->fact_count++];
    if (!facts_get(s->lane->facts, f->entry.ino, fact) || memcmp(fact->oid, blob->bytes, sizeof fact->oid) != 0)
        *fact = (struct fact){.ino = f->entry.ino, .class_name = "unclassified"};
    fact->kept_seq = atomic_load(&s->lane->kept);
    fact->size = at->size;
    fact->mtime_ns = at->mtime_ns;
    fact->ctime_ns = at->ctime_ns;
    memcpy(fact->oid, blob->bytes, sizeof fact->oid);
    if (v != NULL) {
        fact->version = v->seq;
        fact->saved_ns = v->saved_ns;
        snprintf(fact->class_name, sizeof fact->class_name, "%s", v->class_name ? v->class_name : "unclassified");
    }
    return 0;
}

/* Was this changed while nothing was mounted, as far as its times tell? */
static enum record_event event_for(const struct stepping *s, int64_t ctime_ns)
{
    const struct lane *l = s->lane;
    int64_t seen = l->alive_ns + (l->was_orderly ? 0 : SCAN_ALIVE_SLACK_NS);
    return l->scan.unattended && (l->alive_ns == 0 || ctime_ns > seen) ? RECORD_UNATTENDED : RECORD_RECOVERED;
}

static int commit(struct stepping *s, struct record_version *v, const struct inspection *found, struct error *e)
{
    v->saved_ns = clock_real_ns();
    v->journal = atomic_load(&s->lane->kept);
    int err = record_batch_commit(s->batch, v, e);
    if (err == 0)
        recall_hold(s->tools->recall, v, found);
    s->versions += err == 0;
    return err;
}

static int commit_symlink(struct stepping *s, const struct scan_found *f, struct error *e)
{
    struct record_version v = keep_version(s->tools, s->lane, event_for(s, f->entry.ctime_ns));
    struct record_content content;
    int err = record_batch_add_bytes(s->batch, f->target, strlen(f->target), &content, e);
    if (err < 0)
        return err;
    v.path = f->path;
    v.from = f->target;
    v.mode = S_IFLNK | 0777;
    v.mime = "inode/symlink";
    v.has_content = true;
    v.bytes = content.bytes;
    memcpy(v.sha256, content.sha256, sizeof v.sha256);
    v.xxh3 = content.xxh3;
    v.blob = content.blob;
    return commit(s, &v, NULL, e);
}

static int commit_file(struct stepping *s, const struct scan_found *f, struct capture *c, struct capture *const *window,
                       size_t count, struct error *e)
{
    bool store_failed = false;
    char note[96], when[CLOCK_TEXT_BYTES];
    struct error why = {0};
    struct record_version v = keep_version(s->tools, s->lane, event_for(s, f->entry.ctime_ns));
    int err = capture_add(s->tools, s->lane, s->batch, c, &store_failed, &why);
    if (err < 0 && store_failed)
        return 0; /* the next scan finds it again */
    if (err < 0)
        return error_set(e, err, "%s", why.text);
    v.path = f->path;
    capture_inspect(s->tools, s->lane, c, window, count);
    keep_describe(s->tools, s->lane, &v, c);
    snprintf(note, sizeof note, "last changed %s%s", clock_format(c->at.mtime_ns, when),
             c->note == NULL ? "" : ", and while it was read");
    v.note = note;
    v.mode = c->at.mode;
    err = commit(s, &v, &c->found, e);
    return err < 0 ? err : add_fact(s, f, &c->at, &c->content.blob, &v);
}

/* Does an event that waits in the journal speak for this file? */
static bool is_spoken_for(struct stepping *s, const struct scan_found *f)
{
    return queue_fill(&s->lane->queue, NULL) < 0 || queue_has(&s->lane->queue, 0, f->path, f->entry.ino);
}

static int settle_file(struct stepping *s, const struct scan_found *f, struct capture *c, struct capture *const *window,
                       size_t count, struct error *e)
{
    struct record_oid blob;
    if (is_spoken_for(s, f))
        return 0;
    if (S_ISLNK(f->entry.mode))
        return commit_symlink(s, f, e);
    if (c->fd < 0 || !S_ISREG(c->at.mode))
        return 0;
    if (scan_is_same_content(s->tools, s->lane, f->path, c, &blob))
        return add_fact(s, f, &c->at, &blob, NULL);
    return commit_file(s, f, c, window, count, e);
}

int scan_settle_window(struct stepping *s, const struct scan_found *found, size_t count, bool *away, struct error *e)
{
    struct capture captures[FETCH_BATCH], *window[FETCH_BATCH];
    size_t files = 0;
    for (size_t i = 0; i < count; i++) {
        captures[i] = (struct capture){.want = {&found[i].entry.handle, found[i].entry.ino, found[i].path}, .fd = -1};
        if (S_ISREG(found[i].entry.mode))
            window[files++] = &captures[i];
    }
    capture_drop_answers(s->tools);
    int err = capture_open(s->tools, s->lane, window, files);
    *away = err < 0;
    for (size_t i = 0; i < files && !*away; i++)
        *away = capture_is_away(window[i]->err);
    err = *away ? 0 : begin_batch(s, e);
    for (size_t i = 0; i < count && err == 0 && !*away; i++)
        err = settle_file(s, &found[i], &captures[i], window, files, e);
    for (size_t i = 0; i < count; i++)
        capture_close(&captures[i]);
    return err;
}

/* ---- what is gone ---- */

struct missing {
    struct stepping *step;
    char *paths[MISSING_MOST]; /* owned */
    size_t count;
};

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static int see_tip_entry(void *ctx, const char *name, const struct record_entry *entry)
{
    struct missing *m = ctx;
    struct scan_folder *f = m->step->folder;
    uint64_t hash = XXH3_64bits(name, strlen(name));
    (void)entry;
    if (f->seen_count > 0 && bsearch(&hash, f->seen, f->seen_count, sizeof hash, by_number) != NULL)
        return 0;
    char *path = scan_join(f->path, name);
    if (path == NULL)
        return -ENOMEM;
    m->paths[m->count++] = path;
    return m->count == MISSING_MOST ? 1 : 0;
}

/* Is it gone for sure? The store has to say so, and no event may be on its way. */
static bool is_gone(struct stepping *s, const char *path, bool *away)
{
    struct fetch_want want = {.path = path};
    struct fetch_got got = {.fd = -1};
    int err = fetcher_open_files(s->lane->fetcher, &want, 1, &got);
    *away = err < 0 || capture_is_away(-got.at.err);
    if (err == 0)
        fd_close(&got.fd);
    if (err < 0 || (got.at.err != ENOENT && got.at.err != ENOTDIR))
        return false;
    uint64_t head; /* who removed or renamed it may not have journaled that yet */
    *away = fetcher_barrier(s->lane->fetcher, &head) < 0;
    return !*away && queue_fill(&s->lane->queue, NULL) == 0 && !queue_has(&s->lane->queue, 0, path, 0);
}

static int commit_missing(struct stepping *s, const char *path, struct error *e)
{
    bool unattended = s->lane->scan.unattended;
    struct record_version v = keep_version(s->tools, s->lane, unattended ? RECORD_UNATTENDED : RECORD_DELETE);
    v.path = path;
    v.note = unattended ? "deleted while nothing was mounted" : "found missing";
    int err = begin_batch(s, e);
    return err < 0 ? err : commit(s, &v, NULL, e);
}

int scan_settle_missing(struct stepping *s, bool *away, struct error *e)
{
    struct missing *m = calloc(1, sizeof *m);
    struct scan_folder *f = s->folder;
    if (m == NULL)
        return error_sys(e, ENOMEM, "scan");
    m->step = s;
    if (f->seen_count > 0)
        qsort(f->seen, f->seen_count, sizeof *f->seen, by_number);
    int err = record_tip_list(s->tools->writer, s->lane->mount->rep, s->lane->mount->name, f->path, see_tip_entry, m);
    bool more = err == 1;
    err = err == -ENOENT || err == -ENOTDIR || err == 1 ? 0 : err;
    for (size_t i = 0; i < m->count && err == 0 && !*away; i++) {
        if (is_gone(s, m->paths[i], away))
            err = commit_missing(s, m->paths[i], e);
        else if (!*away && !scan_add_seen(f, strrchr(m->paths[i], '/') ? strrchr(m->paths[i], '/') + 1 : m->paths[i]))
            err = -ENOMEM;
    }
    for (size_t i = 0; i < m->count; i++)
        free(m->paths[i]);
    free(m);
    return err == 0 && more && !*away ? 1 : err;
}
