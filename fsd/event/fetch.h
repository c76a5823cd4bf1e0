/*
 * fetch: how the keeper, which may open nothing below the store, gets to read there: it asks the mount child.
 *
 * One SOCK_SEQPACKET pair a mount; the supervisor keeps both ends open as well, so a message sent to a dead
 * mount child waits for its successor. A request that the dead one had taken is lost: the keeper asks again after
 * FETCH_RETRY_MS (all requests are safe to repeat) with the same id; answers with an old id are dropped.
 * A dedicated thread of the mount child answers; no FUSE request ever waits for it.
 */
#ifndef HOLDFAST_EVENT_FETCH_H
#define HOLDFAST_EVENT_FETCH_H

#include "event/journal.h"

#include <limits.h>

enum { FETCH_RETRY_MS = 1000, FETCH_BATCH = 32, FETCH_MESSAGE_BYTES = 64 * 1024 };

enum fetch_type {
    FETCH_OPEN = 1, /* regular files by handle, else by path, O_RDONLY | O_NOATIME; anything else is ESTALE */
    FETCH_LIST,     /* a folder's entries with their attributes */
    FETCH_BARRIER,  /* answer when everything the kernel had queued at the mount before this is in the journal */
};

/* --- requests; each begins with this head --- */
struct fetch_head {
    uint32_t type; /* enum fetch_type */
    uint32_t id;   /* the answer repeats it */
    uint32_t count;
    uint32_t reserved;
};

/* FETCH_OPEN: head.count of these, each followed by its `path_len` bytes of path, unpadded. */
struct fetch_open {
    struct journal_handle handle;
    uint64_t ino; /* what is found must have it; 0: any */
    uint32_t path_len;
    uint32_t reserved;
};

/* FETCH_LIST: head.count = 1 of these, then the path. `cookie` 0 begins; the answer's cookie goes on. */
struct fetch_list {
    uint64_t cookie;
    uint32_t path_len;
    uint32_t reserved;
};

/* --- answers; each begins with the same head (type and id of the request) --- */

/* FETCH_OPEN: head.count of these, in the order asked; those with err 0 have a descriptor in the message, in order. */
struct fetch_opened {
    int32_t err; /* 0, or errno: ENOENT/ESTALE: gone; EPERM: personal or ignored; others as open */
    uint32_t mode, nlink, reserved;
    uint64_t ino, size;
    int64_t mtime_ns, ctime_ns;
};

/* FETCH_LIST: one fetch_listed, then head.count of fetch_entry each followed by name_len bytes of name and target_len
 * bytes of symlink target. Personal and ignored entries are left out. */
struct fetch_listed {
    int32_t err;
    uint32_t reserved;
    uint64_t cookie; /* 0: that was the last of it */
};
struct fetch_entry {
    uint64_t ino, size;
    int64_t mtime_ns, ctime_ns;
    uint32_t mode, nlink;
    struct journal_handle handle;
    uint16_t name_len, target_len;
    uint32_t reserved;
};

/* FETCH_BARRIER: one of these. */
struct fetch_passed {
    uint64_t journal_head;
};

#endif
