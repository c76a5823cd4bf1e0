/*
 * token: the words of a text, and those that only social networks have: hashtags, mentions, links.
 *
 * A token is a run of bytes without white space. What is told of one token never depends on another, so counting is one
 * pass, and any text is split in the same way wherever it is cut at white space.
 */
#ifndef HOLDFAST_DRAFT_TOKEN_H
#define HOLDFAST_DRAFT_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct token_counts {
    uint32_t words;     /* tokens with a letter or a digit; of writing without spaces, half its characters */
    uint32_t hashtags;  /* #sales, also run together: #a#b */
    uint32_t mentions;  /* @name; an email address is none */
    uint32_t links;     /* http://x, www.x, x.com/y; an email address is none */
    uint32_t addresses; /* of mail */
    uint32_t numbers;   /* tokens that are mostly digits: amounts, dates, phone numbers */
};

/* Adds what `text` has to *to; linear. Counts stay at UINT32_MAX. */
void token_count(const char *text, size_t len, struct token_counts *to);

/* Adds *more to *to; of texts so short that no count comes near UINT32_MAX. */
void token_add(struct token_counts *to, const struct token_counts *more);

#endif
