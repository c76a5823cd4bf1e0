/* The supervisor's main: what has to be there first, the loop, and what is told by the dead. The process graph is in
 * children.h. */
#include "proc/supervisor.h"

#include "base/clock.h"
#include "base/fdio.h"
#include "base/log.h"
#include "event/orders.h"
#include "proc/children.h"
#include "proc/state.h"
#include "record/record.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHECK_EVERY_MS = 1000, STEP_EVERY_MS = 20, START_MOST_MS = 30000, INSPECTOR_DELAY_MOST_MS = 2000 };

/* ---- before the first child ---- */

static int find_user(const char *name, struct user *out, struct error *e)
{
    const struct passwd *pw = getpwnam(name);
    if (pw == NULL)
        return error_set(e, EINVAL, "there is no user \"%s\": run `holdfast init`", name);
    if (pw->pw_uid == 0)
        return error_set(e, EINVAL, "user \"%s\": expected one without root's rights", name);
    *out = (struct user){pw->pw_uid, pw->pw_gid};
    return 0;
}

static int check_repository(const struct config *config, struct error *e)
{
    struct stat st;
    if (stat(config->repository, &st) < 0)
        return error_set(e, errno, "%s: %s: run `holdfast init`", config->repository, strerror(errno));
    return S_ISDIR(st.st_mode) ? 0 : error_set(e, ENOTDIR, "%s: expected a folder", config->repository);
}

static int make_channels(struct supervisor *s, struct error *e)
{
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, s->keeper_orders) < 0 ||
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, s->questions) < 0 ||
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, s->news) < 0 ||
        fcntl(s->news[NEAR], F_SETFL, O_RDWR | O_NONBLOCK) < 0 || /* the keeper waits for nobody */
        fcntl(s->keeper_orders[NEAR], F_SETFL, O_RDWR | O_NONBLOCK) < 0)
        return error_sys(e, errno, "socket pair");
    return 0;
}

static int take_signals_by_descriptor(struct supervisor *s, struct error *e)
{
    sigset_t set;
    sigemptyset(&set);
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGCHLD};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaddset(&set, signals[i]);
    signal(SIGPIPE, SIG_IGN);
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0 || (s->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)) < 0)
        return error_sys(e, errno, "signals");
    return 0;
}

/* Every descriptor that the machine allows: removed files in use are held here. */
static void raise_limits(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static int prepare(struct supervisor *s, struct error *e)
{
    const struct config *c = s->config;
    if (geteuid() != 0)
        return error_set(e, EPERM, "holdfastd has to be started as root: it mounts, then gives root up where it can");
    umask(022);
    raise_limits();
    int err = find_user(c->user, &s->keeper_user, e);
    if (err == 0)
        err = find_user(c->inspector, &s->inspector_user, e);
    if (err == 0)
        err = check_repository(c, e);
    if (err == 0)
        err = record_read_key(c->device_key, s->device_seed, e);
    if (err == 0)
        err = rules_read(&s->rules, c, e);
    if (err == 0)
        err = rundir_open(&s->run, c, e);
    if (err == 0)
        s->host->locked(s->host->ctx);
    if (err == 0)
        err = make_channels(s, e);
    return err == 0 ? take_signals_by_descriptor(s, e) : err;
}

static int open_mounts(struct supervisor *s, struct error *e)
{
    s->mounts = calloc(s->config->mount_count, sizeof *s->mounts);
    if (s->mounts == NULL)
        return error_sys(e, ENOMEM, "mounts");
    const struct served_setting setting = {s->config, &s->rules, s->keeper_user.uid, s->keeper_user.gid};
    int err = 0;
    for (size_t i = 0; i < s->config->mount_count && err == 0; i++, s->mount_count++)
        err = served_open(&s->mounts[i], &setting, &s->config->mounts[i], e);
    return err;
}

/* ---- the loop ---- */

/* A killed inspector may be stuck in a read of a dead network share: its successor does not wait for its end. */
static void replace_inspector(struct supervisor *s)
{
    if (s->inspector.pid == 0)
        return;
    child_kill(&s->inspector, SIGKILL);
    child_abandon(&s->inspector);
}

/* Between two keepers, so that no version is told of with another's rules. */
static void dismiss_inspector(struct supervisor *s)
{
    if (s->inspector.pid == 0)
        return;
    child_kill(&s->inspector, SIGKILL);
    child_dismiss(&s->inspector);
}

static void note_death(struct supervisor *s, pid_t pid, int status)
{
    for (size_t i = 0; i < s->mount_count; i++)
        if (s->mounts[i].child.pid == pid)
            served_note_death(&s->mounts[i], status);
    struct child *const alone[] = {&s->keeper, &s->inspector, &s->teller};
    struct child *child = NULL;
    for (size_t i = 0; i < sizeof alone / sizeof *alone; i++)
        if (alone[i]->pid == pid)
            child = alone[i];
    if (child == NULL) {
        guarding_note_death(&s->guarding, pid, status);
        return;
    }
    if (s->drained && child == &s->keeper)
        child_retire(child);
    bool made_room = s->reloading && child == &s->keeper;
    if (made_room && status == 0)
        child_dismiss(child);
    else
        child_note_death(child, status);
    if (made_room) {
        s->reloading = false;
        dismiss_inspector(s);
    }
    for (size_t i = 0; i < s->mount_count && child->delay_ns > 0; i++)
        board_set_trouble(&s->mounts[i].board->supervisor.trouble, "the %s keeps dying; see the log", child->name);
}

/* A keeper and an inspector with other rules follow those that run, once the keeper has ended what it has in hand; the
 * mount children are given theirs. */
static void reload(struct supervisor *s)
{
    struct error e = {0};
    if (s->phase != PHASE_SERVING)
        return;
    s->rules_refused = rules_read(&s->rules, s->config, &e) < 0;
    if (s->rules_refused) {
        log_error("the rules are as they were: %s", e.text);
        for (size_t i = 0; i < s->mount_count; i++)
            board_set_trouble(&s->mounts[i].board->supervisor.trouble, "new rules were refused: %s", e.text);
        return;
    }
    for (size_t i = 0; i < s->mount_count; i++)
        board_clear_trouble(&s->mounts[i].board->supervisor.trouble);
    log_info("new rules: %zu files; fs.conf itself is read at the start only", s->rules.folder.count);
    for (size_t i = 0; i < s->mount_count; i++)
        served_give_rules(&s->mounts[i]);
    s->reloading = true;
    children_tell_keeper(s, ORDER_RELOAD);
    guarding_reload(&s->guarding);
}

static void take_signals(struct supervisor *s)
{
    struct signalfd_siginfo info;
    while (read(s->signal_fd, &info, sizeof info) == sizeof info) {
        if (info.ssi_signo == SIGHUP)
            reload(s);
        else if (info.ssi_signo != SIGCHLD)
            shutdown_begin(s);
    }
    int status;
    for (pid_t pid = waitpid(-1, &status, WNOHANG); pid > 0; pid = waitpid(-1, &status, WNOHANG))
        note_death(s, pid, status);
}

static void take_keeper_orders(struct supervisor *s)
{
    struct order order;
    for (;;) {
        ssize_t n = fd_receive(s->keeper_orders[NEAR], &order, sizeof order, NULL, NULL);
        if (n <= 0 && n != -EMSGSIZE)
            return;
        if (n == sizeof order && order.type == ORDER_REPLACE_INSPECTOR)
            replace_inspector(s);
        else if (n == sizeof order && order.type == ORDER_PACE)
            children_set_pace(s, order.number != 0);
        else if (n == sizeof order && order.type == ORDER_DRAINED)
            s->drained = s->phase == PHASE_DRAINING;
        else
            log_warn("%s sent an order that is none (%zd bytes)", s->keeper.name, n);
    }
}

/* Until when nothing has to be done by itself. */
static int next_timeout_ms(const struct supervisor *s, int64_t now)
{
    int64_t until = now + (s->phase >= PHASE_UNMOUNTING ? STEP_EVERY_MS : CHECK_EVERY_MS) * NS_PER_MS;
    for (size_t i = 0; i < s->mount_count; i++)
        if (s->mounts[i].child.pid == 0 && s->mounts[i].child.due_ns < until)
            until = s->mounts[i].child.due_ns;
    if (s->keeper.pid == 0 && s->keeper.due_ns < until)
        until = s->keeper.due_ns;
    if (s->inspector.pid == 0 && s->inspector.due_ns < until)
        until = s->inspector.due_ns;
    if (s->teller.pid == 0 && s->teller.due_ns < until)
        until = s->teller.due_ns;
    if (guarding_due_ns(&s->guarding) < until)
        until = guarding_due_ns(&s->guarding);
    return until <= now ? 0 : (int)((until - now) / NS_PER_MS) + 1;
}

static void wait_for_events(const struct supervisor *s, struct pollfd *fds)
{
    size_t count = 0;
    fds[count++] = (struct pollfd){.fd = s->signal_fd, .events = POLLIN};
    fds[count++] = (struct pollfd){.fd = s->keeper_orders[NEAR], .events = POLLIN};
    fds[count++] = (struct pollfd){.fd = s->guarding.orders[NEAR], .events = POLLIN};
    for (size_t i = 0; i < s->mount_count; i++)
        fds[count++] = (struct pollfd){.fd = s->mounts[i].orders[NEAR],
                                       .events = s->mounts[i].handing ? POLLIN | POLLOUT : POLLIN};
    poll(fds, count, next_timeout_ms(s, clock_mono_ns()));
}

static void watch_start(struct supervisor *s, int64_t now)
{
    bool ready = true;
    for (size_t i = 0; i < s->mount_count; i++)
        ready = ready && s->mounts[i].ready;
    if (ready) {
        s->phase = PHASE_SERVING;
        log_info("serving %zu mount%s", s->mount_count, s->mount_count == 1 ? "" : "s");
        s->host->ready(s->host->ctx);
    } else if (now - s->phase_since_ns > START_MOST_MS * NS_PER_MS) {
        s->failure = -ETIMEDOUT;
        shutdown_begin(s);
    }
}

static void check(struct supervisor *s, int64_t now)
{
    bool steady = !s->rules_refused && child_is_steady(&s->keeper, now) && child_is_steady(&s->inspector, now) &&
                  child_is_steady(&s->teller, now);
    for (size_t i = 0; i < s->mount_count; i++) {
        served_check(&s->mounts[i], now);
        if (steady && served_is_well(&s->mounts[i], now))
            board_clear_trouble(&s->mounts[i].board->supervisor.trouble);
    }
}

static int serve(struct supervisor *s, struct error *e)
{
    struct pollfd *fds = calloc(3 + s->mount_count, sizeof *fds);
    if (fds == NULL)
        return error_sys(e, ENOMEM, "supervisor");
    s->phase_since_ns = clock_mono_ns();
    while (s->phase != PHASE_DONE) {
        children_start_due(s, clock_mono_ns());
        wait_for_events(s, fds);
        guarding_take_orders(&s->guarding);
        take_keeper_orders(s); /* before the signals: last words come before a death */
        for (size_t i = 0; i < s->mount_count; i++) {
            served_take_orders(&s->mounts[i]);
            served_hand_pins(&s->mounts[i]);
        }
        take_signals(s);
        int64_t now = clock_mono_ns();
        check(s, now);
        if (s->phase == PHASE_STARTING)
            watch_start(s, now);
        shutdown_step(s, now);
    }
    free(fds);
    return s->failure < 0 ? error_set(e, s->failure, "a mount did not come up within %d s; see the lines above",
                                      START_MOST_MS / 1000)
                          : 0;
}

static void release(struct supervisor *s)
{
    explicit_bzero(s->device_seed, sizeof s->device_seed);
    rules_free(&s->rules);
    for (size_t i = 0; i < s->mount_count; i++) {
        if (mountpoint_is_in_place(&s->mounts[i].point)) /* the start failed half-way */
            mountpoint_detach(&s->mounts[i].point, true);
        served_close(&s->mounts[i]);
    }
    free(s->mounts);
    int *const fds[] = {&s->keeper_orders[NEAR], &s->keeper_orders[FAR], &s->questions[NEAR], &s->questions[FAR],
                        &s->news[NEAR],          &s->news[FAR],          &s->signal_fd};
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
        fd_close(fds[i]);
    guarding_close(&s->guarding);
    rundir_close(&s->run);
}

int supervisor_run(const struct supervisor_host *host, struct error *e)
{
    struct supervisor s = {.host = host,
                           .config = host->config,
                           .run = {-1, -1, -1},
                           .keeper_orders = {-1, -1},
                           .questions = {-1, -1},
                           .news = {-1, -1},
                           .signal_fd = -1};
    child_init(&s.keeper, "keeper", NULL, CHILD_DELAY_MOST_MS);
    child_init(&s.inspector, "inspector", NULL, INSPECTOR_DELAY_MOST_MS);
    child_init(&s.teller, "teller", NULL, CHILD_DELAY_MOST_MS);
    guarding_init(&s.guarding);
    int err = prepare(&s, e);
    if (err == 0)
        err = guarding_open(&s.guarding, s.config, s.keeper_user.uid, s.keeper_user.gid, e);
    if (err == 0)
        err = open_mounts(&s, e);
    if (err == 0)
        err = serve(&s, e);
    release(&s);
    return err;
}
