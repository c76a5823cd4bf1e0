/*
 * index: which content of the record holds which keys: LMDB, one writer (the keeper), any number of readers,
 * crash-safe.
 *
 * A cache: rebuilt from the record by `holdfast index rebuild`. It holds no plain value: keys are hashes with the
 * company's secret.
 *
 *   blobs   git blob id -> number, contacts, class
 *   keys    key (64 bits) -> numbers of blobs (a sorted set), and for row keys the row
 *   text    winnowing fingerprint (64 bits) -> numbers of blobs
 */
#ifndef HOLDFAST_INDEX_INDEX_H
#define HOLDFAST_INDEX_INDEX_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct index;

/* `path` is a folder, made if missing (0700). -EILSEQ: damaged or of another version: remove it and rebuild. */
int index_open_writer(struct index **out, const char *path, struct error *e);
int index_open_reader(struct index **out, const char *path, struct error *e); /* -ENOENT: there is none yet */
void index_close(struct index *x);

struct index_row_key {
    uint64_t key;
    uint32_t row;
};

/* One content's keys; known content (by blob id) is left as it is. Several in one transaction between begin and commit.
 */
int index_begin(struct index *x, struct error *e);
int index_add(struct index *x, const unsigned char blob[static 20], const struct index_row_key *keys, size_t key_count,
              const uint64_t *text, size_t text_count, struct error *e);
int index_commit(struct index *x, struct error *e); /* durable against kill -9; synced by index_sync */
void index_abort(struct index *x);
int index_sync(struct index *x);

/* Each content that has this key. Non-zero from `each` stops and is returned. */
typedef int index_each(void *ctx, const unsigned char blob[static 20], uint32_t row);
int index_find(struct index *x, uint64_t key, index_each *each, void *ctx, struct error *e);

/*
 * What known content do these keys come from? For each content with at least `rows_least` distinct rows met: how many
 * rows of it, and of the asked ones. Most first. (Guard and review use it; five rows with two kinds of key each are a
 * match.)
 */
struct index_match {
    unsigned char blob[20];
    uint32_t rows;   /* distinct rows of the asked file that meet one of this content with two kinds of key */
    uint32_t emails; /* distinct exact emails met */
    uint32_t text;   /* fingerprints of text met */
};
int index_match(struct index *x, const struct index_row_key *keys, size_t key_count, const uint64_t *text,
                size_t text_count, struct index_match *out, size_t most, size_t *count, struct error *e);

#endif
