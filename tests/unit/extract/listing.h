/*
 * listing: what a reader pushes, written down as text, so that a test can compare it at a glance:
 *
 *   1: 0=Ann Hill | 2=ann@acme.example       a row, by column
 *   2: FN=Ann Hill | EMAIL=...               a card, by label
 *   # Sheet1                                 a sheet
 *   body: ...                                text; pieces of one part are joined
 */
#ifndef HOLDFAST_TESTS_EXTRACT_LISTING_H
#define HOLDFAST_TESTS_EXTRACT_LISTING_H

#include "base/buf.h"
#include "extract/extract.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct listing {
    struct buf text;
    uint32_t flags;
    uint32_t rows;
    uint32_t most;  /* rows after which the sink wants no more; 0: no limit */
    int part;       /* of the text that is open, or -1 */
    size_t longest; /* cell in bytes */
    uint32_t widest;
    bool counts_only;
};

static int listing_sheet(void *ctx, const char *name)
{
    struct listing *l = ctx;
    buf_printf(&l->text, "# %s\n", name);
    return 0;
}

static int listing_row(void *ctx, const struct row *row)
{
    struct listing *l = ctx;
    l->part = -1;
    l->rows++;
    if (!l->counts_only)
        buf_printf(&l->text, "%u:", row->number);
    for (size_t i = 0; i < row->count; i++) {
        const struct cell *c = &row->cells[i];
        l->longest = c->len > l->longest ? c->len : l->longest;
        l->widest = c->column >= l->widest ? c->column + 1 : l->widest;
        if (l->counts_only)
            continue;
        buf_puts(&l->text, i > 0 ? " | " : " ");
        if (c->label != NULL)
            buf_printf(&l->text, "%s=", c->label);
        else
            buf_printf(&l->text, "%u=", c->column);
        buf_put(&l->text, c->text, c->len);
    }
    if (!l->counts_only)
        buf_puts(&l->text, "\n");
    return l->most > 0 && l->rows >= l->most ? -ECANCELED : 0;
}

static int listing_text(void *ctx, enum text_part part, const char *utf8, size_t len)
{
    static const char *const names[] = {"body", "heading", "margin", "property", "quote"};
    struct listing *l = ctx;
    if (l->part != (int)part)
        buf_printf(&l->text, "%s: ", names[part]);
    l->part = (int)part;
    buf_put(&l->text, utf8, len);
    return 0;
}

static void listing_flag(void *ctx, uint32_t flags) { ((struct listing *)ctx)->flags |= flags; }

/* Runs the reader; what it returns. The caller frees with listing_free. */
static inline int listing_make(struct listing *l, extract_reader *reader, struct input *in, const char *charset)
{
    struct content_sink sink = {
        .ctx = l, .sheet = listing_sheet, .row = listing_row, .text = listing_text, .flag = listing_flag};
    struct extract_hints hints = {.mime = "", .charset = charset};
    struct limits limits = {.packed = in->size};
    l->part = -1;
    int err = reader(in, &hints, &sink, &limits);
    buf_put(&l->text, "", 0);
    return err;
}

static inline void listing_free(struct listing *l) { buf_free(&l->text); }

/* The reader must make exactly `expected` of `bytes`. */
static inline void expect_listing(extract_reader *reader, const char *bytes, size_t len, const char *charset,
                                  const char *expected)
{
    char *copy = malloc(len + 1); /* of the exact size, for the sanitizers' sake */
    assert_non_null(copy);
    memcpy(copy, bytes, len);
    struct input in = input_from_memory(copy, len, "");
    struct listing l = {0};
    int err = listing_make(&l, reader, &in, charset);
    if (err != 0)
        print_message("refused: %.200s\n", bytes);
    assert_int_equal(err, 0);
    assert_string_equal(l.text.data, expected);
    listing_free(&l);
    free(copy);
}

static inline void expect_refused(extract_reader *reader, const char *bytes, size_t len)
{
    struct input in = input_from_memory(bytes, len, "");
    struct listing l = {0};
    int err = listing_make(&l, reader, &in, "");
    if (err != -EBADMSG)
        print_message("not refused: %.200s\n", bytes);
    assert_int_equal(err, -EBADMSG);
    assert_string_equal(l.text.data, "");
    listing_free(&l);
}

#endif
