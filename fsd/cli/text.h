/*
 * text: words for a terminal. Names come from strangers: nothing of them may move the cursor, change a colour or
 * reverse the direction of reading.
 */
#ifndef HOLDFAST_CLI_TEXT_H
#define HOLDFAST_CLI_TEXT_H

#include "base/buf.h"

#include <jansson.h>
#include <stdint.h>

/* Append a name: as it is, or C-quoted as git does when it holds control bytes, C1 controls, marks of direction, or
 * what is no UTF-8. */
void text_put_name(struct buf *b, const char *name);

/* Append a line of somebody's text (no newline in it): tabs stay, what could give the terminal orders is shown as
 * \\ooo. */
void text_put_line(struct buf *b, const char *text, size_t len);

/* Columns that a safe UTF-8 string takes; characters count one, those without a width of their own as their locale
 * says. */
size_t text_width(const char *text);

/* Pad with blanks up to `width` columns behind `start` (an offset into the buffer). */
void text_pad(struct buf *b, size_t start, size_t width);

enum text_style { TEXT_PLAIN, TEXT_DIM, TEXT_GREEN, TEXT_YELLOW, TEXT_RED };

/* Begin and end a style; nothing unless `colour`. */
void text_style(struct buf *b, bool colour, enum text_style style);

/* Is standard output a terminal that wants colour (NO_COLOR unset, TERM not dumb)? */
bool text_wants_colour(void);

/* "2026-11-22 03:13:07" in local time. */
void text_put_time(struct buf *b, int64_t real_ns);

/* "20 B", "1.4 KiB", "3.2 GiB". */
void text_put_size(struct buf *b, uint64_t bytes);

/* "AB12", as a spreadsheet names its cells; the column counts from 0, the row from 1. */
void text_put_cell(struct buf *b, uint32_t column, uint32_t row);

/* One line of JSON to standard output (plain ASCII on a terminal; what could give it orders is written by number
 * anywhere, as the line may go there yet). 0; -ENOMEM; -EPIPE if it cannot be written. */
int text_print_json(const json_t *json);

/* Write the buffer to standard output (stdio) and empty it. */
void text_flush(struct buf *b);

#endif
