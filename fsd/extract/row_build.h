/*
 * row_build: one row, cell by cell, within the limits of a row.
 */
#ifndef HOLDFAST_EXTRACT_ROW_BUILD_H
#define HOLDFAST_EXTRACT_ROW_BUILD_H

#include "base/buf.h"
#include "extract/extract.h"

enum { ROW_BYTES = 4 << 20 }; /* of all cells of a row together */

struct row_build {
    struct buf text;
    struct cell *cells; /* their text points nowhere before row_build_finish */
    uint32_t *starts;   /* where each begins in `text` */
    size_t count, room;
    bool open; /* a cell takes text */
    bool cut;  /* something was left out */
};

/* Begin the next cell; one beyond LIMIT_COLUMNS takes nothing. -ENOMEM. */
int row_build_cell(struct row_build *b, uint32_t column);

/* Add to the cell: how many of the bytes it took (whole characters; fewer than `len` when it is full). */
size_t row_build_put(struct row_build *b, const char *utf8, size_t len);

/* The cell is complete: white space around it goes, and it goes itself if nothing is left. */
void row_build_cell_end(struct row_build *b);

/* The cell that was completed last again, in the column given. -ENOMEM. */
int row_build_again(struct row_build *b, uint32_t column);

/*
 * The row is complete (and its last cell, if open). What comes back is valid until the next call for this row; count 0:
 * it has no value. -ENOMEM. FACT_CUT is flagged if something was left out.
 */
int row_build_finish(struct row_build *b, struct content_sink *to, uint32_t number, struct row *row);

void row_build_clear(struct row_build *b);
void row_build_free(struct row_build *b);

#endif
