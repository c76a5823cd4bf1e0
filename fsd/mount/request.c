#include "mount/request.h"

#include "base/clock.h"
#include "mount/survive.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* ---- the buffer ---- */

void request_make_buffer(struct worker *w)
{
    w->buffer_bytes = REQUEST_WRITE_MOST + REQUEST_HEAD_BYTES;
    w->buffer = malloc(w->buffer_bytes);
}

static void make_present(struct worker *w, size_t bytes)
{
    if (w->present_bytes >= bytes)
        return;
    memset(w->buffer + w->present_bytes, 0, bytes - w->present_bytes);
    mlock(w->buffer, bytes); /* best effort: so that they stay there */
    w->present_bytes = bytes;
}

/* ---- looking ---- */

/*
 * Looking in vain makes us sleep at once for the next few requests; again in vain, for twice as many. So a program that
 * waits between its requests costs nothing, nor does one that shares our processor and could not go on while we look.
 */
enum { LOOK_NS = 100 * 1000, VAIN_MOST = 10, PAUSES = 20 };

static struct {
    bool worthwhile;         /* there is another processor on which the next request can be made meanwhile */
    unsigned in_vain;        /* in a row */
    unsigned sleep_requests; /* so many more to sleep for at once */
} looking;                   /* belongs to the holder of the turn */

static void pause_briefly(void)
{
    for (int i = 0; i < PAUSES; i++) {
#if defined(__x86_64__) || defined(__i386__)
        __builtin_ia32_pause();
#elif defined(__aarch64__)
        __asm__ volatile("yield");
#endif
    }
}

static bool may_look(void)
{
    if (!looking.worthwhile || looking.sleep_requests == 0)
        return looking.worthwhile;
    looking.sleep_requests--;
    return false;
}

static void note_vain(void)
{
    looking.in_vain += looking.in_vain < VAIN_MOST;
    looking.sleep_requests = 1u << looking.in_vain;
}

/* Read as soon as there is something: -1 with EAGAIN when there was nothing for LOOK_NS. */
static ssize_t look(struct worker *w, int fd)
{
    int64_t until = clock_mono_ns() + LOOK_NS;
    for (;;) {
        ssize_t got = read(fd, w->buffer, w->buffer_bytes);
        if (got >= 0 || errno != EAGAIN) {
            looking.in_vain = 0;
            return got;
        }
        if (clock_mono_ns() >= until)
            return -1;
        pause_briefly();
    }
}

static ssize_t sleep_and_read(struct worker *w, int fd)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    for (;;) {
        ssize_t got = read(fd, w->buffer, w->buffer_bytes);
        if (got >= 0 || errno != EAGAIN)
            return got;
        if (poll(&ready, 1, -1) < 0)
            return -1;
    }
}

void request_open(struct mount *m)
{
    int fd = m->start->fuse_fd;
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    looking.worthwhile = sysconf(_SC_NPROCESSORS_ONLN) > 1;
}

/* ---- what was sent again ---- */

static struct resent {
    struct resent *next;
    size_t bytes;
    char data[];
} * resent; /* in the order of their numbers; belongs to the holder of the turn */

static uint64_t number_of(const char *request)
{
    struct fuse_in_header in;
    memcpy(&in, request, sizeof in);
    return in.unique;
}

static bool keep_resent(const char *request, size_t bytes)
{
    struct resent **at = &resent, *r = malloc(sizeof *r + bytes);
    if (r == NULL)
        return false;
    memcpy(r->data, request, bytes);
    r->bytes = bytes;
    while (*at != NULL && (number_of((*at)->data) & ~SURVIVE_RESENT) < (number_of(request) & ~SURVIVE_RESENT))
        at = &(*at)->next;
    r->next = *at;
    *at = r;
    return true;
}

void request_collect_resent(struct mount *m)
{
    struct worker w = {.mount = m};
    request_make_buffer(&w);
    for (bool again = w.buffer != NULL; again;) {
        make_present(&w, m->request_bytes);
        ssize_t got = read(m->start->fuse_fd, w.buffer, w.buffer_bytes);
        again = got >= (ssize_t)sizeof(struct fuse_in_header) && keep_resent(w.buffer, (size_t)got) &&
                number_of(w.buffer) & SURVIVE_RESENT; /* those come before all others */
    }
    free(w.buffer);
}

static ssize_t take_resent(struct worker *w)
{
    struct resent *r = resent;
    ssize_t bytes = (ssize_t)r->bytes;
    memcpy(w->buffer, r->data, r->bytes);
    resent = r->next;
    free(r);
    return bytes;
}

/* ---- reading ---- */

ssize_t request_read(struct worker *w)
{
    int fd = w->mount->start->fuse_fd;
    make_present(w, w->mount->request_bytes);
    ssize_t got = resent != NULL ? take_resent(w) : read(fd, w->buffer, w->buffer_bytes);
    if (got >= 0 || errno != EAGAIN)
        return got;
    if (may_look()) {
        got = look(w, fd);
        if (got >= 0 || errno != EAGAIN)
            return got;
        note_vain();
    }
    return sleep_and_read(w, fd);
}
