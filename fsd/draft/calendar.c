#include "draft/calendar.h"

#include "draft/draft.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct calendar {
    struct {
        uint32_t texts;  /* cells long enough */
        uint32_t posts;  /* of them: that have the shape */
        uint32_t tagged; /* of those: with a hashtag, a mention or a link */
    } columns[CALENDAR_COLUMNS];
    size_t width; /* columns that have any */
    size_t bytes; /* looked at */
    uint32_t posts;
};

int calendar_open(struct calendar **out)
{
    struct calendar *c = calloc(1, sizeof *c);
    if (c == NULL)
        return -ENOMEM;
    *out = c;
    return 0;
}

void calendar_close(struct calendar *c) { free(c); }

static void take_cell(struct calendar *c, const struct cell *cell)
{
    struct facts f = {0};
    if (cell->column >= CALENDAR_COLUMNS || cell->len < CALENDAR_SHORTEST || cell->len > CALENDAR_LONGEST ||
        cell->len > CALENDAR_BYTES - c->bytes)
        return;
    c->bytes += cell->len;
    c->width = cell->column >= c->width ? cell->column + 1 : c->width;
    draft_measure(cell->text, cell->len, "", &f);
    c->columns[cell->column].texts++;
    if (f.draft < DRAFT_EVEN)
        return;
    c->columns[cell->column].posts++;
    c->columns[cell->column].tagged += f.hashtags + f.mentions + f.links > 0;
}

/* A card's or object's fields have labels and no columns: an address book has no calendar in it. */
void calendar_row(struct calendar *c, const struct row *row)
{
    for (size_t i = 0; i < row->count; i++)
        take_cell(c, &row->cells[i]);
}

/* Most of its texts are posts, and of these one in TAGGED_ONE_IN at least has what only a network gives a meaning to.
 */
static bool is_of_posts(uint32_t texts, uint32_t posts, uint32_t tagged)
{
    enum { TAGGED_ONE_IN = 4 };
    return posts >= CALENDAR_LEAST && posts * 2 > texts && tagged * TAGGED_ONE_IN >= posts;
}

void calendar_sheet(struct calendar *c)
{
    for (size_t i = 0; i < c->width; i++)
        if (is_of_posts(c->columns[i].texts, c->columns[i].posts, c->columns[i].tagged))
            c->posts += c->columns[i].posts;
    memset(c->columns, 0, c->width * sizeof c->columns[0]);
    c->width = 0;
}

void calendar_end(struct calendar *c, struct facts *f)
{
    calendar_sheet(c);
    f->posts += c->posts;
}
