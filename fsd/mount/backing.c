#include "mount/backing.h"

#include "base/fdio.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

union raw_handle { /* struct file_handle with its bytes */
    struct file_handle head;
    char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
};

int backing_open_store(struct backing *b, int store_fd, struct stat *root, struct journal_handle *root_handle)
{
    *b = (struct backing){.store_fd = openat(store_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (b->store_fd < 0 || fstat(b->store_fd, root) < 0)
        return -errno;
    pthread_mutex_init(&b->lock, NULL);
    b->dev = root->st_dev;
    b->has_handles = true;
    backing_get_handle(b, b->store_fd, "", root_handle);
    fd_auto again = root_handle->len ? backing_open_handle(b, root_handle, O_PATH) : -1;
    b->has_handles = again >= 0;
    if (!b->has_handles)
        *root_handle = (struct journal_handle){0};
    return 0;
}

void backing_set_nodes(struct backing *b, struct nodes *nodes) { b->nodes = nodes; }

void backing_get_handle(const struct backing *b, int dir_fd, const char *name, struct journal_handle *out)
{
    union raw_handle raw = {.head.handle_bytes = sizeof out->bytes};
    int mount_id;
    *out = (struct journal_handle){0};
    if (!b->has_handles || name_to_handle_at(dir_fd, name, &raw.head, &mount_id, name[0] ? 0 : AT_EMPTY_PATH) < 0)
        return;
    out->type = raw.head.handle_type;
    out->len = raw.head.handle_bytes;
    memcpy(out->bytes, raw.head.f_handle, out->len);
}

int backing_open_handle(struct backing *b, const struct journal_handle *handle, int flags)
{
    union raw_handle raw = {.head.handle_bytes = handle->len, .head.handle_type = handle->type};
    memcpy(raw.head.f_handle, handle->bytes, handle->len);
    int fd = open_by_handle_at(b->store_fd, &raw.head, flags | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int backing_open_path(struct backing *b, const char *path, int flags)
{
    struct open_how how = {.flags = (unsigned)(flags | O_CLOEXEC | O_NOFOLLOW),
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
    long fd = syscall(SYS_openat2, b->store_fd, path[0] ? path : ".", &how, sizeof how);
    return fd < 0 ? -errno : (int)fd;
}

/* A descriptor of the pinned file, opened anew with `flags` through /proc, or -ESTALE. */
static int open_pinned(struct backing *b, uint32_t node, int flags)
{
    int fd = -1;
    pthread_mutex_lock(&b->lock);
    for (size_t i = 0; i < b->pin_count && fd < 0; i++)
        if (b->pins[i].node == node)
            fd = b->pins[i].fd;
    char self[32];
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    int opened =
        fd < 0 ? -ESTALE : open(self, (flags & ~O_NOFOLLOW) | O_CLOEXEC); /* the link in /proc is to be followed */
    if (opened == -1)
        opened = -errno;
    pthread_mutex_unlock(&b->lock);
    return opened;
}

int backing_open(struct backing *b, uint32_t node, int flags)
{
    struct node_record *r = node_at(b->nodes, node);
    if (!(flags & O_PATH))
        flags |= O_NONBLOCK; /* a fifo or device must not stop us; no effect on regular files */
    if (node == NODE_ROOT)
        return backing_open_path(b, "", flags | O_DIRECTORY);
    if (r->flags & NODE_PINNED)
        return open_pinned(b, node, flags);
    if (r->handle.len > 0)
        return backing_open_handle(b, &r->handle, flags);
    buf_auto path = {0};
    return node_path(b->nodes, node, &path) ? backing_open_path(b, path.data ? path.data : "", flags) : -ESTALE;
}

/* ---- folders ---- */

static struct backing_folder *find_folder(struct backing *b, uint32_t node)
{
    for (size_t i = 0; i < 4; i++) { /* a set of four ways, by node number */
        struct backing_folder *f = &b->folders[(node * 4 + i) % BACKING_FOLDERS];
        if (f->node == node && !f->forgotten)
            return f;
    }
    return NULL;
}

/* The entry of this descriptor: it may have been forgotten, and another made for the same number. */
static struct backing_folder *find_used(struct backing *b, uint32_t node, int fd)
{
    for (size_t i = 0; i < 4; i++) {
        struct backing_folder *f = &b->folders[(node * 4 + i) % BACKING_FOLDERS];
        if (f->node == node && f->fd == fd && f->users > 0)
            return f;
    }
    return NULL;
}

static void drop_folder(struct backing_folder *f)
{
    close(f->fd);
    *f = (struct backing_folder){0};
}

/* The entry of the set that may be replaced: empty, or the one unused for longest. NULL: all in use. */
static struct backing_folder *find_room(struct backing *b, uint32_t node)
{
    struct backing_folder *room = NULL;
    for (size_t i = 0; i < 4; i++) {
        struct backing_folder *f = &b->folders[(node * 4 + i) % BACKING_FOLDERS];
        if (f->node == 0)
            return f;
        if (f->users == 0 && (room == NULL || f->used < room->used))
            room = f;
    }
    return room;
}

static void keep_folder(struct backing *b, uint32_t node, int fd)
{
    struct backing_folder *room = find_room(b, node);
    if (room == NULL || find_folder(b, node) != NULL)
        return;
    if (room->node != 0)
        close(room->fd);
    *room = (struct backing_folder){.node = node, .users = 1, .used = ++b->clock, .fd = fd};
}

int backing_get_folder(struct backing *b, uint32_t node)
{
    if (node == NODE_ROOT)
        return b->store_fd;
    pthread_mutex_lock(&b->lock);
    struct backing_folder *f = find_folder(b, node);
    int fd = f ? f->fd : -1;
    if (f) {
        f->users++;
        f->used = ++b->clock;
    }
    pthread_mutex_unlock(&b->lock);
    if (fd >= 0)
        return fd;
    fd = backing_open(b, node, O_PATH | O_DIRECTORY);
    if (fd < 0)
        return fd;
    pthread_mutex_lock(&b->lock);
    keep_folder(b, node, fd);
    pthread_mutex_unlock(&b->lock);
    return fd;
}

void backing_put_folder(struct backing *b, uint32_t node, int fd)
{
    if (fd < 0 || fd == b->store_fd)
        return;
    pthread_mutex_lock(&b->lock);
    struct backing_folder *f = find_used(b, node, fd);
    bool ours = f != NULL;
    if (ours && --f->users == 0 && f->forgotten)
        drop_folder(f);
    pthread_mutex_unlock(&b->lock);
    if (!ours)
        close(fd);
}

void backing_forget(struct backing *b, uint32_t node)
{
    pthread_mutex_lock(&b->lock);
    struct backing_folder *f = find_folder(b, node);
    if (f != NULL && f->users == 0)
        drop_folder(f);
    else if (f != NULL)
        f->forgotten = true;
    pthread_mutex_unlock(&b->lock);
}

/* ---- pins ---- */

int backing_pin(struct backing *b, uint32_t node, int fd)
{
    pthread_mutex_lock(&b->lock);
    if (b->pin_count == b->pin_room) {
        size_t room = b->pin_room ? b->pin_room * 2 : 16;
        struct backing_pin *pins = realloc(b->pins, room * sizeof *pins);
        if (pins == NULL) {
            pthread_mutex_unlock(&b->lock);
            close(fd);
            return -ENOMEM;
        }
        b->pins = pins;
        b->pin_room = room;
    }
    b->pins[b->pin_count++] = (struct backing_pin){.node = node, .fd = fd};
    pthread_mutex_unlock(&b->lock);
    return 0;
}

bool backing_unpin(struct backing *b, uint32_t node)
{
    bool found = false;
    pthread_mutex_lock(&b->lock);
    for (size_t i = 0; i < b->pin_count && !found; i++) {
        if (b->pins[i].node != node)
            continue;
        close(b->pins[i].fd);
        b->pins[i] = b->pins[--b->pin_count];
        found = true;
    }
    pthread_mutex_unlock(&b->lock);
    return found;
}

bool backing_is_away(int err)
{
    return err == ENOTCONN || err == EIO || err == ETIMEDOUT || err == EHOSTDOWN || err == EHOSTUNREACH ||
           err == ECONNABORTED || err == ECONNRESET || err == ESHUTDOWN;
}
