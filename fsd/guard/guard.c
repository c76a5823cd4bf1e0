#include "guard/guard.h"

#include "base/clock.h"
#include "base/fdio.h"
#include "base/log.h"
#include "event/orders.h"
#include "guard/state.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { QUEUE_MOST = 8192, TAKE_MS = 500, SEEN_MS = 1000, FIND_MS = 5000 };

/* ---- where it stands: SPOOL/guard/seen, the time up to which all was looked at ---- */

static int64_t read_seen(int spool_fd)
{
    char text[32] = "";
    int64_t seen = 0;
    fd_auto fd = openat(spool_fd, "seen", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd >= 0 && fd_pread_full(fd, text, sizeof text - 1, 0) > 0 && sscanf(text, "%" SCNd64, &seen) == 1 && seen > 0)
        return seen;
    return 0;
}

static void write_seen(const struct guard *g, int64_t seen_ns)
{
    char text[32];
    int len = snprintf(text, sizeof text, "%020" PRId64 "\n", seen_ns);
    fd_auto fd = openat(g->start->spool_fd, "seen", O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    int err = fd < 0 ? -errno : fd_pwrite_all(fd, text, (size_t)len, 0);
    if (err < 0)
        log_warn("where the guard stands cannot be noted down: %s", strerror(-err));
}

/* ---- the second thread ---- */

static void *look_on(void *ctx)
{
    struct guard *g = ctx;
    setpriority(PRIO_PROCESS, (id_t)gettid(), 0); /* only who hears is in a hurry */
    for (;;) {
        struct finished *f = backlog_take(g->queue, TAKE_MS);
        if (f != NULL) {
            look_at(g, f);
            backlog_done(g->queue);
        }
    }
    return NULL;
}

/* ---- the first thread ---- */

static void replace_inspector(void *ctx)
{
    struct guard *g = ctx;
    const struct order order = {.type = ORDER_REPLACE_INSPECTOR};
    fd_send(g->start->order_fd, &order, sizeof order, NULL, 0);
}

/* False: it is time to leave. */
static bool take_orders(struct guard *g)
{
    struct order order;
    ssize_t n = recv(g->start->order_fd, &order, sizeof order, MSG_DONTWAIT);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    if (n == 0)
        _exit(EXIT_FAILURE); /* the supervisor is dead, and nothing can be told to anybody */
    return n != sizeof order || order.type != ORDER_STOP;
}

static void hear_on(struct guard *g, int mounts_fd)
{
    struct pollfd fds[] = {{.fd = g->start->order_fd, .events = POLLIN},
                           {.fd = watch_fd(g->watch), .events = POLLIN},
                           {.fd = mounts_fd, .events = POLLPRI}};
    int64_t find_ns = 0, seen_ns = 0;
    for (;;) {
        int64_t now = clock_mono_ns();
        if (now >= find_ns) {
            hear_sinks(g);
            find_ns = now + FIND_MS * NS_PER_MS;
        }
        hear_events(g);
        if (now >= seen_ns && g->lost_ns == 0) {
            write_seen(g, backlog_done_until(g->queue, clock_real_ns()));
            seen_ns = now + SEEN_MS * NS_PER_MS;
        }
        poll(fds, sizeof fds / sizeof *fds, SEEN_MS);
        if (fds[2].revents & (POLLPRI | POLLERR))
            find_ns = 0;
        if (fds[0].revents != 0 && !take_orders(g))
            return;
    }
}

/* ---- beginning and end ---- */

static int open_boards(struct guard *g, struct error *e)
{
    const struct guard_start *s = g->start;
    g->boards = calloc(s->mount_count + 1, sizeof(void *));
    if (g->boards == NULL)
        return error_sys(e, ENOMEM, "guard");
    for (size_t i = 0; i < s->mount_count; i++) {
        if ((g->boards[i] = board_map(s->mounts[i].board_fd)) == NULL)
            return error_sys(e, errno, "mount %s: its board", s->mounts[i].mount->name);
        atomic_store(&g->boards[i]->guard.pid, getpid());
    }
    return 0;
}

static int open_matcher(struct guard *g, struct error *e)
{
    const struct guard_start *s = g->start;
    struct match_mount *mounts = g->match_mounts = calloc(s->mount_count + 1, sizeof *mounts);
    if (mounts == NULL)
        return error_sys(e, ENOMEM, "guard");
    for (size_t i = 0; i < s->mount_count; i++)
        mounts[i] = (struct match_mount){s->mounts[i].mount, s->mounts[i].spool_fd, g->boards[i]};
    int err = inspector_open(&g->inspector, s->inspector_fd, replace_inspector, g, e);
    return err == 0 ? matcher_open(&g->matcher, s->config, g->inspector, mounts, s->mount_count, e) : err;
}

static int open_sinks(struct guard *g, struct error *e)
{
    const struct guard_start *s = g->start;
    g->owners = calloc(s->mount_count + 1, sizeof *g->owners);
    if (g->owners == NULL)
        return error_sys(e, ENOMEM, "guard");
    for (size_t i = 0; i < s->mount_count; i++)
        g->owners[i] = s->mounts[i].owner_uid;
    return sinks_open(&g->sinks, s->config, g->owners, s->mount_count, e);
}

static int begin(struct guard *g, struct error *e)
{
    g->proc_fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int err = g->proc_fd < 0 ? error_sys(e, errno, "/proc") : open_boards(g, e);
    if (err == 0)
        err = verdict_open_writer(&g->log, g->start->spool_fd, e);
    if (err == 0 && backlog_open(&g->queue, QUEUE_MOST) < 0)
        err = error_sys(e, ENOMEM, "guard");
    if (err == 0)
        err = watch_open(&g->watch, e);
    if (err == 0)
        err = open_sinks(g, e);
    return err == 0 ? open_matcher(g, e) : err;
}

static void tell_beginning(struct guard *g)
{
    char since[CLOCK_TEXT_BYTES];
    g->restarted_ns = read_seen(g->start->spool_fd);
    tell_session(g, g->restarted_ns == 0 ? "start" : "restart");
    if (g->restarted_ns != 0)
        tell_gap(g, "the sinks were not watched since %s; what changed there is looked for",
                 clock_format(g->restarted_ns, since));
}

int guard_main(const struct guard_start *start)
{
    struct error e = {0};
    pthread_t looker;
    static struct guard all; /* both threads use it until the process ends */
    struct guard *g = &all;
    fd_auto mounts_fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
    if (mounts_fd < 0) {
        log_error("guard: %s", strerror(errno));
        return EXIT_FAILURE;
    }
    g->start = start;
    if (begin(g, &e) < 0) {
        log_error("%s", e.text);
        return EXIT_FAILURE;
    }
    tell_beginning(g);
    int err = pthread_create(&looker, NULL, look_on, g);
    if (err != 0) {
        log_error("guard: %s", strerror(err));
        return EXIT_FAILURE;
    }
    hear_on(g, mounts_fd);
    write_seen(g, backlog_done_until(g->queue, clock_real_ns()));
    tell_session(g, "stop");
    return EXIT_SUCCESS; /* the other thread ends with the process, wherever it is: its file is looked at again */
}
