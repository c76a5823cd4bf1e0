#include "base/nearest.h"

#include <string.h>

enum { WORD_MOST = 32 };

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* Edits (insert, delete, replace) that make one word of the other; words longer than WORD_MOST are far from everything.
 */
static size_t distance(const char *a, const char *b)
{
    size_t row[WORD_MOST + 1], a_len = strlen(a), b_len = strlen(b);
    if (a_len > WORD_MOST || b_len > WORD_MOST)
        return WORD_MOST;
    for (size_t j = 0; j <= b_len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = least(replaced, least(row[j], row[j - 1]) + 1);
        }
    }
    return row[b_len];
}

const char *nearest_word(const char *text, const char *const *words, size_t count)
{
    const char *best = NULL;
    size_t best_distance = strlen(text) / 3 + 2; /* farther than this is another word, not a slip */
    for (size_t i = 0; i < count; i++) {
        size_t d = distance(text, words[i]);
        if (d < best_distance) {
            best = words[i];
            best_distance = d;
        }
    }
    return best;
}
