/*
 * lexicon: many literals looked for in one pass over a text. Most bytes begin none, and cost a few instructions.
 */
#ifndef HOLDFAST_POLICY_LEXICON_H
#define HOLDFAST_POLICY_LEXICON_H

#include "policy/literals.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lexicon;

int lexicon_open(struct lexicon **out); /* 0 or -ENOMEM */
void lexicon_close(struct lexicon *x);

/*
 * Look for a literal, and call it `word`. `anywhere`: also behind a letter, digit or '_'; else it may be told of there,
 * too. 0 or -ENOMEM.
 */
int lexicon_add(struct lexicon *x, const struct literal *l, uint32_t word, bool anywhere);
int lexicon_build(struct lexicon *x); /* when all are added; 0 or -ENOMEM */

/*
 * All words that stand in the text, in the order in which they begin. What literal_test lets pass in place of a blank
 * or a digit may be told of, too.
 */
typedef void lexicon_met(void *ctx, uint32_t word, size_t at, bool inside_word);
void lexicon_scan(const struct lexicon *x, const char *text, size_t len, lexicon_met *met, void *ctx);

#endif
