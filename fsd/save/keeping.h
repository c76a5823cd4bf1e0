/* keeping: a batch while it is being kept; between keep.c, which leads it, and keeping.c, which knows what each plan
 * means. */
#ifndef HOLDFAST_SAVE_KEEPING_H
#define HOLDFAST_SAVE_KEEPING_H

#include "save/fold.h"
#include "save/keep.h"

enum { KEEPING_WINDOW = FETCH_BATCH }; /* plans whose bytes are fetched and inspected while others are written */

/* One batch being kept. */
struct keeping {
    struct keep_tools *tools;
    struct lane *lane;
    struct record_batch *batch;
    const struct fold *fold;
    size_t count;        /* records of the queue that it covers */
    uint64_t newest_seq; /* of the plans done */
    size_t versions;
    int64_t newest_time_ns;
    struct fact *facts; /* owned; to be put once the batch is in the record */
    size_t fact_count;
    struct capture captures[KEEPING_WINDOW];
    char *paths[KEEPING_WINDOW];            /* owned: where to find each file now, in a store without handles */
    struct capture *window[KEEPING_WINDOW]; /* those of the plans that have bytes */
    size_t window_count;
};

/* Is there something under this path in the record? */
bool keeping_is_in_tip(const struct keeping *k, const char *path);

/* Where the plan's file is to be found: by its handle, or else where later renames have brought it (*path: owned;
 * NULL). */
struct fetch_want keeping_find_file(struct keeping *k, const struct fold_plan *p, char **path);

/* The clock was set back between two records of the batch: say so, once. */
int keeping_check_clock(struct keeping *k, struct error *e);

/* What one plan means, committed; `c` holds its bytes, if it has any. 0, also where nothing is to be said; or an error
 * to wait with: the batch is tried again. */
int keeping_commit(struct keeping *k, const struct fold_plan *p, struct capture *c, struct error *e);

#endif
