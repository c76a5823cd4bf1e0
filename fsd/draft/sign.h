/*
 * sign: signs in one line of a text that do not make it another kind of line.
 */
#ifndef HOLDFAST_DRAFT_SIGN_H
#define HOLDFAST_DRAFT_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "A) ...", "2. ...", "B: ...", a digit in a key cap: one of the answers that a poll offers. */
bool line_is_option(const char *line, size_t len);

/* A row of stars, "4/5", "8.5/10": how reviews judge. "4/5" in front is a part of a thread. */
bool line_has_rating(const char *line, size_t len);

/* "[ ]", "( )", "____": a place to fill in. */
bool line_is_form(const char *line, size_t len);

/*
 * "Ha Wouter,": at most four words, the last with a capital, and a comma: so letters begin in any language; or somebody
 * is hailed, as in "Welcome aboard, Diane!"
 */
bool line_is_salutation(const char *line, size_t len);

/* "Ilse", "Groet, Ilse", "The Forecastle team": a name, or a word or three, a comma and a name: so they end. */
bool line_is_signature(const char *line, size_t len);

/* How many sentences, by their stops; what has none is one. Neither "1. " in front nor "a.m." within ends one. */
uint32_t line_count_sentences(const char *line, size_t len);

/* "Hi Tom, did you ...", "Dear Ms Lee": is the second word a name, alone? */
bool line_names_somebody(const char *line, size_t len);

#endif
