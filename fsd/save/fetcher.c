#include "save/fetcher.h"

#include "base/clock.h"
#include "base/fdio.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct fetcher {
    int socket;
    uint32_t last_id;
    pthread_mutex_t busy; /* one call at a time; guards all below */
    size_t request_len;
    size_t answer_len;
    size_t fd_count;
    int fds[FD_SEND_MOST];
    unsigned char request[FETCH_MESSAGE_BYTES];
    unsigned char answer[FETCH_MESSAGE_BYTES];
};

struct fetcher *fetcher_open(int socket)
{
    struct fetcher *f = malloc(sizeof *f);
    if (f == NULL)
        return NULL;
    f->socket = socket;
    /* A keeper that died may have left answers in the socket: begin where its numbers are unlikely to have been. */
    f->last_id = (uint32_t)(clock_mono_ns() / 1000);
    f->fd_count = 0;
    pthread_mutex_init(&f->busy, NULL);
    return f;
}

void fetcher_close(struct fetcher *f)
{
    if (f == NULL)
        return;
    pthread_mutex_destroy(&f->busy);
    free(f);
}

/* ---- one call ---- */

static void begin_request(struct fetcher *f, enum fetch_type type, size_t count)
{
    struct fetch_head head = {.type = (uint32_t)type, .id = ++f->last_id, .count = (uint32_t)count};
    memcpy(f->request, &head, sizeof head);
    f->request_len = sizeof head;
}

static void put(struct fetcher *f, const void *bytes, size_t len)
{
    memcpy(f->request + f->request_len, bytes, len);
    f->request_len += len;
}

static void close_descriptors(struct fetcher *f)
{
    for (size_t i = 0; i < f->fd_count; i++)
        fd_close(&f->fds[i]);
    f->fd_count = 0;
}

/* Wait until `until_ns` for the answer to the request: 1: it is here; 0: not yet; -errno. Answers to older requests are
 * dropped. */
static int await(struct fetcher *f, int64_t until_ns)
{
    for (;;) {
        int64_t left_ms = (until_ns - clock_mono_ns()) / NS_PER_MS;
        struct pollfd p = {.fd = f->socket, .events = POLLIN};
        int ready = poll(&p, 1, left_ms < 0 ? 0 : (int)left_ms);
        if (ready < 0 && errno != EINTR)
            return -errno;
        if (ready == 0)
            return 0;
        if (ready < 0)
            continue;
        f->fd_count = FD_SEND_MOST;
        ssize_t n = fd_receive(f->socket, f->answer, sizeof f->answer, f->fds, &f->fd_count);
        if (n == 0)
            return -EPIPE;
        if (n < 0)
            f->fd_count = 0;
        if (n < 0 && n != -EMSGSIZE && n != -EAGAIN)
            return (int)n;
        struct fetch_head asked, head;
        memcpy(&asked, f->request, sizeof asked);
        if (n >= (ssize_t)sizeof head) {
            memcpy(&head, f->answer, sizeof head);
            f->answer_len = (size_t)n;
            if (head.id == asked.id && head.type == asked.type)
                return 1;
        }
        close_descriptors(f);
    }
}

/* Send the request, again each FETCH_RETRY_MS, until it is answered. */
static int call(struct fetcher *f)
{
    int64_t now = clock_mono_ns(), deadline = now + FETCHER_DEADLINE_MS * NS_PER_MS;
    for (;;) {
        struct pollfd p = {.fd = f->socket, .events = POLLOUT};
        int err = poll(&p, 1, FETCH_RETRY_MS) == 1 ? fd_send(f->socket, f->request, f->request_len, NULL, 0) : -EAGAIN;
        if (err < 0 && err != -EAGAIN)
            return err;
        now = clock_mono_ns();
        int64_t retry = now + FETCH_RETRY_MS * NS_PER_MS;
        int got = await(f, retry < deadline ? retry : deadline);
        if (got != 0)
            return got < 0 ? got : 0;
        if (clock_mono_ns() >= deadline)
            return -ETIMEDOUT;
    }
}

static uint32_t answer_count(const struct fetcher *f)
{
    struct fetch_head head;
    memcpy(&head, f->answer, sizeof head);
    return head.count;
}

/* ---- open ---- */

/* Put as many of the wants as one message holds: how many. */
static size_t put_wants(struct fetcher *f, const struct fetch_want *wants, size_t count)
{
    size_t room = sizeof f->request - f->request_len, most = 0, used = 0;
    while (most < count && most < FETCH_BATCH) {
        size_t need = sizeof(struct fetch_open) + strlen(wants[most].path);
        if (used + need > room)
            break;
        used += need;
        most++;
    }
    for (size_t i = 0; i < most; i++) {
        struct fetch_open open = {.ino = wants[i].ino, .path_len = (uint32_t)strlen(wants[i].path)};
        if (wants[i].handle != NULL)
            open.handle = *wants[i].handle;
        put(f, &open, sizeof open);
        put(f, wants[i].path, open.path_len);
    }
    struct fetch_head head;
    memcpy(&head, f->request, sizeof head);
    head.count = (uint32_t)most;
    memcpy(f->request, &head, sizeof head);
    return most;
}

/* Take an answer of exactly `count` files with exactly their descriptors. */
static int take_files(struct fetcher *f, struct fetch_got *got, size_t count)
{
    size_t next = 0;
    if (answer_count(f) != count || f->answer_len != sizeof(struct fetch_head) + count * sizeof(struct fetch_opened))
        return -EBADMSG;
    for (size_t i = 0; i < count; i++) {
        memcpy(&got[i].at, f->answer + sizeof(struct fetch_head) + i * sizeof(struct fetch_opened), sizeof got[i].at);
        next += got[i].at.err == 0;
    }
    if (next != f->fd_count)
        return -EBADMSG;
    next = 0;
    for (size_t i = 0; i < count; i++)
        got[i].fd = got[i].at.err == 0 ? f->fds[next++] : -1;
    f->fd_count = 0;
    return 0;
}

int fetcher_open_files(struct fetcher *f, const struct fetch_want *wants, size_t count, struct fetch_got *got)
{
    int err = 0;
    size_t done = 0;
    pthread_mutex_lock(&f->busy);
    while (done < count && err == 0) {
        begin_request(f, FETCH_OPEN, 0);
        size_t asked = put_wants(f, wants + done, count - done);
        err = call(f);
        if (err == 0)
            err = take_files(f, got + done, asked);
        close_descriptors(f);
        done += err == 0 ? asked : 0;
    }
    pthread_mutex_unlock(&f->busy);
    for (size_t i = 0; i < done && err < 0; i++)
        fd_close(&got[i].fd);
    return err;
}

/* ---- list ---- */

struct listing {
    char name[NAME_MAX + 1];
    char target[PATH_MAX];
};

/* Hand each entry of the answer to `each`, having checked every length. */
static int take_entries(struct fetcher *f, uint64_t *cookie, fetch_each *each, void *ctx)
{
    struct fetch_listed listed;
    struct listing l;
    size_t at = sizeof(struct fetch_head), count = answer_count(f);
    if (f->answer_len < at + sizeof listed)
        return -EBADMSG;
    memcpy(&listed, f->answer + at, sizeof listed);
    at += sizeof listed;
    if (listed.err != 0)
        return listed.err > 0 ? -listed.err : -EBADMSG;
    int err = 0;
    for (size_t i = 0; i < count && err == 0; i++) {
        struct fetch_entry entry;
        if (f->answer_len - at < sizeof entry)
            return -EBADMSG;
        memcpy(&entry, f->answer + at, sizeof entry);
        at += sizeof entry;
        if (f->answer_len - at < (size_t)entry.name_len + entry.target_len || entry.name_len > NAME_MAX ||
            entry.name_len == 0 || entry.target_len >= PATH_MAX)
            return -EBADMSG;
        memcpy(l.name, f->answer + at, entry.name_len);
        l.name[entry.name_len] = 0;
        memcpy(l.target, f->answer + at + entry.name_len, entry.target_len);
        l.target[entry.target_len] = 0;
        at += (size_t)entry.name_len + entry.target_len;
        err = each == NULL ? 0 : each(ctx, &entry, l.name, l.target);
    }
    if (err == 0 && at != f->answer_len)
        return -EBADMSG;
    *cookie = listed.cookie;
    return err;
}

int fetcher_list(struct fetcher *f, const char *path, uint64_t *cookie, fetch_each *each, void *ctx)
{
    struct fetch_list list = {.cookie = *cookie, .path_len = (uint32_t)strlen(path)};
    if (list.path_len >= PATH_MAX)
        return -ENAMETOOLONG;
    pthread_mutex_lock(&f->busy);
    begin_request(f, FETCH_LIST, 1);
    put(f, &list, sizeof list);
    put(f, path, list.path_len);
    int err = call(f);
    if (err == 0)
        err = take_entries(f, cookie, each, ctx);
    close_descriptors(f);
    pthread_mutex_unlock(&f->busy);
    return err;
}

/* ---- barrier ---- */

int fetcher_barrier(struct fetcher *f, uint64_t *journal_head)
{
    struct fetch_passed passed;
    pthread_mutex_lock(&f->busy);
    begin_request(f, FETCH_BARRIER, 0);
    int err = call(f);
    if (err == 0 && f->answer_len != sizeof(struct fetch_head) + sizeof passed)
        err = -EBADMSG;
    if (err == 0) {
        memcpy(&passed, f->answer + sizeof(struct fetch_head), sizeof passed);
        *journal_head = passed.journal_head;
    }
    close_descriptors(f);
    pthread_mutex_unlock(&f->busy);
    return err;
}
