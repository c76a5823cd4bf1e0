/*
 * document: the text of a file as the person who wrote it sees it, so that advice can point into it.
 *
 * Text parts and rows become one UTF-8 text, row by row, cells divided by tabs; each byte can be found again: line and
 * column for text, sheet and cell for a table.
 */
#ifndef HOLDFAST_INSPECT_DOCUMENT_H
#define HOLDFAST_INSPECT_DOCUMENT_H

#include "extract/content.h"

#include <stdbool.h>
#include <stddef.h>

enum { DOCUMENT_BYTES = 4 << 20 }; /* more is left out, and document_is_cut says so */

struct document;

struct document_place {
    uint32_t line, column; /* from 1; columns are characters */
    uint32_t row;          /* of a table; 0: it is text */
    uint32_t cell;         /* column of the table, from 0 */
    char sheet[64];        /* "" */
};

int document_open(struct document **out);
int document_sheet(struct document *d, const char *name);
int document_row(struct document *d, const struct row *row);
int document_text(struct document *d, enum text_part part, const char *utf8, size_t len);
const char *document_bytes(const struct document *d, size_t *len); /* NUL-terminated */
bool document_is_cut(const struct document *d);
struct document_place document_find(const struct document *d, size_t at);
void document_clear(struct document *d);
void document_close(struct document *d);

#endif
