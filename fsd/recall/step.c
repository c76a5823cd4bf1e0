/*
 * Catching up, in rounds: the streams of the record as they are when the round begins, one after the other, each from
 * the index's newest version on.
 */
#include "base/clock.h"
#include "recall/look.h"
#include "recall/plant.h"
#include "recall/state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SYNC_MS = 2000 }; /* that long after a change in a quiet time, the index is made safe from power cuts */

struct stream {
    char rep[INDEX_NAME_BYTES], device[INDEX_NAME_BYTES];
    struct index_stream name; /* points at them */
    uint64_t seq;             /* its newest version in the record */
    struct record_oid tip;
    uint64_t behind;
};

struct round {
    struct record_reader *reader;
    struct stream *streams;
    size_t count, at;
    bool no_memory;
    struct record_replay *replay; /* of the stream at hand; NULL: not begun */
    bool is_first;                /* the index knows nothing of this stream yet */
    struct plant *plant;          /* while a volume's first commit is taken in */
};

/* ---- a round begins and ends ---- */

void recall_end_round(struct recall *r)
{
    struct round *o = r->round;
    r->round = NULL;
    if (o == NULL)
        return;
    plant_close(o->plant);
    record_replay_close(o->replay);
    record_close_reader(o->reader);
    free(o->streams);
    free(o);
}

static int note_stream(void *ctx, const struct record_stream *s)
{
    struct round *o = ctx;
    if (strlen(s->rep) >= INDEX_NAME_BYTES || strlen(s->device) >= INDEX_NAME_BYTES)
        return 0; /* no name that init or a keeper takes */
    struct stream *grown = reallocarray(o->streams, o->count + 1, sizeof *grown);
    o->no_memory = grown == NULL;
    if (grown == NULL)
        return 1;
    o->streams = grown;
    struct stream *t = &o->streams[o->count++];
    *t = (struct stream){.seq = s->seq, .tip = s->tip};
    snprintf(t->rep, sizeof t->rep, "%s", s->rep);
    snprintf(t->device, sizeof t->device, "%s", s->device);
    return 0;
}

/* With the lock held. */
static void sum_behind(struct recall *r)
{
    r->behind = 0;
    for (size_t i = 0; i < r->round->count; i++)
        r->behind += r->round->streams[i].behind;
}

static int count_behind(struct recall *r, struct error *e)
{
    struct round *o = r->round;
    recall_lock_auto *lock = recall_locked(&r->lock);
    for (size_t i = 0; i < o->count; i++) {
        struct stream *t = &o->streams[i];
        uint64_t newest = 0;
        unsigned char mark[20];
        t->name = (struct index_stream){t->rep, t->device};
        int err = index_newest(r->x, &t->name, &newest, mark, e);
        if (err < 0)
            return err;
        t->behind = t->seq > newest ? t->seq - newest : 0;
    }
    sum_behind(r);
    return 0;
}

static int begin_round(struct recall *r, struct error *e)
{
    struct round *o = calloc(1, sizeof *o);
    if (o == NULL)
        return error_sys(e, ENOMEM, "index");
    r->round = o;
    atomic_store(&r->again, false);
    pthread_mutex_lock(&r->lock);
    r->in_step = false;
    pthread_mutex_unlock(&r->lock);
    int err = record_open_reader(&o->reader, r->repository, e);
    if (err == 0)
        err = record_each_stream(o->reader, note_stream, o, e);
    if (o->no_memory)
        err = error_sys(e, ENOMEM, "index");
    return err < 0 ? err : count_behind(r, e);
}

/* ---- one version ---- */

/* The blob of a link that says none: its origin's. */
static void find_origin(struct recall *r, const struct stream *t, struct record_version *v, struct error *e)
{
    struct index_version origin;
    if (v->event != RECORD_LINK || v->has_content || v->from == NULL || v->mount == NULL)
        return;
    recall_lock_auto *lock = recall_locked(&r->lock);
    if (index_find_file(r->x, &t->name, v->mount, v->from, &origin, e) <= 0)
        return;
    v->has_content = true;
    memcpy(v->blob.bytes, origin.blob, sizeof v->blob.bytes);
}

/* Does the index know what the file has in this version, since it had it before? */
static int is_same(struct recall *r, const struct stream *t, const struct record_version *v, struct error *e)
{
    struct index_version known;
    const char *path = v->event == RECORD_RENAME && v->from != NULL ? v->from : v->path;
    recall_lock_auto *lock = recall_locked(&r->lock);
    int found = index_find_file(r->x, &t->name, v->mount, path, &known, e);
    return found <= 0 ? found : memcmp(known.blob, v->blob.bytes, sizeof known.blob) == 0;
}

static bool is_symlink(const struct record_version *v)
{
    return v->event == RECORD_SYMLINK || (v->mode & 0170000) == 0120000;
}

static int take_version(struct recall *r, struct stream *t, struct record_version *v, struct inspector *inspector,
                        struct error *e)
{
    report_view_auto report = {0};
    bool exchanged = record_is_exchange(v);
    struct recall_content c = {.report = &report};
    find_origin(r, t, v, e);
    int err = 0;
    if (recall_brings_content(v) && !is_symlink(v)) {
        err = is_same(r, t, v, e);
        c.same = err > 0;
        if (err == 0)
            err = look_at_blob(r->round->reader, inspector, r->path, &v->blob, v->path, &report, e);
    }
    if (err < 0)
        return err;
    recall_lock_auto *lock = recall_locked(&r->lock);
    err = recall_begin(r, e);
    if (err == 0)
        err = recall_end(r, recall_apply(r, &t->name, v, exchanged, &c, e), e);
    t->behind = t->seq > v->seq ? t->seq - v->seq : 0;
    sum_behind(r);
    return err;
}

/* ---- a stream ---- */

static void end_stream(struct recall *r)
{
    struct round *o = r->round;
    record_replay_close(o->replay);
    o->replay = NULL;
    recall_lock_auto *lock = recall_locked(&r->lock);
    o->streams[o->at].behind = 0;
    sum_behind(r);
    o->at++;
}

/*
 * The index was made of another history than the record has now: begin anew. Once for a tip: what is out of order in
 * the record itself would never end.
 */
static int begin_anew(struct recall *r, const struct stream *t, struct error *e)
{
    bool was_so = memcmp(&r->stale_tip, &t->tip, sizeof t->tip) == 0;
    if (was_so) {
        struct error why = {0};
        error_set(&why, EUCLEAN, "index: the history of %s on %s is not in order: run `holdfast verify`", t->rep,
                  t->device);
        recall_lock_auto *lock = recall_locked(&r->lock);
        recall_set_trouble(r, &why);
    }
    r->stale_tip = t->tip;
    if (was_so) {
        end_stream(r);
        return 1;
    }
    recall_end_round(r);
    recall_lock_auto *lock = recall_locked(&r->lock);
    int err = recall_begin_anew(r, e);
    return err < 0 ? err : 1;
}

static int begin_stream(struct recall *r, struct stream *t, struct error *e)
{
    struct round *o = r->round;
    struct record_oid mark = {{0}};
    uint64_t newest = 0;
    pthread_mutex_lock(&r->lock);
    int err = index_newest(r->x, &t->name, &newest, mark.bytes, e);
    pthread_mutex_unlock(&r->lock);
    if (err < 0)
        return err;
    if (newest == t->seq && memcmp(&mark, &t->tip, sizeof mark) == 0) {
        end_stream(r);
        return 1;
    }
    if (newest >= t->seq)
        return begin_anew(r, t, e);
    o->is_first = newest == 0;
    err = record_replay_open(&o->replay, o->reader, &t->tip, &mark, newest, e);
    return err < 0 ? err : 1;
}

static int go_on_planting(struct recall *r, struct inspector *inspector, struct error *e)
{
    int more = plant_next(r->round->plant, inspector, e);
    if (more == 0) {
        plant_close(r->round->plant);
        r->round->plant = NULL;
    }
    return more < 0 ? more : 1;
}

/* A little work: 1; 0: the round is over; or an error. */
static int do_some(struct recall *r, struct inspector *inspector, struct error *e)
{
    struct round *o = r->round;
    struct record_version v;
    struct error why = {0};
    if (o->plant != NULL)
        return go_on_planting(r, inspector, e);
    if (o->at == o->count)
        return 0;
    struct stream *t = &o->streams[o->at];
    if (o->replay == NULL)
        return begin_stream(r, t, e);
    int more = record_replay_next(o->replay, &v, &why);
    if (more == -ESTALE)
        return begin_anew(r, t, e);
    if (more < 0 && more != -EAGAIN)
        return error_set(e, more, "index: %s", why.text);
    if (more == 0)
        end_stream(r);
    if (more != 1)
        return 1;
    bool plants = o->is_first && v.event == RECORD_VOLUME;
    o->is_first = false;
    more = plants ? plant_open(&o->plant, r, o->reader, &t->name, &v, e) : take_version(r, t, &v, inspector, e);
    return more < 0 ? more : 1;
}

/* ---- the whole ---- */

static int rest(struct recall *r, struct error *e)
{
    recall_lock_auto *lock = recall_locked(&r->lock);
    r->in_step = true;
    if (!r->is_dirty || r->x == NULL || clock_mono_ns() - r->dirty_ns < SYNC_MS * NS_PER_MS)
        return 0;
    r->is_dirty = false;
    return index_sync(r->x, e);
}

static int ready(struct recall *r, struct error *e)
{
    bool anew = atomic_exchange(&r->rebuild_asked, false);
    if (!anew && r->x != NULL)
        return 0;
    recall_end_round(r);
    recall_lock_auto *lock = recall_locked(&r->lock);
    int err = r->x == NULL ? recall_open_index(r, e) : 0;
    return err == 0 && anew ? recall_begin_anew(r, e) : err;
}

static int work(struct recall *r, struct inspector *inspector, int slice_ms, struct error *e)
{
    int64_t until = clock_mono_ns() + slice_ms * NS_PER_MS;
    int more = ready(r, e);
    if (more < 0)
        return more;
    if (r->round == NULL && r->in_step && !atomic_load(&r->again))
        return rest(r, e);
    do {
        more = r->round == NULL ? begin_round(r, e) : 1;
        if (more >= 0)
            more = do_some(r, inspector, e);
    } while (more > 0 && clock_mono_ns() < until);
    if (more != 0)
        return more;
    recall_end_round(r);
    return atomic_load(&r->again) ? 1 : rest(r, e);
}

int recall_step(struct recall *r, struct inspector *inspector, int slice_ms, struct error *e)
{
    struct error why = {0};
    int more = work(r, inspector, slice_ms, &why);
    if (more < 0) {
        recall_end_round(r);
        atomic_store(&r->again, true);
    }
    recall_lock_auto *lock = recall_locked(&r->lock);
    if (more == -EILSEQ)
        more = recall_begin_anew(r, NULL) == 0 ? 1 : more;
    if (more < 0)
        recall_set_trouble(r, &why);
    else if (more == 0)
        recall_set_trouble(r, NULL);
    return more < 0 ? error_set(e, more, "%s", why.text) : more;
}
