#include "policy/prose.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- characters ---- */

/* A character at `p`: its length, or 0 if it is no valid UTF-8. */
static size_t decode(const unsigned char *p, size_t room, uint32_t *out)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t len = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0;
    if (len == 0 || len > room)
        return 0;
    uint32_t c = len == 1 ? p[0] : p[0] & (0x7fu >> len);
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3f);
    }
    if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
        return 0;
    *out = c;
    return len;
}

/* ---- eight bytes at once: of a sum or a difference, a byte's highest bit says how it compares ---- */

static const uint64_t each = UINT64_C(0x0101010101010101), high_bits = 0x80 * UINT64_C(0x0101010101010101);

static uint64_t eight_at(const char *p)
{
    uint64_t eight;
    memcpy(&eight, p, sizeof eight);
    return eight;
}

static bool is_ascii(const char *p) { return (eight_at(p) & high_bits) == 0; }

/* The highest bits of the bytes from `first` to `last`, all being ASCII. */
static uint64_t in_range(uint64_t eight, unsigned char first, unsigned char last)
{
    return ((eight + (0x80u - first) * each) ^ (eight + (0x7fu - last) * each)) & high_bits;
}

/* Is any of them this one? */
static bool has_byte(uint64_t eight, unsigned char byte)
{
    uint64_t other = eight ^ byte * each;
    return ((other - each) & ~other & high_bits) != 0;
}

/* The zeroes of all scripts but ASCII's; each is followed by its nine digits (Unicode, category Nd). */
static const uint32_t zeroes[] = {
    0x660,   0x6f0,   0x7c0,   0x966,   0x9e6,   0xa66,   0xae6,   0xb66,   0xbe6,   0xc66,   0xce6,   0xd66,   0xde6,
    0xe50,   0xed0,   0xf20,   0x1040,  0x1090,  0x17e0,  0x1810,  0x1946,  0x19d0,  0x1a80,  0x1a90,  0x1b50,  0x1bb0,
    0x1c40,  0x1c50,  0xa620,  0xa8d0,  0xa900,  0xa9d0,  0xa9f0,  0xaa50,  0xabf0,  0xff10,  0x104a0, 0x10d30, 0x10d40,
    0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x116d0, 0x116da, 0x11730, 0x118e0,
    0x11950, 0x11bf0, 0x11c50, 0x11d50, 0x11da0, 0x11de0, 0x11f50, 0x16130, 0x16a60, 0x16ac0, 0x16b50, 0x1ccf0, 0x1d7ce,
    0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e5f1, 0x1e950, 0x1fbf0};

/* A long s, the Kelvin sign, or a digit of another script. */
static bool is_double(uint32_t c)
{
    size_t low = 0, high = sizeof zeroes / sizeof zeroes[0];
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (zeroes[middle] <= c)
            low = middle;
        else
            high = middle;
    }
    return (c >= zeroes[low] && c - zeroes[low] < 10) || c == 0x17f || c == 0x212a;
}

bool prose_is_utf8(const char *text, size_t len, bool *doubles)
{
    *doubles = false;
    for (size_t i = 0; i < len;) {
        uint32_t c;
        if (i + 8 <= len && is_ascii(text + i)) {
            i += 8;
            continue;
        }
        size_t step = decode((const unsigned char *)text + i, len - i, &c);
        if (step == 0)
            return false;
        *doubles |= is_double(c);
        i += step;
    }
    return true;
}

/* Runs of letters beyond ASCII: all capitals, all small, or by turns, a capital first at an even or an odd number. */
static const struct letters {
    uint32_t first, last;
    enum { CAPITALS, SMALL, EVEN, ODD } form;
} letters[] = {
    {0xc0, 0xd6, CAPITALS}, {0xd8, 0xde, CAPITALS},   {0xdf, 0xf6, SMALL},      {0xf8, 0xff, SMALL},
    {0x100, 0x137, EVEN},   {0x139, 0x148, ODD},      {0x14a, 0x177, EVEN},     {0x178, 0x178, CAPITALS},
    {0x179, 0x17e, ODD},    {0x17f, 0x17f, SMALL},    {0x386, 0x38f, CAPITALS}, {0x391, 0x3ab, CAPITALS},
    {0x3ac, 0x3ce, SMALL},  {0x400, 0x42f, CAPITALS}, {0x430, 0x45f, SMALL},    {0x460, 0x481, EVEN},
    {0x48a, 0x4bf, EVEN},   {0x4d0, 0x52f, EVEN},     {0x1e00, 0x1eff, EVEN},
};

static const struct letters *letters_of(uint32_t c)
{
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
        if (c >= letters[i].first && c <= letters[i].last)
            return &letters[i];
    return NULL;
}

struct letter_count {
    uint64_t capitals, all;
};

/* As many eights of ASCII as come, and as one byte can count: how many bytes. */
static size_t count_eights(struct letter_count *n, const char *text, size_t len)
{
    enum { EIGHTS_MOST = 31 };
    uint64_t capitals = 0, all = 0;
    size_t at = 0;
    for (; at < 8 * EIGHTS_MOST && len - at >= 8 && is_ascii(text + at); at += 8) {
        uint64_t eight = eight_at(text + at);
        capitals += in_range(eight, 'A', 'Z') >> 7;
        all += in_range(eight | 0x20 * each, 'a', 'z') >> 7;
    }
    n->capitals += capitals * each >> 56;
    n->all += all * each >> 56;
    return at;
}

/* One character: its bytes, 0 if it is none. */
static size_t count_character(struct letter_count *n, const char *text, size_t len)
{
    uint32_t c;
    size_t step = decode((const unsigned char *)text, len, &c);
    const struct letters *l = step > 1 ? letters_of(c) : NULL;
    bool plain_capital = step == 1 && c >= 'A' && c <= 'Z', plain_small = step == 1 && c >= 'a' && c <= 'z';
    n->all += l != NULL || plain_capital || plain_small;
    n->capitals +=
        plain_capital ||
        (l != NULL && (l->form == CAPITALS || (l->form == EVEN && c % 2 == 0) || (l->form == ODD && c % 2 == 1)));
    return step;
}

uint32_t prose_capitals(const char *text, size_t len)
{
    struct letter_count n = {0};
    for (size_t i = 0, step; i < len; i += step) {
        step = count_eights(&n, text + i, len - i);
        if (step == 0)
            step = count_character(&n, text + i, len - i);
        if (step == 0)
            return 0;
    }
    return n.all > 0 ? (uint32_t)(n.capitals * 1000 / n.all) : 0;
}

/* ---- lines and sentences ---- */

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static size_t skip_spaces(const char *text, size_t len, size_t at)
{
    while (at < len && is_space(text[at]))
        at++;
    return at;
}

bool prose_first_line(const char *text, size_t len, size_t *at, size_t *line_len)
{
    size_t begin = skip_spaces(text, len, 0), end = begin;
    while (end < len && text[end] != '\n')
        end++;
    while (end > begin && is_space(text[end - 1]))
        end--;
    *at = begin;
    *line_len = end - begin;
    return end > begin;
}

static int add_begin(struct prose_sentences *s, size_t at)
{
    if (s->count == s->room) {
        size_t room = s->room > 0 ? 2 * s->room : 64;
        size_t *grown = realloc(s->begins, room * sizeof *grown);
        if (grown == NULL)
            return -ENOMEM;
        s->begins = grown;
        s->room = room;
    }
    s->begins[s->count++] = at;
    return 0;
}

static bool is_small(char c) { return c >= 'a' && c <= 'z'; }

enum { CLOSERS_MOST = 8 };

/* Behind a mark that may end a sentence, over closing brackets and quotes and further marks. */
static size_t skip_closers(const char *text, size_t len, size_t at)
{
    for (int steps = 0; steps < CLOSERS_MOST; steps++) {
        if (at < len && strchr(".!?)]\"'", text[at]) != NULL && text[at] != 0)
            at++;
        else if (len - at >= 3 &&
                 (memcmp(text + at, "\xe2\x80\x99", 3) == 0 || memcmp(text + at, "\xe2\x80\x9d", 3) == 0))
            at += 3;
        else
            break;
    }
    return at;
}

/* If a sentence ends behind the byte at `at`, one of may_end: where the next one begins; else 0. */
static size_t next_begin(const char *text, size_t len, size_t at)
{
    char c = text[at];
    if (c == '\n') {
        size_t next = skip_spaces(text, len, at);
        bool empty_line = memchr(text + at + 1, '\n', next - at - 1) != NULL;
        return next < len && is_small(text[next]) && !empty_line ? 0 : next;
    }

    size_t behind = skip_closers(text, len, at + 1), next = skip_spaces(text, len, behind);
    bool goes_on = c == '.' && next < len && is_small(text[next]); /* "e.g. this" */
    return (next == behind && next < len) || goes_on ? 0 : next;
}

static const bool may_end[256] = {['.'] = true, ['!'] = true, ['?'] = true, ['\n'] = true};

/* The first byte from `at` on that may end a sentence; `end` if there is none. */
static size_t next_mark(const char *text, size_t at, size_t end)
{
    for (; end - at >= 8; at += 8) {
        uint64_t eight = eight_at(text + at);
        if (has_byte(eight, '.') || has_byte(eight, '\n') || has_byte(eight, '!') || has_byte(eight, '?'))
            break;
    }
    while (at < end && !may_end[(unsigned char)text[at]])
        at++;
    return at;
}

int prose_find_sentences(struct prose_sentences *s, const char *text, size_t len)
{
    size_t begin = skip_spaces(text, len, 0);
    int err = add_begin(s, begin);
    s->end = len;
    for (size_t i = begin; i < len && err == 0;) {
        size_t full = begin + PROSE_SENTENCE_BYTES - 4;
        if (i < full)
            i = next_mark(text, i, full < len ? full : len);
        if (i == len)
            break;
        size_t next = may_end[(unsigned char)text[i]] ? next_begin(text, len, i) : 0;
        if (next == 0 && i - begin >= PROSE_SENTENCE_BYTES - 4 && ((unsigned char)text[i] & 0xc0) != 0x80 && i > begin)
            next = i;
        if (next != 0 && next < len) {
            err = add_begin(s, next);
            begin = next;
        }
        i = next > i ? next : i + 1;
    }
    return err;
}

void prose_sentences_free(struct prose_sentences *s)
{
    free(s->begins);
    *s = (struct prose_sentences){0};
}

size_t prose_sentence_at(const struct prose_sentences *s, size_t at)
{
    size_t low = 0, high = s->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (s->begins[middle] <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

size_t prose_sentence_end(const struct prose_sentences *s, size_t i)
{
    return i + 1 < s->count ? s->begins[i + 1] : s->end;
}
