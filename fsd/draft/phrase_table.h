/*
 * phrase_table: the phrases themselves. One row is one role in all languages; phrases are divided by '|' and written
 * folded (phrase_fold).
 *
 * Two tables of one form: how people address each other, and by what a kind of paper is known whatever it is about.
 */
#ifndef HOLDFAST_DRAFT_PHRASE_TABLE_H
#define HOLDFAST_DRAFT_PHRASE_TABLE_H

#include "draft/phrase.h"

struct phrase_row {
    enum phrase_role role;
    const char *phrases;
};

/* A closed word (phrase.h), or one of ASCII's marks; its weight in tenths of a point. */
struct closed_word {
    const char *text;
    int weight;
};

extern const struct closed_word closed_words[];
extern const size_t closed_word_count; /* at most PHRASE_CLOSED_MOST */

extern const struct phrase_row phrase_address[], phrase_genre[];
extern const size_t phrase_address_count, phrase_genre_count;

#endif
