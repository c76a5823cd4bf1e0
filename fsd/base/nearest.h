/*
 * nearest: the word that a slip of the pen meant, for "did you mean".
 */
#ifndef HOLDFAST_BASE_NEAREST_H
#define HOLDFAST_BASE_NEAREST_H

#include <stddef.h>

/* The word of the `count` that `text` most likely meant, or NULL if none is near. */
const char *nearest_word(const char *text, const char *const *words, size_t count);

#endif
