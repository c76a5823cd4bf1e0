/*
 * scan: reconcile: compare a mount's store with the tip of the record, a step at a time, and version what differs.
 *
 * Files that the facts say are as they were kept cost nothing; others are compared by content. What differs was changed
 * where we did not see it: `unattended` if nothing was mounted then, else `recovered`. What the record has and the
 * store has not is deleted, but only if the store said so plainly: an error concludes nothing.
 *
 * A file whose record waits in the journal, or that was changed since the scan began, is left to its own save event.
 */
#ifndef HOLDFAST_SAVE_SCAN_H
#define HOLDFAST_SAVE_SCAN_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCAN_ALIVE_SLACK_NS (INT64_C(10) * 1000000000) /* the sign of life is at most half as old while we live */

enum { SCAN_ASKED_MOST = 64, SCAN_RETRY_MS = 5000, SCAN_AGAIN_MS = 60000 };

struct scan_folder;
struct lane;
struct keep_tools;

struct scan {
    _Atomic bool
        owed; /* somebody asked for a folder to be looked through: what is in it was saved, and is not kept yet */
    bool running;
    bool incomplete;              /* some folder could not be looked at */
    bool unattended;              /* it is the scan at a start: what it finds may be from when nothing was mounted */
    int64_t began_ns;             /* realtime */
    struct scan_folder *folders;  /* owned: still to be walked, the next one first */
    char *root;                   /* owned: where it began */
    char *asked[SCAN_ASKED_MOST]; /* owned: folders to be scanned after this one */
    size_t asked_count;
    int64_t retry_at_ns; /* monotonic: the store was away */
    uint64_t versions;   /* made by this scan */
    bool sweeping;       /* at its end no fact stays of a file that is not there */
    bool sweep_begun;    /* it has begun with that */
    uint64_t head;       /* of the journal then: what moves meanwhile may be missed */
};

/* Begin a scan of `path` ("" is all), unless one runs: then it comes after. */
void scan_begin(struct scan *s, const char *path, bool unattended);
void scan_ask(struct scan *s, const char *path);

/* A folder was renamed in the record. What a scan had yet to look at in it, it looks at where it is now. */
void scan_note_move(struct scan *s, const char *from, const char *to);
void scan_end(struct scan *s);

/* Is there something to do now? */
bool scan_has_work(const struct scan *s, int64_t mono_now_ns);

/*
 * One step, some ten milliseconds (or one large file) long, only while the lane's queue is empty. 0, also when the
 * store is away (tried again later); -errno: the repository cannot be written, nothing was changed.
 */
int scan_step(struct keep_tools *t, struct lane *l, size_t *versions, struct error *e);

#endif
