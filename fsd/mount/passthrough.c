#include "mount/passthrough.h"

#include "base/fdio.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>

static pthread_mutex_t lock =
    PTHREAD_MUTEX_INITIALIZER;          /* around backing ids and the opens that use them; within a gate */
static uint32_t idle[PASSTHROUGH_IDLE]; /* nodes closed last, a ring */
static size_t idle_next;

static void give_back(struct mount *m, uint32_t node)
{
    struct node_record *r = node_at(&m->nodes, node);
    int32_t id = r->backing_id;
    r->backing_id =
        0; /* first: an id lost here is only lost until unmount, one used after it was given back is an EIO */
    (void)id;
#if MOUNT_HAS_PASSTHROUGH
    uint32_t number = (uint32_t)id;
    if (id != 0)
        ioctl(m->start->fuse_fd, _IOW(229, 2, uint32_t), &number); /* FUSE_DEV_IOC_BACKING_CLOSE */
#endif
}

static bool is_idle(struct mount *m, uint32_t node)
{
    return node != 0 && node_known(&m->nodes, node) && node_opens(&m->nodes, node) == 0;
}

/* With the lock. */
static void keep_idle(struct mount *m, uint32_t node)
{
    uint32_t oldest = idle[idle_next];
    if (oldest != node && is_idle(m, oldest) && node_at(&m->nodes, oldest)->backing_id != 0)
        give_back(m, oldest);
    idle[idle_next] = node;
    idle_next = (idle_next + 1) % PASSTHROUGH_IDLE;
}

void passthrough_resume(struct mount *m)
{
    for (uint32_t i = NODE_ROOT; i < m->shared->nodes_top; i++)
        if (is_idle(m, i) && node_at(&m->nodes, i)->backing_id != 0)
            keep_idle(m, i);
}

bool passthrough_ready(struct mount *m, uint32_t node)
{
    return m->passthrough && node_at(&m->nodes, node)->backing_id != 0;
}

/*
 * With the lock: the id with which `node` may be opened now; 0: through us. All opens of a file have to agree. The
 * kernel opens the backing file with the application's flags and never changes them, so O_APPEND could not be taken off
 * again by fcntl: who appends, and is the first, goes through us.
 */
static int32_t choose_id(struct mount *m, fuse_req_t req, uint32_t node, int fd, bool appends)
{
    struct node_record *r = node_at(&m->nodes, node);
    bool first = node_opens(&m->nodes, node) == 0;
    if (!m->passthrough)
        return 0;
    if (first && appends && r->backing_id != 0)
        give_back(m, node);
    if (r->backing_id != 0 || !first || appends)
        return r->backing_id;
#if MOUNT_HAS_PASSTHROUGH
    int id = fd >= 0 ? fuse_passthrough_open(req, fd) : 0;
    r->backing_id = id > 0 ? id : 0;
#else
    (void)req;
    (void)fd;
#endif
    return r->backing_id;
}

static void set_answer(struct mount *m, const struct handle_record *h, int32_t id, struct fuse_file_info *fi)
{
    bool writer = (h->flags & HANDLE_WRITER) != 0;
    fi->keep_cache = id == 0 && m->local && !m->passthrough;
#if MOUNT_HAS_PASSTHROUGH
    fi->backing_id = id;
#endif
    /*
     * Nothing is cached here that a close would have to write, and RELEASE tells of the save. But a RELEASE is not
     * waited for, and who else writes to the file may go on at once, past us: where that is likely (somebody does
     * already, or the file is changed in place) close() is to wait until the save is cloned (op_flush).
     */
    bool shared = node_writers(&m->nodes, h->node) > 0 || !(fi->flags & (O_CREAT | O_TRUNC));
    fi->noflush = !(writer && id != 0 && shared);
}

int passthrough_open(struct mount *m, fuse_req_t req, struct handle_record *h, int fd, struct fuse_file_info *fi)
{
    pthread_mutex_lock(&lock);
    int32_t id = choose_id(m, req, h->node, fd, (fi->flags & O_APPEND) != 0);
    if (id != 0)
        h->flags |= HANDLE_PASSTHROUGH;
    set_answer(m, h, id, fi);
    fi->fh = handle_make(&m->handles, h, survive_handle());
    pthread_mutex_unlock(&lock);
    if (fi->fh == 0) {
        fd_close(&fd);
        return ENFILE;
    }
    if (fd >= 0)
        handle_keep_fd(&m->handles, fi->fh, fd);
    return 0;
}

void passthrough_closed(struct mount *m, uint32_t node, uint32_t opens)
{
    if (opens > 0 || node_at(&m->nodes, node)->backing_id == 0)
        return;
    pthread_mutex_lock(&lock);
    if (node_opens(&m->nodes, node) == 0 && node_at(&m->nodes, node)->backing_id != 0) {
        if (node_at(&m->nodes, node)->flags & NODE_GONE)
            give_back(m, node);
        else
            keep_idle(m, node);
    }
    pthread_mutex_unlock(&lock);
}

void passthrough_drop_idle(struct mount *m, uint32_t node)
{
    if (node_at(&m->nodes, node)->backing_id == 0)
        return;
    pthread_mutex_lock(&lock);
    if (node_opens(&m->nodes, node) == 0 && node_at(&m->nodes, node)->backing_id != 0)
        give_back(m, node);
    pthread_mutex_unlock(&lock);
}
