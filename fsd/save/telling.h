/*
 * telling: news of what a batch kept, gathered while it is kept and sent once it is in the record. Sending never waits:
 * what finds no room is counted and gone.
 */
#ifndef HOLDFAST_SAVE_TELLING_H
#define HOLDFAST_SAVE_TELLING_H

#include "base/buf.h"
#include "event/board.h"
#include "inspect/client.h"
#include "record/record.h"

enum { TELLING_BATCH_BYTES = 512 * 1024 }; /* a batch has no more news than this */

struct telling {
    int fd;             /* to the teller, not blocking; -1: nobody is told */
    struct buf pending; /* messages, each behind its length */
    uint64_t dropped;   /* of this batch */
};

/* A save was committed as `v` into the batch of mount number `mount`; `found` is what the inspector said. Does nothing
 * where no program wants to know. */
void telling_note(struct telling *t, struct board *board, uint32_t mount, const struct record_version *v,
                  const struct inspection *found);

void telling_send(struct telling *t, struct board *board);
void telling_forget(struct telling *t); /* the batch is not in the record */
void telling_free(struct telling *t);

#endif
