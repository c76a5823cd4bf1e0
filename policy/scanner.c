#include "policy/scanner.h"

#include "policy/literals.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * At each byte of a text two questions are asked. Can a literal begin with this byte and the two behind it? One bit of
 * a table says so (FILTER_BITS), and for nearly all bytes the answer is no. If it can, a tree of all literals is walked
 * from there. So literals are met in the order in which they begin, and keep their whole length.
 *
 * Meeting a begin is not yet a reason to try the pattern: "we" begins many rules. Where every match also holds another,
 * rarer literal, the place waits until one of those is met near enough; most wait in vain.
 */
enum {
    STATES_MOST = 16384,
    NONE = 0,
    ROOT = 0,
    INSIDE_LEAST = 3,
    BEGIN_GOOD = 2,
    CODE_BITS = 5,
    CODES = 1 << CODE_BITS,
    FILTER_BYTES = 3,
    FILTER_BITS = 1 << (CODE_BITS * FILTER_BYTES),
    WAITING_MOST = 32,
};

/* A literal ends in a state; a state may end several. */
struct ending {
    uint32_t owner, next; /* index of the next ending of the state, NONE behind the last; index 0 is not used */
    bool inside;          /* it is one that a match holds, not one that it begins with */
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
    unsigned char class_of[256];          /* bytes that no literal holds are all of class 0 */
    uint32_t classes;
    uint16_t *table; /* [state * classes + class]: the next state */
    uint32_t state_count;
    uint32_t *endings_of; /* a state's first ending */
    struct ending *endings;
    size_t ending_count;
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
    free(s->table);
    free(s->endings_of);
    free(s->endings);
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
    size_t begin = literals_shortest(&found.prefix), inside = literals_shortest(&found.inside);
    struct owner *o = &s->owners[owner];
    bool seldom = begin >= BEGIN_GOOD || found.at_word || inside < INSIDE_LEAST;
    o->at_word = found.at_word;
    o->reach = found.reach;
    if (begin > 0 && seldom)
        o->plan = SCAN_BEGIN;
    else if (inside >= INSIDE_LEAST)
        o->plan = SCAN_INSIDE;
    o->waits = o->plan == SCAN_BEGIN && inside >= INSIDE_LEAST;
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
    ['\n'] = 28,
    ['\''] = 29,
    ['-'] = 29,
    ['"'] = 30,
    [0x80 ... 0xff] = 31,
};

static uint32_t code_at(const char *text, size_t len, size_t at)
{
    return at < len ? codes[(unsigned char)text[at]] : 0;
}

/* All that three bytes can be that begin with the literal. */
static void fill_filter(uint64_t *filter, const struct literal *l)
{
    uint32_t from = 0, span = 1;
    for (size_t i = 0; i < FILTER_BYTES; i++) {
        from = from << CODE_BITS | code_at(l->bytes, l->len, i);
        span <<= i < l->len ? 0 : CODE_BITS;
    }
    for (uint32_t at = from; at < from + span; at++)
        filter[at / 64] |= UINT64_C(1) << at % 64;
}

static void number_classes(struct scanner *s)
{
    s->classes = 1;
    for (size_t i = 0; i < s->taken_count; i++)
        for (size_t k = 0; k < s->taken[i].literal.len; k++) {
            unsigned char c = (unsigned char)s->taken[i].literal.bytes[k];
            if (s->class_of[c] == 0)
                s->class_of[c] = (unsigned char)s->classes++;
        }
    for (int c = 'a'; c <= 'z'; c++)
        s->class_of[c - 'a' + 'A'] = s->class_of[c];
}

static int allocate(struct scanner *s)
{
    size_t states = 1;
    for (size_t i = 0; i < s->taken_count; i++)
        states += s->taken[i].literal.len;
    states = states < STATES_MOST ? states : STATES_MOST;
    s->table = calloc(states * s->classes, sizeof *s->table);
    s->endings_of = calloc(states, sizeof *s->endings_of);
    s->endings = calloc(s->taken_count + 1, sizeof *s->endings);
    s->state_count = 1;
    s->ending_count = 1;
    return s->table == NULL || s->endings_of == NULL || s->endings == NULL ? -ENOMEM : 0;
}

/* A branch of the tree. An owner whose literals find no room any more is searched for always. */
static void insert(struct scanner *s, const struct taken *t)
{
    uint32_t state = ROOT;
    struct owner *o = &s->owners[t->owner];
    if (s->state_count + LITERAL_BYTES > STATES_MOST)
        o->plan = SCAN_ALWAYS;
    if (o->plan == SCAN_ALWAYS)
        return;
    for (size_t i = 0; i < t->literal.len; i++) {
        uint16_t *next = &s->table[state * s->classes + s->class_of[(unsigned char)t->literal.bytes[i]]];
        if (*next == NONE)
            *next = (uint16_t)s->state_count++;
        state = *next;
    }
    s->endings[s->ending_count] =
        (struct ending){.owner = (uint32_t)t->owner, .next = s->endings_of[state], .inside = t->inside};
    s->endings_of[state] = (uint32_t)s->ending_count++;
    fill_filter(s->filter[0], &t->literal);
    if (t->inside || !o->at_word)
        fill_filter(s->filter[1], &t->literal);
}

int scanner_build(struct scanner *s)
{
    number_classes(s);
    int err = allocate(s);
    for (size_t i = 0; i < s->taken_count && err == 0; i++)
        insert(s, &s->taken[i]);
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

/* All literals that begin here. */
static void walk(const struct scan *run, size_t at, bool inside_word)
{
    const struct scanner *s = run->s;
    uint32_t state = ROOT;
    for (size_t i = at; i < run->len; i++) {
        state = s->table[state * s->classes + s->class_of[(unsigned char)run->text[i]]];
        if (state == NONE)
            return;
        for (uint32_t k = s->endings_of[state]; k != NONE; k = s->endings[k].next) {
            uint32_t owner = s->endings[k].owner;
            if (s->endings[k].inside)
                meet_inside(run, owner, at);
            else if (s->owners[owner].plan == SCAN_BEGIN && !(inside_word && s->owners[owner].at_word))
                meet_begin(run, owner, at);
        }
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
            walk(&run, i, inside_word);
        inside_word = word_bytes[(unsigned char)text[i]];
    }
}
