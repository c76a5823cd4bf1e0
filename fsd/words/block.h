/*
 * block: up to 64 bytes of a text, and which of them are of what kind: a bit a byte, the first byte's the lowest. So
 * that what sees every byte of every file can go from word to word and not from byte to byte.
 */
#ifndef HOLDFAST_WORDS_BLOCK_H
#define HOLDFAST_WORDS_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { BLOCK_BYTES = 64 };

struct block {
    uint64_t letters; /* of ASCII, and all bytes of wide characters */
    uint64_t wide;
    uint64_t digits;
    uint64_t spaces;
    uint64_t dots, hyphens;
};

static inline uint64_t block_bits_below(size_t count)
{
    return count < BLOCK_BYTES ? (UINT64_C(1) << count) - 1 : UINT64_MAX;
}

/* Is the byte, which is not 0, anywhere in a text? */
static inline bool block_has(const char *text, size_t len, char byte);

/* As memcpy, for what is mostly shorter than a register. */
static inline void block_copy(char *to, const char *from, size_t len)
{
    uint64_t first, last;
    uint32_t begin, end;
    if (len > 2 * sizeof first) {
        memcpy(to, from, len);
    } else if (len >= sizeof first) {
        memcpy(&first, from, sizeof first);
        memcpy(&last, from + len - sizeof last, sizeof last);
        memcpy(to, &first, sizeof first);
        memcpy(to + len - sizeof last, &last, sizeof last);
    } else if (len >= sizeof begin) {
        memcpy(&begin, from, sizeof begin);
        memcpy(&end, from + len - sizeof end, sizeof end);
        memcpy(to, &begin, sizeof begin);
        memcpy(to + len - sizeof end, &end, sizeof end);
    } else {
        for (size_t i = 0; i < len; i++)
            to[i] = from[i];
    }
}

/*
 * Letters and digits of ASCII, some signs, and nothing that lower case makes another sign of (a space, '.', '-'): in
 * lower case. `out` has room for `len`.
 */
static inline void block_lower(char *out, const char *text, size_t len)
{
    const uint64_t lower = UINT64_C(0x2020202020202020);
    uint64_t eight;
    size_t at = 0;
    for (; len - at >= sizeof eight; at += sizeof eight) {
        memcpy(&eight, text + at, sizeof eight);
        eight |= lower;
        memcpy(out + at, &eight, sizeof eight);
    }
    if (at > 0 && at < len) { /* some again */
        memcpy(&eight, text + len - sizeof eight, sizeof eight);
        eight |= lower;
        memcpy(out + len - sizeof eight, &eight, sizeof eight);
        return;
    }
    for (; at < len; at++)
        out[at] = (char)(text[at] | 0x20);
}

#ifdef __SSE2__

enum { BLOCK_STEP = sizeof(__m128i) };

static inline __m128i block_load(const char *text) { return _mm_loadu_si128((const __m128i *)(const void *)text); }

/* Fewer bytes than a register holds, zeroes behind them. Loads overlap, so that none reads too far. */
static inline __m128i block_load_short(const char *text, size_t len)
{
    uint64_t low = 0, high = 0;
    if (len > sizeof low) {
        memcpy(&low, text, sizeof low);
        memcpy(&high, text + len - sizeof high, sizeof high);
        high >>= 8 * (BLOCK_STEP - len);
    } else if (len >= sizeof(uint32_t)) {
        uint32_t first, last;
        memcpy(&first, text, sizeof first);
        memcpy(&last, text + len - sizeof last, sizeof last);
        low = first | (uint64_t)last << 8 * (len - sizeof last);
    } else if (len > 0) {
        low = (uint64_t)(unsigned char)text[0] | (uint64_t)(unsigned char)text[len / 2] << 8 * (len / 2) |
              (uint64_t)(unsigned char)text[len - 1] << 8 * (len - 1);
    }
    return _mm_set_epi64x((long long)high, (long long)low);
}

static inline uint64_t block_bits_of(__m128i bytes) { return (uint64_t)(unsigned)_mm_movemask_epi8(bytes); }

/* Bytes from `low` on, `count` values. */
static inline __m128i block_in_range(__m128i bytes, char low, char count)
{
    __m128i above = _mm_sub_epi8(bytes, _mm_set1_epi8(low));
    return _mm_cmpeq_epi8(_mm_min_epu8(above, _mm_set1_epi8((char)(count - 1))), above);
}

static inline void block_add(struct block *b, __m128i bytes, size_t shift)
{
    __m128i small = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
    b->wide |= block_bits_of(bytes) << shift;
    b->letters |= block_bits_of(_mm_or_si128(block_in_range(small, 'a', 26), bytes)) << shift;
    b->digits |= block_bits_of(block_in_range(bytes, '0', 10)) << shift;
    b->spaces |= block_bits_of(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(' '))) << shift;
    b->dots |= block_bits_of(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('.'))) << shift;
    b->hyphens |= block_bits_of(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('-'))) << shift;
}

/* `len` is at most BLOCK_BYTES; bits of bytes behind them are 0. Reads no byte beyond. Inline, since of all kinds
 * nobody asks for more than some. */
__attribute__((always_inline)) static inline struct block block_look(const char *text, size_t len)
{
    struct block b = {0};
    if (len < BLOCK_STEP) {
        block_add(&b, block_load_short(text, len), 0);
        return b;
    }
    for (size_t at = 0; at + BLOCK_STEP < len; at += BLOCK_STEP)
        block_add(&b, block_load(text + at), at);
    block_add(&b, block_load(text + len - BLOCK_STEP), len - BLOCK_STEP); /* some may be the same again */
    return b;
}

static inline bool block_has(const char *text, size_t len, char byte)
{
    const __m128i wanted = _mm_set1_epi8(byte);
    if (len > BLOCK_BYTES)
        return memchr(text, byte, len) != NULL;
    if (len < BLOCK_STEP)
        return block_bits_of(_mm_cmpeq_epi8(block_load_short(text, len), wanted)) != 0;
    __m128i found = _mm_cmpeq_epi8(block_load(text + len - BLOCK_STEP), wanted);
    for (size_t at = 0; at + BLOCK_STEP < len; at += BLOCK_STEP)
        found = _mm_or_si128(found, _mm_cmpeq_epi8(block_load(text + at), wanted));
    return block_bits_of(found) != 0;
}

#else

static inline bool block_has(const char *text, size_t len, char byte) { return memchr(text, byte, len) != NULL; }

enum { BLOCK_LETTER = 1, BLOCK_WIDE = 2, BLOCK_DIGIT = 4 };
static const unsigned char block_kinds[256] = {
    ['a' ... 'z'] = BLOCK_LETTER,
    ['A' ... 'Z'] = BLOCK_LETTER,
    [0x80 ... 0xff] = BLOCK_LETTER | BLOCK_WIDE,
    ['0' ... '9'] = BLOCK_DIGIT,
};

/* `len` is at most BLOCK_BYTES; bits of bytes behind them are 0. Reads no byte beyond. */
static inline struct block block_look(const char *text, size_t len)
{
    struct block b = {0};
    for (size_t i = 0; i < len; i++) {
        uint64_t kind = block_kinds[(unsigned char)text[i]];
        b.letters |= (kind & BLOCK_LETTER) << i;
        b.wide |= (kind >> 1 & 1) << i;
        b.digits |= (kind >> 2 & 1) << i;
        b.spaces |= (uint64_t)(text[i] == ' ') << i;
        b.dots |= (uint64_t)(text[i] == '.') << i;
        b.hyphens |= (uint64_t)(text[i] == '-') << i;
    }
    return b;
}

#endif

#endif
