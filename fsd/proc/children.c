#include "proc/children.h"

#include "base/clock.h"
#include "base/fdio.h"
#include "base/log.h"
#include "event/orders.h"
#include "inspect/client.h"
#include "proc/drop.h"
#include "proc/pace.h"
#include "save/keeper.h"
#include "tell/teller.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- their mains, as seen from here ---- */

static int run_inspector(void *ctx)
{
    struct supervisor *s = ctx;
    pace_begin(s->idle);
    explicit_bzero(s->device_seed, sizeof s->device_seed);
    struct inspector_start start = {.socket = s->questions[FAR],
                                    .uid = s->inspector_user.uid,
                                    .gid = s->inspector_user.gid,
                                    .policy = s->rules.policy};
    memcpy(start.secret, s->rules.secret, sizeof start.secret);
    explicit_bzero(s->rules.secret, sizeof s->rules.secret);
    return inspector_main(&start);
}

static int run_teller(void *ctx)
{
    struct supervisor *s = ctx;
    struct error e = {0};
    explicit_bzero(s->device_seed, sizeof s->device_seed);
    explicit_bzero(s->rules.secret, sizeof s->rules.secret);
    struct teller_mount *mounts = calloc(s->mount_count, sizeof *mounts);
    if (mounts == NULL || drop_to_teller(&e) < 0) {
        log_error("%s", mounts ? e.text : "out of memory");
        free(mounts);
        return EXIT_FAILURE;
    }
    for (size_t i = 0; i < s->mount_count; i++)
        mounts[i] = (struct teller_mount){s->mounts[i].mount, s->mounts[i].point.owner_uid, s->mounts[i].board_fd};
    const struct teller_start start = {.config = s->config,
                                       .mounts = mounts,
                                       .mount_count = s->mount_count,
                                       .news_fd = s->news[FAR],
                                       .keeper_uid = s->keeper_user.uid};
    int status = teller_main(&start);
    free(mounts);
    return status;
}

static int run_keeper(void *ctx)
{
    struct supervisor *s = ctx;
    struct error e = {0};
    pace_begin(false);
    struct keeper_mount *mounts = calloc(s->mount_count, sizeof *mounts);
    if (mounts == NULL || drop_to_user(s->keeper_user.uid, s->keeper_user.gid, &e) < 0) {
        log_error("%s", mounts ? e.text : "out of memory");
        free(mounts);
        return EXIT_FAILURE;
    }
    for (size_t i = 0; i < s->mount_count; i++)
        mounts[i] = (struct keeper_mount){s->mounts[i].mount, s->mounts[i].spool_fd, s->mounts[i].board_fd,
                                          s->mounts[i].fetch[NEAR], s->mounts[i].point.owner_uid};
    struct keeper_start start = {
        .config = s->config,
        .mounts = mounts,
        .mount_count = s->mount_count,
        .inspector_fd = s->questions[NEAR],
        .control_fd = s->run.control_fd,
        .order_fd = s->keeper_orders[FAR],
        .news_fd = s->news[NEAR],
        .guard_spool_fd = s->guarding.spool_fd,
        .policy_files = s->rules.folder.files,
        .policy_file_count = s->rules.folder.count,
        .secret = s->rules.secret,
        .uid = s->keeper_user.uid,
        .gid = s->keeper_user.gid,
    };
    memcpy(start.device_seed, s->device_seed, sizeof start.device_seed);
    explicit_bzero(s->device_seed, sizeof s->device_seed);
    int status = keeper_main(&start);
    explicit_bzero(start.device_seed, sizeof start.device_seed);
    free(mounts);
    return status;
}

/* ---- starting ---- */

static void start_inspector(struct supervisor *s)
{
    struct error e = {0};
    const struct child_body body = {run_inspector, s, &s->questions[FAR], 1};
    if (child_start(&s->inspector, &body, &e) < 0)
        log_error("%s", e.text);
    for (size_t i = 0; i < s->mount_count; i++)
        atomic_store(&s->mounts[i].board->supervisor.inspector_restarts, s->inspector.restarts);
}

static void start_teller(struct supervisor *s)
{
    struct error e = {0};
    size_t count = 0;
    int *keep = calloc(1 + s->mount_count, sizeof *keep);
    if (keep == NULL) {
        log_error("%s: out of memory", s->teller.name);
        return;
    }
    keep[count++] = s->news[FAR];
    for (size_t i = 0; i < s->mount_count; i++)
        keep[count++] = s->mounts[i].board_fd;
    const struct child_body body = {run_teller, s, keep, count};
    if (child_start(&s->teller, &body, &e) < 0)
        log_error("%s", e.text);
    free(keep);
    for (size_t i = 0; i < s->mount_count; i++)
        atomic_store(&s->mounts[i].board->supervisor.teller_restarts, s->teller.restarts);
}

void children_set_pace(struct supervisor *s, bool idle)
{
    s->idle = idle;
    pace_set(s->keeper.pid, idle);
    pace_set(s->inspector.pid, idle);
}

void children_tell_keeper(struct supervisor *s, uint32_t type)
{
    const struct order order = {.type = type};
    int err = fd_send(s->keeper_orders[NEAR], &order, sizeof order, NULL, 0);
    if (err < 0)
        log_error("%s: order %u: %s", s->keeper.name, type, strerror(-err));
}

static int start_keeper(struct supervisor *s, struct error *e)
{
    size_t count = 0;
    int *keep = calloc(5 + 3 * s->mount_count, sizeof *keep);
    if (keep == NULL)
        return error_sys(e, ENOMEM, "%s", s->keeper.name);
    keep[count++] = s->questions[NEAR];
    keep[count++] = s->run.control_fd;
    keep[count++] = s->keeper_orders[FAR];
    keep[count++] = s->news[NEAR];
    keep[count++] = s->guarding.spool_fd;
    for (size_t i = 0; i < s->mount_count; i++) {
        keep[count++] = s->mounts[i].spool_fd;
        keep[count++] = s->mounts[i].board_fd;
        keep[count++] = s->mounts[i].fetch[NEAR];
    }
    const struct child_body body = {run_keeper, s, keep, count};
    int err = child_start(&s->keeper, &body, e);
    children_set_pace(s, false); /* it catches up first, and says when it has */
    free(keep);
    for (size_t i = 0; i < s->mount_count; i++)
        atomic_store(&s->mounts[i].board->supervisor.keeper_restarts, s->keeper.restarts);
    return err;
}

void children_start_due(struct supervisor *s, int64_t now_ns)
{
    struct error e = {0};
    for (size_t i = 0; i < s->mount_count; i++, e.code = 0)
        if (child_is_due(&s->mounts[i].child, now_ns) && served_start(&s->mounts[i], &e) < 0)
            log_error("%s", e.text);
    if (child_is_due(&s->inspector, now_ns) && !s->reloading) /* one with new rules must not answer the old keeper */
        start_inspector(s);
    if (child_is_due(&s->teller, now_ns))
        start_teller(s);
    guarding_start_due(s, now_ns);
    if (!child_is_due(&s->keeper, now_ns))
        return;
    bool again = s->phase == PHASE_DRAINING && s->keeper.started_ns != 0;
    if (start_keeper(s, &e) < 0)
        log_error("%s", e.text);
    else if (again)
        children_tell_keeper(s, ORDER_DRAIN); /* the dead one may have taken the first */
}
