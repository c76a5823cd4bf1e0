#include "save/scan.h"

#include "base/clock.h"
#include "base/fdio.h"
#include "base/log.h"
#include "save/capture.h"
#include "save/keep.h"
#include "save/scan_compare.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <xxhash.h>

enum { STEP_MS = 200, MISSING_MOST = 256 };

/* A folder on the way. Names seen are kept as hashes, to tell at its end what the record has and the store has not. */
struct scan_folder {
    struct scan_folder *next;
    uint64_t cookie;
    uint64_t *seen; /* owned */
    size_t seen_count, seen_room;
    bool listed;
    char path[];
};

/* One step's state. */
struct stepping {
    struct keep_tools *tools;
    struct lane *lane;
    struct record_batch *batch; /* NULL until something is to be committed */
    struct scan_folder *folder;
    struct scan_folder *below; /* owned: this page's folders */
    size_t seen_before;        /* names seen before this page */
    struct scan_found *found;  /* owned: this page's files that the facts do not vouch for */
    size_t found_count, found_room;
    struct fact *facts; /* owned: to be put once the batch is in the record */
    size_t fact_count, fact_room;
    size_t versions;
    int64_t end_ns; /* monotonic */
};

/* ---- what is to be walked ---- */

static int push_folder(struct scan_folder **at, const char *path)
{
    size_t len = strlen(path) + 1;
    struct scan_folder *f = calloc(1, sizeof *f + len);
    if (f == NULL)
        return -ENOMEM;
    memcpy(f->path, path, len);
    f->next = *at;
    *at = f;
    return 0;
}

static void pop_folder(struct scan_folder **at)
{
    struct scan_folder *f = *at;
    *at = f->next;
    free(f->seen);
    free(f);
}

static void free_folders(struct scan_folder **at)
{
    while (*at != NULL)
        pop_folder(at);
}

void scan_ask(struct scan *s, const char *path)
{
    for (size_t i = 0; i < s->asked_count; i++)
        if (strcmp(s->asked[i], path) == 0 || s->asked[i][0] == 0)
            return;
    if (s->asked_count == SCAN_ASKED_MOST) {
        while (s->asked_count > 0)
            free(s->asked[--s->asked_count]);
        path = ""; /* too many to tell apart */
    }
    char *copy = strdup(path);
    if (copy != NULL)
        s->asked[s->asked_count++] = copy;
    else
        log_error("scan of %s: out of memory", path);
}

void scan_begin(struct scan *s, const char *path, bool unattended)
{
    char *root = s->running ? NULL : strdup(path);
    if (root == NULL || push_folder(&s->folders, path) < 0) {
        free(root);
        scan_ask(s, path); /* after the one that runs */
        return;
    }
    free(s->root);
    s->root = root;
    s->running = true;
    s->incomplete = false;
    s->unattended = unattended;
    s->began_ns = clock_real_ns();
    s->versions = 0;
}

/* What a failed step had walked is not settled, so begin again, later. */
static void start_over(struct scan *s)
{
    free_folders(&s->folders);
    s->retry_at_ns = clock_mono_ns() + SCAN_RETRY_MS * NS_PER_MS;
    if (push_folder(&s->folders, s->root) < 0)
        log_error("scan: out of memory");
}

void scan_end(struct scan *s)
{
    free(s->root);
    s->root = NULL;
    free_folders(&s->folders);
    while (s->asked_count > 0)
        free(s->asked[--s->asked_count]);
    s->running = false;
}

bool scan_has_work(const struct scan *s, int64_t mono_now_ns)
{
    return (s->running || s->asked_count > 0) && mono_now_ns >= s->retry_at_ns;
}

/* ---- one page of a folder ---- */

static bool add_seen(struct scan_folder *f, const char *name)
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

static int add_found(struct stepping *s, const struct fetch_entry *entry, char *path, const char *target)
{
    if (s->found_count == s->found_room) {
        size_t room = s->found_room ? s->found_room * 2 : 64;
        struct scan_found *grown = reallocarray(s->found, room, sizeof *grown);
        if (grown == NULL)
            return -ENOMEM;
        s->found = grown;
        s->found_room = room;
    }
    char *copy = strdup(target);
    if (copy == NULL)
        return -ENOMEM;
    s->found[s->found_count++] = (struct scan_found){.entry = *entry, .path = path, .target = copy};
    return 0;
}

static void clear_found(struct stepping *s)
{
    for (size_t i = 0; i < s->found_count; i++) {
        free(s->found[i].path);
        free(s->found[i].target);
    }
    s->found_count = 0;
}

static char *join(const char *folder, const char *name)
{
    char *path = NULL;
    return asprintf(&path, "%s%s%s", folder, folder[0] == 0 ? "" : "/", name) < 0 ? NULL : path;
}

/* Changed since the scan began: its save event comes, or came. A time in the future says nothing. */
static bool has_own_event(const struct stepping *s, const struct fetch_entry *entry)
{
    return entry->ctime_ns >= s->lane->scan.began_ns && entry->ctime_ns <= clock_real_ns();
}

static int see_entry(void *ctx, const struct fetch_entry *entry, const char *name, const char *target)
{
    struct stepping *s = ctx;
    char *path = join(s->folder->path, name);
    if (path == NULL || !add_seen(s->folder, name)) {
        free(path);
        return -ENOMEM;
    }
    int err = 0;
    if (S_ISDIR(entry->mode))
        err = push_folder(&s->below, path);
    else if ((S_ISREG(entry->mode) || S_ISLNK(entry->mode)) && !has_own_event(s, entry) &&
             !scan_is_vouched_for(s->tools, s->lane, entry, path, target)) {
        err = add_found(s, entry, path, target);
        path = err == 0 ? NULL : path;
    }
    free(path);
    return err;
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

static int commit(struct stepping *s, struct record_version *v, struct error *e)
{
    v->saved_ns = clock_real_ns();
    v->journal = atomic_load(&s->lane->kept);
    int err = record_batch_commit(s->batch, v, e);
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
    return commit(s, &v, e);
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
    capture_inspect(s->tools, c, window, count);
    keep_describe(s->lane, &v, c);
    snprintf(note, sizeof note, "last changed %s%s", clock_format(c->at.mtime_ns, when),
             c->note == NULL ? "" : ", and while it was read");
    v.note = note;
    v.path = f->path;
    v.mode = c->at.mode;
    err = commit(s, &v, e);
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

/* Settle up to FETCH_BATCH of the files found. *away: the store does not answer; the rest is for another time. */
static int settle_window(struct stepping *s, const struct scan_found *found, size_t count, bool *away, struct error *e)
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
    char *path = join(f->path, name);
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
    return err == 0 && (got.at.err == ENOENT || got.at.err == ENOTDIR) && queue_fill(&s->lane->queue, NULL) == 0 &&
           !queue_has(&s->lane->queue, 0, path, 0);
}

static int commit_missing(struct stepping *s, const char *path, struct error *e)
{
    bool unattended = s->lane->scan.unattended;
    struct record_version v = keep_version(s->tools, s->lane, unattended ? RECORD_UNATTENDED : RECORD_DELETE);
    v.path = path;
    v.note = unattended ? "deleted while nothing was mounted" : "found missing";
    int err = begin_batch(s, e);
    return err < 0 ? err : commit(s, &v, e);
}

/* 0: all of this folder's are settled; 1: there are more; -errno. */
static int settle_missing(struct stepping *s, bool *away, struct error *e)
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
        else if (!*away && !add_seen(f, strrchr(m->paths[i], '/') ? strrchr(m->paths[i], '/') + 1 : m->paths[i]))
            err = -ENOMEM;
    }
    for (size_t i = 0; i < m->count; i++)
        free(m->paths[i]);
    free(m);
    return err == 0 && more && !*away ? 1 : err;
}

/* ---- a step ---- */

static bool is_time_up(const struct stepping *s) { return clock_mono_ns() >= s->end_ns || s->lane->queue.count > 0; }

/* What a listing's error means. True: this folder is done with; nothing is concluded about what was in it. */
static bool is_folder_lost(struct stepping *s, int err)
{
    if (err == -ENOENT || err == -ENOTDIR || err == -EPERM || err == -EACCES || err == -ENAMETOOLONG)
        return true; /* gone, or not ours to look at */
    if (err >= 0 || capture_is_away(err))
        return false;
    log_warn("mount %s: \"%s\" cannot be looked through: %s", s->lane->mount->name, s->folder->path, strerror(-err));
    s->lane->scan.incomplete = true;
    return true;
}

/* Everything on the page is settled: go on behind it, with the folders on it next. */
static void turn_page(struct stepping *s, uint64_t cookie)
{
    struct scan_folder **last = &s->below;
    while (*last != NULL)
        last = &(*last)->next;
    *last = s->folder->next;
    s->folder->next = s->below;
    s->below = NULL;
    s->folder->cookie = cookie;
    s->folder->listed = cookie == 0;
}

/* List a page and settle what is on it. When the time is up in the middle, the page is listed again: what was settled
 * is vouched for by then. */
static int walk_page(struct stepping *s, bool *away, struct error *e)
{
    uint64_t cookie = s->folder->cookie;
    size_t i = 0;
    s->seen_before = s->folder->seen_count;
    int err = fetcher_list(s->lane->fetcher, s->folder->path, &cookie, see_entry, s);
    bool lost = err != -ENOMEM && is_folder_lost(s, err);
    *away = err < 0 && err != -ENOMEM && !lost;
    if (err == -ENOMEM)
        error_sys(e, ENOMEM, "scan");
    else if (err < 0)
        err = 0;
    for (; i < s->found_count && err == 0 && !*away && !lost && (i == 0 || !is_time_up(s)); i += FETCH_BATCH) {
        size_t left = s->found_count - i;
        err = settle_window(s, s->found + i, left < FETCH_BATCH ? left : FETCH_BATCH, away, e);
    }
    if (lost)
        pop_folder(&s->lane->scan.folders);
    else if (err == 0 && !*away && i >= s->found_count)
        turn_page(s, cookie);
    else
        s->folder->seen_count = s->seen_before;
    clear_found(s);
    free_folders(&s->below);
    return err;
}

static int walk(struct stepping *s, bool *away, struct error *e)
{
    struct scan *scan = &s->lane->scan;
    int err = 0;
    while (scan->folders != NULL && err >= 0 && !*away && !is_time_up(s)) {
        s->folder = scan->folders;
        if (!s->folder->listed) {
            err = walk_page(s, away, e);
            continue;
        }
        err = settle_missing(s, away, e);
        if (err == 0 && !*away)
            pop_folder(&scan->folders);
    }
    return err < 0 ? err : 0;
}

/* The scan is through: tell what it found, and go on with what was asked for meanwhile. */
static void conclude(struct lane *l)
{
    struct scan *s = &l->scan;
    if (s->running && s->folders == NULL) {
        s->running = false;
        if (s->versions > 0)
            log_info("mount %s: the scan found %zu changes", l->mount->name, (size_t)s->versions);
        if (!s->incomplete)
            atomic_store(&l->board->keeper.reconciled, 1);
        if (s->incomplete) {
            scan_ask(s, s->root);
            s->retry_at_ns = clock_mono_ns() + SCAN_AGAIN_MS * NS_PER_MS;
        }
    }
    if (!s->running && s->asked_count > 0 && clock_mono_ns() >= s->retry_at_ns) {
        char *path = s->asked[--s->asked_count];
        scan_begin(s, path, false);
        free(path);
    }
    atomic_store(&l->board->keeper.reconciling, s->running);
}

static int finish(struct stepping *s, struct error *e)
{
    struct lane *l = s->lane;
    int err = 0;
    if (s->batch != NULL && s->versions > 0)
        err = record_batch_finish(s->batch, e);
    else if (s->batch != NULL)
        record_batch_abort(s->batch);
    for (size_t i = 0; i < s->fact_count && err == 0; i++)
        facts_put(l->facts, &s->facts[i]);
    atomic_fetch_add(&l->board->keeper.versions, err == 0 ? s->versions : 0);
    return err;
}

int scan_step(struct keep_tools *t, struct lane *l, size_t *versions, struct error *e)
{
    conclude(l);
    if (!l->scan.running)
        return 0;
    bool away = false;
    struct stepping s = {.tools = t, .lane = l, .end_ns = clock_mono_ns() + STEP_MS * NS_PER_MS};
    int err = walk(&s, &away, e);
    if (err == 0)
        err = finish(&s, e);
    else if (s.batch != NULL)
        record_batch_abort(s.batch);
    if (err == 0) {
        *versions = s.versions;
        l->scan.versions += s.versions;
    }
    clear_found(&s);
    free(s.found);
    free(s.facts);
    if (away || err < 0)
        start_over(&l->scan);
    conclude(l);
    return err;
}
