#include "save/keeping.h"

#include "base/clock.h"
#include "base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Clocks of two cores differ by less; what goes further back was set. */
#define CLOCK_SLACK_NS (2 * NS_PER_SEC)

enum { STUCK_MOST = 5 };

bool keeping_is_in_tip(const struct keeping *k, const char *path)
{
    struct record_entry entry;
    return record_tip_find(k->tools->writer, k->lane->mount->rep, k->lane->mount->name, path, &entry);
}

/* ---- one version ---- */

/* A version that says what the plan's record says. */
static struct record_version version_of(const struct keeping *k, const struct fold_plan *p, enum record_event event)
{
    struct record_version v = keep_version(k->tools, k->lane, event);
    const struct journal_record *r = p->record;
    v.path = p->path;
    v.from = p->from;
    v.mode = p->mode;
    v.app = r->app;
    v.pid = r->pid;
    v.uid = r->uid;
    v.session = r->session;
    v.saved_ns = r->time_ns;
    return v;
}

/* Commit it. The Journal trailer says how far the journal is kept with it, so it never goes back. */
static int commit_found(struct keeping *k, const struct fold_plan *p, struct record_version *v, bool exchange,
                        const struct inspection *found, struct error *e)
{
    bool is_last = p == &k->fold->plans[k->fold->count - 1];
    if (k->newest_seq < p->last_seq)
        k->newest_seq = p->last_seq;
    v->journal = is_last ? k->lane->queue.records[k->count - 1]->seq : k->newest_seq;
    int err = exchange ? record_batch_exchange(k->batch, v, e) : record_batch_commit(k->batch, v, e);
    if (err < 0)
        return err;
    if (found != NULL && v->event == RECORD_SAVE)
        telling_note(&k->tools->telling, k->lane->board, k->lane->number, v, found);
    recall_hold(k->tools->recall, v, found);
    k->versions++;
    return 0;
}

static int commit(struct keeping *k, const struct fold_plan *p, struct record_version *v, bool exchange,
                  struct error *e)
{
    return commit_found(k, p, v, exchange, NULL, e);
}

static int commit_gap(struct keeping *k, const struct fold_plan *p, const char *path, const char *note, struct error *e)
{
    struct record_version v = version_of(k, p, RECORD_GAP);
    v.path = path;
    v.from = NULL;
    v.mode = 0;
    v.note = note;
    return commit(k, p, &v, false, e);
}

/* What the mount will be told of this file once the batch is in the record. */
static void note_fact(struct keeping *k, const struct journal_record *r, const struct capture *c,
                      const struct record_version *v)
{
    struct fact *f = &k->facts[k->fact_count++];
    *f = (struct fact){
        .ino = r->ino, .kept_seq = r->seq, .size = r->size, .mtime_ns = r->mtime_ns, .ctime_ns = r->ctime_ns};
    if (!c->is_clone) {
        f->size = c->at.size;
        f->mtime_ns = c->at.mtime_ns;
        f->ctime_ns = c->at.ctime_ns;
    }
    memcpy(f->oid, c->content.blob.bytes, sizeof f->oid);
    struct fact before;
    bool unchanged = v->seq == 0 && facts_get(k->lane->facts, r->ino, &before);
    f->version = unchanged ? before.version : v->seq;
    f->saved_ns = unchanged ? before.saved_ns : v->saved_ns;
    advice_put(&c->advice, v->class_name, f);
    if (unchanged) { /* nobody looked at it again */
        memcpy(f->class_name, before.class_name, sizeof f->class_name);
        memcpy(f->findings, before.findings, sizeof f->findings);
        memcpy(f->worst, before.worst, sizeof f->worst);
    }
}

/* ---- saves ---- */

static bool is_gone(int err) { return err == -ENOENT || err == -ESTALE || err == -ENOTDIR || err == -ELOOP; }

/* A scratch file that was removed before we read it was never cloned; its DELETE is in the journal, or will be in a
 * moment. */
static bool is_scratch(struct keeping *k, const struct fold_plan *p)
{
    struct queue *q = &k->lane->queue;
    bool born_so = (p->record->flags & (JOURNAL_CREATED | JOURNAL_STORIED)) == JOURNAL_CREATED;
    if (born_so && queue_is_deleted(q, p->record))
        return true; /* in this batch already: its name was another file's before, but the mount did not know */
    for (int i = 0; i < 2; i++) {
        if (queue_has_delete(q, k->count, p->path, p->record->ino))
            return true;
        uint64_t head;
        if (i == 0 && (fetcher_barrier(k->lane->fetcher, &head) < 0 || queue_fill(q, NULL) < 0))
            break;
    }
    return q->count >= QUEUE_RECORDS && (p->record->flags & JOURNAL_CREATED) != 0; /* its DELETE is further on */
}

/* The bytes of this save cannot be had. Whatever the reason, it is on record. */
static int commit_lost(struct keeping *k, const struct fold_plan *p, int why, struct error *e)
{
    char note[256];
    bool told_elsewhere = p->action == FOLD_LINK; /* its bytes are those of the name that it was linked to */
    if (why == -EPERM || (is_gone(why) && (told_elsewhere || is_scratch(k, p))))
        return 0;
    if (is_gone(why))
        snprintf(note, sizeof note, "this save is lost: the file was gone before it was read");
    else
        snprintf(note, sizeof note, "this save is lost: the file cannot be read: %s", strerror(-why));
    log_warn("mount %s: %s: %s", k->lane->mount->name, p->path, note);
    return commit_gap(k, p, p->path, note, e);
}

/* May this save be left out if nothing changed? */
static bool is_unsure(const struct fold_plan *p)
{
    return p->action == FOLD_SAVE && (p->record->flags & (JOURNAL_MAYBE | JOURNAL_INTERVAL)) != 0;
}

/*
 * Reading failed. Either the store is away, or something is wrong with this one file; the second only if the store
 * answers and it failed again and again. 0: it is lost; or the error to wait with.
 */
static int judge_read_error(struct keeping *k, const struct fold_plan *p, int err, struct error *e)
{
    struct lane *l = k->lane;
    uint64_t cookie = 0;
    l->stuck_times = l->stuck_seq == p->record->seq ? l->stuck_times + 1 : 1;
    l->stuck_seq = p->record->seq;
    if (!capture_is_away(err) && l->stuck_times > STUCK_MOST && fetcher_list(l->fetcher, "", &cookie, NULL, NULL) == 0)
        return 0;
    return error_set(e, err, "the store does not answer: %s; saves are kept when it does", strerror(-err));
}

static int commit_content(struct keeping *k, const struct fold_plan *p, struct capture *c, enum record_event event,
                          struct error *e)
{
    bool store_failed = false;
    struct error why = {0};
    int err = c->err;
    if (err == 0 && !c->is_clone && !S_ISREG(c->at.mode))
        return 0; /* a fifo, socket or device has no versions */
    if (err == 0)
        err = capture_add(k->tools, k->lane, k->batch, c, &store_failed, &why);
    if (err < 0 && c->err == 0 && !store_failed)
        return error_set(e, err, "%s", why.text);
    if (err < 0 && !is_gone(err) && err != -EPERM) {
        int wait = judge_read_error(k, p, err, e);
        if (wait < 0)
            return wait;
    }
    if (err < 0)
        return commit_lost(k, p, err, e);
    struct record_version v = version_of(k, p, event);
    if (is_unsure(p) && keep_is_at_tip(k->tools, k->lane, p->path, &c->content.blob, p->mode)) {
        err = record_batch_take_back(k->batch, &c->content, e);
        note_fact(k, p->record, c, &v);
        return err;
    }
    capture_inspect(k->tools, k->lane, c, k->window, k->window_count);
    keep_describe(k->tools, k->lane, &v, c);
    err = commit_found(k, p, &v, false, &c->found, e);
    if (err == 0)
        note_fact(k, p->record, c, &v);
    return err;
}

/* ---- what needs no bytes ---- */

static int commit_symlink(struct keeping *k, const struct fold_plan *p, struct error *e)
{
    struct record_version v = version_of(k, p, RECORD_SYMLINK);
    struct record_content content;
    int err = record_batch_add_bytes(k->batch, p->from, strlen(p->from), &content, e);
    if (err < 0)
        return err;
    v.has_content = true;
    v.bytes = content.bytes;
    memcpy(v.sha256, content.sha256, sizeof v.sha256);
    v.xxh3 = content.xxh3;
    v.blob = content.blob;
    v.mime = "inode/symlink";
    v.mode = S_IFLNK | 0777;
    return commit(k, p, &v, false, e);
}

static int commit_delete(struct keeping *k, const struct fold_plan *p, struct error *e)
{
    struct record_version v = version_of(k, p, RECORD_DELETE);
    v.mode = 0;
    return keeping_is_in_tip(k, p->path) ? commit(k, p, &v, false, e) : 0;
}

struct fetch_want keeping_find_file(struct keeping *k, const struct fold_plan *p, char **path)
{
    const struct journal_record *r = p->record;
    *path = r->handle.len == 0 ? queue_path_now(&k->lane->queue, r->seq, r->path) : NULL;
    return (struct fetch_want){&r->handle, r->ino, *path == NULL ? r->path : *path};
}

static int commit_chmod(struct keeping *k, const struct fold_plan *p, struct error *e)
{
    struct record_version v = version_of(k, p, RECORD_CHMOD);
    return keeping_is_in_tip(k, p->path) ? commit(k, p, &v, false, e) : 0;
}

/* ---- renames ---- */

/*
 * The file is where the plan says, and the record did not have it before it came there: nobody had saved it yet. If it
 * is gone already, so is what it replaced; its own saves, if any, are told by themselves.
 */
static int commit_newcomer(struct keeping *k, const struct fold_plan *p, struct capture *c, struct error *e)
{
    return is_gone(c->err) ? commit_delete(k, p, e) : commit_content(k, p, c, RECORD_SAVE, e);
}

/*
 * The copy must hold what the record has at `from`, or it is not the copy that the plan speaks of (the file was changed
 * since, and its own save follows): then say rename, which needs no bytes.
 */
static int commit_copy(struct keeping *k, const struct fold_plan *p, struct capture *c, struct error *e)
{
    bool store_failed;
    struct record_entry tip;
    struct error why = {0};
    if (!record_tip_find(k->tools->writer, k->lane->mount->rep, k->lane->mount->name, p->from, &tip))
        return commit_newcomer(k, p, c, e);
    if (c->err == 0 && S_ISREG(c->at.mode) && capture_add(k->tools, k->lane, k->batch, c, &store_failed, &why) == 0) {
        if (memcmp(&tip.oid, &c->content.blob, sizeof tip.oid) == 0) {
            struct record_version v = version_of(k, p, RECORD_LINK);
            capture_inspect(k->tools, k->lane, c, k->window, k->window_count);
            keep_describe(k->tools, k->lane, &v, c);
            return commit_found(k, p, &v, false, &c->found, e);
        }
        int err = record_batch_take_back(k->batch, &c->content, e);
        if (err < 0)
            return err;
    }
    struct record_version v = version_of(k, p, RECORD_RENAME);
    return commit(k, p, &v, false, e);
}

/* Something came to `path` that the record does not have. A folder may hold much: have it looked through. */
static void ask_for(struct keeping *k, const char *path, bool is_folder)
{
    const char *slash = is_folder ? NULL : strrchr(path, '/');
    char *folder = is_folder ? strdup(path) : strndup(path, slash == NULL ? 0 : (size_t)(slash - path));
    scan_ask(&k->lane->scan, folder == NULL ? "" : folder);
    free(folder);
}

static int commit_unknown_file(struct keeping *k, const struct fold_plan *p, struct error *e)
{
    char *path;
    struct capture c = {.want = keeping_find_file(k, p, &path), .fd = -1}, *one = &c;
    int err = capture_open(k->tools, k->lane, &one, 1);
    err = err < 0 ? error_sys(e, err, "mount %s does not answer", k->lane->mount->name) : commit_newcomer(k, p, &c, e);
    capture_close(&c);
    free(path);
    return err;
}

static int commit_rename(struct keeping *k, const struct fold_plan *p, struct error *e)
{
    struct record_version v = version_of(k, p, RECORD_RENAME);
    bool is_folder = (p->record->flags & JOURNAL_IS_DIR) != 0;
    if (is_folder)
        scan_note_move(&k->lane->scan, p->from, p->path);
    if (keeping_is_in_tip(k, p->from))
        return commit(k, p, &v, false, e);
    if (!is_folder)
        return commit_unknown_file(k, p, e);
    ask_for(k, p->path, true);
    return 0;
}

/* Of two things that changed places the record may have one only: an empty folder is not in it, nor is a file that
 * nobody saved yet. */
static int commit_exchange(struct keeping *k, const struct fold_plan *p, struct error *e)
{
    struct record_version v = version_of(k, p, RECORD_RENAME);
    bool to_folder = (p->record->flags & JOURNAL_IS_DIR) != 0,
         from_folder = (p->record->flags & JOURNAL_OTHER_DIR) != 0;
    bool had_from = keeping_is_in_tip(k, p->from), had_to = keeping_is_in_tip(k, p->path);
    if (to_folder)
        scan_note_move(&k->lane->scan, p->from, p->path);
    if (from_folder)
        scan_note_move(&k->lane->scan, p->path, p->from);
    if (!had_from)
        ask_for(k, p->path, to_folder);
    if (!had_to)
        ask_for(k, p->from, from_folder);
    if (!had_from && !had_to)
        return 0;
    if (!had_from) {
        v.path = p->from;
        v.from = p->path;
    }
    return commit(k, p, &v, had_from && had_to, e);
}

/* ---- what was not seen ---- */

static int commit_session(struct keeping *k, const struct fold_plan *p, struct error *e)
{
    struct lane *l = k->lane;
    char note[160], since[CLOCK_TEXT_BYTES];
    if (strcmp(p->record->path2, "start") != 0 || l->alive_ns == 0)
        return 0;
    snprintf(note, sizeof note, "not mounted since %s%s", clock_format(l->alive_ns, since),
             l->was_orderly ? "" : "; it did not end in order");
    return commit_gap(k, p, "", note, e);
}

static int commit_notice(struct keeping *k, const struct fold_plan *p, struct error *e)
{
    if (p->record->type == JOURNAL_RESCAN)
        scan_ask(&k->lane->scan, p->record->path);
    if (p->record->type == JOURNAL_SESSION)
        return commit_session(k, p, e);
    return p->record->type == JOURNAL_GAP ? commit_gap(k, p, p->record->path, p->record->path2, e) : 0;
}

int keeping_check_clock(struct keeping *k, struct error *e)
{
    int64_t back_ns = 0;
    const struct journal_record *at = NULL;
    for (size_t i = 0; i < k->count; i++) {
        const struct journal_record *r = k->lane->queue.records[i];
        int64_t back = k->newest_time_ns - r->time_ns;
        if (back > CLOCK_SLACK_NS) {
            back_ns = back;
            at = r;
        }
        if (back < 0 || back > CLOCK_SLACK_NS)
            k->newest_time_ns = r->time_ns;
    }
    if (at == NULL)
        return 0;
    char note[80];
    snprintf(note, sizeof note, "clock set back by %" PRId64 " s", back_ns / NS_PER_SEC);
    struct record_version v = keep_version(k->tools, k->lane, RECORD_GAP);
    v.path = "";
    v.note = note;
    v.saved_ns = at->time_ns;
    v.journal = k->newest_seq;
    int err = record_batch_commit(k->batch, &v, e);
    if (err == 0)
        recall_hold(k->tools->recall, &v, NULL);
    k->versions += err == 0;
    return err;
}

int keeping_commit(struct keeping *k, const struct fold_plan *p, struct capture *c, struct error *e)
{
    switch (p->action) {
    case FOLD_SAVE:
        return commit_content(k, p, c, RECORD_SAVE, e);
    case FOLD_LINK:
        return commit_content(k, p, c, RECORD_LINK, e);
    case FOLD_COPY:
        return commit_copy(k, p, c, e);
    case FOLD_SYMLINK:
        return commit_symlink(k, p, e);
    case FOLD_DELETE:
        return commit_delete(k, p, e);
    case FOLD_RENAME:
        return commit_rename(k, p, e);
    case FOLD_EXCHANGE:
        return commit_exchange(k, p, e);
    case FOLD_CHMOD:
        return commit_chmod(k, p, e);
    case FOLD_NOTICE:
        return commit_notice(k, p, e);
    }
    return 0;
}
