/*
 * utf8: what is valid UTF-8, said once: no over-long forms, no surrogates, nothing beyond U+10FFFF.
 */
#ifndef HOLDFAST_BASE_UTF8_H
#define HOLDFAST_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* The bytes of the valid character at `text` (1 to 4), 0 if there is none. `left` at least 1. */
static inline size_t utf8_length(const char *text, size_t left)
{
    const unsigned char *p = (const unsigned char *)text;
    if (p[0] < 0x80)
        return 1;
    size_t len = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
    if (p[0] < 0xc2 || p[0] > 0xf4 || left < len)
        return 0;
    for (size_t i = 1; i < len; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    bool is_long = (p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xf0 && p[1] < 0x90);
    bool is_outside = (p[0] == 0xed && p[1] > 0x9f) || (p[0] == 0xf4 && p[1] > 0x8f);
    return is_long || is_outside ? 0 : len;
}

/* The same of a character that may be shown: 0, too, for control characters (C0, DEL, C1). */
static inline size_t utf8_plain_length(const char *text, size_t left)
{
    size_t len = utf8_length(text, left);
    const unsigned char *p = (const unsigned char *)text;
    bool is_control = p[0] < 0x20 || p[0] == 0x7f || (len == 2 && p[0] == 0xc2 && p[1] < 0xa0);
    return is_control ? 0 : len;
}

#endif
