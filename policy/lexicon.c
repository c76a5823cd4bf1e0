#include "policy/lexicon.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * A block of the text goes through three sieves, each a loop of its own, so that what passes one is no surprise to the
 * processor: the first two only write down places, and nothing in them depends on whether a place passes.
 *
 *   at each byte      can a literal begin with this one and the two behind it? One bit of a table says so.
 *   at what passed    can one go on with the next two? Each beginning has a bit for each code of either.
 *   at what passed    the eight bytes from there are compared with the few literals that begin so, each as a number.
 *
 * The sieves see codes of bytes: letters whatever their case, and few kinds of all others.
 */
enum {
    CODE_BITS = 5,
    KEY_BYTES = 3,
    KEY_BITS = CODE_BITS * KEY_BYTES,
    KEYS = 1 << KEY_BITS,
    SIGHTS = 2 << CODE_BITS,
    BLOCK_BYTES = 1024,
    AHEAD_BYTES = KEY_BYTES + 1, /* behind a block's last byte, as far as the sieves look */
};

/* A literal as a number. */
struct entry {
    uint64_t bytes, mask;
    uint32_t word;
};

/* The literals that begin with one key. */
struct beginning {
    uint32_t first, end;    /* of the entries */
    uint32_t fourth, fifth; /* codes that can follow the key */
};

struct listing {
    uint32_t key, literal;
};

struct added {
    struct literal literal;
    uint32_t word;
};

struct lexicon {
    struct added *added; /* until built */
    struct listing *listings;
    size_t added_count, added_room, listing_count, listing_room;

    /* By the sights of two bytes, behind a letter, digit or '_' in the second half: a bit for each sight of the third.
     */
    uint64_t sieve[2 * SIGHTS * SIGHTS];
    uint16_t beginning_of[KEYS];
    struct beginning *beginnings; /* the first one is empty */
    struct entry *entries;
};

/* ---- codes ---- */

enum { DIGIT = 27, BLANK, QUOTE, DOUBLE_QUOTE, WIDE };

/* A byte's sight is its code and, in the lowest bit, whether it is a letter, a digit or '_'. */
#define LETTER(code) ((code) << 1 | 1)

/* clang-format off */
static const unsigned char sights[256] = {
    ['a'] = LETTER(1), LETTER(2), LETTER(3), LETTER(4), LETTER(5), LETTER(6), LETTER(7), LETTER(8), LETTER(9),
    LETTER(10), LETTER(11), LETTER(12), LETTER(13), LETTER(14), LETTER(15), LETTER(16), LETTER(17), LETTER(18),
    LETTER(19), LETTER(20), LETTER(21), LETTER(22), LETTER(23), LETTER(24), LETTER(25), LETTER(26),
    ['A'] = LETTER(1), LETTER(2), LETTER(3), LETTER(4), LETTER(5), LETTER(6), LETTER(7), LETTER(8), LETTER(9),
    LETTER(10), LETTER(11), LETTER(12), LETTER(13), LETTER(14), LETTER(15), LETTER(16), LETTER(17), LETTER(18),
    LETTER(19), LETTER(20), LETTER(21), LETTER(22), LETTER(23), LETTER(24), LETTER(25), LETTER(26),
    ['0' ... '9'] = LETTER(DIGIT),
    ['_'] = LETTER(0),
    [' '] = BLANK << 1,
    ['\t' ... '\r'] = BLANK << 1,
    ['\''] = QUOTE << 1,
    ['-'] = QUOTE << 1,
    ['"'] = DOUBLE_QUOTE << 1,
    [0x80 ... 0xff] = WIDE << 1,
};
/* clang-format on */

static uint32_t code_of(const struct literal *l, size_t at)
{
    char byte = l->bytes[at];
    return byte == LITERAL_BLANK ? BLANK : byte == LITERAL_DIGIT ? DIGIT : sights[(unsigned char)byte] >> 1;
}

/* A bit for each sight that a text's byte there can be. */
static uint64_t sights_at(const struct literal *l, size_t at)
{
    if (at >= l->len)
        return UINT64_MAX;
    return UINT64_C(3) << 2 * code_of(l, at); /* a letter or none: all bytes of most codes are the same */
}

/* All that a text's bytes can be that begin with the literal: `span` keys from what is returned on. */
static uint32_t first_key(const struct literal *l, uint32_t *span)
{
    uint32_t from = 0;
    *span = 1;
    for (size_t i = 0; i < KEY_BYTES; i++) {
        from = from << CODE_BITS | (i < l->len ? code_of(l, i) : 0);
        *span <<= i < l->len ? 0 : CODE_BITS;
    }
    return from;
}

/* ---- building ---- */

int lexicon_open(struct lexicon **out)
{
    struct lexicon *x = calloc(1, sizeof *x);
    if (x == NULL)
        return -ENOMEM;
    *out = x;
    return 0;
}

void lexicon_close(struct lexicon *x)
{
    if (x == NULL)
        return;
    free(x->added);
    free(x->listings);
    free(x->beginnings);
    free(x->entries);
    free(x);
}

static int list(struct lexicon *x, uint32_t key, uint32_t literal)
{
    if (x->listing_count == x->listing_room) {
        size_t room = x->listing_room > 0 ? 2 * x->listing_room : 1024;
        struct listing *grown = realloc(x->listings, room * sizeof *grown);
        if (grown == NULL)
            return -ENOMEM;
        x->listings = grown;
        x->listing_room = room;
    }
    x->listings[x->listing_count++] = (struct listing){key, literal};
    return 0;
}

static void fill_sieve(struct lexicon *x, const struct literal *l, bool inside_word)
{
    uint64_t *half = x->sieve + (inside_word ? SIGHTS * SIGHTS : 0);
    uint64_t first = sights_at(l, 0), second = sights_at(l, 1), third = sights_at(l, 2);
    for (size_t a = 0; a < SIGHTS; a++)
        for (size_t b = 0; b < SIGHTS && (first >> a & 1) != 0; b++)
            half[a * SIGHTS + b] |= (second >> b & 1) != 0 ? third : 0;
}

int lexicon_add(struct lexicon *x, const struct literal *l, uint32_t word, bool anywhere)
{
    if (x->added_count == x->added_room) {
        size_t room = x->added_room > 0 ? 2 * x->added_room : 256;
        struct added *grown = realloc(x->added, room * sizeof *grown);
        if (grown == NULL)
            return -ENOMEM;
        x->added = grown;
        x->added_room = room;
    }
    uint32_t span, from = first_key(l, &span);
    for (uint32_t key = from; key < from + span; key++) {
        int err = list(x, key, (uint32_t)x->added_count);
        if (err != 0)
            return err;
    }
    fill_sieve(x, l, false);
    if (anywhere)
        fill_sieve(x, l, true);
    x->added[x->added_count++] = (struct added){*l, word};
    return 0;
}

static int by_key(const void *a, const void *b)
{
    const struct listing *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->literal > y->literal) - (x->literal < y->literal);
}

static struct entry entry_of(const struct added *a)
{
    struct entry e = {.word = a->word};
    unsigned char bytes[LITERAL_BYTES] = {0}, masks[LITERAL_BYTES] = {0};
    for (size_t i = 0; i < a->literal.len; i++)
        bytes[i] = literal_test(a->literal.bytes[i], &masks[i]);
    memcpy(&e.bytes, bytes, sizeof bytes);
    memcpy(&e.mask, masks, sizeof masks);
    return e;
}

static uint32_t codes_at(const struct literal *l, size_t at)
{
    return at < l->len ? UINT32_C(1) << code_of(l, at) : UINT32_MAX;
}

int lexicon_build(struct lexicon *x)
{
    x->entries = calloc(x->listing_count + 1, sizeof *x->entries);
    x->beginnings = calloc(x->listing_count + 1, sizeof *x->beginnings);
    if (x->entries == NULL || x->beginnings == NULL)
        return -ENOMEM;
    if (x->listing_count > 0)
        qsort(x->listings, x->listing_count, sizeof *x->listings, by_key);
    struct beginning *b = x->beginnings;
    for (size_t i = 0; i < x->listing_count; i++) {
        const struct listing *l = &x->listings[i];
        const struct added *a = &x->added[l->literal];
        if (i == 0 || l[-1].key != l->key) {
            *++b = (struct beginning){.first = (uint32_t)i};
            x->beginning_of[l->key] = (uint16_t)(b - x->beginnings);
        }
        x->entries[i] = entry_of(a);
        b->end = (uint32_t)i + 1;
        b->fourth |= codes_at(&a->literal, KEY_BYTES);
        b->fifth |= codes_at(&a->literal, KEY_BYTES + 1);
    }
    free(x->added);
    free(x->listings);
    x->added = NULL;
    x->listings = NULL;
    return 0;
}

/* ---- scanning ---- */

/* A block as the sieves see it: the sight of the byte before it, of each of its own, and of those ahead. */
struct view {
    unsigned char before, sights[BLOCK_BYTES + AHEAD_BYTES];
};

static void view_block(struct view *v, const char *text, size_t len, size_t from)
{
    size_t size = len - from < sizeof v->sights ? len - from : sizeof v->sights;
    v->before = from > 0 ? sights[(unsigned char)text[from - 1]] : 0;
    for (size_t i = 0; i < size; i++)
        v->sights[i] = sights[(unsigned char)text[from + i]];
    memset(v->sights + size, 0, sizeof v->sights - size);
}

static bool is_inside_word(const struct view *v, size_t at) { return (at > 0 ? v->sights[at - 1] : v->before) & 1; }

static size_t sift_bytes(const struct lexicon *x, const struct view *v, size_t size, uint16_t *places)
{
    enum { SIGHT_BITS = CODE_BITS + 1, ROW_BITS = 2 * SIGHT_BITS + 1 };
    uint32_t seen = (uint32_t)v->before << 2 * SIGHT_BITS | (uint32_t)v->sights[0] << SIGHT_BITS | v->sights[1];
    size_t count = 0;
    for (size_t at = 0; at < size; at++) {
        uint32_t third = v->sights[at + 2];
        places[count] = (uint16_t)at;
        count += x->sieve[seen & ((1 << ROW_BITS) - 1)] >> third & 1;
        seen = seen << SIGHT_BITS | third;
    }
    return count;
}

static const struct beginning *beginning_at(const struct lexicon *x, const unsigned char *seen)
{
    uint32_t key = 0;
    for (size_t i = 0; i < KEY_BYTES; i++)
        key = key << CODE_BITS | seen[i] >> 1;
    return &x->beginnings[x->beginning_of[key]];
}

static size_t sift_places(const struct lexicon *x, const struct view *v, uint16_t *places, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        const unsigned char *seen = &v->sights[places[i]];
        const struct beginning *b = beginning_at(x, seen);
        places[kept] = places[i];
        kept += b->fourth >> (seen[KEY_BYTES] >> 1) & b->fifth >> (seen[KEY_BYTES + 1] >> 1) & 1;
    }
    return kept;
}

/* Eight bytes with the capitals among them made small: a byte's highest bit says what an addition found out of it. */
static uint64_t small_letters(uint64_t bytes)
{
    const uint64_t each = UINT64_C(0x0101010101010101), high = 0x80 * each;
    uint64_t low = bytes & ~high, from_a = low + (0x80 - 'A') * each, behind_z = low + (0x7f - 'Z') * each;
    return bytes | ((from_a ^ behind_z) & ~bytes & high) >> 2;
}

/* Up to eight bytes of the text as a number, zeroes behind its end. */
static uint64_t bytes_at(const char *text, size_t len, size_t at)
{
    uint64_t bytes = 0;
    if (len - at >= sizeof bytes)
        memcpy(&bytes, text + at, sizeof bytes);
    else
        memcpy(&bytes, text + at, len - at);
    return small_letters(bytes);
}

void lexicon_scan(const struct lexicon *x, const char *text, size_t len, lexicon_met *met, void *ctx)
{
    struct view view;
    uint16_t places[BLOCK_BYTES];
    for (size_t from = 0; from < len; from += BLOCK_BYTES) {
        view_block(&view, text, len, from);
        size_t count = sift_bytes(x, &view, len - from < BLOCK_BYTES ? len - from : BLOCK_BYTES, places);
        count = sift_places(x, &view, places, count);
        for (size_t i = 0; i < count; i++) {
            const struct beginning *b = beginning_at(x, &view.sights[places[i]]);
            uint64_t bytes = bytes_at(text, len, from + places[i]);
            for (uint32_t k = b->first; k < b->end; k++)
                if ((bytes & x->entries[k].mask) == x->entries[k].bytes)
                    met(ctx, x->entries[k].word, from + places[i], is_inside_word(&view, places[i]));
        }
    }
}
