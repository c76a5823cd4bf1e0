/*
 * ops_dir: finding names: lookup, forget, listing a folder.
 *
 * Folders are listed without state: where the kernel allows it, opendir and releasedir are never sent (it answers for
 * itself and keeps the listing), and a listing is read from an offset that the store's own file system gave. A
 * replacement child has nothing to restore.
 */
#include "mount/backing.h"
#include "mount/fuse.h"
#include "mount/gate.h"
#include "mount/passthrough.h"
#include "mount/orders.h"
#include "mount/trouble.h"

#include "base/fdio.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int op_store_errno(struct mount *m, int err)
{
    if (err < 0)
        err = -err;
    if (m->local)
        return err;
    if (backing_is_away(err)) {
        m->board->mount.store_gone = 1;
        trouble_report(m, TROUBLE_STORE, "the store does not answer (%s): applications get errors until it is back",
                       strerror(err));
    } else if (m->board->mount.store_gone && err != EINVAL) {
        m->board->mount.store_gone = 0;
        trouble_end(m, TROUBLE_STORE);
    }
    return err;
}

/* ---- entries ---- */

struct name_in { /* where get_handle looks */
    const struct backing *backing;
    int dir_fd;
    const char *name;
};

static void get_handle(void *ctx, struct journal_handle *out)
{
    const struct name_in *in = ctx;
    backing_get_handle(in->backing, in->dir_fd, in->name, out);
}

static int fill_entry(struct mount *m, uint32_t parent, const char *name, const struct name_in *in,
                      struct fuse_entry_param *e)
{
    uint32_t node = node_lookup(&m->nodes, parent, name, &e->attr, get_handle, (void *)(uintptr_t)in);
    if (node == 0)
        return ENOMEM;
    if (node_at(&m->nodes, node)->save_seq == 0)
        gate_adopt(m, node);
    e->ino = node;
    e->generation = 1;
    e->attr_timeout = m->attr_timeout;
    e->entry_timeout = m->entry_timeout;
    return 0;
}

int op_find_entry(struct mount *m, uint32_t parent, int dir_fd, const char *name, struct fuse_entry_param *e)
{
    *e = (struct fuse_entry_param){0};
    if (fstatat(dir_fd, name, &e->attr, AT_SYMLINK_NOFOLLOW) < 0) {
        e->entry_timeout = m->negative_timeout;
        return errno;
    }
    struct name_in in = {&m->backing, dir_fd, name};
    return fill_entry(m, parent, name, &in, e);
}

int op_made_entry(struct mount *m, uint32_t parent, int fd, const char *name, struct fuse_entry_param *e)
{
    *e = (struct fuse_entry_param){0};
    if (fstat(fd, &e->attr) < 0)
        return errno;
    struct name_in in = {&m->backing, fd, ""};
    return fill_entry(m, parent, name, &in, e);
}

static int do_lookup(struct mount *m, fuse_ino_t parent, const char *name, struct fuse_entry_param *e)
{
    if (!node_known(&m->nodes, parent))
        return ESTALE;
    if (!m->local)
        worker_step_aside();
    int dir_fd = backing_get_folder(&m->backing, (uint32_t)parent);
    if (dir_fd < 0)
        return -dir_fd;
    int err = op_find_entry(m, (uint32_t)parent, dir_fd, name, e);
    backing_put_folder(&m->backing, (uint32_t)parent, dir_fd);
    return err;
}

static void op_lookup(fuse_req_t req, fuse_ino_t parent, const char *name)
{
    struct mount *m = op_mount(req);
    struct fuse_entry_param e;
    int err = op_store_errno(m, do_lookup(m, parent, name, &e));
    if (err == 0 || (err == ENOENT && m->negative_timeout > 0))
        fuse_reply_entry(req, &e); /* with ino 0: "not there", to be remembered */
    else
        fuse_reply_err(req, err);
}

void op_forget_node(struct mount *m, fuse_ino_t ino, uint64_t count)
{
    struct node_record last;
    if (!node_known(&m->nodes, ino) || !node_forget(&m->nodes, (uint32_t)ino, count, &last))
        return;
    if (last.save_seq != 0 && !(last.flags & NODE_GONE))
        carried_put(&m->carried, last.ino, last.save_seq);
    if (last.type == S_IFDIR)
        backing_forget(&m->backing, (uint32_t)ino);
    if (last.backing_id != 0)
        passthrough_drop_idle(m, (uint32_t)ino);
    if (last.flags & NODE_PINNED)
        orders_unpin(m, (uint32_t)ino);
    node_free_if_unused(&m->nodes, (uint32_t)ino);
}

void op_forget_unused(struct mount *m)
{
    for (uint32_t i = NODE_ROOT + 1; i < m->shared->nodes_top; i++)
        if (node_known(&m->nodes, i) && node_at(&m->nodes, i)->lookups == 0)
            op_forget_node(m, i, 0);
}

static void op_forget(fuse_req_t req, fuse_ino_t ino, uint64_t count)
{
    op_forget_node(op_mount(req), ino, count);
    fuse_reply_none(req);
}

static void op_forget_multi(fuse_req_t req, size_t count, struct fuse_forget_data *forgets)
{
    for (size_t i = 0; i < count; i++)
        op_forget_node(op_mount(req), forgets[i].ino, forgets[i].nlookup);
    fuse_reply_none(req);
}

/* ---- listing ---- */

/* A folder being read, from an offset on. */
struct listing {
    struct mount *m;
    uint32_t node;
    int fd; /* O_RDONLY */
    bool plus;
    char *out; /* the answer so far */
    size_t room, used;
};

/* One kernel-made record of getdents64. */
struct raw_entry {
    uint64_t ino;
    int64_t next;
    unsigned short len;
    unsigned char type;
    char name[];
};

static bool is_dots(const char *name) { return name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0)); }

/* Append one entry. False: it does not fit, and is not counted. */
static bool put_entry(struct listing *l, fuse_req_t req, const struct raw_entry *raw)
{
    char *at = l->out + l->used;
    size_t room = l->room - l->used, size;
    struct fuse_entry_param e = {.attr = {.st_ino = raw->ino, .st_mode = (mode_t)raw->type << 12}};
    if (!l->plus) {
        size = fuse_add_direntry(req, at, room, raw->name, &e.attr, raw->next);
    } else {
        if (fuse_add_direntry_plus(req, NULL, 0, raw->name, &e, raw->next) > room)
            return false; /* before a reference is counted */
        if (!is_dots(raw->name) && op_find_entry(l->m, l->node, l->fd, raw->name, &e) != 0)
            e = (struct fuse_entry_param){.attr = e.attr};
        size = fuse_add_direntry_plus(req, at, room, raw->name, &e, raw->next);
    }
    if (size > room)
        return false;
    l->used += size;
    return true;
}

/*
 * Read on from `offset`. A local file system can be asked to; a share's driver may not survive it (sshfs ends at a seek
 * in a folder), so there the entries before it are read again and passed over.
 */
static int fill(struct listing *l, fuse_req_t req, off_t offset)
{
    char raw[32 * 1024];
    bool passing = offset != 0 && !l->m->local;
    if (offset != 0 && !passing && lseek(l->fd, offset, SEEK_SET) < 0)
        return errno;
    for (;;) {
        long got = syscall(SYS_getdents64, l->fd, raw, sizeof raw);
        if (got < 0)
            return l->used > 0 ? 0 : errno;
        if (got == 0)
            return 0;
        for (long at = 0; at < got;) {
            const struct raw_entry *entry = (const void *)(raw + at);
            if (!passing && !put_entry(l, req, entry))
                return 0;
            passing = passing && entry->next != offset;
            at += entry->len;
        }
    }
}

static int do_list(fuse_req_t req, fuse_ino_t ino, size_t size, off_t offset, bool plus, struct listing *l)
{
    struct mount *m = op_mount(req);
    if (!node_known(&m->nodes, ino))
        return ESTALE;
    if (!m->local)
        worker_step_aside();
    *l = (struct listing){.m = m, .node = (uint32_t)ino, .plus = plus, .out = worker_self()->data};
    l->room = size < WORKER_DATA_BYTES ? size : WORKER_DATA_BYTES;
    fd_auto fd = backing_open(&m->backing, (uint32_t)ino, O_RDONLY | O_DIRECTORY);
    if (fd < 0)
        return -fd;
    l->fd = fd;
    return fill(l, req, offset);
}

static void answer_listing(fuse_req_t req, fuse_ino_t ino, size_t size, off_t offset, bool plus)
{
    struct listing l;
    int err = op_store_errno(op_mount(req), do_list(req, ino, size, offset, plus, &l));
    if (err != 0)
        fuse_reply_err(req, err);
    else
        fuse_reply_buf(req, l.out, l.used);
}

static void op_readdir(fuse_req_t req, fuse_ino_t ino, size_t size, off_t offset, struct fuse_file_info *fi)
{
    (void)fi;
    answer_listing(req, ino, size, offset, false);
}

static void op_readdirplus(fuse_req_t req, fuse_ino_t ino, size_t size, off_t offset, struct fuse_file_info *fi)
{
    (void)fi;
    answer_listing(req, ino, size, offset, true);
}

static void op_opendir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
    struct mount *m = op_mount(req);
    (void)ino;
    if (m->stateless_dirs) {
        fuse_reply_err(req, ENOSYS); /* never asked again; the kernel caches listings */
        return;
    }
    fi->cache_readdir = fi->keep_cache = m->local;
    fuse_reply_open(req, fi);
}

static void op_fsyncdir(fuse_req_t req, fuse_ino_t ino, int datasync, struct fuse_file_info *fi)
{
    struct mount *m = op_mount(req);
    (void)fi;
    worker_step_aside();
    fd_auto fd =
        node_known(&m->nodes, ino) ? backing_open(&m->backing, (uint32_t)ino, O_RDONLY | O_DIRECTORY) : -ESTALE;
    int err = fd < 0 ? -fd : 0;
    if (err == 0 && (datasync ? fdatasync(fd) : fsync(fd)) < 0)
        err = errno;
    fuse_reply_err(req, op_store_errno(m, err));
}

static void op_statfs(fuse_req_t req, fuse_ino_t ino)
{
    struct mount *m = op_mount(req);
    struct statvfs st;
    (void)ino;
    if (!m->local)
        worker_step_aside();
    if (fstatvfs(m->backing.store_fd, &st) < 0)
        fuse_reply_err(req, op_store_errno(m, errno));
    else
        fuse_reply_statfs(req, &st);
}

void ops_dir_table(struct fuse_lowlevel_ops *ops)
{
    ops->lookup = op_lookup;
    ops->forget = op_forget;
    ops->forget_multi = op_forget_multi;
    ops->opendir = op_opendir;
    ops->readdir = op_readdir;
    ops->readdirplus = op_readdirplus;
    ops->fsyncdir = op_fsyncdir;
    ops->statfs = op_statfs;
}
