/*
 * seek: where a text stands in a file, however it is written there: letters and digits only, folded as fingerprints
 * fold them (case, accents, width, white space and punctuation do not matter), across lines, and across the cells of
 * one row.
 *
 * Streaming, in the time of one pass and in fixed memory (Knuth, Morris, Pratt 1977).
 */
#ifndef HOLDFAST_ANALYSE_SEEK_H
#define HOLDFAST_ANALYSE_SEEK_H

#include "extract/content.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SEEK_CHARACTERS_MOST = 4096 }; /* folded, of the text sought */

struct seek_hit {
    uint32_t line, column; /* from 1, column in characters; of a table 0 */
    uint32_t row, cell;    /* of a table: row from 1, column from 0; row 0: text */
    const char *sheet;     /* "" nameless */
    const char *excerpt;   /* what stands around it: one line of clean UTF-8 */
};
typedef int seek_found(void *ctx, const struct seek_hit *hit); /* the callee's for the call; non-zero stops */

struct seek;

/* -EINVAL: there is no letter or digit in `text`, or too many. -ENOMEM. */
int seek_open(struct seek **out, const char *text, seek_found *found, void *ctx);
void seek_close(struct seek *s);

/* Letters and digits of a text as they are compared. */
size_t seek_count(const char *text);

/* A file: what a sink is given, in the order it comes. 0, -ENOMEM, or found's answer. */
void seek_begin(struct seek *s);
int seek_sheet(struct seek *s, const char *name);
int seek_row(struct seek *s, const struct row *row);
int seek_text(struct seek *s, enum text_part part, const char *utf8, size_t len);
int seek_end(struct seek *s);

#endif
