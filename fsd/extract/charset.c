#include "extract/charset.h"

#include "extract/charset_codec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { RAW_BYTES = 64 << 10, WIDE_BYTES = 4 << 10 };

struct charset_reader {
    struct input *in;
    const struct charset_codec *codec; /* NULL: only ASCII so far */
    char *hint;                        /* owned */
    size_t at, len;                    /* what is unconverted of raw */
    bool ended;                        /* of the input */
    unsigned char raw[RAW_BYTES];
};

/* ---- choosing ---- */

static const struct charset_codec *by_mark(const unsigned char *p, size_t len, size_t *mark)
{
    static const struct {
        const struct charset_codec *codec;
        const char *mark;
        size_t len;
    } marks[] = {
        {&charset_utf8, "\xef\xbb\xbf", 3},
        {&charset_utf16le, "\xff\xfe", 2},
        {&charset_utf16be, "\xfe\xff", 2},
    };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (len >= marks[i].len && memcmp(p, marks[i].mark, marks[i].len) == 0) {
            *mark = marks[i].len;
            return marks[i].codec;
        }
    *mark = 0;
    return NULL;
}

/* In UTF-16 of any alphabet but the largest, the upper bytes of spaces, digits and line ends, at least, are NUL. */
static const struct charset_codec *by_nuls(const unsigned char *p, size_t len)
{
    size_t nuls[2] = {0}, pairs = (len < WIDE_BYTES ? len : WIDE_BYTES) / 2;
    for (size_t i = 0; i < 2 * pairs; i++)
        nuls[i & 1] += p[i] == 0;
    if (nuls[1] > 1 + pairs / 4 && nuls[0] <= pairs / 32)
        return &charset_utf16le;
    if (nuls[0] > 1 + pairs / 4 && nuls[1] <= pairs / 32)
        return &charset_utf16be;
    return NULL;
}

/*
 * Text in another charset is hardly ever valid UTF-8 by chance, and UTF-8 with a few broken bytes (a cut, a paste of
 * something else) is still UTF-8.
 */
static bool is_utf8(const unsigned char *p, size_t len)
{
    const unsigned char *end = p + len;
    size_t good = 0, bad = 0;
    while (p < end) {
        p += charset_ascii_run(p, end);
        if (p == end)
            break;
        int n = charset_utf8_length(p, end);
        if (n < 0)
            break;
        good += n > 1;
        bad += n == 0;
        p += n > 0 ? n : 1;
    }
    return bad == 0 || good > 8 * bad;
}

static bool is_wide(const struct charset_codec *c) { return c == &charset_utf16le || c == &charset_utf16be; }

/*
 * What can be told only from the beginning: a mark, NULs, and a hint of a charset whose text may be all ASCII bytes.
 * NULL: anything that has ASCII in it. *mark: bytes of a byte order mark.
 */
static const struct charset_codec *choose_early(const unsigned char *p, size_t len, const char *hint, size_t *mark)
{
    const struct charset_codec *codec = by_mark(p, len, mark);
    if (codec == NULL)
        codec = by_nuls(p, len);
    if (codec != NULL)
        return codec;
    codec = charset_take_named(hint);
    if (codec == NULL)
        return NULL;
    if (codec->escapes && memchr(p, 0x1b, len) != NULL)
        return codec;
    if (is_wide(codec) && (memchr(p, 0, len) != NULL || !is_utf8(p, len)))
        return codec;
    charset_give_back(codec);
    return NULL;
}

/* For bytes of which the first is beyond ASCII. */
static const struct charset_codec *choose_late(const unsigned char *p, size_t len, const char *hint)
{
    if (is_utf8(p, len))
        return &charset_utf8;
    const struct charset_codec *codec = charset_take_named(hint);
    if (codec != NULL && codec != &charset_utf8 && !is_wide(codec) && !codec->escapes)
        return codec;
    if (codec != NULL)
        charset_give_back(codec);
    return &charset_windows1252;
}

static size_t ascii_or_nul_run(const unsigned char *p, const unsigned char *end)
{
    const unsigned char *at = p;
    while ((at += charset_ascii_run(at, end)) < end && *at == 0)
        at++;
    return (size_t)(at - p);
}

/* ---- reading ---- */

static int refill(struct charset_reader *c)
{
    memmove(c->raw, c->raw + c->at, c->len - c->at);
    c->len -= c->at;
    c->at = 0;
    if (c->ended || c->len == RAW_BYTES)
        return 0;
    ssize_t got = input_read(c->in, c->raw + c->len, RAW_BYTES - c->len);
    if (got < 0)
        return (int)got;
    c->ended = (size_t)got < RAW_BYTES - c->len;
    c->len += (size_t)got;
    return 0;
}

int charset_open(struct charset_reader **out, struct input *in, const char *hint)
{
    struct charset_reader *c = malloc(sizeof *c);
    if (c == NULL)
        return -ENOMEM;
    memset(c, 0, offsetof(struct charset_reader, raw));
    c->in = in;
    c->hint = strdup(hint);
    int err = c->hint == NULL ? -ENOMEM : refill(c);
    if (err < 0) {
        charset_close(c);
        return err;
    }
    c->codec = choose_early(c->raw, c->len, c->hint, &c->at);
    *out = c;
    return 0;
}

/* Where the ASCII ends that came while the choice was open; there, the choice is made, with as much as fits to go by.
 */
static int look_ahead(struct charset_reader *c, size_t *end)
{
    size_t run = ascii_or_nul_run(c->raw + c->at, c->raw + c->len);
    if (run == 0) {
        int err = refill(c);
        if (err < 0)
            return err;
        c->codec = choose_late(c->raw, c->len, c->hint);
        run = c->len;
    }
    *end = c->at + run;
    return 0;
}

ssize_t charset_read(struct charset_reader *c, char *to, size_t room)
{
    struct charset_span s = {.to = to, .to_end = to + room};
    for (;;) {
        int err = c->at == c->len ? refill(c) : 0;
        size_t end = c->len;
        if (err == 0 && c->codec == NULL && c->at < c->len)
            err = look_ahead(c, &end);
        if (err < 0)
            return err;
        if (c->at == c->len)
            return 0;
        const struct charset_codec *codec = c->codec != NULL ? c->codec : &charset_utf8;
        s.from = c->raw + c->at;
        s.from_end = c->raw + end;
        s.last = c->ended;
        codec->convert(codec, &s);
        c->at = (size_t)(s.from - c->raw);
        if (s.to > to)
            return s.to - to;
        if ((err = refill(c)) < 0) /* behind an unfinished character */
            return err;
    }
}

const char *charset_name(const struct charset_reader *c) { return c->codec != NULL ? c->codec->name : "utf-8"; }

void charset_close(struct charset_reader *c)
{
    if (c == NULL)
        return;
    if (c->codec != NULL)
        charset_give_back(c->codec);
    free(c->hint);
    free(c);
}

void charset_put(struct buf *out, const char *hint, const void *bytes, size_t len)
{
    const unsigned char *p = bytes;
    size_t mark;
    const struct charset_codec *codec = choose_early(p, len, hint, &mark);
    if (codec == NULL)
        codec = choose_late(p, len, hint);
    struct charset_span s = {.from = p + mark, .from_end = p + len, .last = true};
    while (s.from < s.from_end) {
        enum { STEP = 1024 };
        if ((s.to = buf_reserve(out, STEP)) == NULL)
            break;
        char *start = s.to;
        s.to_end = s.to + STEP;
        codec->convert(codec, &s);
        out->len += (size_t)(s.to - start);
        out->data[out->len] = 0;
    }
    charset_give_back(codec);
}
