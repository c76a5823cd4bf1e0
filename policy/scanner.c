#include "policy/scanner.h"

#include "policy/literals.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * At each byte of a text two questions are asked. Can a literal begin with this byte and the two behind it? One bit of
 * a table says so (FILTER_BITS), and mostly the answer is no. If it can, the eight bytes from there are compared with
 * the few literals that begin so, each at once as a number. So literals are met in the order in which they begin.
 *
 * Meeting a begin is not yet a reason to try the pattern: "we" begins many rules. Where every match also holds another,
 * rarer literal, the place waits until one of those is met near enough; most wait in vain.
 */
enum {
    WORDS_MOST = 16384,
    NONE = 0,
    INSIDE_LEAST = 3,
    BEGIN_GOOD = 2,
    CODE_BITS = 5,
    CODES = 1 << CODE_BITS,
    FILTER_BYTES = 3,
    FILTER_BITS = 1 << (CODE_BITS * FILTER_BYTES),
    BUCKET_BITS = 12,
    BUCKETS = 1 << BUCKET_BITS,
    WAITING_MOST = 32,
};

/* A literal as a number, and which of its owners' it is. */
struct word {
    uint64_t bytes, mask;
    uint32_t first, end; /* of its uses */
};

/* A word in a bucket. */
struct listing {
    uint32_t word, next; /* index of the next listing, NONE behind the last; index 0 is not used */
};

struct use {
    uint32_t owner;
    bool inside; /* it is one that a match holds, not one that it begins with */
};

struct taken {
    size_t owner;
    bool inside;
    struct literal literal;
};

struct owner {
    enum scanner_plan plan;
    bool at_word;
    bool waits; /* SCAN_BEGIN: its begins wait for a literal inside */
    size_t reach;
};

/* Begins of one owner that wait, oldest first from `first`. */
struct waiting {
    size_t at[WAITING_MOST];
    uint32_t first, count;
    size_t met; /* where the last literal inside stands, plus one */
};

struct scanner {
    struct owner *owners;
    size_t owner_count;
    struct taken *taken; /* until built */
    size_t taken_count;

    uint64_t filter[2][FILTER_BITS / 64]; /* [1]: for places behind a letter, digit or '_' */
    struct word *words;
    size_t word_count;
    struct use *uses;
    uint32_t buckets[BUCKETS]; /* words' listings, by what three bytes they begin with */
    uint32_t singles[CODES];   /* those of one byte, which would be in each bucket */
    struct listing *listings;
    size_t listing_count, listing_room;
    struct waiting *waiting; /* one an owner, of the text in hand */
};

int scanner_open(struct scanner **out, size_t owners)
{
    struct scanner *s = calloc(1, sizeof *s);
    if (s == NULL)
        return -ENOMEM;
    s->owner_count = owners;
    s->owners = calloc(owners + 1, sizeof *s->owners);
    s->waiting = calloc(owners + 1, sizeof *s->waiting);
    if (s->owners == NULL || s->waiting == NULL) {
        scanner_close(s);
        return -ENOMEM;
    }
    *out = s;
    return 0;
}

void scanner_close(struct scanner *s)
{
    if (s == NULL)
        return;
    free(s->owners);
    free(s->waiting);
    free(s->taken);
    free(s->words);
    free(s->uses);
    free(s->listings);
    free(s);
}

enum scanner_plan scanner_plan_of(const struct scanner *s, size_t owner) { return s->owners[owner].plan; }
size_t scanner_reach_of(const struct scanner *s, size_t owner) { return s->owners[owner].reach; }

/* ---- gathering ---- */

static int take(struct scanner *s, size_t owner, bool inside, const struct literals *set)
{
    struct taken *grown = realloc(s->taken, (s->taken_count + set->count) * sizeof *grown);
    if (grown == NULL)
        return -ENOMEM;
    s->taken = grown;
    for (size_t i = 0; i < set->count; i++)
        s->taken[s->taken_count++] = (struct taken){owner, inside, set->items[i]};
    return 0;
}

int scanner_add(struct scanner *s, size_t owner, struct pattern *p)
{
    struct literals_found found;
    literals_find(pattern_text(p), &found);
    size_t begin = literals_least(&found.prefix), inside = literals_least(&found.inside);
    struct owner *o = &s->owners[owner];
    bool seldom = begin >= BEGIN_GOOD || found.at_word || inside < INSIDE_LEAST;
    o->at_word = found.at_word;
    o->reach = found.reach;
    if (begin > 0 && seldom)
        o->plan = SCAN_BEGIN;
    else if (inside >= INSIDE_LEAST)
        o->plan = SCAN_INSIDE;
    o->waits = o->plan == SCAN_BEGIN && inside >= INSIDE_LEAST && !literals_same(&found.prefix, &found.inside);
    int err = o->plan == SCAN_BEGIN ? pattern_compile_anchored(p) : 0;
    if (err == 0 && o->plan == SCAN_BEGIN)
        err = take(s, owner, false, &found.prefix);
    if (err == 0 && (o->plan == SCAN_INSIDE || o->waits))
        err = take(s, owner, true, &found.inside);
    return err;
}

/* ---- building ---- */

static const bool word_bytes[256] = {['a' ... 'z'] = true, ['A' ... 'Z'] = true, ['0' ... '9'] = true, ['_'] = true};

/* What the filter sees of a byte: letters whatever their case, and few kinds of all others. */
static const unsigned char codes[256] = {
    ['a'] = 1,
    ['b'] = 2,
    ['c'] = 3,
    ['d'] = 4,
    ['e'] = 5,
    ['f'] = 6,
    ['g'] = 7,
    ['h'] = 8,
    ['i'] = 9,
    ['j'] = 10,
    ['k'] = 11,
    ['l'] = 12,
    ['m'] = 13,
    ['n'] = 14,
    ['o'] = 15,
    ['p'] = 16,
    ['q'] = 17,
    ['r'] = 18,
    ['s'] = 19,
    ['t'] = 20,
    ['u'] = 21,
    ['v'] = 22,
    ['w'] = 23,
    ['x'] = 24,
    ['y'] = 25,
    ['z'] = 26,
    ['A'] = 1,
    ['B'] = 2,
    ['C'] = 3,
    ['D'] = 4,
    ['E'] = 5,
    ['F'] = 6,
    ['G'] = 7,
    ['H'] = 8,
    ['I'] = 9,
    ['J'] = 10,
    ['K'] = 11,
    ['L'] = 12,
    ['M'] = 13,
    ['N'] = 14,
    ['O'] = 15,
    ['P'] = 16,
    ['Q'] = 17,
    ['R'] = 18,
    ['S'] = 19,
    ['T'] = 20,
    ['U'] = 21,
    ['V'] = 22,
    ['W'] = 23,
    ['X'] = 24,
    ['Y'] = 25,
    ['Z'] = 26,
    ['0' ... '9'] = 27,
    [' '] = 28,
    ['\t' ... '\r'] = 28,
    ['\''] = 29,
    ['-'] = 29,
    ['"'] = 30,
    [0x80 ... 0xff] = 31,
};

static uint32_t code_at(const char *text, size_t len, size_t at)
{
    return at < len ? codes[(unsigned char)text[at]] : 0;
}

static uint32_t code_of(const struct literal *l, size_t at)
{
    char byte = at < l->len ? l->bytes[at] : 0;
    return codes[(unsigned char)(byte == LITERAL_BLANK ? ' ' : byte == LITERAL_DIGIT ? '0' : byte)];
}

/* All that three bytes can be that begin with the literal: `span` keys from `from` on. */
static uint32_t first_key(const struct literal *l, uint32_t *span)
{
    uint32_t from = 0;
    *span = 1;
    for (size_t i = 0; i < FILTER_BYTES; i++) {
        from = from << CODE_BITS | code_of(l, i);
        *span <<= i < l->len ? 0 : CODE_BITS;
    }
    return from;
}

static uint32_t bucket_of(uint32_t key) { return key * UINT32_C(0x9e3779b1) >> (32 - BUCKET_BITS); }

static int compare_literals(const struct literal *a, const struct literal *b)
{
    int order = memcmp(a->bytes, b->bytes, a->len < b->len ? a->len : b->len);
    return order != 0 ? order : (a->len > b->len) - (a->len < b->len);
}

static int by_literal(const void *a, const void *b)
{
    const struct taken *x = a, *y = b;
    int order = compare_literals(&x->literal, &y->literal);
    return order != 0 ? order : (x->owner > y->owner) - (x->owner < y->owner);
}

static void fill_filter(struct scanner *s, const struct taken *t)
{
    uint32_t span, from = first_key(&t->literal, &span);
    int last = t->inside || !s->owners[t->owner].at_word ? 1 : 0;
    for (uint32_t key = from; key < from + span; key++)
        for (int inside_word = 0; inside_word <= last; inside_word++)
            s->filter[inside_word][key / 64] |= UINT64_C(1) << key % 64;
}

static int list_word(struct scanner *s, uint32_t word, uint32_t *bucket)
{
    uint32_t before = *bucket;
    if (before != NONE && s->listings[before].word == word)
        return 0;
    if (s->listing_count == s->listing_room) {
        size_t room = s->listing_room > 0 ? 2 * s->listing_room : 1024;
        struct listing *grown = realloc(s->listings, room * sizeof *grown);
        if (grown == NULL)
            return -ENOMEM;
        s->listings = grown;
        s->listing_room = room;
        s->listing_count += s->listing_count == 0; /* index 0 */
    }
    s->listings[s->listing_count] = (struct listing){word, before};
    *bucket = (uint32_t)s->listing_count++;
    return 0;
}

static int add_word(struct scanner *s, const struct literal *l, size_t use)
{
    struct word *w = &s->words[s->word_count];
    *w = (struct word){.first = (uint32_t)use};
    unsigned char bytes[LITERAL_BYTES] = {0}, masks[LITERAL_BYTES] = {0};
    for (size_t i = 0; i < l->len; i++)
        bytes[i] = literal_test(l->bytes[i], &masks[i]);
    memcpy(&w->bytes, bytes, sizeof bytes);
    memcpy(&w->mask, masks, sizeof masks);
    uint32_t span, from = first_key(l, &span);
    uint32_t word = (uint32_t)s->word_count++;
    int err = l->len == 1 ? list_word(s, word, &s->singles[code_of(l, 0)]) : 0;
    for (uint32_t key = from; key < from + span && l->len > 1 && err == 0; key++)
        err = list_word(s, word, &s->buckets[bucket_of(key)]);
    return err;
}

/* A literal that several owners have is one word. An owner whose literals find no room is searched for always. */
static int add_words(struct scanner *s)
{
    int err = 0;
    for (size_t i = 0; i < s->taken_count && err == 0; i++) {
        const struct taken *t = &s->taken[i];
        bool same = i > 0 && compare_literals(&t[-1].literal, &t->literal) == 0;
        if (!same && s->word_count == WORDS_MOST) {
            for (; i < s->taken_count; i++)
                s->owners[s->taken[i].owner].plan = SCAN_ALWAYS;
            break;
        }
        if (!same)
            err = add_word(s, &t->literal, i);
        s->words[s->word_count - 1].end = (uint32_t)i + 1;
        s->uses[i] = (struct use){(uint32_t)t->owner, t->inside};
        fill_filter(s, t);
    }
    return err;
}

int scanner_build(struct scanner *s)
{
    s->words = calloc(s->taken_count + 1, sizeof *s->words);
    s->uses = calloc(s->taken_count + 1, sizeof *s->uses);
    if (s->words == NULL || s->uses == NULL)
        return -ENOMEM;
    if (s->taken_count > 0)
        qsort(s->taken, s->taken_count, sizeof *s->taken, by_literal);
    int err = add_words(s);
    free(s->taken);
    s->taken = NULL;
    return err;
}

/* ---- scanning ---- */

struct scan {
    const struct scanner *s;
    const char *text;
    size_t len;
    scanner_met *met;
    void *ctx;
};

static size_t take_oldest(struct waiting *w)
{
    size_t at = w->at[w->first];
    w->first = (w->first + 1) % WAITING_MOST;
    w->count--;
    return at;
}

/* When too many wait, the oldest is let through if it still could be met: a try is never wrong, only dear. */
static void meet_begin(const struct scan *run, uint32_t owner, size_t at)
{
    const struct owner *o = &run->s->owners[owner];
    struct waiting *w = &run->s->waiting[owner];
    if (!o->waits || w->met == at + 1) {
        run->met(run->ctx, owner, at);
        return;
    }
    if (w->count == WAITING_MOST) {
        size_t oldest = take_oldest(w);
        if (at - oldest < o->reach)
            run->met(run->ctx, owner, oldest);
    }
    w->at[(w->first + w->count++) % WAITING_MOST] = at;
}

static void meet_inside(const struct scan *run, uint32_t owner, size_t at)
{
    const struct owner *o = &run->s->owners[owner];
    struct waiting *w = &run->s->waiting[owner];
    if (o->plan == SCAN_INSIDE)
        run->met(run->ctx, owner, at);
    while (w->count > 0) {
        size_t oldest = take_oldest(w);
        if (at - oldest < o->reach)
            run->met(run->ctx, owner, oldest);
    }
    w->met = at + 1;
}

static void meet_word(const struct scan *run, const struct word *w, size_t at, bool inside_word)
{
    const struct scanner *s = run->s;
    for (uint32_t i = w->first; i < w->end; i++) {
        uint32_t owner = s->uses[i].owner;
        if (s->uses[i].inside)
            meet_inside(run, owner, at);
        else if (s->owners[owner].plan == SCAN_BEGIN && !(inside_word && s->owners[owner].at_word))
            meet_begin(run, owner, at);
    }
}

/* Eight bytes with the capitals among them made small: a byte's highest bit says what an addition found out of it. */
static uint64_t small_letters(uint64_t bytes)
{
    const uint64_t each = UINT64_C(0x0101010101010101), high = 0x80 * each;
    uint64_t low = bytes & ~high, from_a = low + (0x80 - 'A') * each, behind_z = low + (0x7f - 'Z') * each;
    return bytes | ((from_a ^ behind_z) & ~bytes & high) >> 2;
}

/* All literals that begin here. */
static void meet_words(const struct scan *run, uint32_t key, size_t at, bool inside_word)
{
    const struct scanner *s = run->s;
    uint64_t bytes = 0;
    size_t left = run->len - at;
    if (left >= sizeof bytes)
        memcpy(&bytes, run->text + at, sizeof bytes);
    else
        memcpy(&bytes, run->text + at, left);
    bytes = small_letters(bytes);
    const uint32_t lists[] = {s->singles[key >> 2 * CODE_BITS], s->buckets[bucket_of(key)]};
    for (size_t list = 0; list < 2; list++)
        for (uint32_t i = lists[list]; i != NONE; i = s->listings[i].next) {
            const struct word *w = &s->words[s->listings[i].word];
            if ((bytes & w->mask) == w->bytes)
                meet_word(run, w, at, inside_word);
        }
}

void scanner_scan(const struct scanner *s, const char *text, size_t len, scanner_met *met, void *ctx)
{
    const struct scan run = {s, text, len, met, ctx};
    uint32_t key = code_at(text, len, 0) << CODE_BITS | code_at(text, len, 1);
    bool inside_word = false;
    memset(s->waiting, 0, s->owner_count * sizeof *s->waiting);
    for (size_t i = 0; i < len; i++) {
        uint32_t ahead = i + 2 < len ? codes[(unsigned char)text[i + 2]] : 0;
        key = (key << CODE_BITS | ahead) & (FILTER_BITS - 1);
        if (s->filter[inside_word][key / 64] >> key % 64 & 1)
            meet_words(&run, key, i, inside_word);
        inside_word = word_bytes[(unsigned char)text[i]];
    }
}
