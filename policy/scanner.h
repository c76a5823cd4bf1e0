/*
 * scanner: all patterns' literals looked for in one pass (Aho and Corasick's automaton, made into a table), so that
 * sixty rules cost little more than one. A pattern whose every match begins with a literal is tried only where one
 * stands; one that has a literal inside is run only if there is one in the text; the others always.
 */
#ifndef HOLDFAST_POLICY_SCANNER_H
#define HOLDFAST_POLICY_SCANNER_H

#include "policy/pattern.h"

#include <stdbool.h>
#include <stddef.h>

enum scanner_plan {
    SCAN_ALWAYS, /* its places are not known: search the text */
    SCAN_INSIDE, /* search the text if the scan met it */
    SCAN_BEGIN,  /* try it (pattern_try) at each place that the scan tells */
};

struct scanner;

int scanner_open(struct scanner **out, size_t owners); /* 0 or -ENOMEM */
void scanner_close(struct scanner *s);

/* Take the literals of a pattern for `owner`, below the count given. 0 or -ENOMEM. */
int scanner_add(struct scanner *s, size_t owner, struct pattern *p);
int scanner_build(struct scanner *s); /* when all are added; 0 or -ENOMEM */

enum scanner_plan scanner_plan_of(const struct scanner *s, size_t owner);

/* Each place where a literal of an owner stands; of one owner in the order of the text. */
typedef void scanner_met(void *ctx, size_t owner, size_t at);
void scanner_scan(const struct scanner *s, const char *text, size_t len, scanner_met *met, void *ctx);

#endif
