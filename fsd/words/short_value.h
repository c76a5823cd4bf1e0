/*
 * short_value: a cell's value of a few bytes as numbers, so that one met again is known at once. The titles, cities and
 * given names of a list are few, and what was found out about one holds wherever it stands again.
 *
 * Tables of them are direct-mapped: a value has one place, and the last that came there has it. So a table never grows
 * and costs the same whatever a file holds; and since all of a value is compared, none is taken for another.
 */
#ifndef HOLDFAST_WORDS_SHORT_VALUE_H
#define HOLDFAST_WORDS_SHORT_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { SHORT_VALUE_BYTES = 32 };

/* Of two values as long, the same numbers are the same bytes: its beginning and its end, which overlap. */
struct short_value {
    uint64_t parts[4];
    uint64_t len; /* 0: a place that no value has taken */
};

/* `len` is at most SHORT_VALUE_BYTES. Reads no byte beyond. */
static inline struct short_value short_value_of(const char *text, size_t len)
{
    struct short_value v = {.len = len};
    if (len >= 16) {
        memcpy(&v.parts[0], text, 16);
        memcpy(&v.parts[2], text + len - 16, 16);
    } else if (len >= 8) {
        memcpy(&v.parts[0], text, 8);
        memcpy(&v.parts[1], text + len - 8, 8);
    } else if (len >= 4) {
        uint32_t first, last;
        memcpy(&first, text, 4);
        memcpy(&last, text + len - 4, 4);
        v.parts[0] = (uint64_t)first << 32 | last;
    } else if (len > 0) {
        v.parts[0] = (uint64_t)(unsigned char)text[0] << 16 | (uint64_t)(unsigned char)text[len / 2] << 8 |
                     (unsigned char)text[len - 1];
    }
    return v;
}

static inline bool short_value_is(const struct short_value *a, const struct short_value *b)
{
    return ((a->parts[0] ^ b->parts[0]) | (a->parts[1] ^ b->parts[1]) | (a->parts[2] ^ b->parts[2]) |
            (a->parts[3] ^ b->parts[3]) | (a->len ^ b->len)) == 0;
}

/* Its place among `places`, a power of two. */
static inline size_t short_value_place(const struct short_value *v, size_t places)
{
    uint64_t low = (v->parts[0] + v->len) * UINT64_C(0x9e3779b97f4a7c15) ^ v->parts[2];
    uint64_t high = (v->parts[1] ^ v->parts[3] << 1) * UINT64_C(0xc2b2ae3d27d4eb4f);
    return (size_t)((low ^ low >> 29 ^ high) * UINT64_C(0x165667b19e3779f9) >> 40) & (places - 1);
}

#endif
