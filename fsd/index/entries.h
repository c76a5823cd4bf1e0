/*
 * entries: the tree of names, for this folder only. Layout: layout.h.
 */
#ifndef HOLDFAST_INDEX_ENTRIES_H
#define HOLDFAST_INDEX_ENTRIES_H

#include "index/layout.h"

enum { NODE_BITS = 40 };
static inline uint64_t id_of(uint32_t root, uint64_t node) { return (uint64_t)root << NODE_BITS | node; }
static inline uint32_t id_root(uint64_t id) { return (uint32_t)(id >> NODE_BITS); }

/* An entry's key: the folder's id and the name's hash, both with the high byte first, so that a folder's are
 * neighbours. */
struct name_key {
    unsigned char bytes[16];
};

struct name_key name_key_of(uint64_t folder, const char *name, size_t len);

/* 0, -ENOENT without words, or an error. */
int entries_get(struct view *v, const struct name_key *key, struct name_record *out, struct error *e);

/* Any entry of the folder: 1; 0: it is empty. */
int entries_first(struct view *v, uint64_t folder, struct name_key *key, struct name_record *out, struct error *e);

/* In a group, with room made for 2 pages each. */
int entries_put(struct index *x, const struct name_key *key, const struct name_record *record, struct error *e);
int entries_drop(struct index *x, const struct name_key *key, struct error *e); /* 0, too, if it is not there */

/* The next component of a path, or false at its end. Slashes that follow on one another count as one. */
bool entries_component(const char **path, const char **name, size_t *len);

/*
 * The entry that a path's last component has or would have: 1. 0: a folder above it is not there or is a file, it goes
 * through the entry with the id `avoid`, or there is no component.
 */
int entries_find(struct view *v, uint64_t root, const char *path, uint64_t avoid, struct name_key *out,
                 struct error *e);

#endif
