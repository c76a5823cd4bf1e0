/* What the readers push, handed on to whoever looks for something in it. */
#include "analyse/state.h"

#include <errno.h>
#include <string.h>

enum { PROSE_BYTES = 256 << 10, LINE_BYTES = 16 << 10 };

static int take_sheet(void *ctx, const char *name)
{
    struct analyser *a = ctx;
    int err = contacts_sheet(a->contacts);
    calendar_sheet(a->calendar);
    return err == 0 ? document_sheet(a->document, name) : err;
}

/* Most rows have no cell that could be a post, and so many rows are worth not asking about. */
static bool has_long_cell(const struct row *row)
{
    uint32_t longest = 0;
    for (size_t i = 0; i < row->count; i++)
        longest = row->cells[i].len > longest ? row->cells[i].len : longest;
    return longest >= CALENDAR_SHORTEST;
}

static int take_row(void *ctx, const struct row *row)
{
    struct analyser *a = ctx;
    a->facts.flags |= FACT_TABLE;
    cover_row(&a->cover, row);
    sensitive_row(row, &a->quiet, &a->facts);
    if (has_long_cell(row))
        calendar_row(a->calendar, row);
    for (size_t i = 0; a->naming != NULL && i < row->count; i++)
        naming_cell(a->naming, row->cells[i].text, row->cells[i].len);
    int err = contacts_row(a->contacts, row);
    return err == 0 ? document_row(a->document, row) : err;
}

void heard_end(struct analyser *a)
{
    if (a->line.len > 0)
        sensitive_text(a->line_part, a->line.data, a->line.len, &a->facts);
    a->line.len = 0;
}

/* Hand on whole lines; one that is too long in pieces. */
static void take_lines(struct analyser *a, enum text_part part, const char *text, size_t len)
{
    if (part != a->line_part)
        heard_end(a);
    a->line_part = part;
    while (len > 0) {
        const char *end = memchr(text, '\n', len);
        size_t some = end == NULL ? len : (size_t)(end - text);
        buf_put(&a->line, text, some);
        if (end != NULL || a->line.len >= LINE_BYTES)
            heard_end(a);
        some += end != NULL;
        text += some;
        len -= some;
    }
}

/*
 * Properties stand where a document or a message begins or ends. A rule there keeps the messages of a mailbox, and a
 * mail and what is attached to it, from being one text.
 */
static void divide_prose(struct analyser *a)
{
    static const char rule[] = "\n\n---\n\n";
    if (a->prose.len > sizeof rule && a->prose.len < PROSE_BYTES &&
        memcmp(a->prose.data + a->prose.len - (sizeof rule - 1), rule, sizeof rule - 1) != 0)
        buf_puts(&a->prose, rule);
}

static void watch_cover(struct analyser *a, enum text_part part, bool is_printed, const char *utf8, size_t len)
{
    if (part != a->cover_part)
        cover_divide(&a->cover);
    a->cover_part = part;
    if (!is_printed)
        cover_text(&a->cover, utf8, len);
}

static int take_text(void *ctx, enum text_part part, const char *utf8, size_t len)
{
    struct analyser *a = ctx;
    bool own = part == TEXT_BODY || part == TEXT_HEADING;
    a->facts.flags |= FACT_TEXT;
    take_lines(a, part, utf8, len);
    if (part == TEXT_PROPERTY)
        divide_prose(a);
    watch_cover(a, part, own, utf8, len);
    if (own && a->prose.len < PROSE_BYTES) {
        if (a->prose_part == TEXT_HEADING && part != TEXT_HEADING)
            buf_puts(&a->prose, "\n"); /* as a heading stands in a plain text: with a blank line below */
        a->prose_part = part;
        buf_put(&a->prose, utf8, len);
    }
    int err = a->prose.failed || a->line.failed ? -ENOMEM : 0;
    if (err == 0 && part != TEXT_PROPERTY)
        err = contacts_text(a->contacts, utf8, len);
    if (err == 0 && own && a->tell == 0)
        err = winnow_text(a->winnow, utf8, len);
    return err == 0 ? document_text(a->document, part, utf8, len) : err;
}

static void take_type(void *ctx, const char *mime)
{
    struct analyser *a = ctx;
    detector_clean(a->facts.mime, sizeof a->facts.mime, mime, strlen(mime));
}

static void take_flag(void *ctx, uint32_t flags)
{
    struct analyser *a = ctx;
    a->facts.flags |= flags;
}

struct content_sink heard_sink(struct analyser *a)
{
    return (struct content_sink){
        .ctx = a, .sheet = take_sheet, .row = take_row, .text = take_text, .flag = take_flag, .type = take_type};
}
