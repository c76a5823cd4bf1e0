/*
 * sensitive_words: what words in a sentence, a heading or a row give away: a confidentiality mark, a person's illness,
 * a deal in the pipeline.
 */
#ifndef HOLDFAST_SENSITIVE_SENSITIVE_WORDS_H
#define HOLDFAST_SENSITIVE_SENSITIVE_WORDS_H

#include "extract/content.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What was heard in one sentence, or in all cells of a row. */
struct hearing {
    uint32_t classes;       /* enum word_class, or'ed */
    uint32_t deals;         /* different WORD_DEAL (2 each) and WORD_DEAL_TOO */
    uint32_t last_deals[4]; /* hashes of those heard, so that one said twice counts once */
    bool is_named;          /* somebody's name may be in it */
    bool has_code;          /* "E11.9": a code of ICD-10 */
    bool has_money;         /* a currency, or a per cent, at a number */
    bool has_number;
};

/* What a text may hold, before it is listened to. Cheap: nearly all lines and cells hold nothing. */
struct glance {
    bool words;   /* a word of interest, or a code, may be in it; false: hear_words would hear nothing */
    bool numbers; /* a card, an IBAN or an id may be */
};
struct glance glance_at(const char *text, size_t len);

/* Classes of the words of interest; cheap for words that are not. */
void hear_words(struct hearing *h, const char *text, size_t len);
void hear_money(struct hearing *h, const char *text, size_t len);

bool hears_illness(const struct hearing *h);
bool hears_deal(const struct hearing *h);

/*
 * Is a line a mark of confidentiality, rather than a sentence about it? Alone, in brackets or capitals; in a heading,
 * margin or property also as a part of it ("ACME | Internal | Page 3").
 */
bool is_mark(enum text_part part, const char *line, size_t len);

#endif
