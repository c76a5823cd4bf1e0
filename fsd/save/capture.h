/*
 * capture: the stable bytes of one file, into the record.
 *
 * The mount promises: before it lets anybody change or remove a file whose newest save is unkept, a clone of it lies in
 * the spool under that save's number. So: read the file itself, then look for the clone. None there: nobody changed it,
 * and what was read is what was saved. One there: throw away what was read and take the clone. A shared mapping that
 * outlived its close can change a file behind the mount's back; that shows in its times, and is tried again.
 */
#ifndef HOLDFAST_SAVE_CAPTURE_H
#define HOLDFAST_SAVE_CAPTURE_H

#include "save/advice.h"
#include "save/lane.h"

struct capture {
    struct fetch_want want; /* where the file is */
    uint64_t clone_seq;     /* the save whose clone may be there; 0: none ever is */
    int fd;                 /* -1: not open */
    int err;                /* why it is not: -ENOENT, -ESTALE: gone; -EPERM: not ours to read; others: try again */
    bool is_clone;
    struct fetch_opened at; /* as the store says; without meaning for a clone */
    uint64_t ticket;        /* the inspector's; 0: not asked */
    bool answered;
    struct inspection found;       /* its report_fd is closed by capture_close */
    struct advice advice;          /* of it, in words for the record; once described */
    struct record_content content; /* once captured */
    const char *note;              /* for the version; or NULL */
};

/* Open clones and files, and hand them to the inspector; at most FETCH_BATCH. 0: look at each err; -errno: the mount
 * does not answer. */
int capture_open(struct keep_tools *t, struct lane *l, struct capture *const *captures, size_t count);
void capture_close(struct capture *c);

/*
 * Add its bytes to the batch; fills c->content. May be taken back by record_batch_take_back. -EIO and the like with
 * *store_failed set: the file cannot be read; otherwise the record cannot be written.
 */
int capture_add(struct keep_tools *t, struct lane *l, struct record_batch *b, struct capture *c, bool *store_failed,
                struct error *e);

/* Wait for the inspector's answer about `c`, one of `count`; answers about the others are filed. */
void capture_inspect(struct keep_tools *t, const struct lane *l, struct capture *c, struct capture *const *captures,
                     size_t count);

/* Nobody waits any more for what the inspector was asked. Before the next lot of captures. */
void capture_drop_answers(struct keep_tools *t);

/* Does the error say the store is away, rather than something about one file? */
bool capture_is_away(int err);

#endif
