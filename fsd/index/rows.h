/*
 * rows: the rows that the newest version of a lineage has: their numbers, rising, as the differences between them in
 * LEB128. Rows that were added together have numbers in a run, so most take one byte.
 */
#ifndef HOLDFAST_INDEX_ROWS_H
#define HOLDFAST_INDEX_ROWS_H

#include "base/buf.h"

#include <stddef.h>
#include <stdint.h>

struct rows_reader {
    const unsigned char *at, *end;
    uint32_t last;
};

/* The next row: 1; 0 at the end; -EILSEQ for what rows_put did not write. */
int rows_next(struct rows_reader *r, uint32_t *row);

/* Append a row above `*last` (0 at first; rows count from 1) and make it the last. */
void rows_put(struct buf *to, uint32_t *last, uint32_t row);

#endif
