/*
 * content: what a reader makes of a file, whatever its format: rows of cells, and running text. All of it UTF-8, valid,
 * without NUL.
 *
 * A reader pushes; the sink takes. Every callback answers 0, or -ECANCELED when it wants no more (a limit is reached):
 * the reader stops and returns that. What a callback is given is the reader's, and gone when it returns.
 */
#ifndef HOLDFAST_EXTRACT_CONTENT_H
#define HOLDFAST_EXTRACT_CONTENT_H

#include "policy/facts.h"

#include <stddef.h>
#include <stdint.h>

struct cell {
    const char *text;
    uint32_t len;
    uint32_t column;   /* from 0; a sheet's rows may leave columns out */
    const char *label; /* a card's field ("EMAIL", a JSON key with its parents joined by '.'); NULL in tables */
};

struct row {
    uint32_t number; /* from 1, as a person counts: the line of a CSV's record, a sheet's row, a card's or object's
                        place in the file */
    const struct cell *cells;
    size_t count; /* a row without a value is not pushed */
};

enum text_part {
    TEXT_BODY,     /* running text; '\n' ends a line or paragraph */
    TEXT_HEADING,  /* subject of a message, title, heading */
    TEXT_MARGIN,   /* header, footer, watermark */
    TEXT_PROPERTY, /* a document property, "Keywords: internal" */
    TEXT_QUOTE,    /* what a message quotes of an earlier one */
};

struct content_sink {
    void *ctx;
    /* A new sheet or table begins; rows before any are of a nameless one. `name` may be "". */
    int (*sheet)(void *ctx, const char *name);
    int (*row)(void *ctx, const struct row *row);
    /* Pieces may end anywhere but inside a character; a piece belongs to the one before if its part is the same. */
    int (*text)(void *ctx, enum text_part part, const char *utf8, size_t len);
    /* FACT_ENCRYPTED, FACT_CUT, FACT_MAIL ... */
    void (*flag)(void *ctx, uint32_t flags);
    /* What the file as a whole turned out to be, once, at the end: libmagic's word, or where that says little
     * ("text/plain", "application/zip") the reader's that could read it: "text/csv". May be NULL. */
    void (*type)(void *ctx, const char *mime);
};

#endif
