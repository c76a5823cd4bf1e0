/*
 * journal: what the mount tells the keeper, on disk, one record an event.
 *
 * SPOOL/<mount>/journal/<first seq, 16 hex digits>.seg: segments of JOURNAL_SEGMENT_BYTES, preallocated (so that
 * an append never meets a full disk), each a run of records; the first zero magic ends it. A record is written with one
 * pwrite: it survives the death of every process of ours once append returned, and a power cut after
 * journal_sync. A record torn by a power cut fails its checksum; journal_open_writer cuts the tail there.
 *
 * One writer (the mount child; several threads), one reader (the keeper, another process). Sequence
 * numbers start at 1, have no gap, and never go back, not even over restarts or after everything was trimmed
 * (the newest segment always stays, and its name says where it begins).
 *
 * A save's bytes are not here. They are in the backing file until somebody is about to change them; then
 * the mount has put a copy at SPOOL/<mount>/clone/<seq, 16 hex digits> *before* it let that happen. So a reader of the
 * backing file looks for the clone after it read: no clone, no change (see save/capture.h).
 */
#ifndef HOLDFAST_EVENT_JOURNAL_H
#define HOLDFAST_EVENT_JOURNAL_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JOURNAL_SEGMENT_BYTES = 4 * 1024 * 1024 };

enum journal_type {
    JOURNAL_SAVE = 1, /* path has new bytes */
    JOURNAL_DELETE,   /* path is gone (a file or symlink; emptied folders have no event) */
    JOURNAL_RENAME,   /* path2 -> path; what was at `path` is replaced; a folder with JOURNAL_IS_DIR */
    JOURNAL_EXCHANGE, /* path2 <-> path */
    JOURNAL_CHMOD,    /* mode, owner or ACL of path changed: `mode` is the new one */
    JOURNAL_SYMLINK,  /* path is a new symlink; path2 is its target */
    JOURNAL_LINK,     /* path is a new hard link of path2 */
    JOURNAL_RESCAN,   /* path (a folder; "" is the mount) has to be compared with the record */
    JOURNAL_SESSION,  /* the mount came up (path2: "start") or went down in order ("stop") */
    JOURNAL_GAP,      /* something was not seen: path2 says what, in words */
    JOURNAL_REPLACED, /* the file `ino` is gone: the rename before this took its last name, `path` */
    JOURNAL_VERDICT,  /* what a rule decided; in a journal of its own, and path2 holds more (event/verdict.h) */
};

enum journal_flag {
    JOURNAL_CREATED = 1 << 0,  /* SAVE: the file was created since the mount came up and this is its first save */
    JOURNAL_CLONED = 1 << 1,   /* SAVE: the clone was made at once (someone else holds the file open for writing) */
    JOURNAL_INTERVAL = 1 << 2, /* SAVE: still open; it went on changing */
    JOURNAL_MAYBE = 1 << 3,    /* SAVE: cannot tell whether it changed (coarse timestamps); equal content: no version */
    JOURNAL_IS_DIR = 1 << 4,   /* RENAME, EXCHANGE: `path` is now a folder */
    JOURNAL_OTHER_DIR = 1 << 5, /* EXCHANGE: `path2` is now a folder */
    JOURNAL_SYNCED = 1 << 6,    /* SAVE: the application called fsync on it */
    JOURNAL_STORIED = 1 << 7,   /* SAVE, with CREATED: its name held a file before, so it is no scratch file */
};

/* The store's file handle (name_to_handle_at), by which the mount finds the file again whatever its name. */
struct journal_handle {
    int32_t type;
    uint32_t len; /* 0: the store has no handles; go by path */
    unsigned char bytes[40];
};

/*
 * One event. Strings are raw bytes, relative to the mount, without leading slash, NUL-terminated, never NULL (""
 * where unused). When read, they point into the reader's buffer and hold until the next read.
 */
struct journal_record {
    uint64_t seq; /* set by append */
    enum journal_type type;
    uint32_t flags;   /* enum journal_flag */
    int64_t time_ns;  /* realtime, when the event happened */
    uint64_t ino;     /* of the backing file */
    uint64_t size;    /* bytes, at the event */
    int64_t mtime_ns; /* of the backing file, at the event */
    int64_t ctime_ns;
    uint32_t mode; /* st_mode */
    uint32_t nlink;
    int32_t pid; /* the subject: taken at open; 0 where unknown */
    uint32_t uid, gid;
    uint32_t session; /* audit login session; UINT32_MAX: none */
    struct journal_handle handle;
    const char *path;
    const char *path2;
    const char *app; /* executable of the subject, "" where unknown */
};

struct journal;

/*
 * Open for appending; `dir_fd` is SPOOL/<mount> (kept by the caller; "journal" is made below it, all owned as it is).
 * Cuts a torn tail. Errors: -ENOSPC, -EIO, ... of the file system; -EILSEQ if a segment is not ours.
 */
int journal_open_writer(struct journal **out, int dir_fd, struct error *e);

/*
 * Append one record; fills `r->seq`. Any thread. At least one whole spare segment is kept preallocated, so this
 * fails only if journal_has_room() said false before: -ENOSPC. Costs one pwrite. -ENAMETOOLONG: a string of PATH_MAX
 * bytes or more.
 */
int journal_append(struct journal *j, struct journal_record *r);

/* Is a spare segment reserved? False: the disk is full; let nobody begin to write until it is true again (this
 * retries). */
bool journal_has_room(struct journal *j);

/* Sequence number of the newest record (0: none yet, ever). */
uint64_t journal_head(struct journal *j);

/* fdatasync: every record appended before survives a power cut. */
int journal_sync(struct journal *j);
void journal_close(struct journal *j);

struct journal_reader;

/* Read on from the first record with seq >= from_seq. -ENODATA if that was trimmed away already. */
int journal_open_reader(struct journal_reader **out, int dir_fd, uint64_t from_seq, struct error *e);

/*
 * 1: *out is the next record; 0: none there yet; -EILSEQ: the journal is damaged before its end (says which records are
 * lost); the next call goes on with the first sound record behind the damage. Other -errno: of the file system; try
 * again.
 */
int journal_read(struct journal_reader *r, struct journal_record *out, struct error *e);

/* Make what was read survive a power cut, so that nothing in the record is ahead of the journal. 0 or -errno. */
int journal_sync_reader(struct journal_reader *r);
void journal_close_reader(struct journal_reader *r);

/*
 * The first sequence number that the journal's oldest segment holds or will hold, and the newest in the journal (*first
 * - 1: none). Reads the newest segment. -ENOENT: there is no journal yet.
 */
int journal_bounds(int dir_fd, uint64_t *first, uint64_t *newest);

/* Remove segments whose records are all <= kept_seq (never the newest segment). Bytes that remain, or -errno. */
int64_t journal_trim(int dir_fd, uint64_t kept_seq);

#endif
