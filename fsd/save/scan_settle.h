/*
 * scan_settle: what a scan does with what it found: a version for what differs from the record and no event speaks for.
 * Between scan.c, which walks, and scan_settle.c.
 */
#ifndef HOLDFAST_SAVE_SCAN_SETTLE_H
#define HOLDFAST_SAVE_SCAN_SETTLE_H

#include "save/capture.h"
#include "save/scan_compare.h"

/* A folder on the way. Names seen are kept as hashes, to tell at its end what the record has and the store has not. */
struct scan_folder {
    struct scan_folder *next;
    uint64_t cookie;
    uint64_t *seen; /* owned */
    size_t seen_count, seen_room;
    bool listed;
    char path[];
};

/* One step's state. */
struct stepping {
    struct keep_tools *tools;
    struct lane *lane;
    struct record_batch *batch; /* NULL until something is to be committed */
    struct scan_folder *folder;
    struct scan_folder *below; /* owned: this page's folders */
    size_t seen_before;        /* names seen before this page */
    struct scan_found *found;  /* owned: this page's files that the facts do not vouch for */
    size_t found_count, found_room;
    struct fact *facts; /* owned: to be put once the batch is in the record */
    size_t fact_count, fact_room;
    size_t versions;
    int64_t end_ns; /* monotonic */
};

/* folder/name; the caller frees it. NULL: out of memory. */
char *scan_join(const char *folder, const char *name);

/* Remember that the store has this name. False: out of memory. */
bool scan_add_seen(struct scan_folder *f, const char *name);

/* Settle up to FETCH_BATCH of the files found. *away: the store does not answer; the rest is for another time. */
int scan_settle_window(struct stepping *s, const struct scan_found *found, size_t count, bool *away, struct error *e);

/* What the record has in this folder and the store has not. 0: all of it is settled; 1: there is more; -errno. */
int scan_settle_missing(struct stepping *s, bool *away, struct error *e);

#endif
