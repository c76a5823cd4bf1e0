#include "policy/scanner.h"

#include "policy/lexicon.h"
#include "policy/literals.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * The patterns' literals are words of one lexicon, each kept once however many patterns have it, and met in the order
 * in which they begin.
 *
 * Meeting a begin is not yet a reason to try the pattern: "we" begins many rules. Where every match also holds another,
 * rarer literal, the place waits until one of those is met near enough; most wait in vain.
 */
enum { WORDS_MOST = 16384, INSIDE_LEAST = 3, BEGIN_GOOD = 2, WAITING_MOST = 32 };

/* Which owners' a word is. */
struct word {
    uint32_t first, end; /* of its uses */
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

    struct lexicon *lexicon;
    struct word *words;
    size_t word_count;
    struct use *uses;
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
    if (s->owners == NULL || s->waiting == NULL || lexicon_open(&s->lexicon) < 0) {
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
    lexicon_close(s->lexicon);
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
    if (o->plan != SCAN_BEGIN && found.at_capital)
        err = pattern_begin_at_capitals(p);
    if (err == 0 && o->plan == SCAN_BEGIN)
        err = take(s, owner, false, &found.prefix);
    if (err == 0 && (o->plan == SCAN_INSIDE || o->waits))
        err = take(s, owner, true, &found.inside);
    return err;
}

/* ---- building ---- */

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

static bool is_asked_anywhere(const struct scanner *s, const struct taken *t)
{
    return t->inside || !s->owners[t->owner].at_word;
}

/* A literal that several owners have is one word. An owner whose literals find no room is searched for always. */
static int add_words(struct scanner *s)
{
    int err = 0;
    for (size_t i = 0; i < s->taken_count && err == 0;) {
        const struct literal *l = &s->taken[i].literal;
        bool anywhere = false;
        if (s->word_count == WORDS_MOST) {
            for (; i < s->taken_count; i++)
                s->owners[s->taken[i].owner].plan = SCAN_ALWAYS;
            break;
        }
        struct word *w = &s->words[s->word_count];
        w->first = (uint32_t)i;
        for (; i < s->taken_count && compare_literals(l, &s->taken[i].literal) == 0; i++) {
            s->uses[i] = (struct use){(uint32_t)s->taken[i].owner, s->taken[i].inside};
            anywhere |= is_asked_anywhere(s, &s->taken[i]);
        }
        w->end = (uint32_t)i;
        err = lexicon_add(s->lexicon, l, (uint32_t)s->word_count++, anywhere);
    }
    return err == 0 ? lexicon_build(s->lexicon) : err;
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

static void meet_word(void *ctx, uint32_t word, size_t at, bool inside_word)
{
    const struct scan *run = ctx;
    const struct scanner *s = run->s;
    for (uint32_t i = s->words[word].first; i < s->words[word].end; i++) {
        uint32_t owner = s->uses[i].owner;
        if (s->uses[i].inside)
            meet_inside(run, owner, at);
        else if (s->owners[owner].plan == SCAN_BEGIN && !(inside_word && s->owners[owner].at_word))
            meet_begin(run, owner, at);
    }
}

void scanner_scan(const struct scanner *s, const char *text, size_t len, scanner_met *met, void *ctx)
{
    struct scan run = {s, met, ctx};
    memset(s->waiting, 0, s->owner_count * sizeof *s->waiting);
    lexicon_scan(s->lexicon, text, len, meet_word, &run);
}
