#include "inspect/block.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>

enum { STEP = sizeof(__m128i) };

/* Fewer bytes than a register holds, zeroes behind them. Loads overlap, so that none reads too far. */
static __m128i load_short(const char *text, size_t len)
{
    uint64_t low = 0, high = 0;
    if (len >= sizeof low) {
        memcpy(&low, text, sizeof low);
        memcpy(&high, text + len - sizeof high, sizeof high);
        high = len > sizeof low ? high >> 8 * (STEP - len) : 0;
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

static uint64_t bits_of(__m128i bytes) { return (uint64_t)(unsigned)_mm_movemask_epi8(bytes); }

/* Bytes from `low` on, `count` values. */
static __m128i in_range(__m128i bytes, char low, char count)
{
    __m128i above = _mm_sub_epi8(bytes, _mm_set1_epi8(low));
    return _mm_cmpeq_epi8(_mm_min_epu8(above, _mm_set1_epi8((char)(count - 1))), above);
}

static void add(struct block *b, __m128i bytes, size_t shift)
{
    __m128i small = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
    b->wide |= bits_of(bytes) << shift;
    b->letters |= bits_of(_mm_or_si128(in_range(small, 'a', 26), bytes)) << shift;
    b->digits |= bits_of(in_range(bytes, '0', 10)) << shift;
}

struct block block_look(const char *text, size_t len)
{
    struct block b = {0};
    size_t at = 0;
    for (; len - at >= STEP; at += STEP)
        add(&b, _mm_loadu_si128((const __m128i *)(const void *)(text + at)), at);
    if (at < len)
        add(&b, load_short(text + at, len - at), at);
    return b;
}

#else

enum { LETTER = 1, WIDE = 2, DIGIT = 4 };
static const unsigned char kinds[256] = {
    ['a' ... 'z'] = LETTER,
    ['A' ... 'Z'] = LETTER,
    [0x80 ... 0xff] = LETTER | WIDE,
    ['0' ... '9'] = DIGIT,
};

struct block block_look(const char *text, size_t len)
{
    struct block b = {0};
    for (size_t i = 0; i < len; i++) {
        uint64_t kind = kinds[(unsigned char)text[i]];
        b.letters |= (kind & LETTER) << i;
        b.wide |= (kind >> 1 & 1) << i;
        b.digits |= (kind >> 2 & 1) << i;
    }
    return b;
}

#endif
