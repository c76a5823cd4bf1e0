#include "proc/served.h"

#include "base/clock.h"
#include "base/fdio.h"
#include "base/log.h"
#include "event/orders.h"
#include "mount/mount.h"
#include "mount/rulebook.h"
#include "proc/drop.h"
#include "proc/place.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOCK_WAIT_MS = 5000, LOCK_TRY_MS = 50, GIVE_UP_MS = 2000, REMOUNT_MS = 1000 };

/* ---- what the children share ---- */

/*
 * The lock on SPOOL/<mount> belongs to the open file, which the children inherit: as long as one of a dead daemon's
 * lives, the next daemon cannot have it, so no two mount children ever write one journal.
 */
static int lock_spool(const struct served *s, struct error *e)
{
    for (int waited = 0; flock(s->spool_fd, LOCK_EX | LOCK_NB) < 0; waited += LOCK_TRY_MS) {
        if (errno != EWOULDBLOCK)
            return error_sys(e, errno, "%s/%s: lock", s->config->spool, s->mount->name);
        if (waited >= LOCK_WAIT_MS)
            return error_set(e, EBUSY, "%s/%s: a process of a former holdfastd still uses it (fuser -v shows which)",
                             s->config->spool, s->mount->name);
        poll(NULL, 0, LOCK_TRY_MS);
    }
    return 0;
}

static int open_spool(struct served *s, struct error *e)
{
    fd_auto all = place_make(s->config->spool, 0711, e);
    if (all < 0)
        return all;
    s->spool_fd = place_claim(all, s->mount->name, s->keeper_uid, s->keeper_gid, 0700, e);
    return s->spool_fd < 0 ? s->spool_fd : lock_spool(s, e);
}

static int make_board(struct served *s, struct error *e)
{
    s->board_fd = board_create();
    if (s->board_fd < 0)
        return error_sys(e, s->board_fd, "shared memory");
    s->board = board_map(s->board_fd);
    if (s->board == NULL)
        return error_sys(e, errno, "shared memory");
    atomic_store(&s->board->spool_limit, s->config->spool_limit_bytes);
    atomic_store(&s->board->supervisor.started_ns, clock_real_ns());
    return 0;
}

static int make_channels(struct served *s, struct error *e)
{
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, s->fetch) < 0 ||
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, s->orders) < 0 ||
        fcntl(s->orders[NEAR], F_SETFL, O_RDWR | O_NONBLOCK) < 0) /* the supervisor waits for nobody */
        return error_sys(e, errno, "socket pair");
    return 0;
}

static int mount_afresh(struct served *s, struct error *e)
{
    fd_close(&s->table_fd);
    s->table_fd = mount_create_table();
    if (s->table_fd < 0)
        return error_sys(e, s->table_fd, "node table");
    s->used = s->giving_up = s->handing = false;
    pins_free(&s->pins);
    return mountpoint_attach(&s->point, e);
}

int served_open(struct served *s, const struct served_setting *setting, const struct config_mount *mount,
                struct error *e)
{
    *s = (struct served){.config = setting->config,
                         .mount = mount,
                         .rules = setting->rules,
                         .keeper_uid = setting->keeper_uid,
                         .keeper_gid = setting->keeper_gid,
                         .spool_fd = -1,
                         .board_fd = -1,
                         .table_fd = -1,
                         .fetch = {-1, -1},
                         .orders = {-1, -1}};
    child_init(&s->child, "mount", mount->name, CHILD_DELAY_MOST_MS);
    int err = mountpoint_open(&s->point, mount, e);
    if (err == 0)
        err = open_spool(s, e);
    if (err == 0)
        err = make_board(s, e);
    if (err == 0)
        err = make_channels(s, e);
    return err < 0 ? err : mount_afresh(s, e);
}

void served_close(struct served *s)
{
    pins_free(&s->pins);
    mountpoint_close(&s->point);
    if (s->board != NULL)
        munmap(s->board, BOARD_BYTES);
    s->board = NULL;
    int *const fds[] = {&s->spool_fd,   &s->board_fd,     &s->table_fd,   &s->fetch[NEAR],
                        &s->fetch[FAR], &s->orders[NEAR], &s->orders[FAR]};
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
        fd_close(fds[i]);
}

/* ---- the child ---- */

static int run_mount(void *ctx)
{
    const struct served *s = ctx;
    struct error e = {0};
    if (drop_to_mount(&e) < 0) {
        log_error("%s", e.text);
        return EXIT_FAILURE;
    }
    umask(0); /* requests carry their own */
    const struct mount_start start = {
        .config = s->config,
        .mount = s->mount,
        .fuse_fd = s->point.fuse_fd,
        .store_fd = s->point.store_fd,
        .spool_fd = s->spool_fd,
        .table_fd = s->table_fd,
        .board_fd = s->board_fd,
        .fetch_fd = s->fetch[FAR],
        .order_fd = s->orders[FAR],
        .root_fd = -1, /* held open it would keep the mount busy */
        .policy = s->rules->policy,
        .policy_id = s->rules->id,
        .keeper_uid = s->keeper_uid,
        .keeper_gid = s->keeper_gid,
    };
    return mount_main(&start);
}

/* What a dead child was told and never read is not for its successor. */
static void forget_old_orders(const struct served *s)
{
    struct pollfd p = {.fd = s->orders[FAR], .events = POLLIN};
    while (poll(&p, 1, 0) > 0 && (p.revents & POLLIN)) {
        struct order order;
        if (fd_receive(s->orders[FAR], &order, sizeof order, NULL, NULL) == 0)
            return;
    }
}

static int replace_mount(struct served *s, struct error *e)
{
    int err = mountpoint_is_in_place(&s->point) ? mountpoint_detach(&s->point, true) : 0;
    if (err < 0)
        log_warn("%s: unmounting: %s", s->mount->path, strerror(-err));
    mountpoint_abort(&s->point); /* else whoever still uses it would wait for ever */
    mountpoint_disconnect(&s->point);
    return mount_afresh(s, e);
}

int served_start(struct served *s, struct error *e)
{
    served_take_orders(s); /* the dead one's last words: its pins count */
    forget_old_orders(s);
    bool fresh = !s->used;
    if (s->used && !s->stopping && (!mountpoint_is_connected(&s->point) || !mount_can_replace(s->table_fd))) {
        int err = replace_mount(s, e);
        if (err < 0) {
            s->child.due_ns = clock_mono_ns() + REMOUNT_MS * NS_PER_MS;
            return err;
        }
        log_warn("%s: mounted again; what was open in it is lost to its applications", s->mount->path);
        fresh = true;
    }
    const int keep[] = {s->point.fuse_fd, s->point.store_fd, s->spool_fd,   s->table_fd,
                        s->board_fd,      s->fetch[FAR],     s->orders[FAR]};
    const struct child_body body = {run_mount, s, keep, sizeof keep / sizeof *keep};
    int err = child_start(&s->child, &body, e);
    if (err < 0)
        return err;
    s->used = true;
    s->handing = !fresh;
    s->handed = 0;
    s->kill_at_ns = 0;
    atomic_store(&s->board->supervisor.mount_restarts, s->child.restarts);
    served_hand_pins(s);
    return 0;
}

void served_note_death(struct served *s, int wait_status)
{
    child_note_death(&s->child, wait_status);
    s->handing = false;
    if (s->child.delay_ns > 0 && !s->giving_up)
        board_set_trouble(&s->board->supervisor.trouble, "the mount's process keeps dying; see the log");
}

/* ---- orders ---- */

static void take_order(struct served *s, const struct order *order, int *fd)
{
    int err = 0;
    if (order->type == ORDER_PIN && *fd >= 0)
        err = pins_add(&s->pins, order->number, fd_steal(fd));
    else if (order->type == ORDER_UNPIN)
        pins_remove(&s->pins, order->number);
    else if (order->type == ORDER_READY)
        s->ready = true;
    else
        log_warn("%s sent an order of unknown type %u", s->child.name, order->type);
    if (err < 0)
        log_error("%s: a removed file that is in use cannot be kept over a restart: %s", s->child.name, strerror(-err));
}

void served_take_orders(struct served *s)
{
    for (;;) {
        struct order order;
        int fd = -1;
        size_t fd_count = 1;
        ssize_t n = fd_receive(s->orders[NEAR], &order, sizeof order, &fd, &fd_count);
        if (n == sizeof order)
            take_order(s, &order, &fd);
        else if (n > 0 || n == -EMSGSIZE)
            log_warn("%s sent an order of %zd bytes, or more descriptors than can be taken", s->child.name, n);
        else
            return;
        if (fd_count == 1)
            fd_close(&fd);
    }
}

static int send_order(struct served *s, uint32_t type, uint64_t number, int fd)
{
    const struct order order = {.type = type, .number = number};
    return fd_send(s->orders[NEAR], &order, sizeof order, &fd, fd >= 0 ? 1 : 0);
}

int served_tell(struct served *s, uint32_t order_type) { return send_order(s, order_type, 0, -1); }

void served_give_rules(struct served *s)
{
    const struct rules *r = s->rules;
    if (s->child.pid == 0)
        return; /* the next one has them from its start */
    fd_auto fd = rulebook_pack(r->folder.files, r->folder.count, r->id);
    int err = fd < 0 ? fd : send_order(s, ORDER_RULES, 0, fd);
    if (err == 0)
        return;
    log_error("%s: giving it the new rules: %s; another takes its place", s->child.name, strerror(-err));
    child_kill(&s->child, SIGKILL);
}

/* A pin let go or added meanwhile moves the others: a replacement does neither before it was told that these are all.
 */
void served_hand_pins(struct served *s)
{
    int err = 0;
    while (s->handing && err == 0 && s->handed < s->pins.count) {
        const struct pin *pin = &s->pins.list[s->handed];
        err = send_order(s, ORDER_PINNED, pin->number, pin->fd);
        s->handed += err == 0;
    }
    if (s->handing && err == 0 && (err = send_order(s, ORDER_PINS_DONE, 0, -1)) == 0)
        s->handing = false;
    if (err < 0 && err != -EAGAIN) {
        log_error("%s: handing over removed files that are in use: %s", s->child.name, strerror(-err));
        s->handing = false;
        child_kill(&s->child, SIGKILL);
    }
}

/* ---- watching ---- */

/*
 * Somebody with the right to do so has unmounted it, mounted something over it, or aborted it. As long as it is used
 * (by what was opened before) it is left alone; once its last user is gone it is mounted again.
 */
static void set_missing(struct served *s, bool missing)
{
    if (s->missing == missing)
        return;
    s->missing = missing;
    if (missing)
        log_warn("%s: somebody unmounted it, or mounted something over it", s->mount->path);
    else
        log_info("%s: mounted", s->mount->path);
    if (missing)
        board_set_trouble(&s->board->supervisor.trouble, "%s is unmounted or hidden, and not by holdfastd",
                          s->mount->path);
}

static void give_up_child(struct served *s, int64_t now_ns)
{
    s->giving_up = true;
    s->kill_at_ns = now_ns + GIVE_UP_MS * NS_PER_MS;
    served_tell(s, ORDER_STOP); /* its end brings the fresh mount: served_start */
}

void served_check(struct served *s, int64_t now_ns)
{
    if (s->stopping)
        return;
    if (s->kill_at_ns != 0 && now_ns >= s->kill_at_ns)
        child_kill(&s->child, SIGKILL);
    bool connected = mountpoint_is_connected(&s->point);
    set_missing(s, !connected || !mountpoint_is_in_place(&s->point));
    if (!connected && s->child.pid != 0 && !s->giving_up)
        give_up_child(s, now_ns);
}

bool served_is_well(const struct served *s, int64_t now_ns)
{
    return !s->missing && child_is_steady(&s->child, now_ns);
}
