/*
 * document: the text of a file as the person who wrote it sees it, so that advice can point into it.
 *
 * Text parts and rows become one UTF-8 text, row by row, cells divided by tabs; each byte can be found again: line and
 * column for text, sheet and cell for a table.
 */
#ifndef HOLDFAST_ANALYSE_DOCUMENT_H
#define HOLDFAST_ANALYSE_DOCUMENT_H

#include "extract/content.h"

#include <stdbool.h>
#include <stddef.h>

enum { DOCUMENT_BYTES = 4 << 20 }; /* more is left out, and document_is_cut says so */

struct document;

struct document_place {
    uint32_t line;   /* from 1, of the running text; margins and properties count their own; of a table: its row */
    uint32_t column; /* from 1, in characters; of a table: inside the cell */
    uint32_t row;    /* of a table, as struct row numbers it; 0: it is text */
    uint32_t cell;   /* column of the table, from 0 */
    char sheet[64];  /* cut at a character; "" nameless, text, or behind the first thousand sheets */
};

/* Reserves address space for the largest text; memory is used as it is written. -ENOMEM. */
int document_open(struct document **out);

/*
 * What a sink is given, in the order it comes. A part of the text that does not end its line is ended by the next part.
 * 0 or -ENOMEM; what does not fit any more is left out, from the first character that does not.
 */
int document_sheet(struct document *d, const char *name);
int document_row(struct document *d, const struct row *row);
int document_text(struct document *d, enum text_part part, const char *utf8, size_t len);

const char *document_bytes(const struct document *d,
                           size_t *len); /* NUL-terminated; the document's, until it changes */
bool document_is_cut(const struct document *d);

/* Where is this byte? A place behind the end is the end. Takes the time of a binary search and a kilobyte. */
struct document_place document_find(const struct document *d, size_t at);
void document_clear(struct document *d); /* as opened; memory is kept for the next file */
void document_close(struct document *d);

/* A piece of a text to be shown: what fits into `room` with its NUL, whole characters only, control bytes as spaces. */
void document_copy(char *to, size_t room, const char *from, size_t len);

#endif
