#include "mount/handle.h"

#include "base/fdio.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static uint32_t index_of(uint64_t fh) { return (uint32_t)fh; }

int handles_open(struct handles *h, struct shared *shared, struct nodes *nodes)
{
    *h = (struct handles){.shared = shared, .nodes = nodes};
    pthread_mutex_init(&h->lock, NULL);
    h->fds = mmap(NULL, sizeof *h->fds * HANDLES_MOST, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    h->free = malloc(sizeof *h->free * HANDLES_MOST);
    if (h->fds == MAP_FAILED || h->free == NULL)
        return -ENOMEM;
    if (shared->handles_top == 0)
        shared->handles_top = 1;
    for (uint32_t i = 1; i < shared->handles_top; i++) {
        if (shared->handles[i].state == RECORD_LIVE)
            h->live++;
        else
            h->free[h->free_count++] = i;
    }
    return 0;
}

static uint32_t take_index(struct handles *h)
{
    if (h->free_count > 0)
        return h->free[--h->free_count];
    uint32_t top = h->shared->handles_top;
    if (top == HANDLES_MOST)
        return 0;
    h->shared->handles_top = top + 1;
    return top;
}

static uint64_t number_of(const struct handle_record *r, uint32_t index) { return (uint64_t)r->serial << 32 | index; }

uint64_t handle_make(struct handles *h, const struct handle_record *facts, _Atomic uint64_t *made)
{
    pthread_mutex_lock(&h->lock);
    uint32_t index = take_index(h);
    struct handle_record *r = &h->shared->handles[index];
    uint64_t fh = 0;
    if (index != 0) {
        *r = *facts;
        r->serial = atomic_fetch_add(&h->shared->handle_serial, 1) | 1u << 31;
        fh = number_of(r, index);
        atomic_store(made, fh);
        atomic_store(&r->state, RECORD_LIVE);
    }
    pthread_mutex_unlock(&h->lock);
    if (fh == 0)
        return 0;
    node_count_open(h->nodes, facts->node, 1, (facts->flags & HANDLE_WRITER) != 0);
    h->live++;
    return fh;
}

struct handle_record *handle_at(struct handles *h, uint64_t fh)
{
    uint32_t index = index_of(fh);
    if (index == 0 || index >= h->shared->handles_top)
        return NULL;
    struct handle_record *r = &h->shared->handles[index];
    return r->state == RECORD_LIVE && r->serial == (uint32_t)(fh >> 32) ? r : NULL;
}

bool handle_copy(struct handles *h, uint32_t index, uint64_t *fh, struct handle_record *copy)
{
    pthread_mutex_lock(&h->lock);
    const struct handle_record *r = &h->shared->handles[index];
    bool live = index != 0 && index < h->shared->handles_top && r->state == RECORD_LIVE;
    if (live) {
        *fh = number_of(r, index);
        *copy = (struct handle_record){.state = RECORD_LIVE,
                                       .serial = r->serial,
                                       .node = r->node,
                                       .open_flags = r->open_flags,
                                       .flags = r->flags,
                                       .pid = r->pid,
                                       .uid = r->uid,
                                       .gid = r->gid,
                                       .session = r->session};
        pthread_mutex_lock(&h->nodes->lock);
        copy->app = names_put(h->nodes->names, names_get(h->nodes->names, r->app));
        pthread_mutex_unlock(&h->nodes->lock);
    }
    pthread_mutex_unlock(&h->lock);
    return live;
}

void handle_drop_copy(struct handles *h, struct handle_record *copy)
{
    pthread_mutex_lock(&h->nodes->lock);
    names_free(h->nodes->names, copy->app);
    pthread_mutex_unlock(&h->nodes->lock);
    copy->app = 0;
}

bool handle_is_open(struct handles *h, uint64_t fh)
{
    pthread_mutex_lock(&h->lock);
    bool open = handle_at(h, fh) != NULL;
    pthread_mutex_unlock(&h->lock);
    return open;
}

static void drop_fd(struct handles *h, uint32_t index)
{
    if (h->fds[index] == 0)
        return;
    close(h->fds[index] - 1);
    h->fds[index] = 0;
    h->fd_count--;
}

uint32_t handle_close(struct handles *h, uint64_t fh)
{
    uint32_t index = index_of(fh);
    struct handle_record *r = handle_at(h, fh);
    if (r == NULL)
        return 0;
    uint32_t node = r->node, app = r->app;
    bool writer = (r->flags & HANDLE_WRITER) != 0;
    pthread_mutex_lock(&h->lock);
    drop_fd(h, index);
    r->app = 0;
    atomic_store(&r->state, RECORD_FREE);
    pthread_mutex_unlock(&h->lock);
    pthread_mutex_lock(&h->nodes->lock);
    names_free(h->nodes->names, app);
    pthread_mutex_unlock(&h->nodes->lock);
    pthread_mutex_lock(&h->lock);
    h->free[h->free_count++] = index;
    pthread_mutex_unlock(&h->lock);
    h->live--;
    return node_count_open(h->nodes, node, -1, writer ? -1 : 0);
}

void handle_keep_fd(struct handles *h, uint64_t fh, int fd)
{
    if (h->fd_count >= HANDLE_FDS_MOST || h->fds[index_of(fh)] != 0) {
        close(fd);
        return;
    }
    h->fds[index_of(fh)] = fd + 1;
    h->fd_count++;
}

int handle_fd(struct handles *h, struct backing *b, uint64_t fh)
{
    struct handle_record *r = handle_at(h, fh);
    if (r == NULL)
        return -EBADF;
    pthread_mutex_lock(&h->lock);
    int fd = h->fds[index_of(fh)] - 1;
    pthread_mutex_unlock(&h->lock);
    if (fd >= 0)
        return fd;
    int opened = backing_open(b, r->node, (int)r->open_flags); /* a share may take its time: without the lock */
    if (opened < 0)
        return opened;
    pthread_mutex_lock(&h->lock);
    fd = h->fds[index_of(fh)] - 1;
    if (fd < 0) {
        fd = fd_steal(&opened);
        h->fds[index_of(fh)] = fd + 1;
        h->fd_count++;
    }
    pthread_mutex_unlock(&h->lock);
    fd_close(&opened); /* another thread was first */
    return fd;
}
