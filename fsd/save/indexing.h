/*
 * indexing: the record's index beside keeping. It never fails a save nor makes one wait: what goes wrong with it is its
 * own trouble, told in the log and in `status`, and tried again.
 */
#ifndef HOLDFAST_SAVE_INDEXING_H
#define HOLDFAST_SAVE_INDEXING_H

#include "config/config.h"
#include "recall/known.h"
#include "recall/recall.h"

struct indexing {
    struct recall *recall;      /* NULL: fs.conf names no folder, or there was no memory */
    struct recall_known *known; /* made of it for the reps of all mounts; NULL: as above */
    const char **reps;          /* owned; the names are fs.conf's */
    int64_t retry_at_ns;        /* monotonic: after a failure, not before */
};

void indexing_open(struct indexing *x, const struct config *c);
void indexing_close(struct indexing *x);

/* A little catching up, and making tables of what is known, for when nothing is to be kept. True: there is more to do.
 */
bool indexing_step(struct indexing *x, struct inspector *inspector);

#endif
