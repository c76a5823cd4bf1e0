/*
 * worker: one serving thread. One of them reads the kernel's queue at a time: whoever holds the *turn*.
 *
 * On two cores one busy thread beats many: it answers a request before it reads the next, without a wake-up. So the
 * holder of the turn keeps it while requests are quick, and calls worker_step_aside() before anything that may take
 * long (a clone, an fsync, a share that may be away): another thread reads on, the rep's other programs go on.
 * It follows that requests are begun in the kernel's order, and that quick ones are finished in it: a RELEASE is
 * noticed as a save before the OPEN behind it is looked at.
 */
#ifndef HOLDFAST_MOUNT_WORKER_H
#define HOLDFAST_MOUNT_WORKER_H

#include "mount/state.h"

#include <stdbool.h>

struct worker {
    struct mount *mount;
    struct slot *slot; /* of the request in hand; NULL between requests */
    bool again;        /* the request was begun by a child that died */
    bool has_turn;
    unsigned fsuid, fsgid; /* what new files belong to, now */
    unsigned umask;
    char *buffer; /* the request; the kernel wants room for the largest */
    size_t buffer_bytes;
    size_t present_bytes; /* of the buffer: see request.h */
    char *data;           /* for answers: WORKER_DATA_BYTES */
};

enum { WORKER_DATA_BYTES = (1 << 20) + 4096 };

/* The worker that this thread is; NULL in other threads (the fetch server's, the timer's). */
struct worker *worker_self(void);
void worker_enter(struct worker *w, struct mount *m);

void worker_take_turn(void);
/* Let another worker read the queue. No effect in threads that hold no turn. */
void worker_step_aside(void);

/*
 * New files made by this thread belong to (uid, gid) and get the mode that this umask leaves. Capabilities stay (the
 * child has SECBIT_NO_SETUID_FIXUP). Costs nothing when nothing changes. Any thread that called unshare(CLONE_FS).
 */
void worker_become(unsigned uid, unsigned gid, unsigned umask);

/* After the call for which it became somebody: our own files (clones, the journal) take no one's umask. Keeps errno. */
void worker_clear_umask(void);

#endif
