#include "record/edits.h"

enum { COPY_MOST = 0x10000, INSERT_MOST = 127 };

void edits_begin(struct edits *x, uint32_t len)
{
    x->old_len = len;
    x->lost = false;
    x->count = len > 0 ? 1 : 0;
    x->spans[0] = (struct edits_span){0, len};
}

/* Put a span behind, joined with the last where they go on from each other. */
static void add_span(struct edits *x, uint32_t old, uint32_t len)
{
    struct edits_span *last = x->count > 0 ? &x->spans[x->count - 1] : NULL;
    if (len == 0 || x->lost)
        return;
    if (last != NULL && old == EDITS_NEW && last->old == EDITS_NEW) {
        last->len += len;
    } else if (last != NULL && old != EDITS_NEW && last->old != EDITS_NEW && last->old + last->len == old) {
        last->len += len;
    } else if (x->count == EDITS_MOST) {
        x->lost = true;
    } else {
        x->spans[x->count++] = (struct edits_span){old, len};
    }
}

/* Put the part [from, to) of a span. */
static void add_part(struct edits *x, const struct edits_span *s, uint32_t from, uint32_t to)
{
    if (from < to)
        add_span(x, s->old == EDITS_NEW ? EDITS_NEW : s->old + from, to - from);
}

void edits_splice(struct edits *x, uint32_t at, uint32_t removed, uint32_t added)
{
    struct edits before = *x;
    uint32_t begin = 0; /* of the span, in the present bytes */
    bool put = false;
    if (x->lost)
        return;
    x->count = 0;
    for (unsigned i = 0; i < before.count; i++) {
        const struct edits_span *s = &before.spans[i];
        uint32_t end = begin + s->len, cut = at + removed;
        add_part(x, s, 0, at <= begin ? 0 : at >= end ? s->len : at - begin);
        if (!put && at <= end) {
            add_span(x, EDITS_NEW, added);
            put = true;
        }
        add_part(x, s, cut <= begin ? 0 : cut >= end ? s->len : cut - begin, s->len);
        begin = end;
    }
    if (!put)
        add_span(x, EDITS_NEW, added);
}

static void put_size(struct buf *to, uint32_t size)
{
    for (; size >= 0x80; size >>= 7)
        buf_put(to, &(unsigned char){(unsigned char)(size | 0x80)}, 1);
    buf_put(to, &(unsigned char){(unsigned char)size}, 1);
}

/* Bytes of offset and size that are zero are left out, each with a bit in the first; a size of 0x10000 has none. */
static void put_copy(struct buf *to, uint32_t from, uint32_t len)
{
    unsigned char code[8];
    size_t used = 1;
    code[0] = 0x80;
    for (unsigned i = 0; i < 4; i++) {
        if (from >> (8 * i) & 0xff) {
            code[0] |= (unsigned char)(1 << i);
            code[used++] = (unsigned char)(from >> (8 * i));
        }
    }
    for (unsigned i = 0; i < 2 && len < COPY_MOST; i++) {
        if (len >> (8 * i) & 0xff) {
            code[0] |= (unsigned char)(0x10 << i);
            code[used++] = (unsigned char)(len >> (8 * i));
        }
    }
    buf_put(to, code, used);
}

static void put_span(struct buf *to, const struct edits_span *s, const unsigned char *now)
{
    uint32_t most = s->old == EDITS_NEW ? INSERT_MOST : COPY_MOST;
    for (uint32_t at = 0; at < s->len;) {
        uint32_t piece = s->len - at < most ? s->len - at : most;
        if (s->old == EDITS_NEW) {
            buf_put(to, &(unsigned char){(unsigned char)piece}, 1);
            buf_put(to, now + at, piece);
        } else {
            put_copy(to, s->old + at, piece);
        }
        at += piece;
    }
}

void edits_put_delta(const struct edits *x, const unsigned char *now, uint32_t now_len, struct buf *to)
{
    put_size(to, x->old_len);
    put_size(to, now_len);
    for (unsigned i = 0; i < x->count; i++) {
        put_span(to, &x->spans[i], now);
        now += x->spans[i].len;
    }
}
