#include "mount/serve_fetch.h"

#include "base/clock.h"
#include "base/fdio.h"
#include "base/log.h"
#include "event/fetch.h"
#include "mount/notice.h"
#include "mount/state.h"
#include "mount/survive.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* A request being read: exact to the last byte, or refused. */
struct reading {
    const char *at, *end;
};

static bool take(struct reading *r, void *to, size_t len)
{
    if ((size_t)(r->end - r->at) < len)
        return false;
    memcpy(to, r->at, len);
    r->at += len;
    return true;
}

static bool take_path(struct reading *r, uint32_t len, char path[static PATH_MAX])
{
    if (len >= PATH_MAX || !take(r, path, len))
        return false;
    path[len] = 0;
    return memchr(path, 0, len) == NULL;
}

/* ---- FETCH_OPEN ---- */

/* A file may have moved into a personal folder since its save: what counts is where it is now. */
static bool may_read(struct mount *m, const struct stat *st, const char *path)
{
    uint32_t node = node_find(&m->nodes, st->st_dev, st->st_ino);
    buf_auto now = {0};
    if (node != 0 && node_path(&m->nodes, node, &now))
        path = now.data ? now.data : "";
    return notice_is_recorded(m, path);
}

static int open_for_keeper(struct mount *m, const struct fetch_open *want, const char *path, struct fetch_opened *out)
{
    const int flags = O_RDONLY | O_NOATIME | O_NONBLOCK;
    int fd = want->handle.len > 0 && want->handle.len <= sizeof want->handle.bytes && m->backing.has_handles
                 ? backing_open_handle(&m->backing, &want->handle, flags | O_NOFOLLOW)
                 : backing_open_path(&m->backing, path, flags);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0) {
        out->err = fd < 0 ? -fd : errno;
        fd_close(&fd);
        return -1;
    }
    bool same = want->ino == 0 || st.st_ino == want->ino || !m->local;
    out->err = !S_ISREG(st.st_mode) || !same || st.st_nlink == 0 ? ESTALE : may_read(m, &st, path) ? 0 : EPERM;
    if (out->err != 0)
        fd_close(&fd);
    out->mode = st.st_mode;
    out->nlink = (uint32_t)st.st_nlink;
    out->ino = st.st_ino;
    out->size = (uint64_t)st.st_size;
    out->mtime_ns = clock_from_timespec(st.st_mtim);
    out->ctime_ns = clock_from_timespec(st.st_ctim);
    return fd;
}

static void answer_open(struct mount *m, struct reading *in, const struct fetch_head *head)
{
    struct {
        struct fetch_head head;
        struct fetch_opened opened[FETCH_BATCH];
    } out = {.head = {.type = head->type, .id = head->id, .count = head->count}};
    int fds[FETCH_BATCH];
    size_t fd_count = 0;
    bool sound = head->count <= FETCH_BATCH;
    for (uint32_t i = 0; sound && i < head->count; i++) {
        struct fetch_open want;
        char path[PATH_MAX];
        sound = take(in, &want, sizeof want) && take_path(in, want.path_len, path);
        int fd = sound ? open_for_keeper(m, &want, path, &out.opened[i]) : -1;
        if (fd >= 0)
            fds[fd_count++] = fd;
    }
    if (sound && in->at == in->end)
        fd_send(m->start->fetch_fd, &out, sizeof out.head + head->count * sizeof out.opened[0], fds, fd_count);
    else
        log_error("fetch: a malformed request was dropped");
    for (size_t i = 0; i < fd_count; i++)
        close(fds[i]);
}

/* ---- FETCH_LIST ---- */

struct raw_entry { /* of getdents64 */
    uint64_t ino;
    int64_t next;
    unsigned short len;
    unsigned char type;
    char name[];
};

struct listing {
    struct mount *m;
    int fd;
    const char *path;
    struct fetch_head *head; /* counts what fits */
    char *out;
    size_t room, used;
};

/* False: it does not fit into this answer. */
static bool put_entry(struct listing *l, const char *name)
{
    struct stat st;
    char target[PATH_MAX], path[PATH_MAX + 256];
    snprintf(path, sizeof path, "%s%s%s", l->path, l->path[0] ? "/" : "", name);
    if (!notice_is_recorded(l->m, path) || fstatat(l->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return true; /* not ours to see, or gone meanwhile */
    ssize_t target_len = S_ISLNK(st.st_mode) ? readlinkat(l->fd, name, target, sizeof target) : 0;
    struct fetch_entry e = {.ino = st.st_ino,
                            .size = (uint64_t)st.st_size,
                            .mode = st.st_mode,
                            .nlink = (uint32_t)st.st_nlink,
                            .mtime_ns = clock_from_timespec(st.st_mtim),
                            .ctime_ns = clock_from_timespec(st.st_ctim),
                            .name_len = (uint16_t)strlen(name),
                            .target_len = (uint16_t)(target_len > 0 ? target_len : 0)};
    if (sizeof e + e.name_len + e.target_len > l->room - l->used)
        return false;
    if (S_ISREG(st.st_mode))
        backing_get_handle(&l->m->backing, l->fd, name, &e.handle);
    memcpy(l->out + l->used, &e, sizeof e);
    memcpy(l->out + l->used + sizeof e, name, e.name_len);
    memcpy(l->out + l->used + sizeof e + e.name_len, target, e.target_len);
    l->used += sizeof e + e.name_len + e.target_len;
    l->head->count++;
    return true;
}

/* Fill the answer from where `cookie` says; where to go on, or 0 at the end. */
static uint64_t list_from(struct listing *l, uint64_t cookie, int *err)
{
    char raw[16 * 1024];
    uint64_t last = cookie;
    bool passing = cookie != 0 && !l->m->local; /* as in ops_dir.c */
    if (cookie != 0 && !passing && lseek(l->fd, (off_t)cookie, SEEK_SET) < 0)
        *err = errno;
    while (*err == 0) {
        long got = syscall(SYS_getdents64, l->fd, raw, sizeof raw);
        if (got <= 0) {
            *err = got < 0 ? errno : 0;
            return 0;
        }
        for (long at = 0; at < got;) {
            const struct raw_entry *entry = (const void *)(raw + at);
            bool dots = strcmp(entry->name, ".") == 0 || strcmp(entry->name, "..") == 0;
            if (!passing && !dots && !put_entry(l, entry->name))
                return last;
            passing = passing && (uint64_t)entry->next != cookie;
            last = (uint64_t)entry->next;
            at += entry->len;
        }
    }
    return 0;
}

static void answer_list(struct mount *m, struct reading *in, const struct fetch_head *head)
{
    static char message[FETCH_MESSAGE_BYTES]; /* one thread */
    struct fetch_list want;
    char path[PATH_MAX];
    if (head->count != 1 || !take(in, &want, sizeof want) || !take_path(in, want.path_len, path) || in->at != in->end) {
        log_error("fetch: a malformed request was dropped");
        return;
    }
    struct fetch_head *out = (struct fetch_head *)message;
    struct fetch_listed listed = {0};
    *out = (struct fetch_head){.type = head->type, .id = head->id};
    fd_auto fd = backing_open_path(&m->backing, path, O_RDONLY | O_DIRECTORY | O_NONBLOCK);
    struct listing l = {.m = m,
                        .fd = fd,
                        .path = path,
                        .head = out,
                        .out = message,
                        .room = sizeof message,
                        .used = sizeof *out + sizeof listed};
    int err = fd < 0 ? -fd : notice_is_recorded(m, path) || path[0] == 0 ? 0 : EPERM;
    if (err == 0)
        listed.cookie = list_from(&l, want.cookie, &err);
    listed.err = err;
    memcpy(message + sizeof *out, &listed, sizeof listed);
    fd_send(m->start->fetch_fd, message, l.used, NULL, 0);
}

/* ---- FETCH_BARRIER ---- */

enum { BARRIER_MS = 5000 };

static void pause_briefly(void) { nanosleep(&(struct timespec){.tv_nsec = NS_PER_MS}, NULL); }

/*
 * Everything that the kernel had queued before now is executed. A statfs of our own goes behind it in the queue, and
 * is answered after what is before it was begun; what a worker set aside as slow is waited for by its slot.
 */
static void pass_barrier(struct mount *m)
{
    uint64_t busy[SLOTS_MOST];
    struct statvfs st;
    int root = m->start->root_fd;
    fd_auto own = root >= 0 ? -1 : open(m->start->mount->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (!m->leaving)
        fstatvfs(root >= 0 ? root : own, &st);
    survive_list_busy(m->shared, busy);
    int patience = BARRIER_MS;
    for (size_t i = 0; i < SLOTS_MOST; i++)
        for (const struct slot *slot = &m->shared->slots[i];
             busy[i] != 0 && slot->unique == busy[i] && !slot->is_held && patience > 0; patience--)
            pause_briefly();
}

static void answer_barrier(struct mount *m, struct reading *in, const struct fetch_head *head)
{
    if (in->at != in->end)
        return;
    pass_barrier(m);
    struct {
        struct fetch_head head;
        struct fetch_passed passed;
    } out = {.head = {.type = head->type, .id = head->id, .count = 1}, .passed = {journal_head(m->journal)}};
    fd_send(m->start->fetch_fd, &out, sizeof out, NULL, 0);
}

void *serve_fetch_main(void *arg)
{
    struct mount *m = arg;
    char *request = malloc(FETCH_MESSAGE_BYTES);
    while (request != NULL) {
        ssize_t len = fd_receive(m->start->fetch_fd, request, FETCH_MESSAGE_BYTES, NULL, NULL);
        if (len == 0 || (len < 0 && len != -EMSGSIZE))
            break;
        struct reading in = {request, request + (len > 0 ? len : 0)};
        struct fetch_head head;
        if (!take(&in, &head, sizeof head))
            continue;
        if (head.type == FETCH_OPEN)
            answer_open(m, &in, &head);
        else if (head.type == FETCH_LIST)
            answer_list(m, &in, &head);
        else if (head.type == FETCH_BARRIER)
            answer_barrier(m, &in, &head);
    }
    free(request);
    return NULL;
}
