/*
 * index: which files of the record hold which contacts and texts, since which version, until which: LMDB, one writer
 * (the keeper), any number of readers in other processes.
 *
 * A cache: rebuilt from the record by `holdfast index rebuild`. It holds no plain value: keys are hashes with the
 * company's secret.
 *
 * Versions of a list share most of its rows, so content is kept per LINEAGE, the line of versions of one file: a row
 * (its set of keys) is written once, when a version first has it, and once more when a version has it no longer. A
 * version that changes three rows adds three rows, whatever it holds. (inside: layout.h)
 *
 * Files in the index's folder: data.mdb and lock.mdb are LMDB's, `state` says whether data.mdb is whole. What holds:
 *
 *   - Killed at any moment, the index is as it was after a recent commit; the version being added is wholly in or out.
 *   - The machine stopped (power cut) since the last index_sync with commits after it: -EILSEQ at the next open.
 * Commits do not wait for the disk, so LMDB could be torn, and nothing less than a rebuild is sure.
 *   - Bytes of data.mdb changed by somebody else: opening looks at every page's structure, order and bounds before LMDB
 *     does, and says -EILSEQ. Values changed inside a sound structure (a hash, a row's number) cannot be told and give
 *     wrong answers. Changed while it is open, LMDB may crash the process, as may a medium's read error (SIGBUS).
 *   - Disk full: -ENOSPC from the call, what was committed stays.
 *
 * Memory of a process: LMDB maps data.mdb shared, so it is page cache, counted as RssFile and given back under
 * pressure. Anonymous are a transaction's changed pages only: it is committed in parts, each below INDEX_TXN_PAGES.
 *
 * Calls on one struct index belong to one thread. A process may have an index open once, and not carry it over a fork.
 * Errors of every call: -ENOMEM; -EILSEQ; -ENOSPC; -EIO; of the file system.
 */
#ifndef HOLDFAST_INDEX_INDEX_H
#define HOLDFAST_INDEX_INDEX_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

enum {
    INDEX_TXN_PAGES = 4096, /* changed in one transaction: 16 MiB of the writer's own memory */
    INDEX_COMMON = 64,      /* places of one key, the oldest, that a match looks at */
    INDEX_KIND = 7,         /* the bits of a row key that say its kind, as fingerprint_key puts them */
    INDEX_KIND_EMAIL = 0,
};

struct index;

/*
 * `path` is a folder, made if missing (0700). -EBUSY: another writer has it open. -EILSEQ: damaged or of another
 * version: index_remove and rebuild. The reader: -ENOENT if there is no index yet.
 */
int index_open_writer(struct index **out, const char *path, struct error *e);
int index_open_reader(struct index **out, const char *path, struct error *e);
void index_close(struct index *x); /* of a writer: syncs, too; a group that was not committed is dropped */

/* Remove what index_open_writer makes, but the folder. -EBUSY: a writer has it open. 0 if there is nothing. */
int index_remove(const char *path, struct error *e);

/* ---- writing ---- */

/* One version of one file. */
struct index_version {
    uint64_t lineage; /* the caller's name for the file's line of versions, whatever its path is by now */
    uint64_t number;  /* rises within the lineage; the record's Seq. Not 0 */
    unsigned char blob[20];
};

struct index_row_key {
    uint64_t key;
    uint32_t row; /* keys of one row stand together */
};

/*
 * A group of versions: what is added between begin and commit shares LMDB's work. A large group is committed in parts,
 * so abort drops only what came after the last of them; adding those versions again does no harm.
 */
int index_begin(struct index *x, struct error *e);
int index_commit(struct index *x, struct error *e); /* safe from kill -9 */
void index_abort(struct index *x);
int index_sync(struct index *x, struct error *e); /* safe from power cuts. Not inside a group */

/*
 * What a version holds; versions of a lineage come in their order, each whole. One that is not newer than the newest
 * known is left out, and 0 returned: all may be added again. `text` are winnowing fingerprints; repeated ones do not
 * matter. After an error the group is dropped (as by index_abort).
 */
int index_add(struct index *x, const struct index_version *v, const struct index_row_key *keys, size_t key_count,
              const uint64_t *text, size_t text_count, struct error *e);

/* ---- reading: sees what is committed, or in a writer's group all that was added ---- */

/* A run of versions of one lineage, all of which hold the key. */
struct index_holding {
    struct index_version since; /* the first of them */
    uint64_t until;             /* number of the first that no longer does; 0: the newest known holds it */
};
typedef int index_each(void *ctx, const struct index_holding *h); /* non-zero stops and is returned */
int index_find(struct index *x, uint64_t key, index_each *each, void *ctx, struct error *e);

/* Which lineages have this fingerprint of text, and since when; `until` is not known of text, and 0. */
int index_find_text(struct index *x, uint64_t fingerprint, index_each *each, void *ctx, struct error *e);

/* The versions of a lineage, oldest first. */
typedef int index_each_version(void *ctx, const struct index_version *v);
int index_versions(struct index *x, uint64_t lineage, index_each_version *each, void *ctx, struct error *e);

/*
 * What known content do these keys come from? A row is met by a lineage when one row that any of its versions had
 * shares keys of two kinds with it. Rows asked for twice count once.
 *
 * Of a key that is in many places (a company in ten thousand lists) only the INDEX_COMMON oldest are candidates, so a
 * match costs the same however common a key is. The row's rarer keys bring candidates of their own, and there a common
 * key is looked up in just that row: a list is missed only if every pair of the row's keys is in INDEX_COMMON older
 * places, and then those are found.
 */
struct index_match {
    struct index_version last; /* the newest known version of the lineage */
    uint32_t rows;             /* distinct rows of the asked file that it meets */
    uint32_t emails;           /* distinct emails of the asked file that it has */
    uint32_t text;             /* distinct fingerprints of text that it has */
};

/* Up to `most` into `out`, most rows first, then emails, then text, then the older lineage. */
int index_match(struct index *x, const struct index_row_key *keys, size_t key_count, const uint64_t *text,
                size_t text_count, struct index_match *out, size_t most, size_t *count, struct error *e);

#endif
