/*
 * removal: what is about to lose a name, by unlink or by a rename over it.
 *
 * If that is its last, the store may give its inode number to a new file as soon as it is gone, so the node is taken
 * out of sight before. prepare, hide, the system call, then finish or undo.
 */
#ifndef HOLDFAST_MOUNT_REMOVAL_H
#define HOLDFAST_MOUNT_REMOVAL_H

#include "mount/state.h"

#include <sys/stat.h>

struct victim {
    struct mount *m;
    uint32_t node; /* 0: not known */
    uint32_t parent;
    const char *name;
    bool last, pinned;
    uint64_t save_seq; /* what it was */
};

/* Make its newest save safe, and the file reachable if it is open. 0 or an errno: then it must not go. */
int removal_prepare(struct victim *v, const struct stat *st, bool replaced);
void removal_hide(const struct victim *v);
void removal_finish(const struct victim *v);
void removal_undo(const struct victim *v); /* it did not go after all */

/* Finish what a child that died had removed: a last name was hidden then, and the number may be a new file's by now. */
void removal_finish_earlier(struct mount *m, uint32_t parent, const char *name, const struct stat *st);

#endif
