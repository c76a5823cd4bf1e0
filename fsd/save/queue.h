/*
 * queue: journal records that were read and are not in the record yet, of one mount; and where to cut a batch of them.
 *
 * Bounded: what does not fit waits in the journal, on disk.
 */
#ifndef HOLDFAST_SAVE_QUEUE_H
#define HOLDFAST_SAVE_QUEUE_H

#include "base/error.h"
#include "event/journal.h"

enum { QUEUE_RECORDS = 2000, QUEUE_FIRST_RECORDS = 100, QUEUE_TEXT_BYTES = 4 * 1024 * 1024 };
#define QUEUE_CONTENT_BYTES (UINT64_C(64) * 1024 * 1024) /* at most so many bytes of saved files a batch */

/* A save that takes several steps is over once nothing happened for QUIET_GAP_MS; no record waits longer than
 * LONGEST_WAIT_MS. */
enum { QUEUE_SETTLE_MS = 250, QUEUE_QUIET_MS = 20, QUEUE_LONGEST_MS = 700 };

struct queue {
    struct journal_reader *reader;
    const struct journal_record *records[QUEUE_RECORDS + 2]; /* oldest first; each owns its strings */
    int64_t arrived_ns[QUEUE_RECORDS + 2];                   /* monotonic */
    size_t count;
    size_t text_bytes;
    uint64_t read_seq; /* newest record read */
    size_t most;       /* records of one batch: few at first, twice as many after each that is kept */
};

/* Begin behind `kept_seq`. 0, -ENODATA: trimmed already; -errno. */
int queue_open(struct queue *q, int spool_fd, uint64_t kept_seq, struct error *e);
void queue_close(struct queue *q);

/*
 * Read what there is, as far as it fits. 0 or -errno of the file system or -ENOMEM. Damage is no error: it becomes two
 * records, a JOURNAL_GAP that tells of it and a JOURNAL_RESCAN of the whole mount.
 */
int queue_fill(struct queue *q, struct error *e);

/*
 * How many records make a batch now: 0 none yet. Those up to `wanted` are wanted at once. The first batches are small,
 * so that a keeper that dies every half a second still keeps some of what waits.
 */
size_t queue_cut(const struct queue *q, int64_t real_now_ns, int64_t mono_now_ns, uint64_t wanted);

/* Milliseconds until queue_cut is worth asking again; -1: not before a new record. */
int queue_wait_ms(const struct queue *q, int64_t real_now_ns, int64_t mono_now_ns);

/* The first `count` are kept: forget them. */
void queue_drop(struct queue *q, size_t count);

/* Is a record about this inode or path waiting behind the first `from`; is a DELETE? */
bool queue_has(const struct queue *q, size_t from, const char *path, uint64_t ino);
bool queue_has_delete(const struct queue *q, size_t from, const char *path, uint64_t ino);

/* Does a DELETE of this very file stand behind `record`, which is one of the queue's? */
bool queue_is_deleted(const struct queue *q, const struct journal_record *record);

/*
 * Where is now what was at `path` when record `seq` was written? As far as the records behind it in the queue tell; for
 * stores without handles. Caller frees; NULL: out of memory.
 */
char *queue_path_now(const struct queue *q, uint64_t seq, const char *path);

#endif
