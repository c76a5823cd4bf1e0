/*
 * indexing: the record's index beside keeping. It never fails a save nor makes one wait: what goes wrong with it is its
 * own trouble, told in the log and in `status`, and tried again.
 */
#ifndef HOLDFAST_SAVE_INDEXING_H
#define HOLDFAST_SAVE_INDEXING_H

#include "config/config.h"
#include "recall/recall.h"

struct indexing {
    struct recall *recall; /* NULL: fs.conf names no folder, or there was no memory */
    int64_t retry_at_ns;   /* monotonic: after a failure, not before */
};

void indexing_open(struct indexing *x, const struct config *c);
void indexing_close(struct indexing *x);

/* A little catching up, for when nothing is to be kept. True: there is more to do. */
bool indexing_step(struct indexing *x, struct inspector *inspector);

#endif
