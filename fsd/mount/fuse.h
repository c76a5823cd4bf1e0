/*
 * fuse: libfuse, in the version of its interface that we speak, and what we found in it.
 *
 * Only fsd/mount includes this.
 */
#ifndef HOLDFAST_MOUNT_FUSE_H
#define HOLDFAST_MOUNT_FUSE_H

#define FUSE_USE_VERSION FUSE_MAKE_VERSION(3, 14)
#include <fuse3/fuse_lowlevel.h>

/* Passthrough, HANDLE_KILLPRIV_V2 and tmpfile came with libfuse 3.17. */
#if FUSE_VERSION >= FUSE_MAKE_VERSION(3, 17)
#define MOUNT_HAS_PASSTHROUGH 1
#else
#define MOUNT_HAS_PASSTHROUGH 0
#endif

#include "mount/survive.h"
#include "mount/worker.h"

#include "mount/notice.h"

static inline struct mount *op_mount(fuse_req_t req) { return fuse_req_userdata(req); }

static inline struct notice_who op_who(fuse_req_t req)
{
    const struct fuse_ctx *c = fuse_req_ctx(req);
    return (struct notice_who){.pid = c->pid, .uid = c->uid, .gid = c->gid};
}

/* New files belong to who asked; the store's file system applies set-group-id folders, default ACLs and the umask. */
static inline void op_become_caller(fuse_req_t req)
{
    const struct fuse_ctx *c = fuse_req_ctx(req);
    worker_become(c->uid, c->gid, c->umask);
}

/* Every operation, filled from the ops_*.c tables below. */
void ops_dir_table(struct fuse_lowlevel_ops *ops);
void ops_make_table(struct fuse_lowlevel_ops *ops);
void ops_move_table(struct fuse_lowlevel_ops *ops);
void ops_file_table(struct fuse_lowlevel_ops *ops);
void ops_attr_table(struct fuse_lowlevel_ops *ops);
void ops_xattr_table(struct fuse_lowlevel_ops *ops);

/*
 * What LOOKUP, CREATE and their like answer: look (dir_fd, name) up, count the reference. `e` is filled; 0 or an errno.
 * A missing name is ENOENT with `e` ready for a negative answer.
 */
int op_find_entry(struct mount *m, uint32_t parent, int dir_fd, const char *name, struct fuse_entry_param *e);
/* The same for a file just made and open as `fd`. `name` NULL: it has none (O_TMPFILE). */
int op_made_entry(struct mount *m, uint32_t parent, int fd, const char *name, struct fuse_entry_param *e);

/* The kernel, or a hold of our own, dropped `count` references of a node. */
void op_forget_node(struct mount *m, fuse_ino_t ino, uint64_t count);
/* After a child that died: nodes that it was about to free. */
void op_forget_unused(struct mount *m);

/* An error of the store, for `status`: notes that it is away, or back (0). Returns `err`. */
int op_store_errno(struct mount *m, int err);

/*
 * Strip set-user-id and (where the group may execute) set-group-id from a file that somebody other than root is about
 * to change. With HANDLE_KILLPRIV_V2 the kernel leaves that to us. 0 or an errno.
 */
int op_strip_privileges(struct mount *m, fuse_req_t req, int fd, const struct stat *st);

#endif
