/*
 * passthrough: letting the kernel read and write the backing file itself.
 *
 * Chosen per inode, and all opens of one inode agree: either the kernel holds one backing id for it, which every open
 * uses, or every open goes through us. The id is kept for a while after the last close (PASSTHROUGH_IDLE of them),
 * because opening the same file again is common; not over the loss of its last name, whose space would stay taken.
 */
#ifndef HOLDFAST_MOUNT_PASSTHROUGH_H
#define HOLDFAST_MOUNT_PASSTHROUGH_H

#include "mount/fuse.h"

enum { PASSTHROUGH_IDLE = 512 };

/* After a child that died: the ids of files that nobody has open now. */
void passthrough_resume(struct mount *m);

/*
 * Make an open of `h->node` known: decides how it is read and written, makes the handle, and sets what the answer needs
 * in `fi`. `fd` (taken over; -1 if none was needed) is kept for the handle. 0 or an errno.
 */
int passthrough_open(struct mount *m, fuse_req_t req, struct handle_record *h, int fd, struct fuse_file_info *fi);

/* Does the kernel have a backing id for it already, so that opening needs no descriptor? */
bool passthrough_ready(struct mount *m, uint32_t node);

/* A handle was closed; `opens` of the node are left. */
void passthrough_closed(struct mount *m, uint32_t node, uint32_t opens);

/* The file vanished or was forgotten: give its id back if it is idle. */
void passthrough_drop_idle(struct mount *m, uint32_t node);

#endif
