/*
 * add: a version while its rows are found or added; between add.c and compare.c.
 *
 * A version's rows come in batches: for each row, is it one that the lineage has? What is new of a batch is sorted by
 * key before it is written, so that keys that share a page are written together, and no more than a batch is held.
 */
#ifndef HOLDFAST_INDEX_ADD_H
#define HOLDFAST_INDEX_ADD_H

#include "index/layout.h"

enum { BATCH_KEYS = 2048, ROW_KEYS = 16, SAME_KEY_MOST = 64, GONE_BATCH = 64 };

struct posting {
    uint64_t key, place;
};

struct adding {
    struct index *x;
    const struct index_version *version;
    uint32_t lineage;
    struct lineage_record record;
    uint32_t first_row, next_row; /* of what this version brings */
    bool text_whole;
    MDB_cursor *keys; /* NULL: to be opened, in the transaction that is */
    struct posting batch[BATCH_KEYS];
    size_t batch_count;
    uint32_t *rows; /* that the version has; next to each other, not sorted */
    size_t row_count;
};

/* The cursor into the keys, in the group's transaction as it is now. */
int adding_open_cursor(struct adding *a, struct error *e);
void adding_close_cursor(struct adding *a);

/* The row of the lineage with these keys, if its newest version has it: 1 and its place; 0: it is new. */
int adding_find_row(struct adding *a, const struct index_row_key *keys, size_t count, uint64_t *place, struct error *e);

/* Keys of the first row. One with more keys than are looked at together counts as several. */
size_t adding_row_length(const struct index_row_key *keys, size_t count);

#endif
