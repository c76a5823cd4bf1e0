/*
 * The supervisor on a real kernel with stand-in children: what it mounts, restarts, keeps for a successor, and in which
 * order it goes down. The inspector is the real one. Needs root and /dev/fuse; left out otherwise.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/fdio.h"
#include "event/board.h"
#include "event/orders.h"
#include "mount/mount.h"
#include "mount/rulebook.h"
#include "analyse/fingerprint.h"
#include "proc/supervisor.h"
#include "record/record.h"
#include "save/keeper.h"
#include "event/news.h"
#include "tell/teller.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PINS = 3, PIN_FIRST = 100, PATIENCE_MS = 15000 };

/* Shared by the test and all processes of the supervisor under test. */
struct stage {
    _Atomic int ready;
    _Atomic int mount_pid, mount_starts, keeper_pid, keeper_starts;
    _Atomic uint64_t mount_caps, keeper_caps;
    _Atomic int keeper_uid, keeper_gid, keeper_dumpable, keeper_fds, mount_fds, keeper_seed_ok;
    _Atomic uint64_t table_ino;
    _Atomic int pinned, pins_done;
    _Atomic uint64_t pinned_sum; /* of node numbers */
    _Atomic int pinned_wrong;    /* the file behind one is not the one that was pinned */
    _Atomic int turn;            /* counts the next two */
    _Atomic int drained_at, stopped_at;
    _Atomic uint64_t teller_caps, teller_bound;
    _Atomic int rules_bytes, rules_told,
        rules_wrong; /* of the rules that the mount child has: by its start, by orders */
    _Atomic int teller_pid, teller_starts, teller_fds, teller_told, teller_stopped;
    /* what the stand-ins shall do */
    _Atomic int can_replace, mount_deaths, pin, keeper_die_in_drain, ask_replacement;
};

static struct stage *stage;

/* ---- stand-ins ---- */

static uint64_t effective_caps(void)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {0};
    syscall(SYS_capget, &head, data);
    return (uint64_t)data[1].effective << 32 | data[0].effective;
}

static int count_fds(void)
{
    int count = 0;
    for (int fd = 3; fd < 1024; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

int mount_create_table(void) { return memfd_create("table", MFD_CLOEXEC); }
bool mount_can_replace(int table_fd) { return table_fd >= 0 && stage->can_replace; }

int record_read_key(const char *path, unsigned char seed[static 32], struct error *e)
{
    (void)path;
    (void)e;
    memset(seed, 0x5a, 32);
    return 0;
}

/* As many of each byte as the files have in all, so that a test knows them again. */
int record_policy_id(const struct record_file *files, size_t count, struct record_oid *out, struct error *e)
{
    (void)e;
    size_t len = 0;
    for (size_t i = 0; i < count; i++)
        len += files[i].len;
    memset(out->bytes, (int)len, sizeof out->bytes);
    return 0;
}

static void say(int socket, uint32_t type, uint64_t number, int fd)
{
    const struct order order = {.type = type, .number = number};
    fd_send(socket, &order, sizeof order, &fd, fd >= 0 ? 1 : 0);
}

static void pin_some(int order_fd)
{
    for (uint64_t i = 0; i <= PINS; i++) {
        uint64_t number = PIN_FIRST + (i * 2) % (PINS + 1); /* not in order */
        fd_auto fd = memfd_create("pinned", MFD_CLOEXEC);
        fd_pwrite_all(fd, &number, sizeof number, 0);
        say(order_fd, ORDER_PIN, number, fd);
    }
    for (uint64_t i = 0; i <= PINS; i++) {
        uint64_t number = PIN_FIRST + i;
        fd_auto fd = memfd_create("pinned", MFD_CLOEXEC);
        fd_pwrite_all(fd, &number, sizeof number, 0);
        say(order_fd, ORDER_PIN, number, fd);
    }
    say(order_fd, ORDER_UNPIN, PIN_FIRST + PINS, -1);
    say(order_fd, ORDER_UNPIN, 4711, -1); /* is not there */
}

static void take_pin(uint64_t number, int fd)
{
    uint64_t inside = 0;
    fd_pread_full(fd, &inside, sizeof inside, 0);
    stage->pinned++;
    stage->pinned_sum += number;
    stage->pinned_wrong += inside != number;
}

static void note_rules(const char *id)
{
    unsigned first = 0;
    sscanf(id, "%2x", &first);
    stage->rules_bytes = (int)first;
}

static void take_rules(int fd)
{
    struct error e = {0};
    struct rulebook *rules = NULL;
    stage->rules_told++;
    if (rulebook_unpack(fd, &rules, &e) < 0)
        stage->rules_wrong++;
    else
        note_rules(rules->id);
}

/* True: told to stop. */
static bool take_order(int order_fd)
{
    struct order order;
    int fd = -1;
    size_t count = 1;
    ssize_t n = fd_receive(order_fd, &order, sizeof order, &fd, &count);
    if (n <= 0)
        _exit(EXIT_FAILURE);
    if (order.type == ORDER_PINNED)
        take_pin(order.number, fd);
    if (order.type == ORDER_RULES)
        take_rules(fd);
    if (order.type == ORDER_PINS_DONE)
        stage->pins_done++;
    if (count == 1)
        close(fd);
    return order.type == ORDER_STOP;
}

int mount_main(const struct mount_start *start)
{
    struct stat st;
    fstat(start->table_fd, &st);
    stage->table_ino = st.st_ino;
    stage->mount_caps = effective_caps();
    stage->mount_fds = count_fds();
    stage->mount_pid = getpid();
    note_rules(start->policy_id);
    stage->rules_wrong += start->policy == NULL;
    int starts = ++stage->mount_starts;
    if (stage->mount_deaths > 0) {
        stage->mount_deaths--;
        return EXIT_FAILURE;
    }
    if (stage->pin && starts == 1)
        pin_some(start->order_fd);
    say(start->order_fd, ORDER_READY, 0, -1);
    bool connected = true;
    char *bytes = malloc(1 << 20);
    for (;;) {
        struct pollfd p[2] = {{.fd = start->order_fd, .events = POLLIN},
                              {.fd = connected ? start->fuse_fd : -1, .events = POLLIN}};
        poll(p, 2, -1);
        if (p[1].revents != 0 && read(start->fuse_fd, bytes, 1 << 20) < 0 && errno == ENODEV)
            connected = false;
        if (p[0].revents != 0 && take_order(start->order_fd))
            break;
    }
    free(bytes);
    stage->stopped_at = ++stage->turn;
    return EXIT_SUCCESS;
}

static bool is_seed(const unsigned char *seed)
{
    for (int i = 0; i < 32; i++)
        if (seed[i] != 0x5a)
            return false;
    return true;
}

int keeper_main(const struct keeper_start *start)
{
    stage->keeper_caps = effective_caps();
    stage->keeper_uid = (int)getuid();
    stage->keeper_gid = (int)getgid();
    stage->keeper_dumpable = prctl(PR_GET_DUMPABLE);
    stage->keeper_fds = count_fds();
    stage->keeper_seed_ok = is_seed(start->device_seed);
    stage->keeper_pid = getpid();
    stage->keeper_starts++;
    fd_send(start->news_fd, "news", 5, NULL, 0);
    for (;;) {
        struct pollfd p = {.fd = start->order_fd, .events = POLLIN};
        poll(&p, 1, 20);
        if (stage->ask_replacement) {
            stage->ask_replacement = 0;
            say(start->order_fd, ORDER_REPLACE_INSPECTOR, 0, -1);
        }
        struct order order;
        if ((p.revents & POLLIN) == 0)
            continue;
        if (fd_receive(start->order_fd, &order, sizeof order, NULL, NULL) != sizeof order)
            return EXIT_FAILURE;
        if (order.type == ORDER_DRAIN && stage->keeper_die_in_drain) {
            stage->keeper_die_in_drain = 0;
            raise(SIGKILL);
        }
        if (order.type == ORDER_DRAIN)
            break;
    }
    stage->drained_at = ++stage->turn;
    say(start->order_fd, ORDER_DRAINED, 0, -1);
    return EXIT_SUCCESS;
}

/* Counts what it is told, until it is to stop. */
int teller_main(const struct teller_start *start)
{
    char message[64];
    stage->teller_caps = effective_caps();
    for (int cap = 0; cap <= CAP_LAST_CAP; cap++)
        if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0) == 1)
            stage->teller_bound |= (uint64_t)1 << cap;
    stage->teller_fds = count_fds();
    stage->teller_pid = getpid();
    stage->teller_starts++;
    for (;;) {
        ssize_t n = fd_receive(start->news_fd, message, sizeof message, NULL, NULL);
        if (n <= 0)
            return EXIT_FAILURE;
        if (n == NEWS_STOP_BYTES && memcmp(message, news_stop, NEWS_STOP_BYTES) == 0)
            break;
        stage->teller_told++;
    }
    stage->teller_stopped = ++stage->turn;
    return EXIT_SUCCESS;
}

/* ---- a daemon of our own ---- */

struct bench {
    char root[64];
    char path[96], run[96], spool[96], repository[96], store[96], policy[96], secret[96];
    struct config_mount mount;
    struct config config;
    pid_t pid;
};

static void note_ready(void *ctx)
{
    (void)ctx;
    stage->ready = 1;
}

static void note_locked(void *ctx) { (void)ctx; }

static pid_t launch(struct bench *b)
{
    stage->ready = 0;
    pid_t pid = fork();
    if (pid == 0) {
        struct error e = {0};
        const struct supervisor_host host = {&b->config, note_locked, note_ready, NULL};
        int err = supervisor_run(&host, &e);
        if (err < 0)
            fprintf(stderr, "supervisor: %s\n", e.text);
        _exit(-err);
    }
    return pid;
}

#define WAIT_FOR(condition)                                                                                            \
    do {                                                                                                               \
        for (int waited = 0; !(condition); waited++) {                                                                 \
            assert_in_range(waited, 0, PATIENCE_MS);                                                                   \
            usleep(1000);                                                                                              \
        }                                                                                                              \
    } while (0)

static void start(struct bench *b)
{
    b->pid = launch(b);
    WAIT_FOR(stage->ready);
    WAIT_FOR(stage->keeper_starts > 0);
}

static int end_status(pid_t pid)
{
    int status = -1;
    for (int waited = 0; waitpid(pid, &status, WNOHANG) == 0; waited++) {
        if (waited > PATIENCE_MS) {
            kill(pid, SIGKILL);
            fail_msg("the supervisor does not end");
        }
        usleep(1000);
    }
    return status;
}

static void stop(struct bench *b)
{
    kill(b->pid, SIGTERM);
    assert_int_equal(end_status(b->pid), 0);
    b->pid = 0;
}

static void make_folder(char *to, size_t room, const char *root, const char *name)
{
    snprintf(to, room, "%s/%s", root, name);
    assert_int_equal(mkdir(to, 0755), 0);
}

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    *state = b;
    if (geteuid() != 0 || access("/dev/fuse", R_OK) < 0)
        return 0;
    memset(stage, 0, sizeof *stage);
    stage->can_replace = 1;
    strcpy(b->root, "/tmp/holdfast-proc-XXXXXX");
    assert_non_null(mkdtemp(b->root));
    make_folder(b->path, sizeof b->path, b->root, "Work");
    make_folder(b->repository, sizeof b->repository, b->root, "company.git");
    snprintf(b->run, sizeof b->run, "%s/run", b->root);
    snprintf(b->spool, sizeof b->spool, "%s/deep/spool", b->root);
    b->mount = (struct config_mount){.name = (char *)"work", .path = b->path, .rep = (char *)"alice"};
    make_folder(b->policy, sizeof b->policy, b->root, "policy.d");
    snprintf(b->secret, sizeof b->secret, "%s/secret", b->root);
    fd_auto secret = open(b->secret, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    assert_int_equal(ftruncate(secret, FINGERPRINT_SECRET_BYTES), 0);
    b->config = (struct config){.run = b->run,
                                .secret = b->secret,
                                .policy = b->policy,
                                .spool = b->spool,
                                .repository = b->repository,
                                .user = (char *)"daemon",
                                .inspector = (char *)"nobody",
                                .mounts = &b->mount,
                                .mount_count = 1};
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    if (b->pid > 0) {
        kill(b->pid, SIGKILL);
        waitpid(b->pid, NULL, 0);
    }
    while (b->path[0] != 0 && umount2(b->path, MNT_DETACH) == 0)
        ;
    if (b->root[0] != 0) {
        pid_t pid = fork();
        if (pid == 0) {
            execlp("rm", "rm", "-rf", "--one-file-system", b->root, NULL);
            _exit(127);
        }
        waitpid(pid, NULL, 0);
    }
    free(b);
    return 0;
}

static void need_root_and_fuse(const struct bench *b)
{
    if (b->root[0] == 0)
        skip();
}

/* How many mounts of ours are on the folder, by mountinfo. */
static int count_mounts(const struct bench *b)
{
    char line[4096], want[128];
    int count = 0;
    snprintf(want, sizeof want, " %s ", b->path);
    FILE *f = fopen("/proc/self/mountinfo", "re");
    while (fgets(line, sizeof line, f) != NULL)
        count += strstr(line, want) != NULL && strstr(line, " - fuse.holdfast holdfast ") != NULL;
    fclose(f);
    return count;
}

static bool exists(const char *folder, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return access(path, F_OK) == 0;
}

/* ---- tests ---- */

static void test_start_and_stop(void **state)
{
    struct bench *b = *state;
    need_root_and_fuse(b);
    start(b);
    assert_int_equal(count_mounts(b), 1);
    char path[256];
    struct stat st;
    snprintf(path, sizeof path, "%s/control.sock", b->run);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode, S_IFSOCK | 0666);
    snprintf(path, sizeof path, "%s/work", b->spool);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode, S_IFDIR | 0700);
    assert_int_equal(st.st_uid, 1);
    stop(b);
    assert_int_equal(count_mounts(b), 0);
    assert_false(exists(b->run, "control.sock"));
    assert_false(exists(b->run, "holdfastd.pid"));
    assert_true(stage->drained_at > 0 && stage->drained_at < stage->stopped_at);
    assert_int_equal(stage->mount_starts, 1);
    assert_int_equal(stage->pins_done, 0); /* the first child is no replacement */
}

static void put_rules(const struct bench *b, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/10-test.policy", b->policy);
    fd_auto fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
}

/* The mount child that runs is given new rules, its successor has them from its start, and bad ones reach neither. */
static void test_new_rules_reach_the_mount_child(void **state)
{
    static const char first[] = "[class \"x\"]\nmime = text/csv\n", second[] = "[class \"xyz\"]\nmime = text/csv\n";
    struct bench *b = *state;
    need_root_and_fuse(b);
    put_rules(b, first);
    start(b);
    assert_int_equal(stage->rules_bytes, sizeof first - 1);
    put_rules(b, second);
    kill(b->pid, SIGHUP);
    WAIT_FOR(stage->rules_told == 1);
    WAIT_FOR(stage->rules_bytes == sizeof second - 1);
    assert_int_equal(stage->mount_starts, 1);
    put_rules(b, "[class \"x\"]\nmine = text/csv\n");
    kill(b->pid, SIGHUP);
    kill(stage->mount_pid, SIGKILL);
    WAIT_FOR(stage->mount_starts == 2);
    WAIT_FOR(stage->rules_bytes == sizeof second - 1);
    stop(b);
    assert_int_equal(stage->rules_told, 1);
    assert_int_equal(stage->rules_wrong, 0);
}

static void test_children_have_only_what_they_need(void **state)
{
    struct bench *b = *state;
    need_root_and_fuse(b);
    start(b);
    assert_int_equal(stage->keeper_uid, 1);
    assert_int_equal(stage->keeper_gid, 1);
    assert_int_equal(stage->keeper_caps, 0);
    assert_int_equal(stage->keeper_dumpable, 0);
    assert_int_equal(stage->keeper_seed_ok, 1);
    assert_int_equal(stage->keeper_fds, 7);
    assert_int_equal(stage->mount_fds, 7);
    uint64_t caps = stage->mount_caps;
    assert_true(caps >> CAP_SYS_ADMIN & 1 && caps >> CAP_DAC_READ_SEARCH & 1 && caps >> CAP_SETUID & 1);
    assert_false(caps >> CAP_NET_ADMIN & 1 || caps >> CAP_SYS_MODULE & 1 || caps >> CAP_KILL & 1 ||
                 caps >> CAP_SYS_RESOURCE & 1);
    const uint64_t wanted = UINT64_C(1) << CAP_SETUID | UINT64_C(1) << CAP_SETGID | UINT64_C(1) << CAP_KILL;
    WAIT_FOR(stage->teller_starts > 0);
    assert_int_equal(stage->teller_caps, wanted);
    assert_int_equal(stage->teller_bound, wanted);
    assert_int_equal(stage->teller_fds, 2);
    stop(b);
}

/* What the keeper says while no teller lives waits for the next; it stops last, with all told. */
static void test_dead_teller_is_replaced(void **state)
{
    struct bench *b = *state;
    need_root_and_fuse(b);
    start(b);
    WAIT_FOR(stage->teller_told == 1);
    kill(stage->teller_pid, SIGSTOP);
    kill(stage->keeper_pid, SIGKILL);
    WAIT_FOR(stage->keeper_starts == 2);
    kill(stage->teller_pid, SIGKILL);
    WAIT_FOR(stage->teller_starts == 2);
    WAIT_FOR(stage->teller_told == 2);
    stop(b);
    assert_true(stage->teller_stopped > stage->drained_at);
}

static void test_second_daemon_is_refused(void **state)
{
    struct bench *b = *state;
    need_root_and_fuse(b);
    start(b);
    pid_t second = launch(b);
    assert_int_equal(WEXITSTATUS(end_status(second)), EEXIST);
    assert_true(exists(b->run, "control.sock")); /* and took nothing from the first */
    assert_true(exists(b->run, "holdfastd.pid"));
    assert_int_equal(count_mounts(b), 1);
    stop(b);
}

static void test_dead_mount_child_is_replaced_with_its_pins(void **state)
{
    struct bench *b = *state;
    need_root_and_fuse(b);
    stage->pin = 1;
    start(b);
    uint64_t table = stage->table_ino;
    for (int round = 1; round <= 3; round++) {
        stage->pinned = 0;
        stage->pinned_sum = 0;
        int64_t since = clock_mono_ns();
        kill(stage->mount_pid, SIGKILL);
        WAIT_FOR(stage->mount_starts == 1 + round);
        int64_t took_us = (clock_mono_ns() - since) / 1000;
        print_message("replaced after %lld us\n", (long long)took_us);
        assert_in_range(took_us, 0, 200000);
        WAIT_FOR(stage->pins_done == round);
        assert_int_equal(stage->pinned, PINS);
        assert_int_equal(stage->pinned_sum, 3 * PIN_FIRST + 0 + 1 + 2);
        assert_int_equal(stage->pinned_wrong, 0);
    }
    assert_int_equal(stage->table_ino, table);
    assert_int_equal(count_mounts(b), 1);
    stop(b);
}

static void test_mount_that_cannot_be_taken_over_is_mounted_again(void **state)
{
    struct bench *b = *state;
    need_root_and_fuse(b);
    stage->can_replace = 0;
    stage->pin = 1;
    start(b);
    uint64_t table = stage->table_ino;
    kill(stage->mount_pid, SIGKILL);
    WAIT_FOR(stage->mount_starts == 2);
    WAIT_FOR(stage->table_ino != table);
    assert_int_equal(count_mounts(b), 1);
    assert_int_equal(stage->pins_done, 0);
    assert_int_equal(stage->pinned, 0);
    stop(b);
    assert_int_equal(count_mounts(b), 0);
}

static void test_child_that_keeps_dying_is_held_back(void **state)
{
    struct bench *b = *state;
    need_root_and_fuse(b);
    start(b);
    stage->mount_deaths = 6;
    int64_t since = clock_mono_ns();
    kill(stage->mount_pid, SIGKILL);
    WAIT_FOR(stage->mount_starts == 8 && stage->mount_deaths == 0);
    int64_t took = clock_mono_ns() - since;
    assert_true(took >= 3 * NS_PER_SEC && took < 8 * NS_PER_SEC); /* 1 s after the fifth, 2 s after the sixth */
    stop(b);
}

static void test_child_that_is_killed_again_and_again_is_not_held_back(void **state)
{
    struct bench *b = *state;
    need_root_and_fuse(b);
    start(b);
    for (int starts = 1; starts <= 20; starts++) {
        WAIT_FOR(stage->mount_starts == starts);
        usleep(50000);
        kill(stage->mount_pid, SIGKILL);
    }
    WAIT_FOR(stage->mount_starts == 21);
    stop(b);
}

static void test_keeper_and_inspector_are_replaced(void **state)
{
    struct bench *b = *state;
    need_root_and_fuse(b);
    start(b);
    kill(stage->keeper_pid, SIGKILL);
    WAIT_FOR(stage->keeper_starts == 2);
    assert_int_equal(stage->keeper_seed_ok, 1);
    stage->ask_replacement = 1;
    WAIT_FOR(!stage->ask_replacement);
    usleep(200000);
    stop(b);
    assert_int_equal(stage->mount_starts, 1);
}

static void test_keeper_that_dies_in_the_drain_is_told_again(void **state)
{
    struct bench *b = *state;
    need_root_and_fuse(b);
    start(b);
    stage->keeper_die_in_drain = 1;
    stop(b);
    assert_int_equal(stage->keeper_starts, 2);
    assert_true(stage->drained_at > 0 && stage->drained_at < stage->stopped_at);
}

static void test_unmounted_by_hand_comes_back(void **state)
{
    struct bench *b = *state;
    need_root_and_fuse(b);
    start(b);
    assert_int_equal(umount2(b->path, 0), 0);
    WAIT_FOR(stage->mount_starts == 2);
    assert_int_equal(count_mounts(b), 1);
    stop(b);
    assert_int_equal(count_mounts(b), 0);
}

static void test_stop_while_in_use(void **state)
{
    struct bench *b = *state;
    need_root_and_fuse(b);
    start(b);
    fd_auto user = open(b->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    assert_true(user >= 0);
    stop(b);
    assert_int_equal(count_mounts(b), 0);
    assert_true(stage->drained_at > 0);
}

static void test_death_of_the_supervisor_leaves_nothing_that_hinders_the_next(void **state)
{
    struct bench *b = *state;
    need_root_and_fuse(b);
    start(b);
    pid_t mount_pid = stage->mount_pid;
    kill(b->pid, SIGKILL);
    waitpid(b->pid, NULL, 0);
    WAIT_FOR(kill(mount_pid, 0) < 0);
    assert_int_equal(count_mounts(b), 1); /* stale */
    start(b);
    assert_int_equal(count_mounts(b), 1);
    stop(b);
    assert_int_equal(count_mounts(b), 0);
}

static void test_separate_store_is_made_like_the_folder(void **state)
{
    struct bench *b = *state;
    need_root_and_fuse(b);
    snprintf(b->store, sizeof b->store, "%s/stores/work", b->root);
    b->mount.store = b->store;
    assert_int_equal(chown(b->path, 1, 1), 0);
    assert_int_equal(chmod(b->path, 02750), 0);
    start(b);
    struct stat st;
    assert_int_equal(stat(b->store, &st), 0);
    assert_int_equal(st.st_mode, S_IFDIR | 02750);
    assert_int_equal(st.st_uid, 1);
    char parent[96];
    snprintf(parent, sizeof parent, "%s/stores", b->root);
    assert_int_equal(stat(parent, &st), 0);
    assert_int_equal(st.st_mode, S_IFDIR | 0700);
    stop(b);
}

static void expect_refusal(struct bench *b, int code)
{
    pid_t pid = launch(b);
    assert_int_equal(WEXITSTATUS(end_status(pid)), code);
    assert_int_equal(stage->mount_starts, 0);
    assert_int_equal(count_mounts(b), 0);
    assert_false(exists(b->run, "control.sock"));
}

static void test_bad_folders_and_users_are_refused(void **state)
{
    struct bench *b = *state;
    need_root_and_fuse(b);
    char other[96];
    snprintf(other, sizeof other, "%s/link", b->root);
    assert_int_equal(symlink(b->path, other), 0);
    b->mount.path = other;
    expect_refusal(b, ELOOP);
    snprintf(other, sizeof other, "%s/nowhere", b->root);
    expect_refusal(b, ENOENT);
    b->mount.path = b->path;
    b->config.user = (char *)"no-such-user-of-ours";
    expect_refusal(b, EINVAL);
    b->config.user = (char *)"root";
    expect_refusal(b, EINVAL);
    b->config.user = (char *)"daemon";
    b->config.repository = other;
    expect_refusal(b, ENOENT);
}

int main(void)
{
    stage = mmap(NULL, sizeof *stage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(test_start_and_stop),
        T(test_new_rules_reach_the_mount_child),
        T(test_children_have_only_what_they_need),
        T(test_dead_teller_is_replaced),
        T(test_second_daemon_is_refused),
        T(test_dead_mount_child_is_replaced_with_its_pins),
        T(test_mount_that_cannot_be_taken_over_is_mounted_again),
        T(test_child_that_keeps_dying_is_held_back),
        T(test_child_that_is_killed_again_and_again_is_not_held_back),
        T(test_keeper_and_inspector_are_replaced),
        T(test_keeper_that_dies_in_the_drain_is_told_again),
        T(test_unmounted_by_hand_comes_back),
        T(test_stop_while_in_use),
        T(test_death_of_the_supervisor_leaves_nothing_that_hinders_the_next),
        T(test_separate_store_is_made_like_the_folder),
        T(test_bad_folders_and_users_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
