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

/*
 * How many bytes at `text` may change how a terminal shows what is around them: C0 and C1 controls (the latter also as
 * the single bytes that they are elsewhere than in UTF-8), DEL, line separators, marks of direction. 0: it begins with
 * none.
 */
static inline size_t utf8_order_length(const char *text, size_t left)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t len = utf8_length(text, left);
    if (len == 0)
        return p[0] < 0xa0;
    if (len == 1)
        return p[0] < 0x20 || p[0] == 0x7f;
    if (len == 2)
        return (p[0] == 0xc2 && p[1] <= 0x9f) || (p[0] == 0xd8 && p[1] == 0x9c) ? 2 : 0;
    if (len != 3 || p[0] != 0xe2)
        return 0;
    bool is_80 = p[1] == 0x80 && (p[2] == 0x8e || p[2] == 0x8f || (p[2] >= 0xa8 && p[2] <= 0xae));
    return is_80 || (p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9) ? 3 : 0;
}

/* To the next character: its bytes, or 1 for a byte that is none. */
static inline size_t utf8_step(const char *text, size_t left)
{
    size_t len = utf8_length(text, left);
    return len > 0 ? len : 1;
}

/* The bytes of the character at `text` if it may be shown as it is; 0: it is none, or may change what is around it. */
static inline size_t utf8_plain_length(const char *text, size_t left)
{
    return utf8_order_length(text, left) > 0 ? 0 : utf8_length(text, left);
}

/* May all of it be shown as it is? */
static inline bool utf8_is_plain(const char *text, size_t len)
{
    for (size_t i = 0, n; i < len; i += n)
        if ((n = utf8_plain_length(text + i, len - i)) == 0)
            return false;
    return true;
}

/* A '?' in place of each byte of what may not. */
static inline void utf8_make_plain(char *text, size_t len)
{
    for (size_t i = 0, n; i < len; i += n) {
        n = utf8_plain_length(text + i, len - i);
        if (n == 0)
            text[i] = '?';
        n = n > 0 ? n : 1;
    }
}

#endif
