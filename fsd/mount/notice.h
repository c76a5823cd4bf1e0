/*
 * notice: from what applications do to what the journal says.
 *
 * A save is noticed when the last descriptor of an open file is closed (the kernel's RELEASE, which is queued before
 * close() returns and executed before any later request), if the file was changed since it was opened or last noticed.
 * Names that vanish, move or appear are noticed by the request that does it, after it was done.
 */
#ifndef HOLDFAST_MOUNT_NOTICE_H
#define HOLDFAST_MOUNT_NOTICE_H

#include "base/clock.h"
#include "mount/state.h"

#include <sys/stat.h>

/* Who asked for what is noticed; NULL where nobody did. */
struct notice_who {
    int32_t pid;
    uint32_t uid, gid;
};

enum notice_reason {
    NOTICE_CLOSE,    /* its handle is being closed */
    NOTICE_FLUSH,    /* one of its descriptors is closed while others write to the file too */
    NOTICE_INTERVAL, /* it stays open (or mapped) and goes on changing */
    NOTICE_UNSEEN,   /* it differs from how it was left, and nobody wrote to it meanwhile */
};

/* The file is now being written by somebody: remember how it looks. Before the first open for writing. */
void notice_begin(struct mount *m, uint32_t node, const struct stat *st);

/* Has the file of handle `h` (NULL: of `node`, with no subject known) a save to be noticed? Then journal it. `fd` reads
 * the file's state. */
void notice_save(struct mount *m, uint32_t node, const struct handle_record *h, int fd, enum notice_reason reason);

/*
 * Within the node's gate, before the first open for writing: a mapping that outlived its close, or somebody who does
 * not come through us, may have changed the file since it was noticed last. Then that is journaled first.
 */
void notice_unseen(struct mount *m, uint32_t node, const struct stat *st);

/* Is the file as it was when it was noticed last? */
bool notice_is_current(struct mount *m, uint32_t node, const struct stat *st);

/* A file being closed cannot be looked at: have its folder compared with the record. */
void notice_lost(struct mount *m, uint32_t node);

/* A change this recent may have the same timestamp as the next one (a kernel tick, doubled). */
#define NOTICE_GRAIN_NS (20 * NS_PER_MS)
bool notice_is_recent(const struct stat *st);

/* (parent, name), which was `st`, is gone. */
void notice_delete(struct mount *m, uint32_t parent, const char *name, const struct stat *st,
                   const struct notice_who *who);

/* Paths as they were before; `st` is what moved. `exchange`: `other` is what moved the other way. Journals what it
 * means when one side is personal or ignored: then a name appears or vanishes. */
struct notice_move {
    const char *from, *to;
    const struct stat *st, *other; /* `other` only for an exchange */
    const struct notice_who *who;
};
void notice_rename(struct mount *m, const struct notice_move *move);

/* That rename took the last name of a file, which was `st`. */
void notice_replaced(struct mount *m, const char *path, const struct stat *st);

/* Mode, owner or ACL of a file changed. If it is open for writing, its next close is a save anyway. */
void notice_chmod(struct mount *m, uint32_t node, const struct stat *st, const struct notice_who *who);

void notice_symlink(struct mount *m, uint32_t parent, const char *name, const char *target, const struct stat *st,
                    const struct notice_who *who);
void notice_link(struct mount *m, const char *from, uint32_t parent, const char *name, const struct stat *st,
                 const struct notice_who *who);

/* "start" or "stop" of this mount; or a gap, in words. */
void notice_session(struct mount *m, const char *what);
void notice_gap(struct mount *m, const char *what);

/* Is this path (relative to the mount) to be versioned? Counts those that are not. */
bool notice_wants(struct mount *m, const char *path);
/* The same without counting, for listings. */
bool notice_is_recorded(const struct mount *m, const char *path);

/* The timer's work: files that stay open and go on changing. */
void notice_interval(struct mount *m);

#endif
