#include "analyse/distinct.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/*
 * Hashes are spread evenly, so their highest bits nearly decide the order: each is put at once where as many begin with
 * less, by as many bits as leave a few together, and a pass that moves each behind the few that are less puts the rest
 * in place. It may move so many; values that were chosen to need more, since they differ in low bits only, are sorted
 * by comparing.
 */
enum { TOGETHER = 2, FEW = 64, MOVES_EACH = 8 };

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* By as many of the highest bits as there are bits in count / TOGETHER. False without memory. */
static bool sort_by_highest(uint64_t *values, size_t count)
{
    unsigned bits = 1;
    while (count >> bits > TOGETHER)
        bits++;
    size_t prefixes = (size_t)1 << bits, before = 0;
    size_t *begins = calloc(prefixes, sizeof *begins);
    uint64_t *sorted = malloc(count * sizeof *sorted);
    bool has_room = begins != NULL && sorted != NULL;
    for (size_t i = 0; i < count && has_room; i++)
        begins[values[i] >> (64 - bits)]++;
    for (size_t p = 0; p < prefixes && has_room; p++) {
        size_t some = begins[p];
        begins[p] = before;
        before += some;
    }
    for (size_t i = 0; i < count && has_room; i++)
        sorted[begins[values[i] >> (64 - bits)]++] = values[i];
    if (has_room)
        memcpy(values, sorted, count * sizeof *values);
    free(begins);
    free(sorted);
    return has_room;
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
    if (count <= FEW || !sort_by_highest(values, count) || !settle(values, count))
        qsort(values, count, sizeof *values, by_value);
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
