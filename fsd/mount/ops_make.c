/*
 * ops_make: names that come: mkdir, mknod, symlink, link.
 *
 * Each of these, and of ops_move.c, may be executed twice (survive.h): what the name held before is written down before
 * the system call, and on a repetition the name itself tells whether the call was made. The kernel holds the folders
 * locked meanwhile, so nobody else can have changed them.
 */
#include "mount/folder.h"
#include "mount/gate.h"
#include "mount/notice.h"
#include "mount/orders.h"
#include "mount/survive.h"

#include "base/fdio.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* After a call that makes `name`: what it answered, or 0 if a child that died had made it already. */
static int made_before(int result, int err)
{
    if (result == 0)
        return 0;
    return err == EEXIST && survive_reached() >= SURVIVE_INTENDED ? 0 : err;
}

/* ---- make ---- */

typedef int make_call(int dir_fd, const char *name, const void *arg);

static int do_make(fuse_req_t req, fuse_ino_t parent, const char *name, make_call *call, const void *arg,
                   struct fuse_entry_param *e)
{
    struct mount *m = op_mount(req);
    folder_auto dir = folder_get(m, parent);
    if (dir.fd < 0)
        return -dir.fd;
    op_become_caller(req);
    if (survive_reached() < SURVIVE_INTENDED)
        survive_intend(0, 0);
    int result = call(dir.fd, name, arg);
    worker_clear_umask();
    int err = made_before(result, result < 0 ? errno : 0);
    return err ? err : op_find_entry(m, dir.node, dir.fd, name, e);
}

static void reply_made(fuse_req_t req, int err, const struct fuse_entry_param *e)
{
    if (op_store_errno(op_mount(req), err) != 0)
        fuse_reply_err(req, err);
    else
        fuse_reply_entry(req, e);
}

static int call_mkdir(int dir_fd, const char *name, const void *arg)
{
    return mkdirat(dir_fd, name, *(const mode_t *)arg);
}

static void op_mkdir(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode)
{
    struct fuse_entry_param e;
    reply_made(req, do_make(req, parent, name, call_mkdir, &mode, &e), &e);
}

struct mknod_arg {
    mode_t mode;
    dev_t dev;
};

static int call_mknod(int dir_fd, const char *name, const void *arg)
{
    const struct mknod_arg *a = arg;
    return mknodat(dir_fd, name, a->mode, a->dev);
}

static void op_mknod(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, dev_t dev)
{
    struct mount *m = op_mount(req);
    struct mknod_arg arg = {mode, dev};
    struct fuse_entry_param e;
    int err = S_ISREG(mode) ? -gate_admit(m) : 0;
    if (err == 0)
        err = do_make(req, parent, name, call_mknod, &arg, &e);
    if (err == 0 && S_ISREG(mode)) {
        atomic_fetch_or(&node_at(&m->nodes, e.ino)->flags, NODE_BORN | NODE_TOUCHED);
        fd_auto fd = backing_open(&m->backing, (uint32_t)e.ino, O_PATH);
        if (fd >= 0)
            notice_save(m, (uint32_t)e.ino, NULL, fd, NOTICE_CLOSE);
    }
    reply_made(req, err, &e);
}

static int call_symlink(int dir_fd, const char *name, const void *arg) { return symlinkat(arg, dir_fd, name); }

static void op_symlink(fuse_req_t req, const char *target, fuse_ino_t parent, const char *name)
{
    struct fuse_entry_param e;
    int err = do_make(req, parent, name, call_symlink, target, &e);
    struct notice_who who = op_who(req);
    if (err == 0)
        notice_symlink(op_mount(req), (uint32_t)parent, name, target, &e.attr, &who);
    reply_made(req, err, &e);
}

struct link_arg {
    int fd;
};

static int call_link(int dir_fd, const char *name, const void *arg)
{
    return linkat(((const struct link_arg *)arg)->fd, "", dir_fd, name, AT_EMPTY_PATH);
}

/* On stores without handles a descriptor may not be linked; its name can be. */
static int call_link_by_proc(int dir_fd, const char *name, const void *arg)
{
    char self[32];
    snprintf(self, sizeof self, "/proc/self/fd/%d", ((const struct link_arg *)arg)->fd);
    return linkat(AT_FDCWD, self, dir_fd, name, AT_SYMLINK_FOLLOW);
}

static int do_link(fuse_req_t req, fuse_ino_t ino, fuse_ino_t parent, const char *name, struct fuse_entry_param *e)
{
    struct mount *m = op_mount(req);
    if (!node_known(&m->nodes, ino))
        return ESTALE;
    fd_auto fd = backing_open(&m->backing, (uint32_t)ino, O_PATH | O_NOFOLLOW);
    if (fd < 0)
        return -fd;
    gate_await_closes(m, (uint32_t)ino);
    struct link_arg arg = {fd};
    struct node_record *r = node_at(&m->nodes, ino);
    buf_auto from = {0};
    bool had_name = node_path(&m->nodes, (uint32_t)ino, &from);
    bool nameless = (r->flags & (NODE_GONE | NODE_PINNED)) == (NODE_GONE | NODE_PINNED);
    if (nameless)
        node_set_link(&m->nodes, (uint32_t)ino, (uint32_t)parent, name); /* an O_TMPFILE gets its first name */
    int err = do_make(req, parent, name, m->backing.has_handles ? call_link : call_link_by_proc, &arg, e);
    if (err != 0) {
        if (nameless)
            node_drop_link(&m->nodes, (uint32_t)ino, (uint32_t)parent, name, true);
        return err;
    }
    if (r->flags & NODE_PINNED)
        orders_unpin(m, (uint32_t)ino); /* now there is a name to find it by */
    struct notice_who who = op_who(req);
    if (S_ISREG(e->attr.st_mode) && (had_name || node_writers(&m->nodes, (uint32_t)ino) == 0))
        notice_link(m, had_name ? from.data : NULL, (uint32_t)parent, name, &e->attr, &who);
    return 0;
}

static void op_link(fuse_req_t req, fuse_ino_t ino, fuse_ino_t parent, const char *name)
{
    struct fuse_entry_param e;
    reply_made(req, do_link(req, ino, parent, name, &e), &e);
}

void ops_make_table(struct fuse_lowlevel_ops *ops)
{
    ops->mkdir = op_mkdir;
    ops->mknod = op_mknod;
    ops->symlink = op_symlink;
    ops->link = op_link;
}
