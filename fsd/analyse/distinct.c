#include "analyse/distinct.h"

#include <stdlib.h>
#include <string.h>

/* Sorted by their digits, the lowest first; few values are sorted as well by comparing. */
enum { DIGIT_BITS = 11, DIGITS = 6, DIGIT_VALUES = 1 << DIGIT_BITS, FEW = 600 };
_Static_assert((DIGIT_BITS * DIGITS) >= 64 && DIGITS % 2 == 0,
               "all bits are sorted by, and the last pass ends in place");

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static size_t digit_of(uint64_t value, unsigned digit) { return value >> digit * DIGIT_BITS & (DIGIT_VALUES - 1); }

static void sort_by_digit(const uint64_t *from, uint64_t *to, size_t count, unsigned digit)
{
    size_t begins[DIGIT_VALUES] = {0}, before = 0;
    for (size_t i = 0; i < count; i++)
        begins[digit_of(from[i], digit)]++;
    for (size_t d = 0; d < DIGIT_VALUES; d++) {
        size_t some = begins[d];
        begins[d] = before;
        before += some;
    }
    for (size_t i = 0; i < count; i++)
        to[begins[digit_of(from[i], digit)]++] = from[i];
}

static void sort(uint64_t *values, size_t count)
{
    uint64_t *other = count > FEW ? malloc(count * sizeof *other) : NULL;
    if (other == NULL) {
        qsort(values, count, sizeof *values, by_value);
        return;
    }
    for (unsigned digit = 0; digit < DIGITS; digit += 2) {
        sort_by_digit(values, other, count, digit);
        sort_by_digit(other, values, count, digit + 1);
    }
    free(other);
}

size_t distinct_hashes(uint64_t *values, size_t count)
{
    size_t kept = 0;
    if (count == 0)
        return 0;
    sort(values, count);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || values[i] != values[kept - 1])
            values[kept++] = values[i];
    return kept;
}
