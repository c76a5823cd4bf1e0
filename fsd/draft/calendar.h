/*
 * calendar: does a table hold drafts of posts, one a cell, as a content calendar does: date, channel, text?
 *
 * Cells of a post's length are each looked at as a text (draft.h). One that has the shape of a post says little: a
 * catalogue's description may ask to order now, a ticket may end with a question. So a column counts only if most of
 * its long cells have it, and there are CALENDAR_LEAST of them at least.
 */
#ifndef HOLDFAST_DRAFT_CALENDAR_H
#define HOLDFAST_DRAFT_CALENDAR_H

#include "extract/content.h"

enum {
    CALENDAR_LEAST = 2,
    CALENDAR_COLUMNS = 256,     /* of a sheet; what stands further right is not looked at */
    CALENDAR_SHORTEST = 60,     /* bytes of a cell that may be a post */
    CALENDAR_LONGEST = 6000,    /* networks take 3000 characters */
    CALENDAR_BYTES = 256 << 10, /* of a file's cells are looked at */
};

struct calendar;

int calendar_open(struct calendar **out); /* -ENOMEM */
void calendar_sheet(struct calendar *c);  /* the columns begin anew */
void calendar_row(struct calendar *c, const struct row *row);
void calendar_end(struct calendar *c, struct facts *f); /* fills posts */
void calendar_close(struct calendar *c);

#endif
