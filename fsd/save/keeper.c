/*
 * The keeper's main: peers, loop, leave. All keeping happens in this one thread; others only listen to orders, answer
 * the control socket and repack.
 */
#include "save/keeper.h"

#include "base/clock.h"
#include "base/fdio.h"
#include "base/log.h"
#include "control/control.h"
#include "event/orders.h"
#include "save/audit.h"
#include "save/indexing.h"
#include "save/keep.h"
#include "save/pressure.h"
#include "save/upkeep.h"
#include "save/waiters.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ALIVE_MS = 5000, DRAIN_SCAN_MS = 20000, LINKS_MS = 60000 };

struct keeper {
    const struct keeper_start *start;
    unsigned char seed[32]; /* wiped once the writer has it */
    struct keep_tools tools;
    struct lane *lanes;
    struct board **boards;
    struct control_mount *control_mounts;
    struct control_server *control;
    struct waiters waiters;
    struct upkeep upkeep;
    struct indexing indexing;
    struct audit *audit;
    bool audit_ailed;
    pthread_t listener;
    _Atomic bool draining;
    _Atomic bool leaving; /* a successor with other rules is to take over behind the batch in hand */
    int64_t drain_ns;     /* monotonic: when that was first seen */
    int64_t worked_ns;    /* monotonic: when something was last done */
    int64_t alive_ns;     /* monotonic: when we last showed that we live */
    struct pressure pressure;
    uint64_t *stalled; /* for each lane: a head of its journal that was there and could not be read up to; 0: none */
};

/* ---- peers ---- */

static void *listen_to_orders(void *arg)
{
    struct keeper *k = arg;
    struct order order;
    for (;;) {
        ssize_t n = fd_receive(k->start->order_fd, &order, sizeof order, NULL, NULL);
        if (n == 0 || (n < 0 && n != -EMSGSIZE && n != -EAGAIN))
            _exit(EXIT_FAILURE); /* the supervisor is dead */
        if (n == sizeof order && order.type == ORDER_DRAIN) {
            atomic_store(&k->draining, true);
            waiters_wake(&k->waiters);
        } else if (n == sizeof order && order.type == ORDER_RELOAD) {
            atomic_store(&k->leaving, true);
            waiters_wake(&k->waiters);
        } else {
            log_warn("an order of %zd bytes was not understood", n);
        }
    }
}

static void tell_supervisor(const struct keeper *k, enum order_type type, uint64_t number)
{
    struct order order = {.type = (uint32_t)type, .number = number};
    int err = fd_send(k->start->order_fd, &order, sizeof order, NULL, 0);
    if (err < 0)
        log_warn("the supervisor does not hear: %s", strerror(-err));
}

static void replace_inspector(void *ctx) { tell_supervisor(ctx, ORDER_REPLACE_INSPECTOR, 0); }

static void set_pace(void *ctx, bool idle) { tell_supervisor(ctx, ORDER_PACE, idle); }

static void mind_pressure(void *ctx)
{
    struct keeper *k = ctx;
    pressure_mind(&k->pressure, atomic_load(&k->draining));
}

static int sync_for_control(void *ctx, struct error *e)
{
    struct keeper *k = ctx;
    pressure_rise(&k->pressure);
    int err = waiters_sync(&k->waiters, e);
    return err == 0 ? audit_sync(k->audit, e) : err;
}

static int audit_for_control(void *ctx, struct buf *lines)
{
    struct keeper *k = ctx;
    pressure_rise(&k->pressure);
    return audit_copy_pending(k->audit, lines);
}

/* It may sleep on either. */
static void wake_for_control(void *ctx)
{
    struct keeper *k = ctx;
    waiters_wake(&k->waiters);
    if (k->start->mount_count > 0)
        board_ring(k->boards[0]);
}

static int start_control(struct keeper *k, struct error *e)
{
    static struct control_host host;
    for (size_t i = 0; i < k->start->mount_count; i++)
        k->control_mounts[i] = (struct control_mount){.mount = k->lanes[i].mount,
                                                      .board = k->lanes[i].board,
                                                      .owner_uid = k->start->mounts[i].owner_uid,
                                                      .spool_fd = k->start->mounts[i].spool_fd};
    host = (struct control_host){.config = k->start->config,
                                 .mounts = k->control_mounts,
                                 .mount_count = k->start->mount_count,
                                 .sync = sync_for_control,
                                 .audit_pending = audit_for_control,
                                 .secret = k->start->secret,
                                 .wake = wake_for_control,
                                 .recall = k->indexing.recall,
                                 .ctx = k};
    return control_start(&k->control, k->start->control_fd, &host, e);
}

/* The rules' files as the record takes them; the caller frees them. NULL: no memory. */
static struct record_file *list_policy(const struct keeper_start *s)
{
    struct record_file *files = calloc(s->policy_file_count + 1, sizeof *files);
    for (size_t i = 0; files != NULL && i < s->policy_file_count; i++)
        files[i] = (struct record_file){s->policy_files[i].name, s->policy_files[i].text, s->policy_files[i].len};
    return files;
}

/* The guard's journal lies beside those of the mounts; no mount can have its name (config/clash.c). */
static const struct config_mount audit_of_guard = {.name = "guard", .path = "", .rep = "", .email = ""};

static int open_audit(struct keeper *k, struct error *e)
{
    const struct keeper_start *s = k->start;
    struct audit_mount *mounts = calloc(s->mount_count + 2, sizeof *mounts);
    struct record_file *files = list_policy(s);
    for (size_t i = 0; mounts != NULL && i < s->mount_count; i++)
        mounts[i] = (struct audit_mount){s->mounts[i].mount, s->mounts[i].spool_fd};
    if (mounts != NULL && s->guard_spool_fd >= 0)
        mounts[s->mount_count] = (struct audit_mount){&audit_of_guard, s->guard_spool_fd};
    const struct audit_setup setup = {.device = s->config->device_name,
                                      .mounts = mounts,
                                      .mount_count = s->mount_count + (s->guard_spool_fd >= 0),
                                      .policy_files = files,
                                      .policy_file_count = s->policy_file_count,
                                      .wake = wake_for_control,
                                      .ctx = k};
    int err = mounts == NULL || files == NULL ? error_sys(e, ENOMEM, "audit log") : audit_open(&k->audit, &setup, e);
    free(mounts);
    free(files);
    return err;
}

static int open_peers(struct keeper *k, struct error *e)
{
    const struct keeper_start *s = k->start;
    int err = 0;
    for (size_t i = 0; i < s->mount_count && err == 0; i++) {
        const struct keeper_mount *m = &s->mounts[i];
        k->lanes[i].number = (uint32_t)i;
        err = lane_prepare(&k->lanes[i], m->mount, m->spool_fd, m->board_fd, m->fetch_fd, e);
        k->boards[i] = k->lanes[i].board;
    }
    if (err == 0)
        err = inspector_open(&k->tools.inspector, s->inspector_fd, replace_inspector, k, e);
    if (err == 0)
        inspector_set_mind(k->tools.inspector, mind_pressure, k);
    indexing_open(&k->indexing, s->config);
    k->tools.recall = k->indexing.recall;
    k->tools.known = k->indexing.known;
    if (err == 0)
        err = open_audit(k, e);
    if (err == 0)
        err = start_control(k, e);
    if (err == 0)
        err = -pthread_create(&k->listener, NULL, listen_to_orders, k);
    return err;
}

/* ---- the record ---- */

/* The rules go into the record before the first version that names them. */
static int keep_policy(struct keeper *k, struct error *e)
{
    const struct keeper_start *s = k->start;
    struct record_oid commit;
    if (s->policy_file_count == 0)
        return 0;
    struct record_file *files = list_policy(s);
    if (files == NULL)
        return error_sys(e, ENOMEM, "policy");
    int err = record_keep_policy(k->tools.writer, files, s->policy_file_count, clock_real_ns(), &commit, e);
    if (err == 0)
        record_oid_hex(&commit, k->tools.policy);
    free(files);
    return err;
}

static int open_record(struct keeper *k, struct error *e)
{
    const struct config *c = k->start->config;
    struct record_setup setup = {.repository = c->repository,
                                 .device = c->device_name,
                                 .device_key = c->device_key,
                                 .volume = c->volume,
                                 .durable = true};
    int err = k->tools.writer == NULL ? record_open_writer_with_key(&k->tools.writer, &setup, k->seed, e) : 0;
    if (err == 0)
        err = keep_policy(k, e);
    if (err == 0)
        audit_start(k->audit, atomic_load(&k->boards[0]->supervisor.started_ns), k->tools.policy);
    for (size_t i = 0; i < k->start->mount_count && err == 0; i++)
        if (k->lanes[i].queue.reader == NULL)
            err = lane_open(&k->lanes[i], k->tools.writer, e);
    return err;
}

static void set_trouble_everywhere(struct keeper *k, const char *text)
{
    for (size_t i = 0; i < k->start->mount_count; i++)
        lane_set_trouble(&k->lanes[i], text);
}

/* Until it can be opened, saves stay in the journal and status tells why. False: told to leave before that. */
static bool await_record(struct keeper *k)
{
    char last[ERROR_TEXT_BYTES] = "";
    for (;;) {
        struct error e = {0};
        if (open_record(k, &e) == 0)
            break;
        if (strcmp(last, e.text) != 0)
            set_trouble_everywhere(k, e.text);
        memcpy(last, e.text, sizeof last);
        if (atomic_load(&k->draining) || atomic_load(&k->leaving))
            return false;
        waiters_sleep(&k->waiters, LANE_RETRY_MS);
    }
    set_trouble_everywhere(k, NULL);
    explicit_bzero(k->seed, sizeof k->seed);
    return true;
}

/* ---- the loop ---- */

static void note_work(struct keeper *k, struct lane *l, size_t versions)
{
    k->worked_ns = clock_mono_ns();
    lane_set_trouble(l, NULL);
    if (versions > 0)
        control_notify(k->control);
    waiters_tell(&k->waiters);
}

/* Which file of ours found the disk full tells people nothing. */
static void set_trouble(struct keeper *k, struct lane *l, int err, const struct error *e)
{
    struct error full = {0};
    const struct config *c = k->start->config;
    if (err == -ENOSPC || err == -EDQUOT)
        error_set(&full, ENOSPC, "%s: the disk is full: make room there; until then saves wait in %s, and none is lost",
                  c->repository, c->spool);
    lane_set_trouble(l, err == -ENOSPC || err == -EDQUOT ? full.text : e->text);
}

/* Keep a batch of this lane, if one is ready. */
static bool keep_some(struct keeper *k, struct lane *l)
{
    struct error e = {0};
    size_t versions = 0;
    int64_t mono = clock_mono_ns();
    uint64_t head = atomic_load(&l->board->mount.journal_head);
    if (mono < l->retry_at_ns)
        return false;
    uint64_t wanted = atomic_load(&k->draining) ? UINT64_MAX : atomic_load(&l->wanted);
    int err = queue_fill(&l->queue, &e);
    k->stalled[l - k->lanes] = head > l->queue.read_seq ? head : 0;
    size_t count = queue_cut(&l->queue, clock_real_ns(), mono, wanted);
    if (err == 0 && count > 0)
        err = keep_batch(&k->tools, l, count, &versions, &e);
    if (err < 0)
        set_trouble(k, l, err, &e);
    else if (count > 0)
        note_work(k, l, versions);
    return err == 0 && count > 0;
}

/* A step of this lane's scan, if nothing is to be kept. */
static bool scan_some(struct keeper *k, struct lane *l)
{
    struct error e = {0};
    size_t versions = 0;
    int64_t mono = clock_mono_ns();
    if (l->queue.count > 0 || mono < l->retry_at_ns || !scan_has_work(&l->scan, mono))
        return false;
    int err = scan_step(&k->tools, l, &versions, &e);
    if (err < 0)
        lane_set_trouble(l, e.text);
    else
        note_work(k, l, versions);
    return err == 0;
}

/* A look at the mounts' verdicts, and a seal if one is due. What is wrong with it is told where the saves' is. */
static bool audit_some(struct keeper *k)
{
    struct error e = {0};
    struct board_trouble *trouble = &k->boards[0]->keeper.trouble;
    int more = audit_step(k->audit, k->tools.writer, &e);
    if (more < 0 && !k->audit_ailed)
        log_warn("%s", e.text);
    if (more < 0)
        board_set_trouble(trouble, "the audit log cannot be sealed: %s", e.text);
    else if (k->audit_ailed && !audit_ails(k->audit))
        board_clear_trouble(trouble);
    k->audit_ailed = audit_ails(k->audit);
    return more == 1;
}

static bool has_records(void *ctx)
{
    struct keeper *k = ctx;
    for (size_t i = 0; i < k->start->mount_count; i++) {
        uint64_t head = atomic_load(&k->lanes[i].board->mount.journal_head);
        if (head > k->lanes[i].queue.read_seq && head != k->stalled[i])
            return true;
    }
    return waiters_have_asked(&k->waiters);
}

/* Milliseconds until some lane's batch is ripe; -1: no lane has records. */
static int ripe_in_ms(struct keeper *k)
{
    int soonest = -1;
    int64_t real = clock_real_ns(), mono = clock_mono_ns();
    for (size_t i = 0; i < k->start->mount_count; i++) {
        struct lane *l = &k->lanes[i];
        int wait = queue_wait_ms(&l->queue, real, mono);
        int64_t retry = (l->retry_at_ns - mono) / NS_PER_MS + 1;
        if ((wait >= 0 || mono < l->retry_at_ns) && retry > wait)
            wait = (int)retry;
        if (wait >= 0 && (soonest < 0 || wait < soonest))
            soonest = wait;
    }
    return soonest;
}

/*
 * While records ripen, sleep without the bell, so that a burst of saves rings nobody. Else until the bell, and not
 * longer than the sign of life needs.
 */
static void sleep_a_while(struct keeper *k)
{
    int wait = ripe_in_ms(k);
    if (wait >= 0)
        waiters_sleep(&k->waiters, wait < ALIVE_MS ? wait : ALIVE_MS);
    else
        board_wait(k->boards, (int)k->start->mount_count, ALIVE_MS, has_records, k);
}

static void show_alive(struct keeper *k)
{
    int64_t mono = clock_mono_ns();
    if (k->alive_ns != 0 && mono - k->alive_ns < ALIVE_MS * NS_PER_MS)
        return;
    k->alive_ns = mono;
    for (size_t i = 0; i < k->start->mount_count; i++) {
        spool_show_alive(k->lanes[i].spool_fd, false);
        lane_sweep(&k->lanes[i], false);
    }
}

/* A file's other names (hard links) are found by a scan; not for every save of it. */
static void look_for_links(struct keeper *k)
{
    int64_t mono = clock_mono_ns();
    for (size_t i = 0; i < k->start->mount_count; i++) {
        struct lane *l = &k->lanes[i];
        if (!l->links_changed || l->scan.running || mono - l->links_seen_ns < LINKS_MS * NS_PER_MS)
            continue;
        l->links_changed = false;
        l->links_seen_ns = mono;
        scan_begin(&l->scan, "", false);
    }
}

static void do_upkeep(struct keeper *k)
{
    bool full = false;
    int64_t mono = clock_mono_ns();
    if (upkeep_is_due(&k->upkeep, mono, (mono - k->worked_ns) / NS_PER_MS, &full))
        upkeep_start(&k->upkeep, mono, full);
}

/* The mounts are gone: once everything is kept, look through the stores a last time; then it is over. */
static bool is_drained(struct keeper *k)
{
    int64_t mono = clock_mono_ns();
    bool first = k->drain_ns == 0;
    k->drain_ns = first ? mono : k->drain_ns;
    for (size_t i = 0; i < k->start->mount_count; i++) {
        struct lane *l = &k->lanes[i];
        if (first)
            scan_ask(&l->scan, "");
        if (l->queue.count > 0)
            return false;
        bool out_of_time = mono - k->drain_ns > DRAIN_SCAN_MS * NS_PER_MS;
        if (!out_of_time && scan_has_work(&l->scan, mono))
            return false;
    }
    return !first;
}

static void loop(struct keeper *k)
{
    while (!atomic_load(&k->leaving) || atomic_load(&k->draining)) {
        bool worked = false;
        mind_pressure(k);
        for (size_t i = 0; i < k->start->mount_count; i++)
            worked |= keep_some(k, &k->lanes[i]);
        worked |= audit_some(k);
        for (size_t i = 0; i < k->start->mount_count && !worked; i++)
            worked |= scan_some(k, &k->lanes[i]);
        if (!worked && !atomic_load(&k->draining))
            worked = indexing_step(&k->indexing, k->tools.inspector);
        if (!atomic_load(&k->draining))
            show_alive(k);
        else if (!worked && is_drained(k))
            return;
        if (worked)
            continue;
        look_for_links(k);
        do_upkeep(k);
        if (!atomic_load(&k->draining) || k->lanes[0].retry_at_ns > clock_mono_ns())
            sleep_a_while(k);
    }
}

/* ---- main ---- */

static void end_audit(struct keeper *k, bool stopped)
{
    struct error e = {0};
    if (k->audit != NULL && k->tools.writer != NULL && audit_end(k->audit, k->tools.writer, stopped, &e) < 0)
        log_warn("the audit log could not be sealed at the end: %s", e.text);
    audit_close(k->audit);
    k->audit = NULL;
}

static void leave(struct keeper *k, bool kept_all)
{
    waiters_dismiss(&k->waiters);
    if (k->audit != NULL)
        audit_dismiss(k->audit);
    if (k->control != NULL)
        control_stop(k->control);
    end_audit(k, kept_all);
    for (size_t i = 0; i < k->start->mount_count; i++) {
        if (kept_all)
            spool_show_alive(k->lanes[i].spool_fd, true);
        if (kept_all)
            lane_sweep(&k->lanes[i], true);
    }
    indexing_close(&k->indexing);
    if (k->tools.writer != NULL)
        record_close_writer(k->tools.writer);
    if (k->tools.inspector != NULL)
        inspector_close(k->tools.inspector);
    telling_free(&k->tools.telling);
}

static int run(struct keeper *k)
{
    struct error e = {0};
    if (open_peers(k, &e) < 0) {
        log_error("%s", e.text);
        leave(k, false);
        return EXIT_FAILURE;
    }
    bool opened = await_record(k);
    if (opened) {
        indexing_step(&k->indexing, k->tools.inspector); /* mostly in step then: all is fed from the first save on */
        loop(k);
    }
    bool drained = atomic_load(&k->draining);
    leave(k, opened && drained);
    for (size_t i = 0; i < k->start->mount_count; i++)
        lane_close(&k->lanes[i]);
    if (drained)
        tell_supervisor(k, ORDER_DRAINED, 0);
    return EXIT_SUCCESS;
}

int keeper_main(const struct keeper_start *start)
{
    size_t count = start->mount_count;
    struct keeper *k = calloc(1, sizeof *k);
    struct lane *lanes = calloc(count, sizeof *lanes);
    struct board **boards = calloc(count, sizeof *boards);
    struct control_mount *mounts = calloc(count, sizeof *mounts);
    uint64_t *stalled = calloc(count, sizeof *stalled);
    int status = EXIT_FAILURE;
    if (k != NULL && lanes != NULL && boards != NULL && mounts != NULL && stalled != NULL) {
        *k = (struct keeper){.start = start,
                             .tools = {.device = start->config->device_name,
                                       .telling = {.fd = start->news_fd},
                                       .mind = mind_pressure,
                                       .mind_ctx = k},
                             .pressure = {.lanes = lanes, .count = count, .set_pace = set_pace, .ctx = k},
                             .lanes = lanes,
                             .boards = boards,
                             .control_mounts = mounts,
                             .upkeep = {.repository = start->config->repository},
                             .worked_ns = clock_mono_ns(),
                             .stalled = stalled};
        memcpy(k->seed, start->device_seed, sizeof k->seed);
        explicit_bzero((void *)(uintptr_t)start->device_seed, sizeof start->device_seed);
        log_open("keeper", LOG_INFO);
        waiters_open(&k->waiters, lanes, count);
        status = run(k);
    }
    /* The listener still uses `k`, and the process ends now: what it holds goes with it. */
    return status; /* NOLINT(clang-analyzer-unix.Malloc) */
}
