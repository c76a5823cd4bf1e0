/*
 * layout: how the index lies in LMDB, for this folder only.
 *
 *   keys      row key               -> places (a sorted set of 64-bit words)
 *   text      fingerprint           -> places
 *   lineages  the caller's lineage  -> number of the lineage, from 1
 *   versions  place                 -> struct version_record; ordinal 0: struct lineage_record
 *   gone      place                 -> ordinal of the first version without the row
 *   live      number of the lineage -> rows of its newest version (rows.h)
 *   streams   number of a stream or root -> struct stream_record
 *   names     a folder's id, then the hash of a name in it -> struct name_record
 *
 * A PLACE is the lineage's number << 32 and, below, a row of it; in `versions` an ordinal instead, from 1 without gaps.
 * So a key's places are sorted by lineage, oldest first, and "has this lineage this key" is one search.
 *
 * A ROW's number stands for one set of keys in one lineage, from the version that first has it to the one that has it
 * no longer; a row that changes, or comes back, is a new one. What is new of a version's text is one row more. Numbers
 * are given in order from 1, so the version that brought a row is the last whose `first_row` is not above it.
 *
 * NAMES are a tree, as a file system's are, so that a folder with all it holds moves by one entry. An ID is the number
 * of a root << 40 and, below, a node in it; the root itself is node 0. A file's id is its lineage. Streams and roots
 * are numbered in one series from 1 (0 << 40 is the folder of streams, number << 40 of a stream the folder of its
 * roots).
 *
 * A version that is added in several transactions first takes its rows' numbers (the lineage's record is written), and
 * its own record comes last: rows that belong to no version's record were never added.
 */
#ifndef HOLDFAST_INDEX_LAYOUT_H
#define HOLDFAST_INDEX_LAYOUT_H

#include "index/index.h"

#include <lmdb.h>
#include <stdbool.h>

enum index_table {
    TABLE_KEYS,
    TABLE_TEXT,
    TABLE_LINEAGES,
    TABLE_VERSIONS,
    TABLE_GONE,
    TABLE_LIVE,
    TABLE_STREAMS,
    TABLE_NAMES,
    INDEX_TABLES
};

struct table_form {
    const char *name;
    unsigned flags; /* of mdb_dbi_open */
};
extern const struct table_form index_table_forms[INDEX_TABLES];

struct lineage_record {
    uint64_t lineage;
    uint64_t newest;   /* number of the newest version that is wholly in; 0: none yet */
    uint32_t ordinal;  /* of that version */
    uint32_t next_row; /* to be given out */
};

struct version_record {
    uint64_t number;
    unsigned char blob[20];
    uint32_t first_row; /* the rows it brought */
    uint32_t row_count;
    uint32_t text_whole; /* 1: all its text is in fingerprints; 0: who knows */
};

struct stream_record {
    uint64_t newest;        /* of a stream: number of the newest event that is wholly in; 0: none */
    uint64_t next_node;     /* of a root: to be given out */
    unsigned char mark[20]; /* of the newest event */
    uint32_t reserved;
    char rep[INDEX_NAME_BYTES], device[INDEX_NAME_BYTES], mount[INDEX_NAME_BYTES]; /* mount "": a stream */
};

struct name_record {
    uint64_t id;
    uint32_t is_folder;
    uint32_t reserved;
};

struct index {
    MDB_env *env;
    MDB_dbi table[INDEX_TABLES];
    int state_fd; /* locked by the writer */
    bool is_writer;
    bool is_marked; /* `state` says that commits may not have reached the disk */
    MDB_txn *txn;   /* the group's; NULL outside */
    size_t changed; /* pages changed in it, at most */
};

static inline uint64_t place_of(uint32_t lineage, uint32_t what) { return (uint64_t)lineage << 32 | what; }
static inline uint32_t place_lineage(uint64_t place) { return (uint32_t)(place >> 32); }
static inline uint32_t place_what(uint64_t place) { return (uint32_t)place; }

static inline MDB_val val_of(const void *bytes, size_t len)
{
    return (MDB_val){.mv_size = len, .mv_data = (void *)bytes};
}

/* What LMDB returned, as -errno with words. */
int index_fail(struct error *e, int lmdb_code, const char *what);

/* LMDB's transaction for reading; follows a map that the writer made larger, and takes the slots of dead readers. */
int index_begin_reading(struct index *x, MDB_txn **txn);

/* The record under a 64-bit key, copied: 0, -ENOENT without words, or an error. */
int index_get(struct index *x, MDB_txn *txn, enum index_table table, uint64_t key, void *record, size_t len,
              struct error *e);
int index_put(struct index *x, enum index_table table, uint64_t key, const void *record, size_t len, struct error *e);

/* Before changing up to `pages` more: commits what there is and grows the map, if need be. Cursors are gone then. */
int index_make_room(struct index *x, size_t pages, struct error *e);

/* What of a version's text its lineage has not, under that place: 1 if there was any, 0, or an error. */
int index_add_text(struct index *x, uint64_t place, const uint64_t *text, size_t count, struct error *e);

/* A look at one moment of the index: the group's own transaction, or one for reading. */
struct view {
    struct index *x;
    MDB_txn *txn;
};
int view_open(struct view *v, struct index *x, struct error *e);
void view_close(struct view *v);

/* The version that brought a row: 0; -ENOENT without words if none did (it was never wholly added); an error. */
int view_find_bringer(const struct view *v, uint64_t place, uint32_t *ordinal, struct version_record *r,
                      struct error *e);

/* The lineage and number of a version, as callers know it. */
struct index_version version_of(const struct lineage_record *l, const struct version_record *r);

#endif
