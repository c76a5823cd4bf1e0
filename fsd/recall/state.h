/*
 * state: what the parts of recall share, for this folder only.
 */
#ifndef HOLDFAST_RECALL_STATE_H
#define HOLDFAST_RECALL_STATE_H

#include "analyse/report.h"
#include "recall/recall.h"

#include <pthread.h>
#include <stdatomic.h>

/* What is held of a batch, at most; bytes are of reports, mapped where the inspector wrote them. */
enum { HELD_MOST = 4096, HELD_BYTES_MOST = 128 << 20 };

/* A version of the batch in hand; strings are owned. */
struct held {
    struct record_version v;
    char *rep, *device, *mount, *path, *from;
    bool exchanged;
    bool is_known; /* what it holds is in `report`, which may be empty */
    struct report_view report;
};

struct round; /* one way through the streams (step.c) */

struct recall {
    pthread_mutex_t lock; /* over all below but `round` and the held, which are the writer's thread's */
    char *repository, *path;
    struct index *x; /* NULL: it could not be made anew; tried again */
    bool in_step;
    bool is_dirty; /* committed since the last sync */
    int64_t dirty_ns;
    uint64_t behind;
    char trouble[ERROR_TEXT_BYTES];
    _Atomic bool rebuild_asked;
    _Atomic bool again; /* the record has, or may have, more than this round saw */
    struct round *round;
    struct record_oid stale_tip; /* whose history made us begin anew the last time */
    struct held held[HELD_MOST];
    size_t held_count;
    uint64_t held_bytes;
    bool held_lost; /* more came than can be held */
};

/* The index is removed and made anew, empty. With the lock held. */
int recall_begin_anew(struct recall *r, struct error *e);

/* Open it, or begin it anew if it is damaged. With the lock held. */
int recall_open_index(struct recall *r, struct error *e);

/* Note trouble (NULL: none), once in the log. With the lock held. */
void recall_set_trouble(struct recall *r, const struct error *e);

/*
 * A group of versions: begin, apply each, end with the first error or 0; what end returns. An index that is found
 * damaged is begun anew, and -EILSEQ returned. All with the lock held.
 */
int recall_begin(struct recall *r, struct error *e);
int recall_end(struct recall *r, int err, struct error *e);

/* The version as the index's events; `report` may be NULL. */
struct recall_content {
    bool same; /* as the file's newest version in the index */
    const struct report_view *report;
};
int recall_apply(struct recall *r, const struct index_stream *s, const struct record_version *v, bool exchanged,
                 const struct recall_content *c, struct error *e);

/* One event in a group of its own. */
int recall_apply_event(struct recall *r, const struct index_stream *s, const struct index_event *ev, struct error *e);

/* Put a report's keys and text into the event. */
void recall_put_report(struct index_event *ev, const struct report_view *report);

/* Does the version bring content under its path? */
bool recall_brings_content(const struct record_version *v);

void recall_end_round(struct recall *r);

static inline void recall_unlock(pthread_mutex_t **lock) { pthread_mutex_unlock(*lock); }
static inline pthread_mutex_t *recall_locked(pthread_mutex_t *lock)
{
    pthread_mutex_lock(lock);
    return lock;
}
#define recall_lock_auto __attribute__((cleanup(recall_unlock), unused)) pthread_mutex_t

#endif
