/*
 * csv_record: one record of a delimited table, as RFC 4180 has it and as programs really write it: any separator,
 * spaces around values, quotes that are never closed, bytes behind a closing quote.
 *
 * Cells point into the text, so nothing is copied. Doubled quotes are undone only by csv_record_finish, so that an
 * unfinished record can be parsed again when more of it is there.
 */
#ifndef HOLDFAST_EXTRACT_CSV_RECORD_H
#define HOLDFAST_EXTRACT_CSV_RECORD_H

#include "extract/content.h"
#include "extract/extract.h"

#include <stdbool.h>

/*
 * A quote whose partner is not found within so many bytes was no quote: a stray one costs one cell, not the rest of the
 * file.
 */
enum { CSV_QUOTED_MOST = 64 << 10 };

struct csv_record {
    size_t count;     /* cells with a value */
    uint32_t columns; /* with those that are empty or were dropped */
    uint32_t lines;   /* that it took */
    uint32_t quoted;  /* cells in quotes, and nothing beside them */
    bool cut;         /* cells or bytes were dropped */
    size_t to_undo;   /* count of doubled[] */
    struct cell cells[LIMIT_COLUMNS];
    uint16_t doubled[LIMIT_COLUMNS]; /* indices of cells with quotes to undo */
    char separator;
    bool ends_cell[256]; /* bytes: separator and line ends */
};

void csv_record_set_separator(struct csv_record *r, char separator);

/*
 * Parse the record at `text`; its cells are in *r. text[len] is overwritten, so it must be there. `last`: nothing comes
 * behind `len`. How many bytes it took with its line end; 0: it is unfinished.
 */
size_t csv_record_parse(struct csv_record *r, char *text, size_t len, bool last);

/* Undo the doubled quotes, in the text itself. Once, before the cells are used. */
void csv_record_finish(struct csv_record *r);

#endif
