#include "guard/backlog.h"

#include "base/clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    struct finished *item; /* NULL: the slot is free */
    struct entry *next;    /* in its bucket */
};

struct backlog {
    pthread_mutex_t lock;
    pthread_cond_t put;
    struct entry *ring; /* owned */
    struct entry **buckets;
    size_t most, first, count;
    int64_t in_hand_ns; /* 0: nothing is */
    bool stopped;
};

void finished_free(struct finished *f)
{
    if (f == NULL)
        return;
    sink_release(f->sink);
    copier_free(&f->copier);
    free(f->file);
    free(f->path);
    free(f);
}

int backlog_open(struct backlog **out, size_t most)
{
    struct backlog *q = calloc(1, sizeof *q);
    if (q == NULL || (q->ring = calloc(most, sizeof *q->ring)) == NULL ||
        (q->buckets = calloc(most, sizeof(void *))) == NULL) {
        if (q != NULL)
            free(q->ring);
        free(q);
        return -ENOMEM;
    }
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->put, &attr);
    pthread_condattr_destroy(&attr);
    q->most = most;
    *out = q;
    return 0;
}

void backlog_close(struct backlog *q)
{
    if (q == NULL)
        return;
    for (size_t i = 0; i < q->most; i++)
        finished_free(q->ring[i].item);
    pthread_mutex_destroy(&q->lock);
    pthread_cond_destroy(&q->put);
    free(q->ring);
    free(q->buckets);
    free(q);
}

/* ---- one file once ---- */

static struct entry **bucket_of(struct backlog *q, const struct finished *f)
{
    uint64_t h = f->sink->filesystem ^ UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; f->file != NULL && i < f->file->handle_bytes; i++)
        h = (h ^ f->file->f_handle[i]) * UINT64_C(0x100000001b3);
    return &q->buckets[h % q->most];
}

static bool is_same(const struct finished *a, const struct finished *b)
{
    if (a->walk != b->walk || a->sink != b->sink || (a->file == NULL) != (b->file == NULL))
        return false;
    return a->file == NULL ||
           (a->file->handle_bytes == b->file->handle_bytes && a->file->handle_type == b->file->handle_type &&
            memcmp(a->file->f_handle, b->file->f_handle, a->file->handle_bytes) == 0);
}

static void learn(struct finished *old, struct finished *new)
{
    old->what |= new->what;
    if (new->since_ns < old->since_ns)
        old->since_ns = new->since_ns;
    if (new->path != NULL) {
        free(old->path);
        old->path = new->path;
        new->path = NULL;
    }
    if (new->copier.app != NULL || old->copier.app == NULL) {
        copier_free(&old->copier);
        old->copier = new->copier;
        new->copier = (struct copier){0};
    }
    finished_free(new);
}

int backlog_put(struct backlog *q, struct finished *f)
{
    int err = 0;
    pthread_mutex_lock(&q->lock);
    struct entry **bucket = bucket_of(q, f), *e = *bucket;
    while (e != NULL && !is_same(e->item, f))
        e = e->next;
    if (e != NULL) {
        learn(e->item, f);
    } else if (q->count == q->most) {
        finished_free(f);
        err = -ENOSPC;
    } else {
        e = &q->ring[(q->first + q->count++) % q->most];
        *e = (struct entry){f, *bucket};
        *bucket = e;
        pthread_cond_signal(&q->put);
    }
    pthread_mutex_unlock(&q->lock);
    return err;
}

/* ---- taking ---- */

static struct finished *take(struct backlog *q)
{
    if (q->count == 0 || q->stopped)
        return NULL;
    struct entry *e = &q->ring[q->first], **at = bucket_of(q, e->item);
    while (*at != e)
        at = &(*at)->next;
    *at = e->next;
    struct finished *f = e->item;
    *e = (struct entry){0};
    q->first = (q->first + 1) % q->most;
    q->count--;
    q->in_hand_ns = f->heard_ns;
    return f;
}

/* Until when to sleep: the first is due, or the caller wants no more. */
static int64_t wake_ns(const struct backlog *q, int64_t until)
{
    if (q->count == 0)
        return until;
    int64_t due = q->ring[q->first].item->due_ns;
    return due < until ? due : until;
}

static bool is_ready(const struct backlog *q, int64_t now)
{
    return q->stopped || (q->count > 0 && q->ring[q->first].item->due_ns <= now);
}

struct finished *backlog_take(struct backlog *q, int wait_ms)
{
    int64_t now = clock_mono_ns(), until = now + wait_ms * NS_PER_MS;
    pthread_mutex_lock(&q->lock);
    for (; !is_ready(q, now) && now < until; now = clock_mono_ns()) {
        int64_t wake = wake_ns(q, until);
        const struct timespec at = {wake / NS_PER_SEC, wake % NS_PER_SEC};
        pthread_cond_timedwait(&q->put, &q->lock, &at);
    }
    struct finished *f = is_ready(q, now) ? take(q) : NULL;
    pthread_mutex_unlock(&q->lock);
    return f;
}

void backlog_stop(struct backlog *q)
{
    pthread_mutex_lock(&q->lock);
    q->stopped = true;
    pthread_cond_signal(&q->put);
    pthread_mutex_unlock(&q->lock);
}

void backlog_done(struct backlog *q)
{
    pthread_mutex_lock(&q->lock);
    q->in_hand_ns = 0;
    pthread_mutex_unlock(&q->lock);
}

int64_t backlog_done_until(struct backlog *q, int64_t now_ns)
{
    pthread_mutex_lock(&q->lock);
    int64_t until = now_ns;
    for (size_t i = 0; i < q->count; i++) {
        int64_t heard = q->ring[(q->first + i) % q->most].item->heard_ns;
        until = heard < until ? heard : until;
    }
    if (q->in_hand_ns != 0 && q->in_hand_ns < until)
        until = q->in_hand_ns;
    pthread_mutex_unlock(&q->lock);
    return until;
}

size_t backlog_count(struct backlog *q)
{
    pthread_mutex_lock(&q->lock);
    size_t count = q->count;
    pthread_mutex_unlock(&q->lock);
    return count;
}
