/* Versions of the batch in hand: held with the reports of their inspections, compared, and put into the index. */
#include "base/fdio.h"
#include "recall/state.h"

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
    fd_close(&h->report_fd);
    *h = (struct held){.report_fd = -1};
}

void recall_drop(struct recall *r)
{
    if (r == NULL)
        return;
    while (r->held_count > 0)
        release(&r->held[--r->held_count]);
    r->held_reports = 0;
    r->held_bytes = 0;
    r->held_lost = false;
}

/* A report is taken over while there is room. One of an unreadable file may tell of the inspector rather than the file.
 */
static void hold_report(struct recall *r, struct held *h, struct inspection *found)
{
    h->is_known = found == NULL || (found->status == INSPECT_OK && found->report_fd < 0);
    if (h->is_known || found->status != INSPECT_OK || r->held_reports == HELD_REPORTS_MOST ||
        found->report_bytes > HELD_BYTES_MOST - r->held_bytes)
        return;
    h->report_fd = fd_steal(&found->report_fd);
    h->report_bytes = found->report_bytes;
    h->is_known = true;
    r->held_reports++;
    r->held_bytes += h->report_bytes;
}

void recall_hold(struct recall *r, const struct record_version *v, struct inspection *found)
{
    if (r == NULL)
        return;
    if (r->held_lost || r->held_count == HELD_MOST) {
        r->held_lost = true;
        return;
    }
    struct held *h = &r->held[r->held_count];
    *h =
        (struct held){.v = *v, .report_fd = -1, .exchanged = v->note != NULL && strcmp(v->note, RECORD_EXCHANGED) == 0};
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
    report_view_auto report = {0};
    uint64_t newest;
    unsigned char mark[20];
    int err = index_newest(r->x, &s, &newest, mark, e);
    if (err < 0)
        return err;
    if (!h->is_known || newest + 1 != h->v.seq) /* a new volume's first commit goes before */
        return -EAGAIN;
    if (h->report_fd >= 0 && report_map(&report, h->report_fd, h->report_bytes) < 0)
        return -EAGAIN;
    const struct recall_content c = {.report = &report};
    return recall_apply(r, &s, &h->v, h->exchanged, &c, e);
}

void recall_feed(struct recall *r)
{
    struct error e = {0};
    if (r == NULL)
        return;
    pthread_mutex_lock(&r->lock);
    int err = is_in_step(r) && !r->held_lost ? 0 : -EAGAIN;
    for (size_t i = 0; i < r->held_count && err == 0; i++)
        err = feed_one(r, &r->held[i], &e);
    if (err < 0)
        atomic_store(&r->again, true);
    if (err < 0 && e.code != 0)
        recall_set_trouble(r, &e);
    pthread_mutex_unlock(&r->lock);
    if (err == -EILSEQ)
        recall_end_round(r);
    recall_drop(r);
}

/* ---- comparing ---- */

static bool lies_in(const char *path, const char *folder)
{
    size_t len = strlen(folder);
    return strncmp(path, folder, len) == 0 && (path[len] == 0 || path[len] == '/');
}

/* Under which name was the file known before this event? The name is changed in place; false: under none. */
static bool step_back(const struct held *h, char **path)
{
    const char *rest = NULL, *was = NULL;
    if (h->v.event == RECORD_RENAME && lies_in(*path, h->path)) {
        rest = *path + strlen(h->path);
        was = h->from;
    } else if (h->v.event == RECORD_RENAME && lies_in(*path, h->from)) {
        rest = *path + strlen(h->from);
        was = h->exchanged ? h->path : NULL;
    } else {
        return !lies_in(*path, h->path) || recall_brings_content(&h->v) || h->v.event == RECORD_CHMOD ||
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
    report_view_auto before = {0};
    if (!h->is_known || (h->report_fd >= 0 && report_map(&before, h->report_fd, h->report_bytes) < 0))
        return 0;
    return index_compare_rows((const void *)before.keys, before.key_count, (const void *)now->keys, now->key_count,
                              came, went) == 0;
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
