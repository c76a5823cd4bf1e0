/*
 * Going down, one phase after the other:
 *
 *   UNMOUNTING   no mount takes a new request; after a while those still in use are hidden, then aborted. The mount
 *                children live on, for the keeper's fetches
 *   DRAINING     the keeper keeps what is left, says so and exits
 *   STOPPING     mount children and inspector exit, or are killed; the teller tells what it was told before
 */
#include "proc/state.h"

#include "base/clock.h"
#include "base/fdio.h"
#include "base/log.h"
#include "event/news.h"
#include "event/orders.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

enum { DETACH_AFTER_MS = 1000, ABORT_AFTER_MS = 3000, DRAIN_MOST_MS = 60000, STOP_MOST_MS = 5000, SAY_EVERY_MS = 5000 };

static void enter(struct supervisor *s, enum phase phase)
{
    s->phase = phase;
    s->phase_since_ns = s->said_ns = clock_mono_ns();
}

void shutdown_begin(struct supervisor *s)
{
    if (s->phase >= PHASE_UNMOUNTING) {
        log_warn("asked again to stop: not waiting for what is left; it is kept at the next start");
        s->hurry = true;
        return;
    }
    log_info("stopping");
    for (size_t i = 0; i < s->mount_count; i++)
        s->mounts[i].stopping = true;
    enter(s, PHASE_UNMOUNTING);
}

/* ---- unmounting ---- */

static bool past(const struct supervisor *s, int64_t now_ns, int64_t ms)
{
    return s->hurry || now_ns - s->phase_since_ns >= ms * NS_PER_MS;
}

/* True once nothing can come through this mount any more. */
static bool unmount(const struct supervisor *s, struct served *m, int64_t now_ns)
{
    bool lazily = past(s, now_ns, DETACH_AFTER_MS);
    if (mountpoint_is_in_place(&m->point)) {
        int err = mountpoint_detach(&m->point, lazily);
        if (err == 0 && lazily)
            log_warn("%s: still in use: hidden, for its last users alone", m->mount->path);
        else if (err < 0 && err != -EBUSY)
            log_error("%s: unmounting: %s", m->mount->path, strerror(-err));
    }
    if (!mountpoint_is_connected(&m->point))
        return true;
    if (!past(s, now_ns, ABORT_AFTER_MS))
        return false;
    int err = mountpoint_abort(&m->point);
    log_warn("%s: still in use: cut off%s%s", m->mount->path, err < 0 ? ": " : "", err < 0 ? strerror(-err) : "");
    return true;
}

static void step_unmounting(struct supervisor *s, int64_t now_ns)
{
    bool all = true;
    for (size_t i = 0; i < s->mount_count; i++)
        all = unmount(s, &s->mounts[i], now_ns) && all;
    if (!all)
        return;
    enter(s, PHASE_DRAINING);
    const struct order drain = {.type = ORDER_DRAIN};
    if (s->keeper_orders[NEAR] >= 0)
        fd_send(s->keeper_orders[NEAR], &drain, sizeof drain, NULL, 0);
}

/* ---- draining ---- */

static uint64_t count_unkept(const struct supervisor *s)
{
    uint64_t unkept = 0;
    for (size_t i = 0; i < s->mount_count; i++) {
        const struct board *b = s->mounts[i].board;
        uint64_t head = b ? atomic_load(&b->mount.journal_head) : 0,
                 kept = b ? atomic_load(&b->keeper.journal_kept) : 0;
        unkept += head > kept ? head - kept : 0;
    }
    return unkept;
}

static void say_progress(struct supervisor *s, int64_t now_ns)
{
    if (now_ns - s->said_ns < SAY_EVERY_MS * NS_PER_MS)
        return;
    s->said_ns = now_ns;
    log_info("waiting for the keeper: %llu events to be kept", (unsigned long long)count_unkept(s));
}

static void begin_stopping(struct supervisor *s)
{
    enter(s, PHASE_STOPPING);
    child_retire(&s->keeper);
    child_retire(&s->inspector);
    child_retire(&s->teller);
    child_kill(&s->keeper, SIGKILL);
    child_kill(&s->inspector, SIGKILL);
    guarding_stop(&s->guarding, false);
    if (s->news[NEAR] < 0 || fd_send(s->news[NEAR], news_stop, NEWS_STOP_BYTES, NULL, 0) < 0)
        child_kill(&s->teller, SIGKILL);
    for (size_t i = 0; i < s->mount_count; i++) {
        child_retire(&s->mounts[i].child);
        served_tell(&s->mounts[i], ORDER_STOP);
    }
}

static void step_draining(struct supervisor *s, int64_t now_ns)
{
    bool left = s->keeper.pid == 0 && s->drained;
    bool never =
        s->failure < 0 && s->keeper.pid == 0; /* a start that failed does not wait for a keeper that cannot run */
    say_progress(s, now_ns);
    if (!left && !never && !past(s, now_ns, DRAIN_MOST_MS))
        return;
    if (!left && !never)
        log_warn("the keeper did not finish: %llu events will be kept at the next start",
                 (unsigned long long)count_unkept(s));
    begin_stopping(s);
}

/* ---- stopping ---- */

static void step_stopping(struct supervisor *s, int64_t now_ns)
{
    bool kill_now = past(s, now_ns, STOP_MOST_MS),
         any = s->keeper.pid != 0 || s->inspector.pid != 0 || s->teller.pid != 0 || !guarding_is_gone(&s->guarding);
    if (kill_now)
        child_kill(&s->teller, SIGKILL);
    guarding_stop(&s->guarding, kill_now);
    for (size_t i = 0; i < s->mount_count; i++) {
        any = any || s->mounts[i].child.pid != 0;
        if (kill_now)
            child_kill(&s->mounts[i].child, SIGKILL);
    }
    if (!any)
        enter(s, PHASE_DONE);
}

void shutdown_step(struct supervisor *s, int64_t now_ns)
{
    if (s->phase == PHASE_UNMOUNTING)
        step_unmounting(s, now_ns);
    if (s->phase == PHASE_DRAINING)
        step_draining(s, now_ns);
    if (s->phase == PHASE_STOPPING)
        step_stopping(s, now_ns);
}
