/*
 * prose: what rules ask of running text beside patterns: is it UTF-8, where are its sentences, how loud is it.
 */
#ifndef HOLDFAST_POLICY_PROSE_H
#define HOLDFAST_POLICY_PROSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Valid UTF-8, as RFC 3629 has it? `*doubles`: it may hold characters that a pattern takes for ASCII ones. */
bool prose_is_utf8(const char *text, size_t len, bool *doubles);

/* Capitals among the letters that have a case (Latin, Greek, Cyrillic), in thousandths. 0 if there are none. */
uint32_t prose_capitals(const char *text, size_t len);

/* The first line that is not empty: *at and *line_len are bytes of the text. False: there is none. */
bool prose_first_line(const char *text, size_t len, size_t *at, size_t *line_len);

/*
 * Sentences: up to '.', '!', '?' and a blank, or to the end of a line unless the next goes on in lower case. None is
 * longer than PROSE_SENTENCE_BYTES.
 */
enum { PROSE_SENTENCE_BYTES = 2048 };
struct prose_sentences {
    size_t *begins; /* owned */
    size_t count, room;
    size_t end; /* of the last one */
};
int prose_find_sentences(struct prose_sentences *s, const char *text, size_t len); /* 0 or -ENOMEM */
void prose_sentences_free(struct prose_sentences *s);
/* The sentence that holds the byte `at`; the nearest before, if it is between two. There must be one. */
size_t prose_sentence_at(const struct prose_sentences *s, size_t at);
/* Where sentence `i` ends; blanks behind it belong to it. */
size_t prose_sentence_end(const struct prose_sentences *s, size_t i);

#endif
