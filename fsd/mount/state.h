/*
 * state: what one mount child has in hand. Made by mount_main, passed to everything below it.
 */
#ifndef HOLDFAST_MOUNT_STATE_H
#define HOLDFAST_MOUNT_STATE_H

#include "event/board.h"
#include "event/facts.h"
#include "mount/backing.h"
#include "mount/carried.h"
#include "mount/handle.h"
#include "mount/mount.h"
#include "mount/node.h"
#include "mount/recheck.h"
#include "mount/rulebook.h"
#include "policy/open.h"

enum { GATES = 64 };

struct fuse_session;

struct mount {
    const struct mount_start *start;
    struct shared *shared;
    struct nodes nodes;
    struct handles handles;
    struct backing backing;
    struct board *board;
    _Atomic uint64_t spool_counted,
        spool_cloned_then; /* gate.c: bytes, by the keeper's last count, and cloned until then */

    struct journal *journal;
    struct fact_table *facts;     /* NULL until the keeper made it */
    pthread_mutex_t facts_lock;   /* around facts_get */
    struct carried carried;       /* unkept saves of files that no node stands for */
    pthread_mutex_t gates[GATES]; /* gate.h: by node number */
    pthread_mutex_t closing_lock; /* gate.h: who waits for a file to be closed */
    pthread_cond_t closed;
    _Atomic uint32_t closing_waiters;
    struct recheck recheck; /* files closed last */
    int clone_fd;           /* SPOOL/<mount>/clone */

    struct rulebook_shelf *rules; /* by which opens are judged (admit.h) */
    struct verdict_log *verdicts; /* NULL: it cannot be written; opens are judged all the same */
    enum policy_mode guard_mode;  /* of rules that name none */
    bool rep_departs;             /* the rep is on the list of those who leave */

    struct fuse_session *session;
    bool passthrough;    /* the connection offers it */
    bool local;          /* the store changes only through us: cache for long */
    bool killpriv;       /* FUSE_CAP_HANDLE_KILLPRIV_V2: suid and sgid bits are ours to strip */
    bool stateless_dirs; /* opendir is never sent */
    double entry_timeout, attr_timeout, negative_timeout; /* seconds */
    int proc_fd;                                          /* /proc */
    int self_fd;                                          /* /proc/self/fd */
    _Atomic size_t request_bytes;                         /* of the largest request that the kernel may send */
    _Atomic bool leaving;                                 /* the kernel said ENODEV, or ORDER_STOP came */
};

#endif
