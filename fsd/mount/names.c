#include "mount/names.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/*
 * Free runs of grains, one stack a length: a run in stack k is exactly k grains. Names beyond SMALL_MOST grains all
 * take BIG_GRAINS, whatever their length. Where no run of the right length is left, a longer one is split.
 */
enum { SMALL_MOST = 17, STACKS = SMALL_MOST + 2, BIG_GRAINS = (NAME_BYTES_MOST + NAME_GRAIN) / NAME_GRAIN };

struct stack {
    uint32_t *runs;
    size_t count, room;
};

struct names {
    struct shared *shared;
    struct stack free[STACKS]; /* [k]: runs of k grains; [STACKS - 1]: of BIG_GRAINS */
};

static size_t grains_of(size_t len) { return (len + NAME_GRAIN) / NAME_GRAIN; /* with the NUL */ }

static size_t stack_for(size_t grains) { return grains <= SMALL_MOST ? grains : STACKS - 1; }
static size_t size_of_stack(size_t stack) { return stack <= SMALL_MOST ? stack : BIG_GRAINS; }

/* A run that cannot be remembered (no memory) is lost until the next child: harmless. */
static void push(struct stack *s, uint32_t run)
{
    if (s->count == s->room) {
        size_t room = s->room ? s->room * 2 : 64;
        uint32_t *runs = realloc(s->runs, room * sizeof *runs);
        if (runs == NULL)
            return;
        s->runs = runs;
        s->room = room;
    }
    s->runs[s->count++] = run;
}

/* Give [first, end), unused, to the stacks. */
static void give(struct names *n, uint32_t first, uint32_t end)
{
    while (end - first >= BIG_GRAINS) {
        push(&n->free[STACKS - 1], first);
        first += BIG_GRAINS;
    }
    while (first < end) {
        uint32_t run = end - first < SMALL_MOST ? end - first : SMALL_MOST;
        push(&n->free[run], first);
        first += run;
    }
}

static void mark(unsigned char *used, const struct shared *s, uint32_t name)
{
    if (name == 0)
        return;
    size_t grains = size_of_stack(stack_for(grains_of(strlen(s->names[name]))));
    for (size_t g = name; g < name + grains; g++)
        used[g / 8] = (unsigned char)(used[g / 8] | 1u << g % 8);
}

static void mark_all(unsigned char *used, struct shared *s)
{
    for (uint32_t i = 1; i < s->nodes_top; i++)
        if (s->nodes[i].state == RECORD_LIVE) {
            mark(used, s, (uint32_t)s->nodes[i].link);
            mark(used, s, s->nodes[i].heir);
        }
    for (uint32_t i = 1; i < s->handles_top; i++)
        if (s->handles[i].state == RECORD_LIVE)
            mark(used, s, s->handles[i].app);
}

struct names *names_open(struct shared *shared)
{
    struct names *n = calloc(1, sizeof *n);
    uint32_t top = shared->names_top;
    unsigned char *used = calloc(1, top / 8 + 1);
    if (n == NULL || used == NULL) {
        free(n);
        free(used);
        return NULL;
    }
    n->shared = shared;
    mark_all(used, shared);
    for (uint32_t g = 1; g < top;) {
        uint32_t first = g;
        while (g < top && !(used[g / 8] & 1u << g % 8))
            g++;
        give(n, first, g);
        while (g < top && used[g / 8] & 1u << g % 8)
            g++;
    }
    free(used);
    return n;
}

void names_close(struct names *n)
{
    for (size_t s = 0; s < STACKS; s++)
        free(n->free[s].runs);
    free(n);
}

/* A free run of the stack's length; what is left of a longer one is given back. 0: there is none. */
static uint32_t take_free(struct names *n, size_t stack)
{
    for (size_t s = stack; s < STACKS; s++) {
        if (n->free[s].count == 0)
            continue;
        uint32_t run = n->free[s].runs[--n->free[s].count];
        give(n, run + (uint32_t)size_of_stack(stack), run + (uint32_t)size_of_stack(s));
        return run;
    }
    return 0;
}

/* Grains that were never used. 0: there is no more room. */
static uint32_t take_fresh(struct names *n, size_t stack)
{
    uint32_t top = n->shared->names_top ? n->shared->names_top : 1;
    size_t grains = size_of_stack(stack);
    if (top + grains > NAMES_MOST)
        return 0;
    n->shared->names_top = top + (uint32_t)grains;
    return top;
}

uint32_t names_put(struct names *n, const char *text)
{
    size_t len = strnlen(text, NAME_BYTES_MOST);
    size_t stack = stack_for(grains_of(len));
    uint32_t name = take_free(n, stack);
    if (name == 0)
        name = take_fresh(n, stack);
    if (name == 0)
        return 0;
    char *at = n->shared->names[name]; /* and the grains behind it */
    memcpy(at, text, len);
    at[len] = 0;
    return name;
}

const char *names_get(const struct names *n, uint32_t name) { return name ? n->shared->names[name] : ""; }

void names_free(struct names *n, uint32_t name)
{
    if (name != 0)
        push(&n->free[stack_for(grains_of(strlen(n->shared->names[name])))], name);
}
