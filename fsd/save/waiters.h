/*
 * waiters: those who wait for the keeper (holdfast sync, through the control socket), and how its main thread is woken
 * for them.
 */
#ifndef HOLDFAST_SAVE_WAITERS_H
#define HOLDFAST_SAVE_WAITERS_H

#include "save/lane.h"

#include <pthread.h>

/* A waiter gives up when nothing was kept for so long while something is wrong. */
enum { WAITERS_PATIENCE_MS = 15000, WAITERS_SCAN_MS = 10000 };

struct waiters {
    struct lane *lanes;
    size_t lane_count;
    pthread_mutex_t lock;
    pthread_cond_t moved; /* for those who wait for the keeper */
    pthread_cond_t asked; /* for the keeper */
    bool is_asked;
    bool is_over; /* the keeper is leaving */
};

void waiters_open(struct waiters *w, struct lane *lanes, size_t lane_count);
void waiters_close(struct waiters *w);

/* Block until every save made before this call is in the record. Any thread. -ETIMEDOUT names a mount that does not
 * answer. */
int waiters_sync(struct waiters *w, struct error *e);

/* The main thread: something was kept; the keeper leaves; sleep until somebody asks or the time is over. */
void waiters_tell(struct waiters *w);
void waiters_dismiss(struct waiters *w);
void waiters_sleep(struct waiters *w, int timeout_ms);

/* Any thread: wake the main thread, wherever it sleeps. */
void waiters_wake(struct waiters *w);
bool waiters_have_asked(struct waiters *w); /* and forget it */

#endif
