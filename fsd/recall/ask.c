/* Which files hold it? Asked of the index, told with the names of those whose files they are. */
#include "recall/state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct asking {
    struct recall *r;
    recall_each *each;
    void *ctx;
    struct error *e;
};

static int tell_holding(void *ctx, const struct index_holding *h)
{
    struct asking *a = ctx;
    struct index_place place;
    struct index_version first, newest;
    int err = index_find_place(a->r->x, h->since.lineage, &place, a->e);
    if (err == 0)
        err = index_bounds(a->r->x, h->since.lineage, &first, &newest, a->e);
    if (err < 0)
        return err == -ENOENT ? 0 : err;
    struct recall_holding out = {.rep = place.rep,
                                 .device = place.device,
                                 .mount = place.mount,
                                 .lineage = h->since.lineage,
                                 .first = first.number,
                                 .since = h->since.number,
                                 .until = h->until};
    memcpy(out.blob.bytes, h->since.blob, sizeof out.blob.bytes);
    return a->each(a->ctx, &out);
}

static int need_index(const struct recall *r, struct error *e)
{
    return r->x == NULL ? error_set(e, EAGAIN, "the index is just being made anew: try again in a moment") : 0;
}

int recall_find(struct recall *r, uint64_t key, recall_each *each, void *ctx, struct error *e)
{
    recall_lock_auto *lock = recall_locked(&r->lock);
    struct asking a = {r, each, ctx, e};
    int err = need_index(r, e);
    return err < 0 ? err : index_find(r->x, key, tell_holding, &a, e);
}

static int tell_candidate(struct recall *r, const struct index_match *m, recall_each_candidate *each, void *ctx,
                          struct error *e)
{
    struct index_place place;
    struct index_version first, newest;
    int err = index_find_place(r->x, m->last.lineage, &place, e);
    if (err == 0)
        err = index_bounds(r->x, m->last.lineage, &first, &newest, e);
    if (err < 0)
        return err == -ENOENT ? 0 : err;
    struct recall_candidate out = {.rep = place.rep,
                                   .device = place.device,
                                   .mount = place.mount,
                                   .lineage = m->last.lineage,
                                   .first = first.number,
                                   .newest = newest.number,
                                   .found = m->text};
    memcpy(out.blob.bytes, newest.blob, sizeof out.blob.bytes);
    return each(ctx, &out);
}

int recall_find_text(struct recall *r, const uint64_t *fingerprints, size_t count, size_t most,
                     recall_each_candidate *each, void *ctx, struct error *e)
{
    recall_lock_auto *lock = recall_locked(&r->lock);
    size_t found = 0;
    struct index_match *matches = calloc(most + 1, sizeof *matches);
    int err = matches == NULL ? error_sys(e, ENOMEM, "index") : need_index(r, e);
    if (err == 0)
        err = index_match(r->x, NULL, 0, fingerprints, count, matches, most, &found, e);
    for (size_t i = 0; i < found && err == 0; i++)
        err = tell_candidate(r, &matches[i], each, ctx, e);
    free(matches);
    return err;
}

/* ---- where it does not stand ---- */

enum { LINEAGES_A_PIECE = 256 };

struct absence {
    const struct index_place *place;
    recall_each *each;
    void *ctx;
};

static int tell_absence(void *ctx, const struct index_version *v)
{
    const struct absence *a = ctx;
    struct recall_holding out = {.rep = a->place->rep,
                                 .device = a->place->device,
                                 .mount = a->place->mount,
                                 .lineage = v->lineage,
                                 .since = v->number};
    memcpy(out.blob.bytes, v->blob, sizeof out.blob.bytes);
    return a->each(a->ctx, &out);
}

static int tell_lineage(struct recall *r, uint32_t number, const uint64_t *fingerprints, size_t count,
                        const struct absence *to, struct error *e)
{
    struct index_lineage line;
    struct index_place place;
    struct absence a = *to;
    int err = index_look_up(r->x, number, &line, e);
    if (err < 0)
        return err;
    err = index_find_place(r->x, line.lineage, &place, e);
    if (err < 0)
        return err == -ENOENT ? 0 : err;
    a.place = &place;
    return index_versions_without(r->x, number, fingerprints, count, tell_absence, &a, e);
}

int recall_each_without(struct recall *r, uint32_t *from, const uint64_t *fingerprints, size_t count, recall_each *each,
                        void *ctx, struct error *e)
{
    recall_lock_auto *lock = recall_locked(&r->lock);
    const struct absence to = {.each = each, .ctx = ctx};
    int err = need_index(r, e);
    for (int i = 0; i < LINEAGES_A_PIECE && err == 0; i++)
        err = tell_lineage(r, ++*from, fingerprints, count, &to, e);
    return err == -ENOENT ? 0 : err != 0 ? err : 1;
}

int recall_versions(struct recall *r, uint64_t lineage, index_each_version *each, void *ctx, struct error *e)
{
    recall_lock_auto *lock = recall_locked(&r->lock);
    int err = need_index(r, e);
    return err < 0 ? err : index_versions(r->x, lineage, each, ctx, e);
}
