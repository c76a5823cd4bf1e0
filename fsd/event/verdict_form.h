/*
 * verdict_form: how a verdict lies in a record of its journal. For verdict.c and its tests only.
 *
 * What a save has, too, is where a save has it; the rest is text in `path2`: a line of numbers, then a line for each
 * string of the table in verdict_form.c, with newline and backslash as "\n" and "\\".
 */
#ifndef HOLDFAST_EVENT_VERDICT_FORM_H
#define HOLDFAST_EVENT_VERDICT_FORM_H

#include "event/journal.h"
#include "event/verdict.h"

#include <limits.h>

/* Fill *r, whose path2 is then `text`. -EINVAL: no kind, action or session. */
int verdict_encode(const struct verdict *v, struct journal_record *r, char text[static PATH_MAX]);

/* The reverse: strings of *out point into *r and into `text`. -EILSEQ: not a verdict, to the last byte. */
int verdict_decode(const struct journal_record *r, struct verdict *out, char text[static PATH_MAX]);

#endif
