/*
 * tally: what a match counts: for each lineage, and which words were seen. Both are open hash tables that grow with
 * what is put in.
 */
#ifndef HOLDFAST_INDEX_TALLY_H
#define HOLDFAST_INDEX_TALLY_H

#include <stddef.h>
#include <stdint.h>

struct tally_entry {
    uint32_t lineage; /* 0: free */
    uint32_t rows, emails, text;
    uint32_t row; /* the last asked row counted, from 1 */
};

struct tally;
struct tally *tally_new(void);
struct tally_entry *tally_get(struct tally *t,
                              uint32_t lineage);                /* made if missing; good until the next; NULL: memory */
struct tally_entry *tally_pack(struct tally *t, size_t *count); /* all side by side; nothing can be got afterwards */
void tally_free(struct tally *t);

struct seen;
struct seen *seen_new(void);
int seen_add(struct seen *s, uint64_t word); /* 1: new; 0: seen before; -ENOMEM */
void seen_clear(struct seen *s);
void seen_free(struct seen *s);

#endif
