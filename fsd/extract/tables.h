/*
 * tables: the tables of a text document, while its text runs by.
 *
 * A reader says what begins and ends as it meets it and hands over the text; what is in a cell becomes a row, the rest
 * goes on as text. Nothing has to be closed: a row ends the one before it, a table all that is open in it. Tables
 * inside tables are tables of their own, down to TABLES_DEPTH; deeper ones are text of the cell they are in. A row with
 * a single value is a box around a paragraph, as layouts have them, and is handed on as text; so is what a full cell
 * cannot take.
 */
#ifndef HOLDFAST_EXTRACT_TABLES_H
#define HOLDFAST_EXTRACT_TABLES_H

#include "extract/row_build.h"

enum {
    TABLES_DEPTH = 8,
    TABLES_REPEAT_BYTES = 16 << 20, /* of cells and rows that a file only says to repeat, in all */
};

struct table_level {
    struct row_build row;
    char name[64];
    uint32_t id;     /* unlike that of any other table */
    uint32_t number; /* of the row in hand */
    uint32_t rows;   /* how often the row in hand stands there */
    uint32_t column; /* of the next cell */
    uint32_t cells;  /* how often the cell in hand stands there */
    bool in_row;
};

struct tables {
    struct content_sink *to;
    struct table_level levels[TABLES_DEPTH];
    size_t depth;    /* of tables open, those too deep not counted */
    size_t too_deep; /* of tables open */
    uint32_t last_id;
    uint32_t told_id; /* of the table that the sink knows of */
    uint64_t repeated_bytes;
    bool sheets; /* tables are sheets: a single value is a row as well */
};

/* All answer 0, what the sink says, or -ENOMEM. */
int tables_begin(struct tables *t, const char *name);
int tables_row(struct tables *t, uint32_t times);                  /* `times` at least 1 */
int tables_cell(struct tables *t, uint32_t times, uint32_t width); /* the same value `times`; columns it covers */
void tables_widen(struct tables *t, uint32_t width);               /* the cell in hand covers so many, not one */
void tables_skip(struct tables *t, uint32_t columns);              /* columns without a cell */
int tables_text(struct tables *t, enum text_part part, const char *utf8, size_t len);
int tables_cell_end(struct tables *t);
int tables_row_end(struct tables *t);
int tables_end(struct tables *t);
int tables_finish(struct tables *t); /* the document has ended */
bool tables_in_row(const struct tables *t);
bool tables_in_cell(const struct tables *t);
void tables_free(struct tables *t);

#endif
