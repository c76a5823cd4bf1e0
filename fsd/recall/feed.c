/* Versions of the batch in hand: held with the reports of their inspections, compared, and put into the index. */
#include "recall/state.h"

#include "base/path.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- holding ---- */

static bool copy(char **to, const char *from)
{
    *to = from == NULL ? NULL : strdup(from);
    return from == NULL || *to != NULL;
}

static void release(struct held *h)
{
    free(h->rep);
    free(h->device);
    free(h->mount);
    free(h->path);
    free(h->from);
    report_unmap(&h->report);
    *h = (struct held){0};
}

void recall_drop(struct recall *r)
{
    if (r == NULL)
        return;
    while (r->held_count > 0)
        release(&r->held[--r->held_count]);
    r->held_bytes = 0;
    r->held_lost = false;
}

/* A report is kept while there is room. One of an unreadable file may tell of the inspector rather than the file. */
static void hold_report(struct recall *r, struct held *h, const struct inspection *found)
{
    h->is_known = found == NULL || (found->status == INSPECT_OK && found->report_fd < 0);
    if (h->is_known || found->status != INSPECT_OK || found->report_bytes > HELD_BYTES_MOST - r->held_bytes ||
        report_map(&h->report, found->report_fd, found->report_bytes) < 0)
        return;
    h->is_known = true;
    r->held_bytes += found->report_bytes;
}

void recall_hold(struct recall *r, const struct record_version *v, const struct inspection *found)
{
    if (r == NULL)
        return;
    if (r->held_lost || r->held_count == HELD_MOST) {
        r->held_lost = true;
        return;
    }
    struct held *h = &r->held[r->held_count];
    *h = (struct held){.v = *v, .exchanged = record_is_exchange(v)};
    if (!copy(&h->rep, v->rep) || !copy(&h->device, v->device) || !copy(&h->mount, v->mount) ||
        !copy(&h->path, v->path) || !copy(&h->from, v->from)) {
        release(h);
        r->held_lost = true;
        return;
    }
    h->v.rep = h->rep;
    h->v.device = h->device;
    h->v.mount = h->mount;
    h->v.path = h->path;
    h->v.from = h->from;
    h->v.note = NULL;
    hold_report(r, h, found);
    r->held_count++;
}

/* ---- feeding ---- */

/* The index has what the record has, but for the batch in hand. With the lock held. */
static bool is_in_step(const struct recall *r)
{
    return r->x != NULL && r->in_step && r->round == NULL && !atomic_load(&r->again) && !atomic_load(&r->rebuild_asked);
}

/* 0; -EAGAIN: it is to be caught up with. */
static int feed_one(struct recall *r, const struct held *h, struct error *e)
{
    const struct index_stream s = {h->rep, h->device};
    uint64_t newest;
    unsigned char mark[20];
    int err = index_newest(r->x, &s, &newest, mark, e);
    if (err < 0)
        return err;
    if (!h->is_known || newest + 1 != h->v.seq) /* a new volume's first commit goes before */
        return -EAGAIN;
    const struct recall_content c = {.report = &h->report};
    return recall_apply(r, &s, &h->v, h->exchanged, &c, e);
}

/* With the lock held. How far it got stays, in any case but damage. */
static int feed_all(struct recall *r, struct error *e)
{
    if (!is_in_step(r) || r->held_lost)
        return -EAGAIN;
    int err = recall_begin(r, e), left_over = 0;
    if (err < 0)
        return err;
    for (size_t i = 0; i < r->held_count && err == 0 && left_over == 0; i++) {
        err = feed_one(r, &r->held[i], e);
        left_over = err == -EAGAIN ? err : 0;
        err = left_over < 0 ? 0 : err;
    }
    err = recall_end(r, err, e);
    return err < 0 ? err : left_over;
}

void recall_feed(struct recall *r)
{
    struct error e = {0};
    if (r == NULL || (r->held_count == 0 && !r->held_lost))
        return;
    pthread_mutex_lock(&r->lock);
    int err = feed_all(r, &e);
    if (err < 0)
        atomic_store(&r->again, true);
    if (err < 0 && e.code != 0)
        recall_set_trouble(r, &e);
    pthread_mutex_unlock(&r->lock);
    recall_drop(r);
}

/* ---- comparing ---- */

/* Under which name was the file known before this event? The name is changed in place; false: under none. */
static bool step_back(const struct held *h, char **path)
{
    const char *rest = NULL, *was = NULL;
    if (h->v.event == RECORD_RENAME && path_below(*path, h->path) != NULL) {
        rest = *path + strlen(h->path);
        was = h->from;
    } else if (h->v.event == RECORD_RENAME && path_below(*path, h->from) != NULL) {
        rest = *path + strlen(h->from);
        was = h->exchanged ? h->path : NULL;
    } else {
        return path_below(*path, h->path) == NULL || recall_brings_content(&h->v) || h->v.event == RECORD_CHMOD ||
               h->v.event == RECORD_GAP;
    }
    char *name = NULL;
    if (was != NULL && asprintf(&name, "%s%s", was, rest) < 0)
        name = NULL;
    free(*path);
    *path = name;
    return name != NULL;
}

/* The file's version before, among those held: 1 and *out; 0: none is, and *path is its name before the batch; -1: it
 * had none at all. */
static int find_held(const struct recall *r, const struct record_version *v, char **path, const struct held **out)
{
    for (size_t i = r->held_count; i-- > 0;) {
        const struct held *h = &r->held[i];
        if (h->mount == NULL || h->path == NULL || strcmp(h->mount, v->mount) != 0 || strcmp(h->rep, v->rep) != 0)
            continue;
        *out = h;
        if (recall_brings_content(&h->v) && strcmp(h->path, *path) == 0)
            return 1;
        if (!step_back(h, path))
            return -1;
    }
    return 0;
}

static int compare_with_index(struct recall *r, const struct record_version *v, const char *path,
                              const struct report_view *now, uint64_t *came, uint64_t *went)
{
    const struct index_stream s = {v->rep, v->device};
    struct index_version before;
    recall_lock_auto *lock = recall_locked(&r->lock);
    int err = is_in_step(r) ? index_find_file(r->x, &s, v->mount, path, &before, NULL) : -EAGAIN;
    if (err == 0)
        return index_compare_rows(NULL, 0, (const void *)now->keys, now->key_count, came, went) == 0;
    if (err < 0 || index_begin(r->x, NULL) < 0)
        return 0;
    err = index_compare(r->x, before.lineage, (const void *)now->keys, now->key_count, came, went, NULL);
    index_abort(r->x);
    return err == 0;
}

static int compare_with_held(const struct held *h, const struct report_view *now, uint64_t *came, uint64_t *went)
{
    return h->is_known && index_compare_rows((const void *)h->report.keys, h->report.key_count, (const void *)now->keys,
                                             now->key_count, came, went) == 0;
}

int recall_compare(struct recall *r, const struct record_version *v, const struct inspection *found, uint64_t *came,
                   uint64_t *went)
{
    report_view_auto now = {0};
    if (r == NULL || r->held_lost || found->status != INSPECT_OK ||
        (found->report_fd >= 0 && report_map(&now, found->report_fd, found->report_bytes) < 0))
        return 0;
    const struct held *before;
    char *path = strdup(v->path);
    int known = path == NULL ? 0 : find_held(r, v, &path, &before);
    if (path == NULL && known == 0)
        return 0;
    if (known > 0)
        known = compare_with_held(before, &now, came, went);
    else if (known == 0)
        known = compare_with_index(r, v, path, &now, came, went);
    else
        known = index_compare_rows(NULL, 0, (const void *)now.keys, now.key_count, came, went) == 0;
    free(path);
    return known;
}
