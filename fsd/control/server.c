/*
 * The server's threads. One accepts; each connection gets one of its own, which reads one request, answers and ends.
 * The lock guards the connections' slots and the generation of committed versions; it is never held while a thread
 * reads, writes or looks into the record.
 *
 * Limits, so that no user can keep the others out: CONNECTIONS_MOST in all, CONNECTIONS_OF_ONE for a user who is not
 * root (and the last CONNECTIONS_OF_ROOT slots are for those who see all); a request has to be there within
 * REQUEST_TIMEOUT_S; a peer that reads nothing for SEND_TIMEOUT_S (a pager somebody went to lunch from) loses its
 * answer.
 */
#include "control/server.h"

#include "base/clock.h"
#include "base/fdio.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CONNECTIONS_MOST = 16,
    CONNECTIONS_OF_ONE = 4,
    CONNECTIONS_OF_ROOT = 4,
    REQUEST_TIMEOUT_S = 10,
    SEND_TIMEOUT_S = 600,
    AWAIT_MS = 1000,
};

struct control_server {
    const struct control_host *host;
    int listen_fd; /* the caller's */
    int stop_fd;   /* eventfd: readable when the server stops */
    gid_t keeper_gid;
    pthread_t acceptor;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* a generation was committed, or the server stops */
    uint64_t generation;
    bool stopping;
    struct connection slots[CONNECTIONS_MOST];
};

/* ---- a connection ---- */

int connection_send(struct connection *c, json_t *line)
{
    char *text = line ? json_dumps(line, JSON_COMPACT) : NULL;
    json_decref(line);
    if (text == NULL)
        return -ENOMEM;
    size_t len = strlen(text);
    text[len] = '\n'; /* in place of the NUL; written by length */
    int err = fd_write_all(c->fd, text, len + 1);
    free(text);
    return err;
}

void connection_send_error(struct connection *c, const struct error *e)
{
    json_t *text = wire_string(e->text);
    json_t *line = json_pack("{s:{s:i, s:o}}", "error", "code", e->code, "text", text);
    connection_send(c, line);
}

uint64_t connection_versions_seen(struct connection *c)
{
    pthread_mutex_lock(&c->server->lock);
    uint64_t seen = c->server->generation;
    pthread_mutex_unlock(&c->server->lock);
    return seen;
}

static bool peer_is_gone(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLRDHUP};
    return poll(&p, 1, 0) > 0;
}

static struct timespec in_ms(int64_t ms)
{
    int64_t at = clock_mono_ns() + ms * NS_PER_MS;
    return (struct timespec){.tv_sec = at / NS_PER_SEC, .tv_nsec = at % NS_PER_SEC};
}

int connection_await_versions(struct connection *c, uint64_t *seen)
{
    struct control_server *s = c->server;
    struct timespec until = in_ms(AWAIT_MS);
    int late = 0;
    pthread_mutex_lock(&s->lock);
    while (!s->stopping && s->generation == *seen && late == 0)
        late = pthread_cond_timedwait(&s->changed, &s->lock, &until);
    bool news = s->generation != *seen, stopping = s->stopping;
    *seen = s->generation;
    pthread_mutex_unlock(&s->lock);
    if (stopping)
        return -ESHUTDOWN;
    return peer_is_gone(c->fd) ? -ECONNRESET : news;
}

/* Read up to the first newline, within the deadline. The line's length, or -errno (-EMSGSIZE: longer than a request may
 * be). */
static ssize_t read_request(int fd, char *to, size_t room)
{
    int64_t deadline = clock_mono_ns() + REQUEST_TIMEOUT_S * NS_PER_SEC;
    size_t got = 0;
    while (got < room) {
        int64_t left_ms = (deadline - clock_mono_ns()) / NS_PER_MS;
        struct pollfd p = {.fd = fd, .events = POLLIN};
        int ready = left_ms > 0 ? poll(&p, 1, (int)left_ms) : 0;
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0)
            return ready < 0 ? -errno : -ETIMEDOUT;
        ssize_t n = recv(fd, to + got, room - got, MSG_DONTWAIT);
        if (n < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (n <= 0)
            return n < 0 ? -errno : -ECONNRESET;
        char *end = memchr(to + got, '\n', (size_t)n);
        got += (size_t)n;
        if (end != NULL)
            return end - to;
    }
    return -EMSGSIZE;
}

static void serve(struct connection *c)
{
    struct error e = {0};
    char *line = malloc(WIRE_REQUEST_BYTES);
    if (line == NULL)
        return;
    ssize_t len = read_request(c->fd, line, WIRE_REQUEST_BYTES);
    if (len >= 0) {
        answer_request(c, line, (size_t)len);
    } else if (len != -ECONNRESET) {
        error_sys(&e, (int)-len, "no request of at most %d KiB came within %d seconds", WIRE_REQUEST_BYTES / 1024,
                  REQUEST_TIMEOUT_S);
        connection_send_error(c, &e);
    }
    free(line);
}

/* The last thing a connection's thread does with the server: whoever joins it may free the server then. */
static void end_slot(struct connection *c)
{
    struct control_server *s = c->server;
    pthread_mutex_lock(&s->lock);
    fd_close(&c->fd);
    c->state = SLOT_ENDED;
    pthread_mutex_unlock(&s->lock);
}

static void *connection_main(void *arg)
{
    struct connection *c = arg;
    serve(c);
    end_slot(c);
    return NULL;
}

/* ---- accepting ---- */

/* A free slot for this peer, or NULL: too many are there. Called with the lock held, which an ended thread wants no
 * more. */
static struct connection *find_slot(struct control_server *s, const struct scope *peer)
{
    struct connection *free_slot = NULL;
    int used = 0, his = 0;
    for (int i = 0; i < CONNECTIONS_MOST; i++) {
        struct connection *c = &s->slots[i];
        if (c->state == SLOT_ENDED) {
            pthread_join(c->thread, NULL);
            c->state = SLOT_FREE;
        }
        if (c->state == SLOT_FREE) {
            free_slot = c;
            continue;
        }
        used++;
        his += c->scope.uid == peer->uid;
    }
    if (!peer->all && (his >= CONNECTIONS_OF_ONE || used >= CONNECTIONS_MOST - CONNECTIONS_OF_ROOT))
        return NULL;
    return free_slot;
}

static void refuse_busy(int fd)
{
    static const char busy[] =
        "{\"error\": {\"code\": 16, \"text\": \"too many are asking at once; try again in a moment\"}}\n";
    send(fd, busy, sizeof busy - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void set_send_timeout(int fd)
{
    struct timeval t = {.tv_sec = SEND_TIMEOUT_S};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof t);
}

/* Give the connection a slot and a thread, which take the descriptor. -EBUSY: no slot; others: no thread. */
static int begin_connection(struct control_server *s, int *fd, const struct scope *peer)
{
    int err = EBUSY;
    pthread_mutex_lock(&s->lock);
    struct connection *c = find_slot(s, peer);
    if (c != NULL) {
        *c = (struct connection){.server = s, .host = s->host, .fd = *fd, .scope = *peer};
        err = pthread_create(&c->thread, NULL, connection_main, c);
    }
    if (err == 0) {
        c->state = SLOT_BUSY;
        fd_steal(fd);
    }
    pthread_mutex_unlock(&s->lock);
    return -err;
}

static void accept_one(struct control_server *s)
{
    fd_auto fd = accept4(s->listen_fd, NULL, NULL, SOCK_CLOEXEC);
    struct scope peer;
    if (fd < 0) {
        if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)
            poll(NULL, 0, 100); /* it stays in the queue; do not spin */
        return;
    }
    set_send_timeout(fd);
    if (scope_of_peer(fd, s->host, s->keeper_gid, &peer) == 0 && begin_connection(s, &fd, &peer) != 0)
        refuse_busy(fd);
}

static void *acceptor_main(void *arg)
{
    struct control_server *s = arg;
    for (;;) {
        struct pollfd p[] = {{.fd = s->stop_fd, .events = POLLIN}, {.fd = s->listen_fd, .events = POLLIN}};
        if (poll(p, 2, -1) < 0)
            continue;
        if (p[0].revents != 0)
            return NULL;
        if (p[1].revents != 0)
            accept_one(s);
    }
}

/* ---- the server ---- */

static gid_t find_group(const char *name)
{
    char room[16 * 1024];
    struct group entry, *found = NULL;
    return getgrnam_r(name, &entry, room, sizeof room, &found) == 0 && found != NULL ? found->gr_gid : (gid_t)-1;
}

static void init_locks(struct control_server *s)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&s->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&s->lock, NULL);
}

static void free_server(struct control_server *s)
{
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->lock);
    fd_close(&s->stop_fd);
    free(s);
}

/* Signals are for the keeper's own thread; a peer that goes away is an error code, not a SIGPIPE. */
static int start_acceptor(struct control_server *s)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    int err = pthread_create(&s->acceptor, NULL, acceptor_main, s);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return -err;
}

int control_start(struct control_server **out, int listen_fd, const struct control_host *host, struct error *e)
{
    struct control_server *s = calloc(1, sizeof *s);
    if (s == NULL)
        return error_sys(e, ENOMEM, "control socket");
    *s = (struct control_server){.host = host, .listen_fd = listen_fd, .keeper_gid = find_group(host->config->user)};
    init_locks(s);
    int flags = fcntl(listen_fd, F_GETFL);
    s->stop_fd = eventfd(0, EFD_CLOEXEC);
    int err =
        s->stop_fd < 0 || flags < 0 || fcntl(listen_fd, F_SETFL, flags | O_NONBLOCK) < 0 ? -errno : start_acceptor(s);
    if (err != 0) {
        free_server(s);
        return error_sys(e, err, "control socket");
    }
    *out = s;
    return 0;
}

void control_notify(struct control_server *s)
{
    pthread_mutex_lock(&s->lock);
    s->generation++;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
}

/* Wake every connection from whatever it waits for; used[i] says whose threads are to be joined. */
static void tell_stopping(struct control_server *s, bool used[static CONNECTIONS_MOST])
{
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    pthread_cond_broadcast(&s->changed);
    for (int i = 0; i < CONNECTIONS_MOST; i++) {
        used[i] = s->slots[i].state != SLOT_FREE;
        if (s->slots[i].state == SLOT_BUSY)
            shutdown(s->slots[i].fd, SHUT_RDWR);
    }
    pthread_mutex_unlock(&s->lock);
}

void control_stop(struct control_server *s)
{
    if (s == NULL)
        return;
    eventfd_write(s->stop_fd, 1);
    pthread_join(s->acceptor, NULL);
    bool used[CONNECTIONS_MOST];
    tell_stopping(s, used);
    for (int i = 0; i < CONNECTIONS_MOST; i++)
        if (used[i])
            pthread_join(s->slots[i].thread, NULL);
    free_server(s);
}
