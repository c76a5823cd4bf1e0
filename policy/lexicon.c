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
    CODE_MOST = (1 << CODE_BITS) - 1,
    KEY_BYTES = 3,
    KEY_BITS = CODE_BITS * KEY_BYTES,
    KEYS = 1 << KEY_BITS,
    BLOCK_BYTES = 1024,
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

    uint64_t sieve[2][KEYS / 64]; /* [1]: for places behind a letter, digit or '_' */
    uint16_t beginning_of[KEYS];
    struct beginning *beginnings; /* the first one is empty */
    struct entry *entries;
};

/* ---- codes ---- */

enum { WORD = 1 << CODE_BITS, BLANK = WORD - 4, QUOTE, DOUBLE_QUOTE, WIDE, DIGIT = 27 };

/* clang-format off */
static const unsigned char codes[256] = {
    ['a'] = WORD + 1, WORD + 2, WORD + 3, WORD + 4, WORD + 5, WORD + 6, WORD + 7, WORD + 8, WORD + 9, WORD + 10,
    WORD + 11, WORD + 12, WORD + 13, WORD + 14, WORD + 15, WORD + 16, WORD + 17, WORD + 18, WORD + 19, WORD + 20,
    WORD + 21, WORD + 22, WORD + 23, WORD + 24, WORD + 25, WORD + 26,
    ['A'] = WORD + 1, WORD + 2, WORD + 3, WORD + 4, WORD + 5, WORD + 6, WORD + 7, WORD + 8, WORD + 9, WORD + 10,
    WORD + 11, WORD + 12, WORD + 13, WORD + 14, WORD + 15, WORD + 16, WORD + 17, WORD + 18, WORD + 19, WORD + 20,
    WORD + 21, WORD + 22, WORD + 23, WORD + 24, WORD + 25, WORD + 26,
    ['0' ... '9'] = WORD + DIGIT,
    ['_'] = WORD,
    [' '] = BLANK,
    ['\t' ... '\r'] = BLANK,
    ['\''] = QUOTE,
    ['-'] = QUOTE,
    ['"'] = DOUBLE_QUOTE,
    [0x80 ... 0xff] = WIDE,
};
/* clang-format on */

static uint32_t code_at(const char *text, size_t len, size_t at)
{
    return at < len ? codes[(unsigned char)text[at]] & CODE_MOST : 0;
}

static uint32_t code_of(const struct literal *l, size_t at)
{
    char byte = l->bytes[at];
    return byte == LITERAL_BLANK ? BLANK : byte == LITERAL_DIGIT ? DIGIT : codes[(unsigned char)byte] & CODE_MOST;
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
        for (int inside_word = 0; inside_word <= (anywhere ? 1 : 0); inside_word++)
            x->sieve[inside_word][key / 64] |= UINT64_C(1) << key % 64;
    }
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

/* A place that passed is one number, written at once: how far into the block, behind what, and what stands there. */
enum { PLACE_SHIFT = KEY_BITS + 1 };
_Static_assert(BLOCK_BYTES <= 1 << (32 - PLACE_SHIFT), "how far into the block fits");

static size_t at_of(uint32_t p) { return p >> PLACE_SHIFT; }
static bool is_inside_word(uint32_t p) { return p >> KEY_BITS & 1; }
static uint32_t key_of(uint32_t p) { return p & (KEYS - 1); }

/* What the bytes before the next one were. */
struct window {
    uint32_t key;   /* codes of the next bytes but the last of KEY_BYTES */
    uint32_t words; /* bit n: the byte n + 1 behind the last of these is a letter, digit or '_' */
};

static struct window begin_window(const char *text, size_t len)
{
    struct window w = {.key = code_at(text, len, 0) << CODE_BITS | code_at(text, len, 1)};
    for (size_t i = 0; i < KEY_BYTES - 1; i++)
        w.words = w.words << 1 | (i < len && codes[(unsigned char)text[i]] >= WORD);
    return w;
}

static size_t sift_bytes(const struct lexicon *x, const char *text, size_t len, size_t from, size_t end,
                         struct window *window, uint32_t *places)
{
    struct window w = *window;
    size_t count = 0;
    for (size_t at = from; at < end; at++) {
        uint32_t code = at + KEY_BYTES - 1 < len ? codes[(unsigned char)text[at + KEY_BYTES - 1]] : 0;
        uint32_t inside_word = w.words >> (KEY_BYTES - 1) & 1;
        w.key = (w.key << CODE_BITS | (code & CODE_MOST)) & (KEYS - 1);
        w.words = w.words << 1 | code >> CODE_BITS;
        places[count] = (uint32_t)(at - from) << PLACE_SHIFT | inside_word << KEY_BITS | w.key;
        count += x->sieve[inside_word][w.key / 64] >> w.key % 64 & 1;
    }
    *window = w;
    return count;
}

static size_t sift_places(const struct lexicon *x, const char *text, size_t len, size_t from, uint32_t *places,
                          size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t place = places[i];
        const struct beginning *b = &x->beginnings[x->beginning_of[key_of(place)]];
        size_t behind = from + at_of(place) + KEY_BYTES;
        places[kept] = place;
        kept += b->fourth >> code_at(text, len, behind) & b->fifth >> code_at(text, len, behind + 1) & 1;
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
    uint32_t places[BLOCK_BYTES];
    struct window window = begin_window(text, len);
    for (size_t from = 0; from < len; from += BLOCK_BYTES) {
        size_t end = len - from < BLOCK_BYTES ? len : from + BLOCK_BYTES;
        size_t count = sift_bytes(x, text, len, from, end, &window, places);
        count = sift_places(x, text, len, from, places, count);
        for (size_t i = 0; i < count; i++) {
            const struct beginning *b = &x->beginnings[x->beginning_of[key_of(places[i])]];
            size_t at = from + at_of(places[i]);
            uint64_t bytes = bytes_at(text, len, at);
            for (uint32_t k = b->first; k < b->end; k++)
                if ((bytes & x->entries[k].mask) == x->entries[k].bytes)
                    met(ctx, x->entries[k].word, at, is_inside_word(places[i]));
        }
    }
}
