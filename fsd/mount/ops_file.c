/*
 * ops_file: open files: create, open, what passthrough leaves to us, release.
 *
 * The way of a save begins and ends here. Opening for writing passes the gate; closing is noticed. In between the
 * kernel writes to the backing file by itself.
 */
#include "mount/admit.h"
#include "mount/backing.h"
#include "mount/fuse.h"
#include "mount/gate.h"
#include "mount/notice.h"
#include "mount/orders.h"
#include "mount/passthrough.h"
#include "mount/storied.h"
#include "mount/subject.h"

#include "base/clock.h"
#include "base/fdio.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_writing(int flags) { return (flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC); }

/* What our own descriptor is opened with, now and by a successor: the kernel keeps O_APPEND's promise, aligns nothing
 * for us, and makes no file twice. */
static int backing_flags(int flags)
{
    return flags & ~(O_CREAT | O_EXCL | O_TRUNC | O_APPEND | O_DIRECT | O_NOCTTY | O_TMPFILE);
}

int op_strip_privileges(struct mount *m, fuse_req_t req, int fd, const struct stat *st)
{
    mode_t kill = (st->st_mode & S_ISUID) | ((st->st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) ? S_ISGID : 0);
    if (!S_ISREG(st->st_mode) || kill == 0 || fuse_req_ctx(req)->uid == 0)
        return 0;
    (void)m;
    return fchmod(fd, st->st_mode & 07777 & ~kill) < 0 ? errno : 0;
}

/* ---- create ---- */

/* The file (dir_fd, name), made for the caller: a descriptor, or -errno. -EEXIST: it was there. */
static int make_file(fuse_req_t req, int dir_fd, const char *name, mode_t mode, int flags)
{
    op_become_caller(req);
    if (survive_reached() < SURVIVE_INTENDED)
        survive_intend(0, 0);
    int fd = openat(dir_fd, name, backing_flags(flags) | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (fd < 0 && errno == EEXIST && survive_reached() >= SURVIVE_INTENDED) /* a child that died had made it */
        fd = openat(dir_fd, name, backing_flags(flags) | O_NOFOLLOW | O_CLOEXEC);
    worker_clear_umask();
    if (fd >= 0)
        survive_reach(SURVIVE_DONE);
    return fd < 0 ? -errno : fd;
}

/* A new file is in hand: its node, its handle. */
static int begin_created(struct mount *m, fuse_req_t req, const struct fuse_entry_param *e, int fd,
                         struct fuse_file_info *fi)
{
    struct handle_record h = {.node = (uint32_t)e->ino, .open_flags = (uint32_t)backing_flags(fi->flags)};
    if ((fi->flags & O_ACCMODE) != O_RDONLY)
        h.flags = HANDLE_WRITER;
    atomic_fetch_or(&node_at(&m->nodes, e->ino)->flags, NODE_BORN | NODE_TOUCHED | NODE_NO_CAPS);
    if (storied_has(m, (uint32_t)e->ino))
        atomic_fetch_or(&node_at(&m->nodes, e->ino)->flags, NODE_STORIED);
    carried_drop(&m->carried, e->attr.st_ino); /* of a file that had the number before */
    node_at(&m->nodes, e->ino)->save_seq = 0;
    notice_begin(m, h.node, &e->attr);
    h.flags |= HANDLE_WRITER; /* closing it is the first save, even if nothing was or could be written */
    subject_note(m, op_who(req), &h);
    return passthrough_open(m, req, &h, fd, fi);
}

static int do_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);

static int do_create(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, struct fuse_file_info *fi,
                     struct fuse_entry_param *e)
{
    struct mount *m = op_mount(req);
    int err = node_known(&m->nodes, parent) ? -gate_admit(m) : ESTALE;
    if (err != 0)
        return err;
    if (!m->local)
        worker_step_aside();
    int dir_fd = backing_get_folder(&m->backing, (uint32_t)parent);
    if (dir_fd < 0)
        return -dir_fd;
    int fd = make_file(req, dir_fd, name, mode, fi->flags);
    if (fd == -EEXIST && !(fi->flags & O_EXCL)) { /* the kernel did not know: open it */
        err = op_find_entry(m, (uint32_t)parent, dir_fd, name, e);
        if (err == 0)
            err = do_open(req, e->ino, fi);
    } else {
        err = fd < 0 ? -fd : op_made_entry(m, (uint32_t)parent, fd, name, e);
        if (err == 0)
            err = begin_created(m, req, e, fd, fi);
        else
            fd_close(&fd);
    }
    if (err != 0 && e->ino != 0)
        op_forget_node(m, e->ino, 1); /* the kernel is not told of it */
    backing_put_folder(&m->backing, (uint32_t)parent, dir_fd);
    return err;
}

static void reply_created(fuse_req_t req, int err, const struct fuse_entry_param *e, const struct fuse_file_info *fi)
{
    if (op_store_errno(op_mount(req), err) != 0)
        fuse_reply_err(req, err);
    else
        fuse_reply_create(req, e, fi);
}

static int do_tmpfile(fuse_req_t req, fuse_ino_t parent, mode_t mode, struct fuse_file_info *fi,
                      struct fuse_entry_param *e)
{
    struct mount *m = op_mount(req);
    int err = node_known(&m->nodes, parent) ? -gate_admit(m) : ESTALE;
    if (err != 0)
        return err;
    int dir_fd = backing_get_folder(&m->backing, (uint32_t)parent);
    if (dir_fd < 0)
        return -dir_fd;
    op_become_caller(req);
    int fd = openat(dir_fd, ".", backing_flags(fi->flags) | O_TMPFILE | (fi->flags & O_EXCL) | O_CLOEXEC, mode);
    worker_clear_umask();
    err = fd < 0 ? errno : 0;
    backing_put_folder(&m->backing, (uint32_t)parent, dir_fd);
    if (err == 0)
        err = op_made_entry(m, (uint32_t)parent, fd, NULL, e);
    if (err != 0) {
        fd_close(&fd);
        return err;
    }
    orders_pin(m, (uint32_t)e->ino, dup(fd));
    err = begin_created(m, req, e, fd, fi);
    if (err != 0)
        op_forget_node(m, e->ino, 1);
    return err;
}

/* Named "/", which nothing can be named: O_TMPFILE (session.c). */
static void op_create(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, struct fuse_file_info *fi)
{
    struct fuse_entry_param e = {0};
    int err = name[0] == '/' ? do_tmpfile(req, parent, mode, fi, &e) : do_create(req, parent, name, mode, fi, &e);
    reply_created(req, err, &e, fi);
}

/* ---- open ---- */

static int open_reader(struct mount *m, fuse_req_t req, uint32_t node, struct fuse_file_info *fi)
{
    struct handle_record h = {.node = node, .open_flags = (uint32_t)backing_flags(fi->flags)};
    if (passthrough_ready(m, node))
        return passthrough_open(m, req, &h, -1, fi);
    int fd = backing_open(&m->backing, node, backing_flags(fi->flags));
    return fd < 0 ? -fd : passthrough_open(m, req, &h, fd, fi);
}

/* Within the gate: make the newest save safe; now the file may change. */
static int begin_writing(struct mount *m, fuse_req_t req, struct handle_record *h, int fd, struct fuse_file_info *fi)
{
    struct stat st;
    if (fstat(fd, &st) < 0)
        return errno;
    bool first =
        node_writers(&m->nodes, h->node) == 0 && !(node_at(&m->nodes, h->node)->flags & (NODE_TOUCHED | NODE_META));
    if (first)
        notice_unseen(m, h->node, &st);
    int err = -gate_protect(m, h->node);
    if (err == 0)
        err = op_strip_privileges(m, req, fd, &st);
    if (err != 0)
        return err;
    if (first)
        notice_begin(m, h->node, &st);
    if (notice_is_recent(&st))
        h->flags |= HANDLE_UNSURE;
    if (fi->flags & O_TRUNC) {
        atomic_fetch_or(&node_at(&m->nodes, h->node)->flags, NODE_TOUCHED);
        if (ftruncate(fd, 0) < 0)
            return errno;
    }
    return 0;
}

static int open_writer(struct mount *m, fuse_req_t req, uint32_t node, struct fuse_file_info *fi)
{
    struct handle_record h = {.node = node, .flags = HANDLE_WRITER, .open_flags = (uint32_t)backing_flags(fi->flags)};
    if ((h.open_flags & O_ACCMODE) == O_RDONLY) /* O_RDONLY | O_TRUNC */
        h.open_flags |= O_RDWR;
    int err = -gate_admit(m);
    if (err != 0)
        return err;
    int fd = backing_open(&m->backing, node, (int)h.open_flags);
    if (fd < 0)
        return -fd;
    gate_await_closes(m, node);
    gate_enter(m, node);
    err = begin_writing(m, req, &h, fd, fi);
    if (err == 0) {
        subject_note(m, op_who(req), &h);
        err = passthrough_open(m, req, &h, fd_steal(&fd), fi);
    }
    gate_leave(m, node);
    fd_close(&fd);
    return err;
}

static int do_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
    struct mount *m = op_mount(req);
    if (!node_known(&m->nodes, ino))
        return ESTALE;
    if (!m->local)
        worker_step_aside();
    int err = admit_open(m, req, (uint32_t)ino, fi->flags);
    if (err != 0)
        return err;
    return is_writing(fi->flags) ? open_writer(m, req, (uint32_t)ino, fi) : open_reader(m, req, (uint32_t)ino, fi);
}

static void op_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
    int err = op_store_errno(op_mount(req), do_open(req, ino, fi));
    if (err != 0)
        fuse_reply_err(req, err);
    else
        fuse_reply_open(req, fi);
}

/* ---- close ---- */

static void save_if_changed(struct mount *m, uint64_t fh, enum notice_reason reason)
{
    struct handle_record *h = handle_at(&m->handles, fh);
    if (h == NULL || !(h->flags & HANDLE_WRITER))
        return;
    int fd = handle_fd(&m->handles, &m->backing, fh);
    if (fd >= 0)
        notice_save(m, h->node, h, fd, reason);
    else
        notice_lost(m, h->node);
}

/* Through a handle for reading and writing it may have been mapped, and the kernel, not we, knows whether it still is.
 */
static bool may_be_mapped(const struct handle_record *h)
{
    return h->flags & HANDLE_PASSTHROUGH && (h->open_flags & O_ACCMODE) == O_RDWR;
}

static void op_flush(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
    struct mount *m = op_mount(req);
    if (node_known(&m->nodes, ino) && node_writers(&m->nodes, (uint32_t)ino) > 1)
        save_if_changed(m, fi->fh, NOTICE_FLUSH);
    fuse_reply_err(req, 0);
}

static void op_release(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
    struct mount *m = op_mount(req);
    struct handle_record *h = handle_at(&m->handles, fi->fh);
    if (h != NULL) {
        uint32_t node = h->node;
        gate_begin_close(m, node);
        if (!m->local)
            worker_step_aside();
        save_if_changed(m, fi->fh, NOTICE_CLOSE);
        gate_end_close(m, node);
        if (may_be_mapped(h))
            recheck_note(m, node);
        handle_close(&m->handles, fi->fh);
        passthrough_closed(m, node, node_opens(&m->nodes, node));
    }
    (void)ino;
    fuse_reply_err(req, 0);
}

/* ---- what passthrough leaves to us, and everything where there is none ---- */

/* The descriptor behind an open file, for work that may take long. */
static int slow_fd(struct mount *m, const struct fuse_file_info *fi)
{
    worker_step_aside();
    return handle_fd(&m->handles, &m->backing, fi->fh);
}

static void op_read(fuse_req_t req, fuse_ino_t ino, size_t size, off_t offset, struct fuse_file_info *fi)
{
    struct mount *m = op_mount(req);
    int fd = handle_fd(&m->handles, &m->backing, fi->fh);
    char *data = worker_self()->data;
    struct iovec iov = {.iov_base = data, .iov_len = size < WORKER_DATA_BYTES ? size : WORKER_DATA_BYTES};
    (void)ino;
    ssize_t got = fd < 0 || !m->local ? -1 : preadv2(fd, &iov, 1, offset, RWF_NOWAIT);
    if (fd >= 0 && got < (ssize_t)iov.iov_len) { /* not all of it is in memory: the disk may take its time */
        worker_step_aside();
        got = fd_pread_full(fd, data, iov.iov_len, offset);
    }
    int err = op_store_errno(m, fd < 0 ? -fd : got < 0 ? (int)-got : 0);
    if (err != 0)
        fuse_reply_err(req, err);
    else
        fuse_reply_buf(req, data, (size_t)got);
}

static void op_write(fuse_req_t req, fuse_ino_t ino, const char *data, size_t size, off_t offset,
                     struct fuse_file_info *fi)
{
    struct mount *m = op_mount(req);
    if (!m->local || size > 64 * 1024)
        worker_step_aside();
    gate_await_closes(m, (uint32_t)ino);
    int fd = handle_fd(&m->handles, &m->backing, fi->fh);
    if (fd >= 0)
        atomic_fetch_or(&node_at(&m->nodes, ino)->flags, NODE_TOUCHED);
    ssize_t put = fd < 0 ? -1 : pwrite(fd, data, size, offset);
    int err = op_store_errno(m, fd < 0 ? -fd : put < 0 ? errno : 0);
    if (err != 0)
        fuse_reply_err(req, err);
    else
        fuse_reply_write(req, (size_t)put);
}

static void op_fsync(fuse_req_t req, fuse_ino_t ino, int datasync, struct fuse_file_info *fi)
{
    struct mount *m = op_mount(req);
    struct handle_record *h = handle_at(&m->handles, fi->fh);
    (void)ino;
    if (h != NULL)
        atomic_fetch_or(&h->flags, HANDLE_SYNCED);
    int fd = slow_fd(m, fi);
    int err = fd < 0 ? -fd : (datasync ? fdatasync(fd) : fsync(fd)) < 0 ? errno : 0;
    fuse_reply_err(req, op_store_errno(m, err));
}

static void op_fallocate(fuse_req_t req, fuse_ino_t ino, int mode, off_t offset, off_t length,
                         struct fuse_file_info *fi)
{
    struct mount *m = op_mount(req);
    int fd = slow_fd(m, fi);
    int err = fd < 0 ? -fd : fallocate(fd, mode, offset, length) < 0 ? errno : 0;
    if (err == 0)
        atomic_fetch_or(&node_at(&m->nodes, ino)->flags, NODE_TOUCHED);
    fuse_reply_err(req, op_store_errno(m, err));
}

static void op_lseek(fuse_req_t req, fuse_ino_t ino, off_t offset, int whence, struct fuse_file_info *fi)
{
    struct mount *m = op_mount(req);
    int fd = slow_fd(m, fi);
    off_t at = fd < 0 ? -1 : lseek(fd, offset, whence);
    (void)ino;
    if (at < 0)
        fuse_reply_err(req, op_store_errno(m, fd < 0 ? -fd : errno));
    else
        fuse_reply_lseek(req, at);
}

static void op_copy_file_range(fuse_req_t req, fuse_ino_t in, off_t in_offset, struct fuse_file_info *in_fi,
                               fuse_ino_t out, off_t out_offset, struct fuse_file_info *out_fi, size_t len, int flags)
{
    struct mount *m = op_mount(req);
    int from = slow_fd(m, in_fi), to = slow_fd(m, out_fi);
    (void)in;
    int err = from < 0 ? -from : to < 0 ? -to : 0;
    ssize_t copied = err ? -1 : copy_file_range(from, &in_offset, to, &out_offset, len, (unsigned)flags);
    if (err == 0 && copied < 0)
        err = errno;
    if (err == 0)
        atomic_fetch_or(&node_at(&m->nodes, out)->flags, NODE_TOUCHED);
    if (op_store_errno(m, err) != 0)
        fuse_reply_err(req, err);
    else
        fuse_reply_write(req, (size_t)copied);
}

void ops_file_table(struct fuse_lowlevel_ops *ops)
{
    ops->create = op_create;
    ops->open = op_open;
    ops->flush = op_flush;
    ops->release = op_release;
    ops->read = op_read;
    ops->write = op_write;
    ops->fsync = op_fsync;
    ops->fallocate = op_fallocate;
    ops->lseek = op_lseek;
    ops->copy_file_range = op_copy_file_range;
}
