#include "proc/guarding.h"

#include "base/fdio.h"
#include "base/log.h"
#include "event/orders.h"
#include "guard/guard.h"
#include "inspect/client.h"
#include "proc/drop.h"
#include "proc/place.h"
#include "proc/state.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

/* Who copied is known while the process lives, and cp does not live for long. */
enum { HEARING_NICE = -15 };

enum { GUARD_DELAY_MOST_MS = 10000, INSPECTOR_DELAY_MOST_MS = 2000 };

void guarding_init(struct guarding *g)
{
    *g = (struct guarding){.spool_fd = -1, .orders = {-1, -1}, .questions = {-1, -1}};
    child_init(&g->guard, "guard", NULL, GUARD_DELAY_MOST_MS);
    child_init(&g->inspector, "guard-inspector", NULL, INSPECTOR_DELAY_MOST_MS);
}

int guarding_open(struct guarding *g, const struct config *config, unsigned keeper_uid, unsigned keeper_gid,
                  struct error *e)
{
    if (config->sink_count == 0)
        return 0;
    fd_auto all = place_make(config->spool, 0711, e);
    if (all < 0)
        return all;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, g->orders) < 0 ||
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, g->questions) < 0 ||
        fcntl(g->orders[NEAR], F_SETFL, O_RDWR | O_NONBLOCK) < 0)
        return error_sys(e, errno, "socket pair");
    g->spool_fd = place_claim(all, GUARD_SPOOL, keeper_uid, keeper_gid, 0700, e);
    return g->spool_fd < 0 ? g->spool_fd : 0;
}

void guarding_close(struct guarding *g)
{
    int *const fds[] = {&g->spool_fd, &g->orders[NEAR], &g->orders[FAR], &g->questions[NEAR], &g->questions[FAR]};
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
        fd_close(fds[i]);
}

/* ---- their mains ---- */

static int run_inspector(void *ctx)
{
    struct supervisor *s = ctx;
    explicit_bzero(s->device_seed, sizeof s->device_seed);
    struct inspector_start start = {.socket = s->guarding.questions[FAR],
                                    .uid = s->inspector_user.uid,
                                    .gid = s->inspector_user.gid,
                                    .policy = s->rules.policy};
    memcpy(start.secret, s->rules.secret, sizeof start.secret);
    explicit_bzero(s->rules.secret, sizeof s->rules.secret);
    return inspector_main(&start);
}

static int run_guard(void *ctx)
{
    struct supervisor *s = ctx;
    struct error e = {0};
    explicit_bzero(s->device_seed, sizeof s->device_seed);
    explicit_bzero(s->rules.secret, sizeof s->rules.secret);
    setpriority(PRIO_PROCESS, 0, HEARING_NICE);
    struct guard_mount *mounts = calloc(s->mount_count, sizeof *mounts);
    if (mounts == NULL || drop_to_guard(&e) < 0) {
        log_error("%s", mounts ? e.text : "out of memory");
        free(mounts);
        return EXIT_FAILURE;
    }
    for (size_t i = 0; i < s->mount_count; i++)
        mounts[i] = (struct guard_mount){s->mounts[i].mount, s->mounts[i].point.owner_uid, s->mounts[i].spool_fd,
                                         s->mounts[i].board_fd, s->mounts[i].point.store_fd};
    const struct guard_start start = {.config = s->config,
                                      .policy = s->rules.policy,
                                      .policy_id = s->rules.id,
                                      .mounts = mounts,
                                      .mount_count = s->mount_count,
                                      .spool_fd = s->guarding.spool_fd,
                                      .inspector_fd = s->guarding.questions[NEAR],
                                      .order_fd = s->guarding.orders[FAR]};
    int status = guard_main(&start);
    free(mounts);
    return status;
}

/* ---- starting ---- */

static void start_guard(struct supervisor *s)
{
    struct guarding *g = &s->guarding;
    struct error e = {0};
    size_t count = 0;
    int *keep = calloc(3 + 3 * s->mount_count, sizeof *keep);
    if (keep == NULL) {
        log_error("%s: out of memory", g->guard.name);
        return;
    }
    keep[count++] = g->spool_fd;
    keep[count++] = g->questions[NEAR];
    keep[count++] = g->orders[FAR];
    for (size_t i = 0; i < s->mount_count; i++) {
        keep[count++] = s->mounts[i].spool_fd;
        keep[count++] = s->mounts[i].board_fd;
        keep[count++] = s->mounts[i].point.store_fd;
    }
    const struct child_body body = {run_guard, s, keep, count};
    if (child_start(&g->guard, &body, &e) < 0)
        log_error("%s", e.text);
    free(keep);
    for (size_t i = 0; i < s->mount_count; i++)
        atomic_store(&s->mounts[i].board->supervisor.guard_restarts, g->guard.restarts);
}

void guarding_start_due(struct supervisor *s, int64_t now_ns)
{
    struct guarding *g = &s->guarding;
    struct error e = {0};
    if (g->spool_fd < 0 || g->stopping)
        return;
    const struct child_body body = {run_inspector, s, &g->questions[FAR], 1};
    if (child_is_due(&g->inspector, now_ns) && child_start(&g->inspector, &body, &e) < 0)
        log_error("%s", e.text);
    if (child_is_due(&g->guard, now_ns))
        start_guard(s);
}

int64_t guarding_due_ns(const struct guarding *g)
{
    int64_t due = INT64_MAX;
    const struct child *const both[] = {&g->guard, &g->inspector};
    for (size_t i = 0; i < 2 && g->spool_fd >= 0 && !g->stopping; i++)
        if (both[i]->pid == 0 && both[i]->due_ns < due)
            due = both[i]->due_ns;
    return due;
}

/* ---- while they run ---- */

bool guarding_note_death(struct guarding *g, pid_t pid, int wait_status)
{
    struct child *const both[] = {&g->guard, &g->inspector};
    for (size_t i = 0; i < 2; i++)
        if (both[i]->pid == pid) {
            child_note_death(both[i], wait_status);
            return true;
        }
    return false;
}

static void replace(struct child *c)
{
    if (c->pid == 0)
        return;
    child_kill(c, SIGKILL);
    child_abandon(c);
}

void guarding_take_orders(struct guarding *g)
{
    struct order order;
    while (g->spool_fd >= 0 && fd_receive(g->orders[NEAR], &order, sizeof order, NULL, NULL) == sizeof order)
        if (order.type == ORDER_REPLACE_INSPECTOR)
            replace(&g->inspector);
}

void guarding_reload(struct guarding *g)
{
    replace(&g->guard);
    replace(&g->inspector);
}

void guarding_stop(struct guarding *g, bool now)
{
    const struct order stop = {.type = ORDER_STOP};
    if (!g->stopping && g->spool_fd >= 0) {
        child_retire(&g->guard);
        child_retire(&g->inspector);
        fd_send(g->orders[NEAR], &stop, sizeof stop, NULL, 0);
    }
    g->stopping = true;
    if (now || g->guard.pid == 0)
        child_kill(&g->inspector, SIGKILL);
    if (now)
        child_kill(&g->guard, SIGKILL);
}

bool guarding_is_gone(const struct guarding *g) { return g->guard.pid == 0 && g->inspector.pid == 0; }
