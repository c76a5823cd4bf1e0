/*
 * scanner: all patterns' literals looked for in one pass, so that sixty rules cost little more than one. A pattern
 * whose every match begins with a literal is tried only where one stands, and if its matches hold another literal, too,
 * only where one of those follows near enough; one that has a literal inside is run only near those in the text; the
 * others always.
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
size_t scanner_reach_of(const struct scanner *s, size_t owner); /* bytes that a match can take at most */

/*
 * Where a pattern is to be tried (SCAN_BEGIN), or where a literal stands that a match may hold (SCAN_INSIDE). Of one
 * owner in the order of the text; a place may be told twice. One thread at a time.
 */
typedef void scanner_met(void *ctx, size_t owner, size_t at);
void scanner_scan(const struct scanner *s, const char *text, size_t len, scanner_met *met, void *ctx);

#endif
