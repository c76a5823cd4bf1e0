/*
 * ops_make: names that come, move and go.
 *
 * Each of these may be executed twice (survive.h): what the name held before is written down before the system call,
 * and on a repetition the name itself tells whether the call was made. The kernel holds the folders locked meanwhile,
 * so nobody else can have changed them.
 */
#include "mount/backing.h"
#include "mount/fuse.h"
#include "mount/gate.h"
#include "mount/notice.h"
#include "mount/passthrough.h"
#include "mount/session.h"

#include "base/fdio.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder in hand: its node and descriptor. */
struct folder {
    struct mount *m;
    uint32_t node;
    int fd;
};

static void folder_put(struct folder *f)
{
    if (f->fd >= 0)
        backing_put_folder(&f->m->backing, f->node, f->fd);
}
#define folder_auto __attribute__((cleanup(folder_put))) struct folder

static struct folder folder_get(struct mount *m, fuse_ino_t node)
{
    if (!m->local)
        worker_step_aside();
    return (struct folder){.m = m,
                           .node = (uint32_t)node,
                           .fd =
                               node_known(&m->nodes, node) ? backing_get_folder(&m->backing, (uint32_t)node) : -ESTALE};
}

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
        session_unpin(m, (uint32_t)ino); /* now there is a name to find it by */
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

/* ---- remove ---- */

/* The last name of a file that is in use is about to go: keep a way to it. */
static void pin_if_used(struct mount *m, uint32_t node, const struct stat *st)
{
    bool dir = S_ISDIR(st->st_mode);
    if (node == 0 || (st->st_nlink > 1 && !dir) || (node_at(&m->nodes, node)->flags & NODE_PINNED))
        return;
    if (!dir && node_opens(&m->nodes, node) == 0)
        return;
    int fd = backing_open(&m->backing, node, dir ? O_RDONLY | O_DIRECTORY : O_PATH);
    if (fd >= 0)
        session_pin(m, node, fd);
}

/*
 * What is about to lose a name, by unlink or by a rename over it. If that is its last, the store may give its inode
 * number to a new file as soon as it is gone, so the node is taken out of sight before.
 */
struct victim {
    struct mount *m;
    uint32_t node; /* 0: not known */
    uint32_t parent;
    const char *name;
    bool last, pinned;
    uint64_t save_seq; /* what it was */
};

/* Make its newest save safe, and the file reachable if it is open. */
static int before_removal(struct victim *v, const struct stat *st, bool replaced)
{
    struct mount *m = v->m;
    v->node = node_find(&m->nodes, st->st_dev, st->st_ino);
    v->last = S_ISDIR(st->st_mode) || st->st_nlink <= 1;
    if (v->node == 0)
        return 0;
    struct node_record *r = node_at(&m->nodes, v->node);
    int err = 0;
    if (S_ISREG(st->st_mode)) {
        gate_await_closes(m, v->node);
        gate_enter(m, v->node);
        if (node_writers(&m->nodes, v->node) == 0)
            notice_unseen(m, v->node, st);
        /* With other names left it is found by its handle, where there are handles. */
        err = v->last || !m->backing.has_handles ? -gate_protect_removal(m, v->node, replaced) : 0;
        v->save_seq = r->save_seq;
        if (err == 0 && v->last)
            r->save_seq = 0;
        gate_leave(m, v->node);
    }
    bool pinned_before = (r->flags & NODE_PINNED) != 0;
    if (err == 0)
        pin_if_used(m, v->node, st);
    v->pinned = !pinned_before && r->flags & NODE_PINNED;
    return err;
}

static void hide(const struct victim *v)
{
    if (v->node != 0 && v->last)
        node_drop_link(&v->m->nodes, v->node, v->parent, v->name, true);
}

/* It did not go after all. */
static void undo_removal(const struct victim *v)
{
    struct mount *m = v->m;
    if (v->node == 0)
        return;
    if (v->last) {
        node_set_link(&m->nodes, v->node, v->parent, v->name);
        if (node_at(&m->nodes, v->node)->save_seq == 0)
            node_at(&m->nodes, v->node)->save_seq = v->save_seq;
    }
    if (v->pinned)
        session_unpin(m, v->node);
}

static void after_removal(const struct victim *v)
{
    if (v->node == 0)
        return;
    if (v->last)
        passthrough_drop_idle(v->m, v->node); /* it holds the file's space */
    else
        node_drop_link(&v->m->nodes, v->node, v->parent, v->name, false);
}

/* The same when a child that died removed it: a last name was hidden then, and the number may be a new file's by now.
 */
static void after_earlier_removal(struct mount *m, uint32_t parent, const char *name, const struct stat *st)
{
    uint32_t node = node_find(&m->nodes, st->st_dev, st->st_ino);
    if (node != 0)
        node_drop_link(&m->nodes, node, parent, name, false);
}

static int remove_now(struct mount *m, const struct folder *dir, const char *name, const struct stat *st, int flags)
{
    struct victim v = {.m = m, .parent = dir->node, .name = name};
    int err = before_removal(&v, st, false);
    if (err != 0)
        return err;
    survive_intend(st->st_ino, 0);
    hide(&v);
    if (unlinkat(dir->fd, name, flags) < 0) {
        err = errno;
        undo_removal(&v);
        return err;
    }
    survive_reach(SURVIVE_DONE);
    after_removal(&v);
    return 0;
}

static int do_remove(fuse_req_t req, fuse_ino_t parent, const char *name, int flags)
{
    struct mount *m = op_mount(req);
    folder_auto dir = folder_get(m, parent);
    if (dir.fd < 0)
        return -dir.fd;
    struct stat st;
    bool there = fstatat(dir.fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
    int err = there ? 0 : errno;
    if (survive_reached() >= SURVIVE_INTENDED && (!there || st.st_ino != survive_ino())) {
        st = (struct stat){
            .st_ino = survive_ino(), .st_mode = flags ? S_IFDIR : S_IFREG, .st_nlink = 1, .st_dev = m->backing.dev};
        after_earlier_removal(m, dir.node, name, &st);
        err = 0;
    } else if (there) {
        err = remove_now(m, &dir, name, &st, flags);
    }
    struct notice_who who = op_who(req);
    if (err == 0 && flags == 0)
        notice_delete(m, dir.node, name, &st, &who);
    return err;
}

static void op_unlink(fuse_req_t req, fuse_ino_t parent, const char *name)
{
    fuse_reply_err(req, op_store_errno(op_mount(req), do_remove(req, parent, name, 0)));
}

static void op_rmdir(fuse_req_t req, fuse_ino_t parent, const char *name)
{
    fuse_reply_err(req, op_store_errno(op_mount(req), do_remove(req, parent, name, AT_REMOVEDIR)));
}

/* ---- rename ---- */

struct renaming {
    struct folder from, to;
    const char *name, *new_name;
    unsigned flags;
    struct stat moved, other; /* what is at the old and at the new name */
    bool has_other;
    struct victim victim; /* what the new name held, if it is replaced */
    struct buf from_path, to_path;
};

static void renaming_put(struct renaming *r)
{
    folder_put(&r->from);
    folder_put(&r->to);
    buf_free(&r->from_path);
    buf_free(&r->to_path);
}

/* On a repetition: has the system call been made? Then the names hold each other's files. */
static bool renamed_before(struct mount *m, struct renaming *r)
{
    struct stat now;
    if (survive_reached() < SURVIVE_INTENDED)
        return false;
    if (fstatat(r->to.fd, r->new_name, &now, AT_SYMLINK_NOFOLLOW) < 0 || now.st_ino != survive_ino())
        return false;
    if (survive_other_ino() == now.st_ino)
        return false; /* two names of one file, and nothing to do */
    r->moved = now;
    r->has_other = survive_other_ino() != 0;
    r->other = (struct stat){.st_ino = survive_other_ino(), .st_dev = now.st_dev, .st_nlink = 1, .st_mode = S_IFREG};
    if (r->flags & RENAME_EXCHANGE && fstatat(r->from.fd, r->name, &r->other, AT_SYMLINK_NOFOLLOW) < 0)
        return false;
    if (r->has_other && !(r->flags & RENAME_EXCHANGE))
        after_earlier_removal(m, r->to.node, r->new_name, &r->other);
    return true;
}

/* A file's close is noticed under its old name, and before it leaves for where nothing is recorded its newest save is
 * made safe. */
static int before_move(struct mount *m, const struct stat *st, const struct buf *from, const struct buf *to)
{
    uint32_t node = S_ISREG(st->st_mode) ? node_find(&m->nodes, st->st_dev, st->st_ino) : 0;
    if (node == 0)
        return 0;
    gate_await_closes(m, node);
    bool leaves = from->data && to->data && notice_is_recorded(m, from->data) && !notice_is_recorded(m, to->data);
    return leaves ? -gate_pass(m, node) : 0;
}

static int before_rename(struct mount *m, struct renaming *r)
{
    int err = before_move(m, &r->moved, &r->from_path, &r->to_path);
    if (err == 0 && r->has_other && r->flags & RENAME_EXCHANGE)
        err = before_move(m, &r->other, &r->to_path, &r->from_path);
    bool replaces =
        r->has_other && !(r->flags & (RENAME_EXCHANGE | RENAME_NOREPLACE)) && r->other.st_ino != r->moved.st_ino;
    r->victim = (struct victim){.m = m, .parent = r->to.node, .name = r->new_name};
    return err == 0 && replaces ? before_removal(&r->victim, &r->other, true) : err;
}

static int rename_now(struct mount *m, struct renaming *r)
{
    if (fstatat(r->from.fd, r->name, &r->moved, AT_SYMLINK_NOFOLLOW) < 0)
        return errno;
    r->has_other = fstatat(r->to.fd, r->new_name, &r->other, AT_SYMLINK_NOFOLLOW) == 0;
    int err = before_rename(m, r);
    if (err != 0)
        return err;
    survive_intend(r->moved.st_ino, r->has_other ? r->other.st_ino : 0);
    hide(&r->victim);
    if (renameat2(r->from.fd, r->name, r->to.fd, r->new_name, r->flags) < 0) {
        err = errno;
        undo_removal(&r->victim);
        return err;
    }
    survive_reach(SURVIVE_DONE);
    after_removal(&r->victim);
    return 0;
}

/* The table follows, then the journal. */
static void after_rename(struct mount *m, struct renaming *r, const struct notice_who *who)
{
    bool exchange = (r->flags & RENAME_EXCHANGE) != 0;
    if (r->has_other && r->other.st_ino == r->moved.st_ino)
        return; /* two names of one file: rename does nothing */
    struct notice_move move = {.from = r->from_path.data ? r->from_path.data : "",
                               .to = r->to_path.data ? r->to_path.data : "",
                               .st = &r->moved,
                               .other = exchange ? &r->other : NULL,
                               .who = who};
    uint32_t moved = node_find(&m->nodes, r->moved.st_dev, r->moved.st_ino);
    uint32_t other = r->has_other ? node_find(&m->nodes, r->other.st_dev, r->other.st_ino) : 0;
    if (moved != 0) {
        node_set_link(&m->nodes, moved, r->to.node, r->new_name);
        node_at(&m->nodes, moved)->born_seq = 0; /* it was given a name to stay: no scratch file, whatever comes */
    }
    if (other != 0 && exchange)
        node_set_link(&m->nodes, other, r->from.node, r->name);
    if (S_ISREG(r->moved.st_mode) || S_ISLNK(r->moved.st_mode) || S_ISDIR(r->moved.st_mode))
        notice_rename(m, &move);
    else if (r->has_other && S_ISREG(r->other.st_mode)) /* a fifo or the like took a file's name */
        notice_delete(m, r->to.node, r->new_name, &r->other, who);
}

static int do_rename(fuse_req_t req, fuse_ino_t parent, const char *name, fuse_ino_t new_parent, const char *new_name,
                     unsigned flags)
{
    struct mount *m = op_mount(req);
    if (flags & ~(unsigned)(RENAME_NOREPLACE | RENAME_EXCHANGE))
        return EINVAL;
    __attribute__((cleanup(renaming_put))) struct renaming r = {.from = folder_get(m, parent),
                                                                .to = folder_get(m, new_parent),
                                                                .name = name,
                                                                .new_name = new_name,
                                                                .flags = flags};
    if (r.from.fd < 0 || r.to.fd < 0)
        return r.from.fd < 0 ? -r.from.fd : -r.to.fd;
    node_child_path(&m->nodes, r.from.node, name, &r.from_path);
    node_child_path(&m->nodes, r.to.node, new_name, &r.to_path);
    int err = renamed_before(m, &r) ? 0 : rename_now(m, &r);
    struct notice_who who = op_who(req);
    if (err == 0)
        after_rename(m, &r, &who);
    return err;
}

static void op_rename(fuse_req_t req, fuse_ino_t parent, const char *name, fuse_ino_t new_parent, const char *new_name,
                      unsigned flags)
{
    fuse_reply_err(req, op_store_errno(op_mount(req), do_rename(req, parent, name, new_parent, new_name, flags)));
}

void ops_make_table(struct fuse_lowlevel_ops *ops)
{
    ops->mkdir = op_mkdir;
    ops->mknod = op_mknod;
    ops->symlink = op_symlink;
    ops->link = op_link;
    ops->unlink = op_unlink;
    ops->rmdir = op_rmdir;
    ops->rename = op_rename;
}
