/*
 * base64: a text that is nothing else, and blocks of it inside other texts (data: URIs, PEM-like armour).
 *
 * A block is lines of one length, the last one shorter, or a single line. Where blocks may be is found without looking
 * at every byte: a run of BASE64_BLOCK_BYTES characters of the alphabet covers at least one place that is a multiple of
 * STEP_BYTES, so only those are looked at, and where one is of the alphabet, what surrounds it.
 */
#include "extract/base64_watch.h"
#include "extract/member.h"
#include "extract/transfer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    WHOLE_BYTES = 64, /* the least that is taken for base64 when there is nothing else */
    STEP_BYTES = 1024,
    LINE_LEAST = 40, /* characters a line, where there are several */
    WINDOW_BYTES = 64 * 1024,
    PIECE_BYTES = 16 * 1024,
};

struct search {
    struct input *in;
    struct content_sink *to;
    struct limits *l;
    extract_member *member;
    void *ctx;
    uint64_t window_at; /* offset of window[0], a multiple of WINDOW_BYTES */
    size_t window_len;
    int error; /* of reading, or out of time */
    unsigned char window[WINDOW_BYTES];
};

/* Have the byte at an offset in the window; false at the end, and when reading fails. */
static bool reach(struct search *s, uint64_t at)
{
    if (at - s->window_at < s->window_len)
        return true;
    if (s->error < 0 || at >= s->in->size)
        return false;
    ssize_t n = -ECANCELED;
    uint64_t from = at - at % WINDOW_BYTES;
    if (!limits_is_over(s->l))
        n = input_read_at(s->in, from, s->window, sizeof s->window);
    else
        s->to->flag(s->to->ctx, FACT_CUT);
    s->window_at = from;
    s->window_len = n > 0 ? (size_t)n : 0;
    s->error = n < 0 ? (int)n : 0;
    return at - from < s->window_len;
}

static int byte_at(struct search *s, uint64_t at) { return reach(s, at) ? s->window[at - s->window_at] : -1; }

static bool is_of_run(struct search *s, uint64_t at)
{
    int c = byte_at(s, at);
    return c >= 0 && base64_of_run[c];
}

static uint64_t end_of_run(struct search *s, uint64_t at)
{
    while (reach(s, at)) {
        size_t i = (size_t)(at - s->window_at);
        while (i < s->window_len && base64_of_run[s->window[i]])
            i++;
        at = s->window_at + i;
        if (i < s->window_len)
            break;
    }
    return at;
}

/* Where the line that `at` is in ends, at `end` at the latest. */
static uint64_t end_of_line(struct search *s, uint64_t at, uint64_t end)
{
    while (at < end) {
        if (!reach(s, at))
            return end; /* the file has shrunk */
        size_t i = (size_t)(at - s->window_at);
        const unsigned char *newline = memchr(s->window + i, '\n', s->window_len - i);
        at = s->window_at + (newline ? (size_t)(newline - s->window) : s->window_len);
        if (newline)
            break;
    }
    return at < end ? at : end;
}

/* ---- a block ---- */

struct block {
    uint64_t start, end;
    uint64_t width; /* of its lines; 0: no line yet */
    uint32_t lines;
};

static bool is_block(const struct block *b, uint64_t least)
{
    return b->end - b->start >= least && (b->lines == 1 || b->width >= LINE_LEAST);
}

/* Decode it and hand it on. -EBADMSG: nobody can read what comes out. */
static int open_block(struct search *s, const struct block *b)
{
    member_auto m = {.most = member_most(s->l)};
    struct base64 decoder = {0};
    char piece[PIECE_BYTES];
    unsigned char bytes[PIECE_BYTES];
    int err = member_count(s->l);
    for (uint64_t at = b->start; at < b->end && err == 0 && !m.is_cut;) {
        size_t want = b->end - at < sizeof piece ? (size_t)(b->end - at) : sizeof piece;
        ssize_t n = input_read_at(s->in, at, piece, want);
        if (n <= 0)
            return (int)n;
        at += (uint64_t)n;
        err = member_add(&m, s->l, bytes, base64_decode(&decoder, piece, (size_t)n, bytes));
    }
    if (err == -ECANCELED || m.is_cut)
        s->to->flag(s->to->ctx, FACT_CUT);
    if (err < 0)
        return err;
    struct input in = input_from_memory(m.data, m.len, "");
    return s->member(s->ctx, &in, &(struct extract_hints){.mime = "", .charset = ""});
}

typedef int block_found(struct search *s, const struct block *b);

/* Divide a run into blocks. A line as long as those before continues one, a shorter one ends it, any other begins anew.
 */
static int divide_run(struct search *s, uint64_t start, uint64_t end, block_found *found)
{
    struct block b = {.start = start};
    int err = 0;
    for (uint64_t line = start, at; line <= end && err == 0 && s->error == 0; line = at + 1) {
        at = end_of_line(s, line, end);
        uint64_t width = at > line && byte_at(s, at - 1) == '\r' ? at - 1 - line : at - line;
        if (b.width > 0 && (width > b.width || width == 0)) {
            err = found(s, &b);
            b = (struct block){0};
        }
        if (b.width == 0)
            b = (struct block){.start = line, .width = width};
        b.lines += width > 0;
        b.end = at;
        if (width < b.width && err == 0) {
            err = found(s, &b);
            b = (struct block){0};
        }
    }
    return err == 0 && b.width > 0 ? found(s, &b) : err;
}

/* ---- inside another text ---- */

static int open_embedded(struct search *s, const struct block *b)
{
    int err = is_block(b, BASE64_BLOCK_BYTES) ? open_block(s, b) : 0;
    return err == -EBADMSG ? 0 : err;
}

static int search_all(struct search *s)
{
    int err = 0;
    uint64_t done = 0; /* where the last run ended */
    for (uint64_t at = STEP_BYTES - 1; at < s->in->size && err == 0 && s->error == 0; at += STEP_BYTES) {
        if (at < done || !is_of_run(s, at))
            continue;
        uint64_t start = at;
        while (start > done && is_of_run(s, start - 1))
            start--;
        done = end_of_run(s, at);
        if (done - start >= BASE64_BLOCK_BYTES)
            err = divide_run(s, start, done, open_embedded);
    }
    return err < 0 ? err : s->error;
}

/* ---- nothing else ---- */

static int open_whole(struct search *s, const struct block *b)
{
    uint64_t start = 0, end = s->in->size;
    while (start < b->start && (byte_at(s, start) == '\r' || byte_at(s, start) == '\n'))
        start++;
    while (end > b->end && (byte_at(s, end - 1) == '\r' || byte_at(s, end - 1) == '\n'))
        end--;
    return start == b->start && end <= b->end && is_block(b, WHOLE_BYTES) ? open_block(s, b) : -EBADMSG;
}

static int read_whole(struct search *s)
{
    if (s->in->size < WHOLE_BYTES || end_of_run(s, 0) != s->in->size)
        return s->error < 0 ? s->error : -EBADMSG;
    int err = divide_run(s, 0, s->in->size, open_whole);
    return s->error < 0 ? s->error : err;
}

static int start(int (*search)(struct search *), struct input *in, struct content_sink *to, struct limits *l,
                 extract_member *member, void *ctx)
{
    struct search *s = malloc(sizeof *s);
    if (s == NULL)
        return -ENOMEM;
    memset(s, 0, offsetof(struct search, window));
    s->in = in;
    s->to = to;
    s->l = l;
    s->member = member;
    s->ctx = ctx;
    int err = search(s);
    free(s);
    return err;
}

int extract_base64(struct input *in, struct content_sink *to, struct limits *l, extract_member *member, void *ctx)
{
    return start(read_whole, in, to, l, member, ctx);
}

int extract_embedded(struct input *in, struct content_sink *to, struct limits *l, extract_member *member, void *ctx)
{
    return start(search_all, in, to, l, member, ctx);
}
