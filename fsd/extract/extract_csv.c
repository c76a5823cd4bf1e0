/*
 * extract_csv: a table of values divided by commas, tabs, semicolons or bars, of any size, in bounded memory.
 *
 * The text is read into a window and parsed where it lies. A record that is not all there yet moves to the front, and
 * the window is filled to at least twice its length, so that no byte is parsed more than a few times. One that does not
 * fit into the window is cut, and the rest of its line is passed over.
 */
#include "extract/charset.h"
#include "extract/csv_dialect.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { WINDOW_BYTES = 2 << 20, PIECE_BYTES = 128 << 10 };

struct table {
    struct charset_reader *from;
    struct content_sink *to;
    struct limits *limits;
    size_t at, len; /* what is unparsed of the window */
    bool ended;
    bool skipping; /* the rest of a record that was cut */
    uint32_t line; /* of the record at `at`, from 1 */
    struct csv_record record;
    char window[WINDOW_BYTES + 1];
};

static void close_table(struct table **t)
{
    if (*t != NULL)
        charset_close((*t)->from);
    free(*t);
}

/* 0, or -errno; -ECANCELED past the deadline. */
static int fill(struct table *t)
{
    size_t rest = t->len - t->at, want = 2 * rest > PIECE_BYTES ? 2 * rest : PIECE_BYTES;
    want = want < WINDOW_BYTES ? want : WINDOW_BYTES;
    memmove(t->window, t->window + t->at, rest);
    t->at = 0;
    t->len = rest;
    if (limits_is_over(t->limits)) {
        t->to->flag(t->to->ctx, FACT_CUT);
        return -ECANCELED;
    }
    while (!t->ended && want - t->len >= 64) {
        ssize_t got = charset_read(t->from, t->window + t->len, want - t->len);
        if (got < 0)
            return (int)got;
        t->ended = got == 0;
        t->len += (size_t)got;
    }
    return 0;
}

static int push(struct table *t)
{
    struct csv_record *r = &t->record;
    if (r->cut)
        t->to->flag(t->to->ctx, FACT_CUT);
    if (r->count == 0)
        return 0;
    csv_record_finish(r);
    struct row row = {.number = t->line, .cells = r->cells, .count = r->count};
    return t->to->row(t->to->ctx, &row);
}

/* Pass over the rest of a line that was cut. */
static void skip_line(struct table *t)
{
    char *from = t->window + t->at, *end = memchr(from, '\n', t->len - t->at);
    t->skipping = end == NULL;
    t->at = end != NULL ? (size_t)(end + 1 - t->window) : t->len;
    t->line += end != NULL;
}

/* A record longer than the window: what is there of it is pushed. */
static int cut_record(struct table *t)
{
    csv_record_parse(&t->record, t->window + t->at, t->len - t->at, true);
    t->record.cut = true;
    t->skipping = true;
    int err = push(t);
    t->at = t->len;
    return err;
}

/* All records that are whole in the window. */
static int push_records(struct table *t)
{
    while (t->at < t->len) {
        if (t->skipping) {
            skip_line(t);
            continue;
        }
        size_t used = csv_record_parse(&t->record, t->window + t->at, t->len - t->at, t->ended);
        if (used == 0)
            return t->at == 0 && t->len > WINDOW_BYTES - 64 ? cut_record(t) : 0;
        int err = push(t);
        if (err != 0)
            return err;
        t->at += used;
        t->line += t->record.lines;
    }
    return 0;
}

static int push_table(struct table *t)
{
    struct csv_dialect dialect;
    int err = fill(t);
    if (err < 0)
        return err;
    if (!csv_dialect_detect(&dialect, &t->record, t->window, t->len, t->ended))
        return -EBADMSG;
    csv_record_set_separator(&t->record, dialect.separator);
    t->at = dialect.skip;
    t->line = dialect.skip > 0 ? 2 : 1;
    while ((err = push_records(t)) == 0 && !(t->ended && t->at == t->len))
        if ((err = fill(t)) < 0)
            break;
    return err;
}

int extract_csv(struct input *in, const struct extract_hints *h, struct content_sink *to, struct limits *l)
{
    __attribute__((cleanup(close_table))) struct table *t = malloc(sizeof *t);
    if (t == NULL)
        return -ENOMEM;
    memset(t, 0, offsetof(struct table, record));
    t->to = to;
    t->limits = l;
    input_rewind(in);
    int err = charset_open(&t->from, in, h->charset);
    return err < 0 ? err : push_table(t);
}
