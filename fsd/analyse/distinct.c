#include "analyse/distinct.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/*
 * Hashes are spread evenly, so their high bits nearly decide the order: they are sorted by their highest digits, the
 * lowest of these first, and a pass that moves each value behind the few that are less puts the rest in place. It may
 * move so many; values that were chosen to need more, since they differ in low bits only, are sorted by comparing.
 */
enum { DIGIT_BITS = 8, DIGITS = 4, DIGIT_VALUES = 1 << DIGIT_BITS, FEW = 128, MOVES_EACH = 4 };
_Static_assert(DIGITS % 2 == 0, "the last pass ends in place");

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Digit 0 is the lowest of those sorted by. */
static size_t digit_of(uint64_t value, unsigned digit)
{
    return value >> (64 - (DIGITS - digit) * DIGIT_BITS) & (DIGIT_VALUES - 1);
}

/* Where each digit's values begin. */
static void count_digits(const uint64_t *values, size_t count, size_t begins[DIGITS][DIGIT_VALUES])
{
    memset(begins, 0, DIGITS * sizeof *begins);
    for (size_t i = 0; i < count; i++)
        for (unsigned digit = 0; digit < DIGITS; digit++)
            begins[digit][digit_of(values[i], digit)]++;
    for (unsigned digit = 0; digit < DIGITS; digit++)
        for (size_t d = 0, before = 0; d < DIGIT_VALUES; d++) {
            size_t some = begins[digit][d];
            begins[digit][d] = before;
            before += some;
        }
}

static void sort_by_digit(const uint64_t *from, uint64_t *to, size_t count, unsigned digit, size_t *begins)
{
    for (size_t i = 0; i < count; i++)
        to[begins[digit_of(from[i], digit)]++] = from[i];
}

/* False if too much is out of place. */
static bool settle(uint64_t *values, size_t count)
{
    size_t moves = MOVES_EACH * count;
    for (size_t i = 1; i < count; i++) {
        uint64_t value = values[i];
        size_t at = i;
        for (; at > 0 && values[at - 1] > value && moves > 0; at--, moves--)
            values[at] = values[at - 1];
        values[at] = value;
    }
    return moves > 0;
}

static void sort(uint64_t *values, size_t count)
{
    size_t begins[DIGITS][DIGIT_VALUES];
    uint64_t *other = count > FEW ? malloc(count * sizeof *other) : NULL;
    if (other != NULL) {
        count_digits(values, count, begins);
        for (unsigned digit = 0; digit < DIGITS; digit += 2) {
            sort_by_digit(values, other, count, digit, begins[digit]);
            sort_by_digit(other, values, count, digit + 1, begins[digit + 1]);
        }
    }
    if (other == NULL || !settle(values, count))
        qsort(values, count, sizeof *values, by_value);
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
