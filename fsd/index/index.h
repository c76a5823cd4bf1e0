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

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    INDEX_TXN_PAGES = 4096, /* changed in one transaction: 16 MiB of the writer's own memory */
    INDEX_COMMON = 64,      /* places of one key, the oldest, that a match looks at */
    INDEX_NAME_BYTES = 80,  /* room for the name of a rep, a device or a mount */
    INDEX_KIND = 7,         /* the bits of a row key that say its kind, as fingerprint_key puts them */
    INDEX_KIND_EMAIL = 0,
};

/*
 * Raised by whoever changes what is found in a file (a reader of one more format, another folding of keys): an index
 * that was filled by another edition would rule out what it was never told, so it counts as of another version.
 */
enum { INDEX_EDITION = 1 };

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
    bool text_whole; /* a text of FINGERPRINT_SURE characters stands in it only where fingerprints tell */
};

struct __attribute__((packed, aligned(4))) index_row_key { /* as reports have them */
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

/* A version that holds what its lineage's newest does. -ENOENT: the lineage has none. Otherwise as index_add. */
int index_add_same(struct index *x, const struct index_version *v, struct error *e);

/*
 * ---- events: what happened to files, under the names that they had ----
 *
 * A STREAM is what one rep did on one device: events with rising numbers, the record's Seq. A name's file keeps its
 * lineage through every rename, of itself or of a folder above it (which costs one entry, whatever the folder holds);
 * what is removed or replaced gets a last version without content, with the event's number and a blob of zeros.
 */
struct index_stream {
    const char *rep, *device;
};

enum index_event_kind {
    INDEX_NOTHING,  /* only the stream goes on */
    INDEX_PUT,      /* `path` has this content; it may be new, or replace a file or a folder */
    INDEX_REMOVE,   /* a file, or a folder and what it holds */
    INDEX_MOVE,     /* `from`, a file or a folder, is at `path` now, and what was there is gone */
    INDEX_EXCHANGE, /* `from` and `path` changed places */
};

struct index_event {
    enum index_event_kind kind;
    const char *mount, *path, *from; /* paths of any length, of raw bytes */
    uint64_t number;
    unsigned char mark[20]; /* the caller's, to know the event again: its commit */
    bool more;              /* others with the same number follow; the last of them has this unset */
    /* put: */
    unsigned char blob[20];
    bool same; /* the content is what index_find_file finds at `path`; nothing else is looked at */
    const struct index_row_key *keys;
    size_t key_count;
    const uint64_t *text;
    size_t text_count;
    bool text_whole; /* as in struct index_version */
};

/*
 * In a group. Events of a stream come in their order; one whose number is not above the newest is left out, and 0
 * returned: all may be applied again. What makes no sense (a name that is not there, a folder moved into itself)
 * changes no name. Errors as index_add's; -ENAMETOOLONG: rep, device or mount of INDEX_NAME_BYTES or more.
 */
int index_apply(struct index *x, const struct index_stream *s, const struct index_event *ev, struct error *e);

/*
 * How many rows of `keys` (distinct sets of keys) the newest version of the lineage has not, and how many of its rows
 * are not among them. In a group. -ENOENT without words: no such lineage.
 */
int index_compare(struct index *x, uint64_t lineage, const struct index_row_key *keys, size_t count, uint64_t *came,
                  uint64_t *went, struct error *e);

/* The same of two lists of keys, no index needed. -ENOMEM. */
int index_compare_rows(const struct index_row_key *before, size_t before_count, const struct index_row_key *now,
                       size_t now_count, uint64_t *came, uint64_t *went);

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
 * The versions of a lineage, by the number that a walk calls it, in which certainly nothing stands that has all of
 * these fingerprints: all their text is in fingerprints, and one of `text` came later or never. -ENOENT without words:
 * there is no lineage of this number; they are numbered from 1 without gaps.
 */
int index_versions_without(struct index *x, uint32_t number, const uint64_t *text, size_t count,
                           index_each_version *each, void *ctx, struct error *e);

/* Number and mark of a stream's newest event; 0 and zeros: it is not known. */
int index_newest(struct index *x, const struct index_stream *s, uint64_t *number, unsigned char mark[static 20],
                 struct error *e);

/* The newest version of the file at this name: 1; 0: there is none, or it is a folder. */
int index_find_file(struct index *x, const struct index_stream *s, const char *mount, const char *path,
                    struct index_version *out, struct error *e);

/* Whose file is it? -ENOENT: the lineage is not one of index_apply's. */
struct index_place {
    char rep[INDEX_NAME_BYTES], device[INDEX_NAME_BYTES], mount[INDEX_NAME_BYTES];
};
int index_find_place(struct index *x, uint64_t lineage, struct index_place *out, struct error *e);

/* The first and the newest version of a lineage. -ENOENT without words: there is none. */
int index_bounds(struct index *x, uint64_t lineage, struct index_version *first, struct index_version *newest,
                 struct error *e);

/*
 * A walk over all row keys, or all fingerprints of text, ascending: a piece of about `most` places from `*from` on (0
 * at first), and `*from` is where the next piece begins. Each key is told once for each of the lineages that ever had
 * it, the oldest INDEX_COMMON. 1: there is more; 0: that was the end; `each`'s non-zero answer stops and is returned.
 */
typedef int index_each_place(void *ctx, uint64_t key, uint32_t number);
int index_walk_keys(struct index *x, uint64_t *from, size_t most, index_each_place *each, void *ctx, struct error *e);
int index_walk_text(struct index *x, uint64_t *from, size_t most, index_each_place *each, void *ctx, struct error *e);

/* The lineage that a walk calls by this number. -ENOENT without words: there is none. */
struct index_lineage {
    uint64_t lineage;
    uint32_t rows; /* of its newest version */
};
int index_look_up(struct index *x, uint32_t number, struct index_lineage *out, struct error *e);

struct index_counts {
    uint64_t lineages, versions;
    uint64_t keys, text; /* places of keys, of fingerprints */
    uint64_t bytes;      /* of data.mdb */
};
int index_count(struct index *x, struct index_counts *out, struct error *e);

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
