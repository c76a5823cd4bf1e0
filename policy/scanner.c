#include "policy/scanner.h"

#include "policy/literals.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A next state in the table: its row, and in the highest bit whether a literal ends there. */
#define MEETS UINT32_C(0x80000000)
enum { STATES_MOST = 16384, NONE = 0, ROOT = 0, INSIDE_LEAST = 3, BEGIN_GOOD = 2 };

/* A literal ends in a state; a state may end several, all as long as the state is deep. */
struct ending {
    uint32_t owner, next; /* index of the next ending of the state, NONE behind the last; index 0 is not used */
};

struct state {
    uint32_t endings; /* index of its first ending */
    uint32_t suffix;  /* the longest other state that is a suffix of it */
    uint32_t shorter; /* the nearest suffix that has endings; ROOT: none */
    uint8_t depth;
    bool at_word; /* all its endings want to begin a word */
};

struct taken {
    size_t owner;
    struct literal literal;
};

struct owner {
    enum scanner_plan plan;
    bool at_word;
};

struct scanner {
    struct owner *owners;
    size_t owner_count;
    struct taken *taken; /* until built */
    size_t taken_count;

    unsigned char class_of[256]; /* bytes that no literal holds are all of class 0 */
    uint32_t classes;
    uint32_t *table; /* [state * classes + class] */
    uint32_t state_count;
    struct state *states;
    struct ending *endings;
    size_t ending_count;
};

int scanner_open(struct scanner **out, size_t owners)
{
    struct scanner *s = calloc(1, sizeof *s);
    if (s == NULL)
        return -ENOMEM;
    s->owner_count = owners;
    s->owners = calloc(owners + 1, sizeof *s->owners);
    if (s->owners == NULL) {
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
    free(s->taken);
    free(s->table);
    free(s->states);
    free(s->endings);
    free(s);
}

enum scanner_plan scanner_plan_of(const struct scanner *s, size_t owner) { return s->owners[owner].plan; }

/* ---- gathering ---- */

/* Literals of one owner are cut to one length, so that they end in the order in which they begin. */
static int take(struct scanner *s, size_t owner, const struct literals *set)
{
    size_t len = literals_shortest(set), before = s->taken_count;
    struct taken *grown = realloc(s->taken, (s->taken_count + set->count) * sizeof *grown);
    if (grown == NULL)
        return -ENOMEM;
    s->taken = grown;
    for (size_t i = 0; i < set->count; i++) {
        size_t k = before;
        while (k < s->taken_count && memcmp(grown[k].literal.bytes, set->items[i].bytes, len) != 0)
            k++;
        if (k < s->taken_count)
            continue;
        grown[s->taken_count] = (struct taken){owner, set->items[i]};
        grown[s->taken_count++].literal.len = (uint8_t)len;
    }
    return 0;
}

int scanner_add(struct scanner *s, size_t owner, struct pattern *p)
{
    struct literals_found found;
    literals_find(pattern_text(p), &found);
    size_t begin = literals_shortest(&found.prefix), inside = literals_shortest(&found.inside);
    struct owner *o = &s->owners[owner];
    o->at_word = found.at_word;
    bool seldom = begin >= BEGIN_GOOD || found.at_word || inside < INSIDE_LEAST;
    if (begin > 0 && seldom)
        o->plan = SCAN_BEGIN;
    else if (inside >= INSIDE_LEAST)
        o->plan = SCAN_INSIDE;
    if (o->plan == SCAN_ALWAYS)
        return 0;
    int err = o->plan == SCAN_BEGIN ? pattern_compile_anchored(p) : 0;
    return err != 0 ? err : take(s, owner, o->plan == SCAN_BEGIN ? &found.prefix : &found.inside);
}

/* ---- building ---- */

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
    s->states = calloc(states, sizeof *s->states);
    s->endings = calloc(s->taken_count + 1, sizeof *s->endings);
    s->state_count = 1;
    s->ending_count = 1;
    return s->table == NULL || s->states == NULL || s->endings == NULL ? -ENOMEM : 0;
}

/* A branch of the tree. An owner whose literals find no room any more is searched for always. */
static void insert(struct scanner *s, const struct taken *t)
{
    uint32_t state = ROOT;
    const struct owner *o = &s->owners[t->owner];
    if (s->state_count + LITERAL_BYTES > STATES_MOST)
        s->owners[t->owner].plan = SCAN_ALWAYS;
    if (s->owners[t->owner].plan == SCAN_ALWAYS)
        return;
    for (size_t i = 0; i < t->literal.len; i++) {
        uint32_t *next = &s->table[state * s->classes + s->class_of[(unsigned char)t->literal.bytes[i]]];
        if (*next == NONE)
            *next = s->state_count++;
        state = *next;
    }
    struct state *end = &s->states[state];
    end->depth = t->literal.len;
    end->at_word = o->plan == SCAN_BEGIN && o->at_word && (end->at_word || end->endings == NONE);
    s->endings[s->ending_count] = (struct ending){.owner = (uint32_t)t->owner, .next = end->endings};
    end->endings = (uint32_t)s->ending_count++;
}

/* From a tree to a table without gaps: what a state has no branch for, its suffix knows. Breadth first, since a suffix
 * is shorter. */
static int fill_table(struct scanner *s)
{
    uint32_t *queue = calloc(s->state_count, sizeof *queue);
    if (queue == NULL)
        return -ENOMEM;
    size_t head = 0, tail = 1; /* the root is queue[0] */
    for (; head < tail; head++) {
        uint32_t state = queue[head], suffix = s->states[state].suffix;
        for (uint32_t c = 0; c < s->classes; c++) {
            uint32_t *next = &s->table[state * s->classes + c];
            uint32_t else_next = state == ROOT ? ROOT : s->table[suffix * s->classes + c];
            if (*next == NONE) {
                *next = else_next;
                continue;
            }
            s->states[*next].suffix = else_next;
            s->states[*next].shorter = s->states[else_next].endings != NONE ? else_next : s->states[else_next].shorter;
            queue[tail++] = *next;
        }
    }
    free(queue);
    return 0;
}

/* States become rows, so that a step is one addition and one load. */
static void mark_table(struct scanner *s)
{
    for (size_t i = 0; i < (size_t)s->state_count * s->classes; i++) {
        uint32_t state = s->table[i];
        bool meets = s->states[state].endings != NONE || s->states[state].shorter != ROOT;
        s->table[i] = state * s->classes | (meets ? MEETS : 0);
    }
}

int scanner_build(struct scanner *s)
{
    number_classes(s);
    int err = allocate(s);
    if (err != 0)
        return err;
    for (size_t i = 0; i < s->taken_count; i++)
        insert(s, &s->taken[i]);
    err = fill_table(s);
    if (err == 0)
        mark_table(s);
    free(s->taken);
    s->taken = NULL;
    return err;
}

/* ---- scanning ---- */

static const bool word_bytes[256] = {['a' ... 'z'] = true, ['A' ... 'Z'] = true, ['0' ... '9'] = true, ['_'] = true};

static void tell(const struct scanner *s, uint32_t state, const char *text, size_t end, scanner_met *met, void *ctx)
{
    for (; state != ROOT; state = s->states[state].shorter) {
        size_t at = end - s->states[state].depth;
        bool inside_word = at > 0 && word_bytes[(unsigned char)text[at - 1]];
        if (inside_word && s->states[state].at_word)
            continue;
        for (uint32_t i = s->states[state].endings; i != NONE; i = s->endings[i].next) {
            const struct owner *o = &s->owners[s->endings[i].owner];
            if (o->plan == SCAN_INSIDE || (o->plan == SCAN_BEGIN && !(inside_word && o->at_word)))
                met(ctx, s->endings[i].owner, at);
        }
    }
}

void scanner_scan(const struct scanner *s, const char *text, size_t len, scanner_met *met, void *ctx)
{
    uint32_t row = 0;
    for (size_t i = 0; i < len; i++) {
        uint32_t next = s->table[row + s->class_of[(unsigned char)text[i]]];
        row = next & ~MEETS;
        if (next & MEETS)
            tell(s, row / s->classes, text, i + 1, met, ctx);
    }
}
