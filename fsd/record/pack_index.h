/*
 * pack_index: what a pack being written holds: entries in the order of writing, found by id; and the file made of them.
 */
#ifndef HOLDFAST_RECORD_PACK_INDEX_H
#define HOLDFAST_RECORD_PACK_INDEX_H

#include "record/digest.h"

struct pack_entry {
    struct record_oid oid;
    uint32_t crc; /* CRC-32 of the packed bytes */
    uint32_t depth;
    uint64_t offset;
};

struct pack_index {
    struct pack_entry *entries; /* in order of offset */
    size_t count, room;
    uint32_t *slots;   /* open addressing by id: position + 1; 0 is free */
    size_t slot_count; /* a power of two, at least twice `count` */
};

/* -ENOMEM */
int pack_index_add(struct pack_index *x, const struct pack_entry *entry);
const struct pack_entry *pack_index_find(const struct pack_index *x, const struct record_oid *oid);

/* Forget the entries from `count` on. */
void pack_index_cut(struct pack_index *x, size_t count);
void pack_index_clear(struct pack_index *x); /* memory is kept up to a limit */
void pack_index_free(struct pack_index *x);

/* Append index version 2 with its own checksum. Sorts the entries: only clear or free may follow. -ENOMEM. */
int pack_index_put(struct pack_index *x, const struct record_oid *pack_checksum, struct digests *d, struct buf *to);

#endif
