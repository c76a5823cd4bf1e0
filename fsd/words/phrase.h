/*
 * phrase: running text as phrases: words that follow one another with nothing between them that ends a name. "Ann Hill,
 * of Müller & Söhne GmbH" is two.
 */
#ifndef HOLDFAST_WORDS_PHRASE_H
#define HOLDFAST_WORDS_PHRASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PHRASE_WORDS = 128, PHRASE_WORD_BYTES = 64 }; /* a longer phrase is taken in two; a longer word is none */

struct phrase_word {
    const char *text; /* into the text */
    uint32_t len;
    uint32_t stem_len; /* without "'s"; else len */
    bool capital;      /* begins with a capital, or with a letter of a script that has none */
    bool odd;          /* capitals inside it, or called by # or @ */
    bool begins;       /* a sentence, a line, or what may be one */
    uint32_t classes;  /* enum word_class; 0 of a word that can stand in no name */
};

struct phrase {
    const char *text;
    size_t len, next; /* next: where the following phrase begins */
    bool nouns_have_capitals;
    bool may_begin; /* the next word may begin a sentence */
    size_t count;
    struct phrase_word words[PHRASE_WORDS];
};

/* The text stays the caller's. Whether its language writes nouns with capitals is told from its small words. */
void phrase_begin(struct phrase *p, const char *utf8, size_t len);
bool phrase_next(struct phrase *p); /* false: there is none */

/* Some words of a phrase, as they stand. */
struct phrase_run {
    const char *text;
    size_t len;
    size_t stem_len; /* without "'s" behind the last; else len */
    size_t count;
    bool begins;
    bool is_odd; /* its first word is */
    bool first_is_ordinary;
    bool has_legal_form; /* behind other words */
};

/* `count` words from the `first`. False: there are not so many, or they are not written as a name: it begins and ends
 * with a capital and has only joining words without. */
bool phrase_run(const struct phrase *p, size_t first, size_t count, struct phrase_run *out);

#endif
