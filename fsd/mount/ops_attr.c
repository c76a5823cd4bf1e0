/*
 * ops_attr: attributes of known files: getattr, setattr, readlink.
 */
#include "mount/backing.h"
#include "mount/fuse.h"
#include "mount/gate.h"
#include "mount/notice.h"
#include "mount/subject.h"

#include "base/fdio.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* A descriptor for looking at or changing the attributes of a node (O_PATH). */
static int open_path(struct mount *m, fuse_ino_t ino)
{
    if (!m->local)
        worker_step_aside();
    return node_known(&m->nodes, ino) ? backing_open(&m->backing, (uint32_t)ino, O_PATH | O_NOFOLLOW) : -ESTALE;
}

static int stat_node(struct mount *m, int fd, struct stat *st)
{
    (void)m;
    return fstatat(fd, "", st, AT_EMPTY_PATH) < 0 ? errno : 0;
}

static void reply_attr(fuse_req_t req, int err, const struct stat *st)
{
    struct mount *m = op_mount(req);
    if (op_store_errno(m, err) != 0)
        fuse_reply_err(req, err);
    else
        fuse_reply_attr(req, st, m->attr_timeout);
}

/* A folder, by the descriptor that is kept of it: its attributes are asked for after each change of a name in it. */
static int stat_folder(struct mount *m, uint32_t node, struct stat *st)
{
    int fd = backing_get_folder(&m->backing, node);
    int err = fd < 0 ? -fd : stat_node(m, fd, st);
    backing_put_folder(&m->backing, node, fd);
    return err;
}

static int do_getattr(struct mount *m, fuse_ino_t ino, struct stat *st)
{
    if (m->local && node_known(&m->nodes, ino) && node_at(&m->nodes, ino)->type == S_IFDIR)
        return stat_folder(m, (uint32_t)ino, st);
    fd_auto fd = open_path(m, ino);
    return fd < 0 ? -fd : stat_node(m, fd, st);
}

static void op_getattr(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
    struct stat st;
    (void)fi;
    int err = do_getattr(op_mount(req), ino, &st);
    reply_attr(req, err, &st);
}

/* ---- setattr, one attribute at a time ---- */

static int set_mode(struct mount *m, int fd, mode_t mode)
{
    char number[16];
    snprintf(number, sizeof number, "%d", fd);
    return fchmodat(m->self_fd, number, mode & 07777, 0) < 0 ? errno : 0;
}

static int set_owner(int fd, const struct stat *attr, int to_set)
{
    uid_t uid = to_set & FUSE_SET_ATTR_UID ? attr->st_uid : (uid_t)-1;
    gid_t gid = to_set & FUSE_SET_ATTR_GID ? attr->st_gid : (gid_t)-1;
    return fchownat(fd, "", uid, gid, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW) < 0 ? errno : 0;
}

static struct timespec time_to_set(struct timespec given, bool set, bool now)
{
    if (now)
        return (struct timespec){.tv_nsec = UTIME_NOW};
    return set ? given : (struct timespec){.tv_nsec = UTIME_OMIT};
}

static int utimes_now(struct mount *m, int fd, const struct stat *attr, int to_set)
{
    struct timespec times[2] = {
        time_to_set(attr->st_atim, to_set & FUSE_SET_ATTR_ATIME, to_set & FUSE_SET_ATTR_ATIME_NOW),
        time_to_set(attr->st_mtim, to_set & FUSE_SET_ATTR_MTIME, to_set & FUSE_SET_ATTR_MTIME_NOW),
    };
    if (utimensat(fd, "", times, AT_EMPTY_PATH) == 0)
        return 0;
    char number[16]; /* kernels before 5.8 */
    snprintf(number, sizeof number, "%d", fd);
    return utimensat(m->self_fd, number, times, 0) < 0 ? errno : 0;
}

/* New times are no new content: the file stays known as it is. */
static int set_times(struct mount *m, uint32_t node, int fd, const struct stat *attr, int to_set)
{
    struct stat before, after;
    bool current =
        node_writers(&m->nodes, node) == 0 && stat_node(m, fd, &before) == 0 && notice_is_current(m, node, &before);
    int err = utimes_now(m, fd, attr, to_set);
    if (err == 0 && current && stat_node(m, fd, &after) == 0)
        notice_begin(m, node, &after);
    return err;
}

/* Within the gate. */
static int set_size(struct mount *m, fuse_req_t req, uint32_t node, off_t size)
{
    int err = -gate_protect(m, node);
    if (err != 0)
        return err;
    fd_auto fd = backing_open(&m->backing, node, O_WRONLY);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0)
        return fd < 0 ? -fd : errno;
    err = op_strip_privileges(m, req, fd, &st);
    return err ? err : ftruncate(fd, size) < 0 ? errno : 0;
}

/* truncate(2): a change of content. With no handle it is a save by itself. */
static int do_truncate(struct mount *m, fuse_req_t req, uint32_t node, off_t size, bool by_name)
{
    int err = -gate_admit(m);
    if (err != 0)
        return err;
    struct node_record *r = node_at(&m->nodes, node);
    fd_auto before = by_name ? backing_open(&m->backing, node, O_RDONLY | O_NOATIME) : -1;
    struct stat st;
    gate_await_closes(m, node);
    gate_enter(m, node);
    if (before >= 0 && node_writers(&m->nodes, node) == 0 && fstat(before, &st) == 0) {
        notice_unseen(m, node, &st);
        notice_begin(m, node, &st);
    }
    err = set_size(m, req, node, size);
    gate_leave(m, node);
    if (err != 0)
        return err;
    atomic_fetch_or(&r->flags, NODE_TOUCHED);
    if (before >= 0 && node_writers(&m->nodes, node) == 0) {
        struct handle_record h = {.node = node}; /* as if it had been opened for this */
        subject_note(m, op_who(req), &h);
        notice_save(m, node, &h, before, NOTICE_CLOSE);
        subject_drop(m, &h);
    }
    return 0;
}

static int do_setattr(fuse_req_t req, fuse_ino_t ino, struct stat *attr, int to_set, bool by_name, struct stat *st)
{
    struct mount *m = op_mount(req);
    fd_auto fd = open_path(m, ino);
    if (fd < 0)
        return -fd;
    int err = 0;
    if (to_set & FUSE_SET_ATTR_SIZE)
        err = do_truncate(m, req, (uint32_t)ino, attr->st_size, by_name);
    if (err == 0 && to_set & (FUSE_SET_ATTR_UID | FUSE_SET_ATTR_GID))
        err = set_owner(fd, attr, to_set);
    if (err == 0 && to_set & FUSE_SET_ATTR_MODE)
        err = set_mode(m, fd, attr->st_mode);
    if (err == 0 && to_set & (FUSE_SET_ATTR_ATIME | FUSE_SET_ATTR_MTIME))
        err = set_times(m, (uint32_t)ino, fd, attr, to_set);
    if (err == 0)
        err = stat_node(m, fd, st);
    struct notice_who who = op_who(req);
    if (err == 0 && to_set & (FUSE_SET_ATTR_UID | FUSE_SET_ATTR_GID | FUSE_SET_ATTR_MODE))
        notice_chmod(m, (uint32_t)ino, st, &who);
    return err;
}

static void op_setattr(fuse_req_t req, fuse_ino_t ino, struct stat *attr, int to_set, struct fuse_file_info *fi)
{
    struct stat st;
    reply_attr(req, do_setattr(req, ino, attr, to_set, fi == NULL, &st), &st);
}

static void op_readlink(fuse_req_t req, fuse_ino_t ino)
{
    struct mount *m = op_mount(req);
    char target[PATH_MAX + 1];
    fd_auto fd = open_path(m, ino);
    ssize_t len = fd < 0 ? -1 : readlinkat(fd, "", target, PATH_MAX);
    if (len < 0) {
        fuse_reply_err(req, op_store_errno(m, fd < 0 ? -fd : errno));
        return;
    }
    target[len] = 0;
    fuse_reply_readlink(req, target);
}

void ops_attr_table(struct fuse_lowlevel_ops *ops)
{
    ops->getattr = op_getattr;
    ops->setattr = op_setattr;
    ops->readlink = op_readlink;
}
