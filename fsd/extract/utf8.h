/*
 * utf8: the little that readers need to know of characters' bytes.
 */
#ifndef HOLDFAST_EXTRACT_UTF8_H
#define HOLDFAST_EXTRACT_UTF8_H

#include "base/utf8.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of a longer run of valid UTF-8: the most bytes, up to `len`, that do not end inside a character. */
static inline size_t utf8_floor(const char *utf8, size_t len)
{
    while (len > 0 && ((unsigned char)utf8[len] & 0xc0) == 0x80)
        len--;
    return len;
}

/* The bytes of a character (1 to 4). What is none, NUL too, becomes U+FFFD. */
static inline size_t utf8_put(char to[static 4], uint32_t character)
{
    if (character == 0 || character > 0x10ffff || (character >= 0xd800 && character <= 0xdfff))
        character = 0xfffd;
    if (character < 0x80) {
        to[0] = (char)character;
        return 1;
    }
    size_t len = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--, character >>= 6)
        to[i] = (char)(0x80 | (character & 0x3f));
    to[0] = (char)((len == 2 ? 0xc0 : len == 3 ? 0xe0 : 0xf0) | character);
    return len;
}

static inline bool utf8_is_valid(const char *text, size_t len)
{
    for (size_t at = 0; at < len;) {
        size_t n = utf8_length(text + at, len - at);
        if (n == 0)
            return false;
        at += n;
    }
    return true;
}

#endif
