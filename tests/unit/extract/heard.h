/* heard: a sink that remembers, for tests: text by part, rows as lines of cells divided by '|', flags, members. */
#ifndef HOLDFAST_TESTS_HEARD_H
#define HOLDFAST_TESTS_HEARD_H

#include "base/buf.h"
#include "extract/extract.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { HEARD_PARTS = TEXT_QUOTE + 1 };

struct heard {
    struct buf text[HEARD_PARTS];
    struct buf rows, sheets;
    struct buf members; /* "name:bytes\n" of each, by heard_member */
    uint32_t flags;
    uint64_t member_bytes; /* of all members together */
    unsigned member_count;
    int answer; /* what callbacks return */
    char type[96];
};

static inline int heard_sheet(void *ctx, const char *name)
{
    struct heard *h = ctx;
    buf_printf(&h->sheets, "%s\n", name);
    return h->answer;
}

static inline int heard_row(void *ctx, const struct row *row)
{
    struct heard *h = ctx;
    for (size_t i = 0; i < row->count; i++) {
        buf_put(&h->rows, row->cells[i].text, row->cells[i].len);
        buf_puts(&h->rows, i + 1 < row->count ? "|" : "\n");
    }
    return h->answer;
}

static inline int heard_text(void *ctx, enum text_part part, const char *utf8, size_t len)
{
    struct heard *h = ctx;
    buf_put(&h->text[part], utf8, len);
    return h->answer;
}

static inline void heard_flag(void *ctx, uint32_t flags) { ((struct heard *)ctx)->flags |= flags; }

static inline void heard_type(void *ctx, const char *mime)
{
    struct heard *h = ctx;
    strncpy(h->type, mime, sizeof h->type - 1);
}

static inline struct content_sink heard_sink(struct heard *h)
{
    return (struct content_sink){
        .ctx = h, .sheet = heard_sheet, .row = heard_row, .text = heard_text, .flag = heard_flag, .type = heard_type};
}

/* An extract_member: bytes are remembered up to 4 KiB a member, and counted. */
static inline int heard_member(void *ctx, struct input *member, const struct extract_hints *hints)
{
    struct heard *h = ctx;
    char bytes[4096];
    (void)hints;
    ssize_t n = input_read_at(member, 0, bytes, sizeof bytes);
    buf_printf(&h->members, "%s:", member->name);
    buf_put(&h->members, bytes, n > 0 ? (size_t)n : 0);
    buf_puts(&h->members, "\n");
    h->member_bytes += member->size;
    h->member_count++;
    return h->answer;
}

static inline const char *heard_words(const struct buf *b) { return b->data ? b->data : ""; }

static inline void heard_free(struct heard *h)
{
    for (int i = 0; i < HEARD_PARTS; i++)
        buf_free(&h->text[i]);
    buf_free(&h->rows);
    buf_free(&h->sheets);
    buf_free(&h->members);
    *h = (struct heard){0};
}

#endif
