#include "inspect/client.h"

#include "analyse/report.h"
#include "base/clock.h"
#include "base/fdio.h"
#include "base/utf8.h"
#include "inspect/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

/*
 * Questions are taken, and answered, in order. So the oldest one out is the one the inspector holds (or is about to
 * take), and it is lost
 *  - when it has been held for longer than the deadline: then the inspector is killed;
 *  - when a younger question is answered, or an echo asked for after it comes back (see wire.h).
 * Everything below `lost_below` is lost; answers to what is no longer out are dropped.
 */
struct asked {
    uint64_t id;
    uint64_t ticket;
    int report_fd; /* made for this question: who is given up on cannot write into another's */
};

struct inspector {
    int socket;  /* the caller's */
    int life_fd; /* the caller's; -1: nobody watches over it here */
    void (*kill_me)(void *);
    void *ctx;
    void (*mind)(void *); /* NULL: nobody minds */
    void *mind_ctx;
    int64_t deadline_ns;

    struct asked asked[INSPECT_QUEUE_MOST]; /* a ring: `count` from `first` */
    size_t first, count;
    uint64_t next_id;
    uint64_t lost_below;
    int64_t held_since_ns; /* monotonic: when the oldest could be begun */
    bool killed;           /* kill_me was called, and no successor has said HELLO */
    bool absent;           /* and a whole deadline passed since */
    bool has_early;        /* `early` answers a question that is not the oldest yet: those before it are lost */
    struct wire_answer early;
};

/* ---- the ring ---- */

static struct asked *oldest(struct inspector *i) { return &i->asked[i->first]; }

static void push(struct inspector *i, uint64_t id, uint64_t ticket, int report_fd)
{
    if (i->count == 0)
        i->held_since_ns = clock_mono_ns();
    i->asked[(i->first + i->count++) % INSPECT_QUEUE_MOST] = (struct asked){id, ticket, report_fd};
}

static int pop(struct inspector *i, uint64_t *ticket, struct inspection *out, const struct inspection *found)
{
    *ticket = oldest(i)->ticket;
    *out = *found;
    out->report_fd = -1;
    if (found->report_bytes > 0 && report_seal(oldest(i)->report_fd) == 0)
        out->report_fd = fd_steal(&oldest(i)->report_fd);
    else
        out->report_bytes = 0;
    fd_close(&oldest(i)->report_fd);
    i->first = (i->first + 1) % INSPECT_QUEUE_MOST;
    i->count--;
    i->held_since_ns = clock_mono_ns();
    return 1;
}

/* ---- what comes from the inspector ---- */

static void kill_inspector(struct inspector *i)
{
    i->absent = i->killed;
    i->killed = true;
    i->kill_me(i->ctx);
}

/* What it held is lost; the rest begins anew with the next one. */
static void give_up_on_oldest(struct inspector *i)
{
    if (i->count > 0 && i->lost_below <= oldest(i)->id)
        i->lost_below = oldest(i)->id + 1;
    kill_inspector(i);
}

static void take_hello(struct inspector *i)
{
    i->killed = i->absent = false;
    i->held_since_ns = clock_mono_ns();
    const struct wire_question echo = {.type = WIRE_ECHO, .id = i->next_id++};
    fd_send(i->socket, &echo, sizeof echo, NULL,
            0); /* no room: then there are younger questions in it that tell the same */
}

static bool is_word(const char *text, size_t room)
{
    return memchr(text, 0, room) != NULL && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789.+/-") == strlen(text);
}

static bool is_clean(const char *text, size_t room)
{
    const char *end = memchr(text, 0, room);
    return end != NULL && utf8_is_plain(text, (size_t)(end - text));
}

static bool is_sound(const struct inspector *i, const struct wire_answer *a, size_t len)
{
    const struct inspection *f = &a->found;
    if (len != sizeof *a || a->id >= i->next_id)
        return false;
    if (a->type == WIRE_HELLO || a->type == WIRE_ECHOED)
        return true;
    return a->type == WIRE_FACTS && (f->status == INSPECT_OK || f->status == INSPECT_UNREADABLE) &&
           is_word(f->facts.mime, sizeof f->facts.mime) && is_word(f->facts.charset, sizeof f->facts.charset) &&
           is_word(f->class_name, sizeof f->class_name) && is_clean(f->rule, sizeof f->rule);
}

static void take(struct inspector *i, const struct wire_answer *a, size_t len)
{
    if (!is_sound(i, a, len)) {
        if (!i->killed) /* else the rest of a dead one's nonsense */
            give_up_on_oldest(i);
        return;
    }
    if (a->type == WIRE_HELLO) {
        take_hello(i);
        return;
    }
    if (i->count == 0 || a->id < oldest(i)->id || a->id < i->lost_below)
        return; /* given up already, or a former client's */
    i->lost_below = a->id;
    if (a->type == WIRE_FACTS) {
        i->early = *a;
        i->has_early = true;
    }
}

/* Take one message if there is one. False: there is none now. */
static bool receive(struct inspector *i)
{
    struct wire_answer a;
    ssize_t n = fd_receive(i->socket, &a, sizeof a, NULL, NULL);
    if (n == -EAGAIN)
        return false;
    if (n > 0 || n == -EMSGSIZE) {
        take(i, &a, n > 0 ? (size_t)n : 0);
        return true;
    }
    i->absent = true; /* nobody holds the other end any more */
    return false;
}

/* Wait for a message for a while, and take it. False: the oldest question's deadline has passed, or it died. */
static bool wait_and_receive(struct inspector *i)
{
    int64_t left_ns = i->held_since_ns + i->deadline_ns - clock_mono_ns();
    struct pollfd p[] = {{.fd = i->socket, .events = POLLIN}, {.fd = i->life_fd, .events = POLLIN}};
    int64_t left_ms = left_ns <= 0 ? 0 : left_ns / NS_PER_MS + 1;
    bool minds = i->mind != NULL && left_ms > INSPECT_MIND_MS;
    int got = poll(p, 2, minds ? INSPECT_MIND_MS : (int)left_ms);
    if (got > 0 && p[0].revents != 0)
        receive(i);
    else if (p[1].revents != 0 || left_ns <= 0)
        return false;
    else if (got == 0 && minds)
        i->mind(i->mind_ctx);
    return true;
}

/* ---- what others call ---- */

int inspector_open(struct inspector **out, int socket, void (*kill_me)(void *), void *ctx, struct error *e)
{
    int flags = fcntl(socket, F_GETFL);
    if (flags < 0 || fcntl(socket, F_SETFL, flags | O_NONBLOCK) < 0)
        return error_sys(e, errno, "inspector's socket");
    struct inspector *i = calloc(1, sizeof *i);
    if (i == NULL)
        return error_sys(e, ENOMEM, "inspector");
    i->socket = socket;
    i->life_fd = -1;
    i->kill_me = kill_me;
    i->ctx = ctx;
    i->deadline_ns = INSPECT_DEADLINE_MS * NS_PER_MS;
    i->next_id = (uint64_t)clock_mono_ns(); /* above every id of a former client */
    while (receive(i))
        ;
    *out = i;
    return 0;
}

void inspector_set_deadline(struct inspector *i, int deadline_ms) { i->deadline_ns = deadline_ms * NS_PER_MS; }

void inspector_set_mind(struct inspector *i, void (*mind)(void *), void *ctx)
{
    i->mind = mind;
    i->mind_ctx = ctx;
}

void inspector_set_life(struct inspector *i, int life_fd) { i->life_fd = life_fd; }

/* The end of the path, from behind a slash if there is one in it. */
static void put_path(struct wire_question *q, const char *path)
{
    size_t len = strlen(path);
    if (len >= sizeof q->path) {
        path += len - (sizeof q->path - 1);
        const char *slash = strchr(path, '/');
        path = slash == NULL ? path : slash + 1;
    }
    strcpy(q->path, path);
}

/* 0 also where nobody is there to be asked: then i->absent is set. */
static int send_question(struct inspector *i, const struct wire_question *q, const int *fds, size_t fd_count)
{
    if (i->absent)
        return 0;
    int err = fd_send(i->socket, q, sizeof *q, fds, fd_count);
    if (err != -EPIPE && err != -ECONNRESET)
        return err;
    i->absent = true;
    return 0;
}

int inspector_ask_knowing(struct inspector *i, int fd, const char *path, const struct inspector_known *known,
                          uint64_t ticket)
{
    if (i->count == INSPECT_QUEUE_MOST)
        return -EAGAIN;
    while (i->absent && receive(i))
        ;
    struct stat st;
    if (fstat(fd, &st) < 0)
        return -errno;
    struct wire_question q = {.type = WIRE_ASK, .id = i->next_id, .size = (uint64_t)st.st_size};
    put_path(&q, path);
    fd_auto report = memfd_create("report", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (report < 0)
        return -errno;
    int fds[WIRE_FDS] = {fd, report};
    if (known != NULL) {
        fds[2] = known->names_fd;
        fds[3] = known->texts_fd;
        q.draft = known->draft;
    }
    int err = send_question(i, &q, fds, known != NULL ? WIRE_FDS : 2);
    if (err < 0)
        return err;
    i->next_id++;
    push(i, q.id, ticket, fd_steal(&report));
    if (i->absent)
        i->lost_below = i->next_id;
    return 0;
}

int inspector_ask(struct inspector *i, int fd, const char *path, uint64_t ticket)
{
    return inspector_ask_knowing(i, fd, path, NULL, ticket);
}

int inspector_answer(struct inspector *i, uint64_t *ticket, struct inspection *out)
{
    const struct inspection unreadable = inspection_unreadable();
    while (i->count > 0) {
        if (i->has_early && i->early.id == oldest(i)->id) {
            i->has_early = false;
            return pop(i, ticket, out, i->early.found.status == INSPECT_OK ? &i->early.found : &unreadable);
        }
        if (i->absent || oldest(i)->id < i->lost_below)
            return pop(i, ticket, out, &unreadable);
        if (!wait_and_receive(i))
            give_up_on_oldest(i);
    }
    return 0;
}

void inspector_close(struct inspector *i)
{
    if (i == NULL)
        return;
    for (; i->count > 0; i->count--) {
        fd_close(&oldest(i)->report_fd);
        i->first = (i->first + 1) % INSPECT_QUEUE_MOST;
    }
    free(i);
}
