#include "index/tally.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM_LEAST = 256 }; /* a power of two; tables are at most half full */

static size_t slot_of(uint64_t word, size_t room)
{
    return (size_t)((word * UINT64_C(0x9E3779B97F4A7C15)) >> 20) & (room - 1);
}

/* ---- lineages ---- */

struct tally {
    struct tally_entry *entries;
    size_t room, count;
};

struct tally *tally_new(void)
{
    struct tally *t = calloc(1, sizeof *t);
    if (t != NULL && (t->entries = calloc(ROOM_LEAST, sizeof *t->entries)) == NULL) {
        free(t);
        return NULL;
    }
    if (t != NULL)
        t->room = ROOM_LEAST;
    return t;
}

void tally_free(struct tally *t)
{
    if (t == NULL)
        return;
    free(t->entries);
    free(t);
}

static struct tally_entry *place_in(struct tally_entry *entries, size_t room, uint32_t lineage)
{
    size_t i = slot_of(lineage, room);
    while (entries[i].lineage != 0 && entries[i].lineage != lineage)
        i = (i + 1) & (room - 1);
    return &entries[i];
}

static bool grow_tally(struct tally *t)
{
    struct tally_entry *entries = calloc(t->room * 2, sizeof *entries);
    if (entries == NULL)
        return false;
    for (size_t i = 0; i < t->room; i++)
        if (t->entries[i].lineage != 0)
            *place_in(entries, t->room * 2, t->entries[i].lineage) = t->entries[i];
    free(t->entries);
    t->entries = entries;
    t->room *= 2;
    return true;
}

struct tally_entry *tally_get(struct tally *t, uint32_t lineage)
{
    struct tally_entry *entry = place_in(t->entries, t->room, lineage);
    if (entry->lineage != 0)
        return entry;
    if (t->count * 2 >= t->room) {
        if (!grow_tally(t))
            return NULL;
        entry = place_in(t->entries, t->room, lineage);
    }
    entry->lineage = lineage;
    t->count++;
    return entry;
}

struct tally_entry *tally_pack(struct tally *t, size_t *count)
{
    *count = 0;
    for (size_t i = 0; i < t->room; i++)
        if (t->entries[i].lineage != 0)
            t->entries[(*count)++] = t->entries[i];
    return t->entries;
}

/* ---- words ---- */

struct seen {
    uint64_t *words; /* 0: free */
    size_t room, count;
    bool has_zero;
};

struct seen *seen_new(void)
{
    struct seen *s = calloc(1, sizeof *s);
    if (s != NULL && (s->words = calloc(ROOM_LEAST, sizeof *s->words)) == NULL) {
        free(s);
        return NULL;
    }
    if (s != NULL)
        s->room = ROOM_LEAST;
    return s;
}

void seen_free(struct seen *s)
{
    if (s == NULL)
        return;
    free(s->words);
    free(s);
}

void seen_clear(struct seen *s)
{
    memset(s->words, 0, s->room * sizeof *s->words);
    s->count = 0;
    s->has_zero = false;
}

static uint64_t *word_in(uint64_t *words, size_t room, uint64_t word)
{
    size_t i = slot_of(word, room);
    while (words[i] != 0 && words[i] != word)
        i = (i + 1) & (room - 1);
    return &words[i];
}

static bool grow_seen(struct seen *s)
{
    uint64_t *words = calloc(s->room * 2, sizeof *words);
    if (words == NULL)
        return false;
    for (size_t i = 0; i < s->room; i++)
        if (s->words[i] != 0)
            *word_in(words, s->room * 2, s->words[i]) = s->words[i];
    free(s->words);
    s->words = words;
    s->room *= 2;
    return true;
}

int seen_add(struct seen *s, uint64_t word)
{
    if (word == 0) {
        bool was = s->has_zero;
        s->has_zero = true;
        return !was;
    }
    if (*word_in(s->words, s->room, word) == word)
        return 0;
    if (s->count * 2 >= s->room && !grow_seen(s))
        return -ENOMEM;
    *word_in(s->words, s->room, word) = word;
    s->count++;
    return 1;
}
