/*
 * ops_move: names that go and move: unlink, rmdir, rename. As ops_make.c, each may be executed twice.
 */
#include "mount/folder.h"
#include "mount/gate.h"
#include "mount/notice.h"
#include "mount/removal.h"
#include "mount/standing.h"
#include "mount/survive.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- remove ---- */

static int remove_now(struct mount *m, const struct folder *dir, const char *name, const struct stat *st, int flags)
{
    struct victim v = {.m = m, .parent = dir->node, .name = name};
    int err = removal_prepare(&v, st, false);
    if (err != 0)
        return err;
    survive_intend(st->st_ino, 0);
    removal_hide(&v);
    if (unlinkat(dir->fd, name, flags) < 0) {
        err = errno;
        removal_undo(&v);
        return err;
    }
    survive_reach(SURVIVE_DONE);
    removal_finish(&v);
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
        removal_finish_earlier(m, dir.node, name, &st);
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
    struct victim victim;            /* what the new name held, if it is replaced */
    char heritage[FACT_CLASS_BYTES]; /* class of that; "": none */
    struct buf from_path, to_path;
};

static void renaming_put(struct renaming *r)
{
    folder_put(&r->from);
    folder_put(&r->to);
    buf_free(&r->from_path);
    buf_free(&r->to_path);
}

/* What takes a file's name is taken for what that one was, until it is inspected. */
static void note_heritage(struct mount *m, struct renaming *r)
{
    bool replaces = r->has_other && !(r->flags & RENAME_EXCHANGE) && S_ISREG(r->other.st_mode);
    if (!replaces || !standing_of_replaced(m, r->other.st_dev, r->other.st_ino, r->heritage))
        r->heritage[0] = 0;
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
    note_heritage(m, r);
    if (r->has_other && !(r->flags & RENAME_EXCHANGE))
        removal_finish_earlier(m, r->to.node, r->new_name, &r->other);
    return true;
}

/* A file leaves for where nothing is recorded: its newest save is made safe, and its class kept in mind. */
static int before_leaving(struct mount *m, uint32_t node)
{
    standing_keep(m, node);
    return -gate_pass(m, node);
}

/* The same for all files that are known below a folder. Moving one to where nothing is recorded is rare, so they are
 * looked for one by one. */
static int before_leaving_below(struct mount *m, const char *folder)
{
    size_t len = strlen(folder);
    worker_step_aside();
    for (uint32_t i = NODE_ROOT + 1; i < m->shared->nodes_top; i++) {
        const struct node_record *r = node_at(&m->nodes, i);
        buf_auto path = {0};
        if (r->state != RECORD_LIVE || r->type != S_IFREG || !node_path(&m->nodes, i, &path) ||
            strncmp(path.data, folder, len) != 0 || path.data[len] != '/')
            continue;
        int err = before_leaving(m, i);
        if (err != 0)
            return err;
    }
    return 0;
}

/* A file's close is noticed under its old name. */
static int before_move(struct mount *m, const struct stat *st, const struct buf *from, const struct buf *to)
{
    bool leaves = from->data && to->data && notice_is_recorded(m, from->data) && !notice_is_recorded(m, to->data);
    if (S_ISDIR(st->st_mode))
        return leaves ? before_leaving_below(m, from->data) : 0;
    uint32_t node = S_ISREG(st->st_mode) ? node_find(&m->nodes, st->st_dev, st->st_ino) : 0;
    if (node == 0)
        return 0;
    gate_await_closes(m, node);
    return leaves ? before_leaving(m, node) : 0;
}

static int before_rename(struct mount *m, struct renaming *r)
{
    int err = before_move(m, &r->moved, &r->from_path, &r->to_path);
    if (err == 0 && r->has_other && r->flags & RENAME_EXCHANGE)
        err = before_move(m, &r->other, &r->to_path, &r->from_path);
    bool replaces =
        r->has_other && !(r->flags & (RENAME_EXCHANGE | RENAME_NOREPLACE)) && r->other.st_ino != r->moved.st_ino;
    r->victim = (struct victim){.m = m, .parent = r->to.node, .name = r->new_name};
    return err == 0 && replaces ? removal_prepare(&r->victim, &r->other, true) : err;
}

static int rename_now(struct mount *m, struct renaming *r)
{
    if (fstatat(r->from.fd, r->name, &r->moved, AT_SYMLINK_NOFOLLOW) < 0)
        return errno;
    r->has_other = fstatat(r->to.fd, r->new_name, &r->other, AT_SYMLINK_NOFOLLOW) == 0;
    int err = before_rename(m, r);
    if (err != 0)
        return err;
    note_heritage(m, r);
    survive_intend(r->moved.st_ino, r->has_other ? r->other.st_ino : 0);
    removal_hide(&r->victim);
    if (renameat2(r->from.fd, r->name, r->to.fd, r->new_name, r->flags) < 0) {
        err = errno;
        removal_undo(&r->victim);
        return err;
    }
    survive_reach(SURVIVE_DONE);
    removal_finish(&r->victim);
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
        if (r->heritage[0] != 0)
            standing_inherit(m, moved, r->heritage);
        node_at(&m->nodes, moved)->born_seq = 0; /* it was given a name to stay: no scratch file, whatever comes */
    }
    if (other != 0 && exchange)
        node_set_link(&m->nodes, other, r->from.node, r->name);
    if (S_ISREG(r->moved.st_mode) || S_ISLNK(r->moved.st_mode) || S_ISDIR(r->moved.st_mode))
        notice_rename(m, &move);
    else if (r->has_other && S_ISREG(r->other.st_mode)) /* a fifo or the like took a file's name */
        notice_delete(m, r->to.node, r->new_name, &r->other, who);
    if (r->has_other && !exchange && S_ISREG(r->other.st_mode) && r->other.st_nlink <= 1)
        notice_replaced(m, move.to, &r->other);
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

void ops_move_table(struct fuse_lowlevel_ops *ops)
{
    ops->unlink = op_unlink;
    ops->rmdir = op_rmdir;
    ops->rename = op_rename;
}
