/*
 * shared: the memory that outlives a mount child.
 *
 * The supervisor makes it (a sparse memfd) and hands the same one to every child of a mount. A child may be
 * killed between any two instructions, so only *facts* live here, and each fact is one record that is valid
 * or free by a single word written last (born) or first (freed). Everything that can be worked out from
 * the facts (hash tables, free lists, counts of opens and children) is private memory of the child and is
 * built anew by the next one: see node.c, handle.c, names.c.
 *
 *   a fact half written     its state word still says FREE: it does not exist
 *   a word half written     does not happen: aligned words of 8 bytes and less are atomic
 *   two words that must     are packed into one (a node's parent and name: `link`)
 *   agree
 *   a count raised, reply   the kernel re-sends the request, the count is raised once more: too high is a
 *   not sent                small leak until unmount; it is never too low
 *
 * Units: times in nanoseconds; node and handle numbers are indexes, 0 is none.
 */
#ifndef HOLDFAST_MOUNT_SHARED_H
#define HOLDFAST_MOUNT_SHARED_H

#include "event/journal.h"

#include <stdatomic.h>
#include <stdint.h>

enum {
    SHARED_VERSION = 3,
    NODES_MOST = 1 << 21,   /* known inodes */
    HANDLES_MOST = 1 << 16, /* open files */
    SLOTS_MOST = 64,        /* requests being executed, plus those of children that died */
    NAME_GRAIN = 16,        /* names are kept in multiples of this many bytes */
    NAMES_MOST = 1 << 24,   /* grains: 256 MiB of names */
    INIT_BYTES_MOST = 512,
};

enum record_state { RECORD_FREE = 0, RECORD_LIVE = 1 };

enum node_flag {
    NODE_BORN = 1 << 0,   /* created through this mount and not yet noticed as saved */
    NODE_PINNED = 1 << 1, /* the supervisor holds a descriptor: its last name is gone but it is in use */
    NODE_META = 1 << 2,   /* mode or owner changed while it is open for writing: closing is a save */
    NODE_TOUCHED =
        1 << 3, /* created, truncated or written through us and not noticed yet: closing is a save whatever stat says */
    NODE_NO_CAPS = 1 << 5, /* it has no security.capability: the kernel asks before the first write to each file */
    NODE_SYNCED = 1 << 4,  /* the application called fsync on what was saved last: its clone is synced too */
    NODE_GONE = 1 << 6,    /* its last name is gone, or it never had one: nobody may find it by its inode number */
    NODE_STORIED = 1 << 8, /* created under a name that had held more than a scratch file (storied.h) */
    NODE_UNSURE = 1 << 7,  /* somebody went on writing within a timestamp's grain of the last save: stat cannot tell */
};

/* One inode that the kernel knows. Node 1 is the mount's root. */
struct node_record {
    _Atomic uint32_t state;
    uint32_t type;            /* st_mode & S_IFMT */
    _Atomic uint64_t lookups; /* the kernel's references */
    uint64_t dev, ino;        /* of the backing file */
    _Atomic uint64_t link;    /* parent node << 32 | name (names.h); 0: no name is known */
    struct journal_handle handle;
    _Atomic int32_t backing_id; /* registered with the kernel for passthrough; 0: none */
    _Atomic uint32_t flags;
    _Atomic uint64_t
        save_seq; /* journal sequence of the newest save whose bytes are only in the backing file; 0: none */
    _Atomic uint64_t born_seq; /* of the first save of a file created through this mount; 0: it was there before */
    uint64_t noticed_size; /* of the backing file when it was opened for writing, or saved since: by these a close */
    int64_t noticed_mtime_ns, noticed_ctime_ns; /* knows whether anything changed */
    _Atomic uint32_t heir; /* names.h: class of the file that it replaced, until it has one itself; 0: none */
};

enum handle_flag {
    HANDLE_WRITER = 1 << 0,      /* opened for writing */
    HANDLE_PASSTHROUGH = 1 << 1, /* the kernel reads and writes the backing file itself */
    HANDLE_SYNCED = 1 << 2,      /* the application called fsync */
    HANDLE_UNSURE = 1 << 3,      /* opened within a timestamp's grain of the last change: stat cannot tell */
};

/* One open file. `fh` as the kernel knows it is serial << 32 | index, so that a number used again is told apart. */
struct handle_record {
    _Atomic uint32_t state;
    uint32_t serial;
    uint32_t node;
    uint32_t open_flags;    /* as for open(2), without O_CREAT, O_EXCL, O_TRUNC */
    _Atomic uint32_t flags; /* enum handle_flag */
    int32_t pid;            /* the subject, taken at open */
    uint32_t uid, gid, session;
    uint32_t app; /* names.h; 0: unknown */
};

enum slot_judged { SLOT_UNJUDGED, SLOT_ADMITTED, SLOT_REFUSED };

/*
 * One request being executed: what its successor must know to execute it again without harm. See survive.h.
 * Owned by one thread while `unique` is not 0.
 */
struct slot {
    _Atomic uint64_t unique;  /* the kernel's number of the request; 0: slot is free */
    _Atomic uint32_t step;    /* enum survive_step */
    _Atomic uint64_t handle;  /* fh of what was made for it */
    uint64_t ino;             /* what the name held before */
    uint64_t other_ino;       /* rename: what the new name held before */
    uint64_t journal;         /* a save: the journal's newest number before its record; 0: none was begun */
    _Atomic uint32_t judged;  /* an open: enum slot_judged */
    _Atomic uint32_t is_held; /* an open that a rule makes wait: nothing of it is to be journaled */
    int64_t held_since_ns;    /* monotonic; 0: it was not */
};

struct shared {
    uint32_t magic, version;
    _Atomic uint32_t init_bytes; /* 0: no INIT request seen yet */
    _Atomic uint32_t can_resend; /* the kernel re-sends on FUSE_NOTIFY_RESEND */
    unsigned char init[INIT_BYTES_MOST];
    _Atomic uint32_t nodes_top, handles_top, names_top; /* first never used */
    _Atomic uint32_t handle_serial;
    struct slot slots[SLOTS_MOST];
    struct handle_record handles[HANDLES_MOST];
    struct node_record nodes[NODES_MOST];
    char names[NAMES_MOST][NAME_GRAIN];
};

/* Map the table of `fd` (mount_create_table): shared, read and write. NULL with errno; EBADMSG if it is of another
 * version. */
struct shared *shared_map(int fd);

#endif
