/*
 * places: what fold knows about each path that a batch has touched: which file is there now, and what it left behind.
 */
#ifndef HOLDFAST_SAVE_PLACES_H
#define HOLDFAST_SAVE_PLACES_H

#include "save/fold.h"

/* A file, as far as this batch tells. Indices are of plans; -1: none. */
struct file_trace {
    bool seen;      /* some plan is about it */
    bool fresh;     /* its first save is in this batch, and the record has it under no other name */
    int chain;      /* the newest plan with its bytes or mode */
    int arrived;    /* the RENAME, COPY or EXCHANGE that brought it here */
    bool storied;   /* its name held another file before (JOURNAL_STORIED): vanishing, it leaves its versions */
    int fresh_till; /* it was fresh until this EXCHANGE */
};

struct place {
    char *path; /* owned */
    uint64_t hash;
    bool known; /* the record had something here before the batch */
    bool vacant;
    bool had_other; /* something else was here earlier in this batch */
    int vacated_by; /* the DELETE or RENAME that emptied it */
    struct file_trace file;
};

struct folder_move {
    const char *from, *to; /* a record's strings */
    bool both_ways;
};

struct places {
    struct place *list; /* owned */
    size_t count, room;
    struct folder_move *moves; /* owned */
    size_t move_count, move_room;
    fold_known *known;
    void *ctx;
};

static const struct file_trace no_file = {.chain = -1, .arrived = -1, .fresh_till = -1};

/* The place of `path`, made if it is new; NULL: out of memory. Valid until the next call. */
struct place *places_at(struct places *p, const char *path);

/* A folder was renamed, or exchanged with another: every place below moves with it. 0 or -ENOMEM. */
int places_move_folder(struct places *p, const char *from, const char *to, bool both_ways);
void places_free(struct places *p);

#endif
