/* The index of a record: opened, begun anew, told of. */
#include "base/clock.h"
#include "base/log.h"
#include "recall/state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int recall_open_index(struct recall *r, struct error *e)
{
    struct error why = {0};
    int err = index_open_writer(&r->x, r->path, &why);
    if (err == -EACCES || err == -ENOENT)
        return error_set(e, err, "%s; `holdfast init` makes the index's folder", why.text);
    if (err != -EILSEQ)
        return err < 0 ? error_set(e, err, "%s", why.text) : 0;
    log_warn("%s; it is made anew from the record", why.text);
    return recall_begin_anew(r, e);
}

int recall_begin_anew(struct recall *r, struct error *e)
{
    index_close(r->x);
    r->x = NULL;
    r->in_step = false;
    r->is_dirty = false;
    atomic_store(&r->again, true);
    int err = index_remove(r->path, e);
    return err < 0 ? err : index_open_writer(&r->x, r->path, e);
}

int recall_open_later(struct recall **out, const char *repository, const char *path, struct error *e)
{
    struct recall *r = calloc(1, sizeof *r);
    if (r == NULL)
        return error_sys(e, ENOMEM, "index");
    pthread_mutex_init(&r->lock, NULL);
    atomic_store(&r->again, true);
    r->repository = strdup(repository);
    r->path = strdup(path);
    if (r->repository == NULL || r->path == NULL) {
        recall_close(r);
        return error_sys(e, ENOMEM, "index");
    }
    *out = r;
    return 0;
}

int recall_open(struct recall **out, const char *repository, const char *path, struct error *e)
{
    struct recall *r = NULL;
    int err = recall_open_later(&r, repository, path, e);
    if (err == 0)
        err = recall_open_index(r, e);
    if (err < 0) {
        recall_close(r);
        return err;
    }
    *out = r;
    return 0;
}

void recall_close(struct recall *r)
{
    if (r == NULL)
        return;
    recall_drop(r);
    recall_end_round(r);
    index_close(r->x);
    pthread_mutex_destroy(&r->lock);
    free(r->repository);
    free(r->path);
    free(r);
}

void recall_rebuild(struct recall *r)
{
    recall_lock_auto *lock = recall_locked(&r->lock);
    r->in_step = false;
    r->trouble[0] = 0;
    atomic_store(&r->rebuild_asked, true);
}

void recall_look_again(struct recall *r) { atomic_store(&r->again, true); }

void recall_set_trouble(struct recall *r, const struct error *e)
{
    if (e != NULL && strcmp(r->trouble, e->text) != 0)
        log_warn("%s", e->text);
    snprintf(r->trouble, sizeof r->trouble, "%s", e == NULL ? "" : e->text);
}

int recall_get_state(struct recall *r, struct recall_state *out, struct error *e)
{
    recall_lock_auto *lock = recall_locked(&r->lock);
    struct index_counts c = {0};
    int err = r->x != NULL ? index_count(r->x, &c, e) : 0;
    if (err < 0)
        return err;
    *out = (struct recall_state){.versions = c.versions,
                                 .lineages = c.lineages,
                                 .keys = c.keys,
                                 .texts = c.text,
                                 .bytes = c.bytes,
                                 .behind = r->behind,
                                 .in_step = r->in_step && !atomic_load(&r->again)};
    memcpy(out->trouble, r->trouble, sizeof out->trouble);
    return 0;
}

/* ---- versions as events ---- */

bool recall_brings_content(const struct record_version *v)
{
    switch (v->event) {
    case RECORD_SAVE:
    case RECORD_SYMLINK:
    case RECORD_LINK:
    case RECORD_RENAME:
    case RECORD_RECOVERED:
    case RECORD_UNATTENDED:
        return v->has_content && v->mount != NULL && v->path != NULL;
    case RECORD_DELETE:
    case RECORD_CHMOD:
    case RECORD_GAP:
    case RECORD_VOLUME:
        break;
    }
    return false;
}

static enum index_event_kind kind_of(const struct record_version *v, bool exchanged)
{
    if (v->mount == NULL || *v->mount == 0 || v->path == NULL)
        return INDEX_NOTHING;
    if (v->event == RECORD_RENAME)
        return v->from == NULL ? INDEX_NOTHING : exchanged ? INDEX_EXCHANGE : INDEX_MOVE;
    if (v->event == RECORD_DELETE ||
        ((v->event == RECORD_RECOVERED || v->event == RECORD_UNATTENDED) && !v->has_content))
        return INDEX_REMOVE;
    return recall_brings_content(v) ? INDEX_PUT : INDEX_NOTHING;
}

_Static_assert(sizeof(struct report_key) == sizeof(struct index_row_key) &&
                   offsetof(struct report_key, row) == offsetof(struct index_row_key, row),
               "a report's keys are taken where they lie");

void recall_put_report(struct index_event *ev, const struct report_view *report)
{
    ev->keys = (const void *)report->keys;
    ev->key_count = report->key_count;
    ev->text = report->text;
    ev->text_count = report->text_count;
    ev->text_whole = report->text_whole;
}

int recall_begin(struct recall *r, struct error *e)
{
    return r->x == NULL ? error_set(e, EAGAIN, "index: it is not there yet") : index_begin(r->x, e);
}

int recall_end(struct recall *r, int err, struct error *e)
{
    if (err == 0)
        err = index_commit(r->x, e);
    else
        index_abort(r->x);
    if (err == 0 && !r->is_dirty) {
        r->is_dirty = true;
        r->dirty_ns = clock_mono_ns();
    }
    if (err == -EILSEQ)
        recall_begin_anew(r, NULL);
    return err;
}

int recall_apply_event(struct recall *r, const struct index_stream *s, const struct index_event *ev, struct error *e)
{
    int err = recall_begin(r, e);
    return err < 0 ? err : recall_end(r, index_apply(r->x, s, ev, e), e);
}

int recall_apply(struct recall *r, const struct index_stream *s, const struct record_version *v, bool exchanged,
                 const struct recall_content *c, struct error *e)
{
    struct index_event ev = {
        .kind = kind_of(v, exchanged), .mount = v->mount, .path = v->path, .from = v->from, .number = v->seq};
    memcpy(ev.mark, v->commit.bytes, sizeof ev.mark);
    int err = 0;
    if (ev.kind == INDEX_MOVE && v->has_content) {
        ev.more = true;
        err = index_apply(r->x, s, &ev, e);
        ev.more = false;
        ev.kind = INDEX_PUT;
    }
    memcpy(ev.blob, v->blob.bytes, sizeof ev.blob);
    ev.same = c->same;
    if (c->report != NULL)
        recall_put_report(&ev, c->report);
    return err < 0 ? err : index_apply(r->x, s, &ev, e);
}
