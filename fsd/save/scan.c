#include "save/scan.h"

#include "base/clock.h"
#include "base/fdio.h"
#include "base/log.h"
#include "base/path.h"
#include "save/capture.h"
#include "save/keep.h"
#include "save/places.h"
#include "save/scan_settle.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <xxhash.h>

enum { STEP_MS = 200 };

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
    atomic_store(&s->owed, true);
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

static bool overlap(const char *a, const char *b) { return path_below(a, b) != NULL || path_below(b, a) != NULL; }

void scan_note_move(struct scan *s, const char *from, const char *to)
{
    bool concerned = s->running && overlap(s->root, from);
    for (size_t i = 0; i < s->asked_count && !concerned; i++)
        concerned = overlap(s->asked[i], from);
    if (concerned)
        scan_ask(s, to);
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

/* Changed since the scan began: its save event comes, or came. A time in the future says nothing. */
static bool has_own_event(const struct stepping *s, const struct fetch_entry *entry)
{
    return entry->ctime_ns >= s->lane->scan.began_ns && entry->ctime_ns <= clock_real_ns();
}

static int see_entry(void *ctx, const struct fetch_entry *entry, const char *name, const char *target)
{
    struct stepping *s = ctx;
    char *path = scan_join(s->folder->path, name);
    if (path == NULL || !scan_add_seen(s->folder, name)) {
        free(path);
        return -ENOMEM;
    }
    int err = 0;
    facts_mark(s->lane->facts, entry->ino);
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
        err = scan_settle_window(s, s->found + i, left < FETCH_BATCH ? left : FETCH_BATCH, away, e);
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
        err = scan_settle_missing(s, away, e);
        if (err == 0 && !*away)
            pop_folder(&scan->folders);
    }
    return err < 0 ? err : 0;
}

/* A file that is moved while the scan walks may be missed by it: then nothing is concluded. */
static void begin_sweep(struct lane *l)
{
    struct scan *s = &l->scan;
    if (!s->sweeping || s->sweep_begun)
        return;
    s->sweep_begun = true;
    s->head = atomic_load(&l->board->mount.journal_head);
    s->sweeping = facts_begin_sweep(l->facts) == 0;
}

static void end_sweep(struct lane *l)
{
    struct scan *s = &l->scan;
    bool is_sure = s->sweeping && !s->incomplete && s->head == atomic_load(&l->board->mount.journal_head);
    facts_end_sweep(l->facts, is_sure);
    s->sweeping = false;
}

/* The scan is through: tell what it found, and go on with what was asked for meanwhile. */
static void conclude(struct lane *l)
{
    struct scan *s = &l->scan;
    if (s->running && s->folders == NULL) {
        s->running = false;
        end_sweep(l);
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
    if (!s->running && s->asked_count == 0)
        atomic_store(&s->owed, false);
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
    begin_sweep(l);
    int err = walk(&s, &away, e);
    if (err == 0)
        err = finish(&s, e);
    else if (s.batch != NULL)
        record_batch_abort(s.batch);
    if (err == 0)
        recall_feed(t->recall);
    else
        recall_drop(t->recall);
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
