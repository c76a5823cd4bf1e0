/* A table of names as the keeper makes it of the company's prospect lists. */
#ifndef HOLDFAST_TESTS_INSPECT_LISTS_H
#define HOLDFAST_TESTS_INSPECT_LISTS_H

#include "analyse/fingerprint.h"
#include "analyse/known.h"

#include <stdlib.h>
#include <string.h>

struct listed {
    enum contact_kind kind;
    const char *text;
};

static inline int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The caller closes it. */
static inline int make_names(const unsigned char *secret, const struct listed *listed, size_t count)
{
    uint64_t *keys = calloc(count, sizeof *keys);
    struct known_writer *w = NULL;
    for (size_t i = 0; i < count; i++) {
        char room[CONTACT_KEY_BYTES];
        struct contact_key key = {.kind = listed[i].kind, .text = room};
        key.len = (uint32_t)contact_normalise(key.kind, listed[i].text, strlen(listed[i].text), room, sizeof room);
        keys[i] = fingerprint_key(secret, &key);
    }
    qsort(keys, count, sizeof *keys, by_value);
    if (known_begin(&w, KNOWN_NAMES) != 0)
        abort();
    for (size_t i = 0; i < count; i++)
        known_add_name(w, keys[i]);
    int fd = known_seal(w);
    known_drop(w);
    free(keys);
    return fd;
}

#endif
