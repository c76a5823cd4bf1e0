/*
 * shape: what a short value looks like: how many words, how they are written, and what the lists know of them. A
 * person's name is told from a company's and from a title by this, as far as one value can tell.
 */
#ifndef HOLDFAST_WORDS_SHAPE_H
#define HOLDFAST_WORDS_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SHAPE_BYTES = 96 }; /* a longer value is prose */

struct shape {
    char folded[SHAPE_BYTES * 2];
    size_t folded_len;
    uint32_t words;
    uint32_t capital, lower, caseless; /* words that begin with such a letter */
    uint32_t letters;
    /* words of these classes */
    uint32_t honorific, particle, legal, org, title, given, common;
    uint32_t classes; /* enum word_class of all words, or'ed */
    uint32_t says;    /* WORD_SAYS_* of them */
    uint32_t said;    /* words that have one */
    bool prose;       /* too long for a name of anything */
    bool odd;         /* has what no person's name has: a digit, "@", "#" ... */
};

void shape_of(const char *text, size_t len, struct shape *s);

bool shape_is_person(const struct shape *s);  /* "Ann Hill", "Hill, Ann", "Dr. Lea von Au" */
bool shape_is_single(const struct shape *s);  /* "Ann": one half of a name, or a city, or anything */
bool shape_is_company(const struct shape *s); /* has a legal form behind other words, or words of companies */
bool shape_is_title(const struct shape *s);   /* has words of job titles, and not those of companies */

/* WORD_SAYS_* of a header or a label, however it joins its words: "First name", "first_name", "contact.firstName". */
uint32_t shape_header(const char *text, size_t len);

#endif
