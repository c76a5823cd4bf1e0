/*
 * yard: a real keeper in a child process, with a real record, journal, inspector and sockets, and a mount child that
 * this test plays: it writes the journal, protects unkept saves by clones, and answers what the keeper fetches.
 */
#ifndef HOLDFAST_TESTS_SAVE_YARD_H
#define HOLDFAST_TESTS_SAVE_YARD_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/fdio.h"
#include "control/control.h"
#include "event/board.h"
#include "event/facts.h"
#include "event/fetch.h"
#include "event/journal.h"
#include "event/orders.h"
#include "inspect/client.h"
#include "record/record.h"
#include "save/keeper.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

enum { YARD_INODES = 4096 };

#ifdef __SANITIZE_THREAD__
/* Keepers are forked while the mount child's stand-in runs, and start threads of their own. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void) { return "die_after_fork=0"; }
#endif

struct yard {
    char path[64];
    struct config config;
    struct config_mount mount;
    struct keeper_mount keeper_mount;
    int store_fd, spool_fd, board_fd;
    int fetch[2], question[2], order[2], sync[2];
    int news[2]; /* keeper and teller */
    struct board *board;
    struct journal *journal;
    pthread_mutex_t journal_lock; /* while it is exchanged for another, or asked for by the keeper */
    unsigned char seed[32];
    pid_t keeper, inspector;
    pthread_t server;
    _Atomic int away;       /* errno that the store answers, or 0 */
    _Atomic bool deaf;      /* requests are taken and not answered */
    bool unprotected;       /* the next changes go behind the mount's back */
    int64_t clock_shift_ns; /* added to the time of each record */
    struct {
        uint64_t ino, seq;
    } saved[YARD_INODES]; /* newest save of each file, for protect */
    size_t saved_count;
};

/* ---- the control socket's stand-in: one byte in, sync, one byte out ---- */

struct control_server {
    const struct control_host *host;
    int fd;
};

static void *serve_sync(void *arg)
{
    struct control_server *s = arg;
    char byte;
    while (read(s->fd, &byte, 1) == 1) {
        struct error e = {0};
        byte = s->host->sync(s->host->ctx, &e) == 0 ? 'k' : 'f';
        if (write(s->fd, &byte, 1) != 1)
            break;
    }
    return NULL;
}

int control_start(struct control_server **out, int listen_fd, const struct control_host *host, struct error *e)
{
    pthread_t thread;
    (void)e;
    *out = malloc(sizeof **out);
    **out = (struct control_server){host, listen_fd};
    pthread_create(&thread, NULL, serve_sync, *out);
    return 0;
}
void control_notify(struct control_server *s) { (void)s; }
void control_stop(struct control_server *s) { (void)s; }

/* ---- the mount child's stand-in ---- */

static void answer_open(struct yard *y, const char *request, const struct fetch_head *head)
{
    struct {
        struct fetch_head head;
        struct fetch_opened opened[FETCH_BATCH];
    } out = {.head = *head};
    int fds[FETCH_BATCH] = {0};
    size_t fd_count = 0;
    const char *at = request + sizeof *head;
    for (uint32_t i = 0; i < head->count; i++) {
        struct fetch_open want;
        char path[PATH_MAX];
        struct stat st;
        memcpy(&want, at, sizeof want);
        snprintf(path, sizeof path, "%.*s", (int)want.path_len, at + sizeof want);
        at += sizeof want + want.path_len;
        struct fetch_opened *o = &out.opened[i];
        int fd = y->away ? -1 : openat(y->store_fd, path, O_RDONLY | O_NOFOLLOW);
        o->err = y->away ? y->away : fd < 0 ? errno : 0;
        if (fd >= 0 && fstat(fd, &st) == 0)
            *o = (struct fetch_opened){.err = !S_ISREG(st.st_mode) || (want.ino != 0 && want.ino != st.st_ino) ? ESTALE
                                                                                                               : 0,
                                       .mode = st.st_mode,
                                       .nlink = (uint32_t)st.st_nlink,
                                       .ino = st.st_ino,
                                       .size = (uint64_t)st.st_size,
                                       .mtime_ns = clock_from_timespec(st.st_mtim),
                                       .ctime_ns = clock_from_timespec(st.st_ctim)};
        if (o->err == 0)
            fds[fd_count++] = fd;
        else if (fd >= 0)
            close(fd);
    }
    fd_send(y->fetch[1], &out, sizeof out.head + head->count * sizeof out.opened[0], fds, fd_count);
    for (size_t i = 0; i < fd_count; i++)
        close(fds[i]);
}

static void answer_list(struct yard *y, const char *request, const struct fetch_head *head)
{
    struct fetch_list want;
    char path[PATH_MAX];
    memcpy(&want, request + sizeof *head, sizeof want);
    snprintf(path, sizeof path, "%.*s", (int)want.path_len, request + sizeof *head + sizeof want);
    struct fetch_head answer = {.type = head->type, .id = head->id};
    struct fetch_listed listed = {.err = y->away};
    buf_auto entries = {0};
    int fd = y->away ? -1 : openat(y->store_fd, path[0] ? path : ".", O_RDONLY | O_DIRECTORY);
    if (fd < 0 && !y->away)
        listed.err = errno;
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    uint64_t position = 0; /* pages of 50, to try the cookie */
    for (struct dirent *d; dir != NULL && (d = readdir(dir)) != NULL; position++) {
        if (position < want.cookie || strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
            continue;
        if (answer.count == 50) {
            listed.cookie = position;
            break;
        }
        struct stat st;
        char target[PATH_MAX];
        if (fstatat(dirfd(dir), d->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
            continue;
        ssize_t len = S_ISLNK(st.st_mode) ? readlinkat(dirfd(dir), d->d_name, target, sizeof target) : 0;
        struct fetch_entry e = {.ino = st.st_ino,
                                .size = (uint64_t)st.st_size,
                                .mtime_ns = clock_from_timespec(st.st_mtim),
                                .ctime_ns = clock_from_timespec(st.st_ctim),
                                .mode = st.st_mode,
                                .nlink = (uint32_t)st.st_nlink,
                                .name_len = (uint16_t)strlen(d->d_name),
                                .target_len = (uint16_t)len};
        buf_put(&entries, &e, sizeof e);
        buf_put(&entries, d->d_name, e.name_len);
        buf_put(&entries, target, e.target_len);
        answer.count++;
    }
    if (dir != NULL)
        closedir(dir);
    buf_auto message = {0};
    buf_put(&message, &answer, sizeof answer);
    buf_put(&message, &listed, sizeof listed);
    buf_put(&message, entries.data ? entries.data : "", entries.len);
    fd_send(y->fetch[1], message.data, message.len, NULL, 0);
}

static void answer_barrier(struct yard *y, const struct fetch_head *head)
{
    struct {
        struct fetch_head head;
        struct fetch_passed passed;
    } out = {.head = {.type = head->type, .id = head->id, .count = 1}, .passed = {0}};
    pthread_mutex_lock(&y->journal_lock);
    out.passed.journal_head = journal_head(y->journal);
    pthread_mutex_unlock(&y->journal_lock);
    fd_send(y->fetch[1], &out, sizeof out, NULL, 0);
}

static void *serve_fetches(void *arg)
{
    struct yard *y = arg;
    static _Thread_local char request[FETCH_MESSAGE_BYTES];
    for (;;) {
        ssize_t n = fd_receive(y->fetch[1], request, sizeof request, NULL, NULL);
        struct fetch_head head;
        if (n < (ssize_t)sizeof head)
            return NULL;
        memcpy(&head, request, sizeof head);
        if (head.type == 0)
            return NULL;
        if (y->deaf)
            continue;
        if (head.type == FETCH_OPEN)
            answer_open(y, request, &head);
        else if (head.type == FETCH_LIST)
            answer_list(y, request, &head);
        else
            answer_barrier(y, &head);
    }
}

/* ---- what applications do ---- */

static uint64_t append(struct yard *y, enum journal_type type, uint32_t flags, const char *path, const char *path2,
                       const struct stat *st)
{
    struct journal_record r = {.type = type,
                               .flags = flags,
                               .time_ns = clock_real_ns() + y->clock_shift_ns,
                               .pid = 4711,
                               .uid = 1000,
                               .session = 3,
                               .path = path,
                               .path2 = path2,
                               .app = "/usr/bin/vi"};
    if (st != NULL) {
        r.ino = st->st_ino;
        r.size = (uint64_t)st->st_size;
        r.mtime_ns = clock_from_timespec(st->st_mtim);
        r.ctime_ns = clock_from_timespec(st->st_ctim);
        r.mode = st->st_mode;
        r.nlink = (uint32_t)st->st_nlink;
    }
    assert_int_equal(journal_append(y->journal, &r), 0);
    atomic_store(&y->board->mount.journal_head, r.seq);
    board_ring(y->board);
    return r.seq;
}

static uint64_t *saved_slot(struct yard *y, uint64_t ino)
{
    for (size_t i = 0; i < y->saved_count; i++)
        if (y->saved[i].ino == ino)
            return &y->saved[i].seq;
    assert_true(y->saved_count < YARD_INODES);
    y->saved[y->saved_count].ino = ino;
    y->saved[y->saved_count].seq = 0;
    return &y->saved[y->saved_count++].seq;
}

/* Before a file is changed or removed: if its newest save is unkept, clone it. */
static void protect(struct yard *y, const char *path)
{
    struct stat st;
    char name[32], temporary[40];
    if (y->unprotected || fstatat(y->store_fd, path, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode))
        return;
    uint64_t *seq = saved_slot(y, st.st_ino);
    if (*seq == 0 || atomic_load(&y->board->keeper.journal_kept) >= *seq)
        return;
    snprintf(name, sizeof name, "clone/%016llx", (unsigned long long)*seq);
    snprintf(temporary, sizeof temporary, "clone/tmp-%016llx", (unsigned long long)*seq);
    fd_auto from = openat(y->store_fd, path, O_RDONLY),
            to = openat(y->spool_fd, temporary, O_RDWR | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(fd_clone(from, to), 0);
    assert_int_equal(renameat(y->spool_fd, temporary, y->spool_fd, name), 0);
    *seq = 0;
}

static void write_file(struct yard *y, const char *path, const char *bytes, struct stat *st)
{
    fd_auto fd = openat(y->store_fd, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    assert_true(fd >= 0);
    assert_int_equal(fd_write_all(fd, bytes, strlen(bytes)), 0);
    fstat(fd, st);
}

static uint64_t save_with(struct yard *y, const char *path, const char *bytes, uint32_t flags)
{
    struct stat st;
    bool is_new = faccessat(y->store_fd, path, F_OK, 0) != 0;
    protect(y, path);
    write_file(y, path, bytes, &st);
    uint64_t seq = append(y, JOURNAL_SAVE, flags | (is_new ? JOURNAL_CREATED : 0u), path, "", &st);
    *saved_slot(y, st.st_ino) = seq;
    return seq;
}

static inline uint64_t save(struct yard *y, const char *path, const char *bytes)
{
    return save_with(y, path, bytes, 0);
}

static inline void delete (struct yard *y, const char *path)
{
    struct stat st;
    protect(y, path);
    assert_int_equal(fstatat(y->store_fd, path, &st, AT_SYMLINK_NOFOLLOW), 0);
    assert_int_equal(unlinkat(y->store_fd, path, 0), 0);
    append(y, JOURNAL_DELETE, 0, path, "", &st);
}

static inline void move(struct yard *y, const char *from, const char *to)
{
    struct stat st;
    protect(y, to);
    assert_int_equal(fstatat(y->store_fd, from, &st, AT_SYMLINK_NOFOLLOW), 0);
    assert_int_equal(renameat(y->store_fd, from, y->store_fd, to), 0);
    append(y, JOURNAL_RENAME, S_ISDIR(st.st_mode) ? JOURNAL_IS_DIR : 0u, to, from, &st);
}

static inline void link_to(struct yard *y, const char *path, const char *target)
{
    struct stat st;
    assert_int_equal(symlinkat(target, y->store_fd, path), 0);
    fstatat(y->store_fd, path, &st, AT_SYMLINK_NOFOLLOW);
    append(y, JOURNAL_SYMLINK, 0, path, target, &st);
}

/* ---- the keeper and its peers ---- */

static inline void start_keeper(struct yard *y)
{
    atomic_store(&y->board->keeper.reconciled, 0); /* as on a new board */
    y->keeper = fork();
    if (y->keeper != 0)
        return;
    close(y->fetch[1]);
    close(y->order[1]);
    struct keeper_start start = {.config = &y->config,
                                 .mounts = &y->keeper_mount,
                                 .mount_count = 1,
                                 .inspector_fd = y->question[0],
                                 .control_fd = y->sync[0],
                                 .order_fd = y->order[0],
                                 .news_fd = y->news[0]};
    memcpy(start.device_seed, y->seed, sizeof y->seed);
    _exit(keeper_main(&start));
}

static inline void kill_keeper(struct yard *y)
{
    kill(y->keeper, SIGKILL);
    waitpid(y->keeper, NULL, 0);
}

static inline void start_inspector(struct yard *y)
{
    y->inspector = fork();
    if (y->inspector != 0)
        return;
    close(y->question[0]);
    const unsigned nobody = 65534;
    const struct inspector_start start = {.socket = y->question[1],
                                          .uid = geteuid() == 0 ? nobody : geteuid(),
                                          .gid = geteuid() == 0 ? nobody : getegid()};
    _exit(inspector_main(&start));
}

/* Wait until the keeper has kept everything; false: it has not in a minute. */
static inline bool wait_kept(struct yard *y)
{
    uint64_t head = journal_head(y->journal);
    for (int i = 0; i < 12000 && atomic_load(&y->board->keeper.journal_kept) < head; i++)
        usleep(5000);
    return atomic_load(&y->board->keeper.journal_kept) >= head;
}

static inline char sync_keeper(struct yard *y)
{
    char byte = 's';
    assert_int_equal(write(y->sync[1], &byte, 1), 1);
    struct pollfd p = {.fd = y->sync[1], .events = POLLIN};
    assert_int_equal(poll(&p, 1, 60000), 1);
    assert_int_equal(read(y->sync[1], &byte, 1), 1);
    return byte;
}

/* And until the scan of the keeper's start is through, those that it led to, and no other runs. */
static inline void wait_scanned(struct yard *y)
{
    struct board_keeper *k = &y->board->keeper;
    for (int i = 0; i < 12000 && !atomic_load(&k->reconciled); i++)
        usleep(5000);
    assert_true(atomic_load(&k->reconciled));
    assert_int_equal(sync_keeper(y), 'k');
    for (int i = 0; i < 12000 && atomic_load(&k->reconciling); i++)
        usleep(5000);
    assert_false(atomic_load(&k->reconciling));
}

/* Order it to drain and wait for its end. */
static inline void drain_keeper(struct yard *y)
{
    struct order order = {.type = ORDER_DRAIN};
    assert_int_equal(fd_send(y->order[1], &order, sizeof order, NULL, 0), 0);
    struct pollfd p = {.fd = y->order[1], .events = POLLIN};
    do { /* before that it may have asked for another pace */
        assert_int_equal(poll(&p, 1, 30000), 1);
        assert_int_equal(fd_receive(y->order[1], &order, sizeof order, NULL, NULL), sizeof order);
    } while (order.type == ORDER_PACE);
    assert_int_equal(order.type, ORDER_DRAINED);
    int status;
    assert_int_equal(waitpid(y->keeper, &status, 0), y->keeper);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* ---- what the record says ---- */

static int put_version(void *ctx, const struct record_version *v)
{
    buf_auto line = {0};
    buf_printf(&line, "%s %s", record_event_name(v->event), v->path ? v->path : "");
    if (v->event == RECORD_RENAME || v->event == RECORD_SYMLINK || v->event == RECORD_LINK)
        buf_printf(&line, " from %s", v->from);
    buf_puts(&line, "\n");
    buf_put(&line, ((struct buf *)ctx)->data ? ((struct buf *)ctx)->data : "", ((struct buf *)ctx)->len);
    buf_free(ctx);
    *(struct buf *)ctx = line;
    line = (struct buf){0};
    return 0;
}

static inline void run_log(struct yard *y, const char *path, int (*cb)(void *, const struct record_version *),
                           void *ctx)
{
    struct record_reader *r = NULL;
    struct error e = {0};
    struct record_query q = {.mount = "work", .path = path, .events = true};
    assert_int_equal(record_open_reader(&r, y->config.repository, &e), 0);
    if (record_log(r, &q, cb, ctx, &e) < 0)
        fail_msg("log: %s", e.text);
    record_close_reader(r);
}

/* The whole history, oldest first, a line each. */
static inline void expect_log(struct yard *y, const char *lines)
{
    buf_auto got = {0};
    run_log(y, NULL, put_version, &got);
    assert_string_equal(got.data ? got.data : "", lines);
}

/* What is at `path` in the newest version of it. */
static inline void expect_bytes(struct yard *y, const char *path, const char *bytes)
{
    struct record_reader *r = NULL;
    struct error e = {0};
    struct record_query q = {.mount = "work", .path = path};
    struct record_version v;
    buf_auto hold = {0};
    assert_int_equal(record_open_reader(&r, y->config.repository, &e), 0);
    if (record_find_version(r, &q, NULL, &v, &hold, &e) < 0)
        fail_msg("%s: %s", path, e.text);
    fd_auto fd = openat(y->spool_fd, ".", O_TMPFILE | O_RDWR, 0600);
    assert_int_equal(record_write_blob(r, &v.blob, fd, &e), 0);
    char got[4096] = {0};
    assert_true(pread(fd, got, sizeof got - 1, 0) >= 0);
    assert_string_equal(got, bytes);
    record_close_reader(r);
}

static inline size_t count_files(int dir_fd, const char *name)
{
    int fd = openat(dir_fd, name, O_RDONLY | O_DIRECTORY);
    DIR *dir = fdopendir(fd);
    size_t count = 0;
    for (struct dirent *d; (d = readdir(dir)) != NULL;)
        count += d->d_name[0] != '.';
    closedir(dir);
    return count;
}

/* git has nothing to complain of. */
static inline void expect_sound(struct yard *y)
{
    char command[256];
    snprintf(command, sizeof command,
             "git -C %s fsck --full --strict --no-dangling >/dev/null 2>%s/fsck || { cat %s/fsck; false; }",
             y->config.repository, y->path, y->path);
    assert_int_equal(system(command), 0);
}

/* ---- fixture ---- */

static char *in_yard(const struct yard *y, const char *name)
{
    char *path = NULL;
    assert_true(asprintf(&path, "%s/%s", y->path, name) > 0);
    return path;
}

static int open_folder(const struct yard *y, const char *name)
{
    char *path = in_yard(y, name);
    mkdir(path, 0700);
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(fd >= 0);
    free(path);
    return fd;
}

static inline int yard_open(void **state)
{
    struct yard *y = calloc(1, sizeof *y);
    pthread_mutex_init(&y->journal_lock, NULL);
    struct error e = {0};
    const char *base = getenv("TMPDIR");
    snprintf(y->path, sizeof y->path, "%s/holdfast-keeper-XXXXXX", base ? base : "/tmp");
    assert_non_null(mkdtemp(y->path));
    y->mount = (struct config_mount){.name = "work", .path = y->path, .rep = "alice", .email = "alice@example.com"};
    y->config = (struct config){.repository = in_yard(y, "company.git"),
                                .device_name = "lt-0042",
                                .device_key = in_yard(y, "device.key"),
                                .index = in_yard(y, "index"),
                                .volume = "year",
                                .mounts = &y->mount,
                                .mount_count = 1};
    struct record_setup setup = {
        .repository = y->config.repository, .device = "lt-0042", .device_key = y->config.device_key, .volume = "year"};
    if (record_init(&setup, NULL, NULL, &e) < 0 || record_read_key(setup.device_key, y->seed, &e) < 0)
        fail_msg("%s", e.text);
    y->store_fd = open_folder(y, "store");
    y->spool_fd = open_folder(y, "spool");
    mkdirat(y->spool_fd, "clone", 0700);
    assert_int_equal(journal_open_writer(&y->journal, y->spool_fd, &e), 0);
    y->board_fd = board_create();
    y->board = board_map(y->board_fd);
    assert_non_null(y->board);
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, y->fetch), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, y->question), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, y->order), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, y->news), 0);
    assert_int_equal(fcntl(y->news[0], F_SETFL, O_RDWR | O_NONBLOCK), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, y->sync), 0);
    y->keeper_mount = (struct keeper_mount){
        .mount = &y->mount, .spool_fd = y->spool_fd, .board_fd = y->board_fd, .fetch_fd = y->fetch[0]};
    start_inspector(y);
    start_keeper(y);
    pthread_create(&y->server, NULL, serve_fetches, y);
    *state = y;
    return 0;
}

static inline int yard_close(void **state)
{
    struct yard *y = *state;
    struct fetch_head end = {0};
    kill(y->inspector, SIGKILL);
    waitpid(y->inspector, NULL, 0);
    if (waitpid(y->keeper, NULL, WNOHANG) == 0)
        kill_keeper(y);
    fd_send(y->fetch[0], &end, sizeof end, NULL, 0);
    pthread_join(y->server, NULL);
    journal_close(y->journal);
    int fds[] = {y->store_fd, y->spool_fd, y->board_fd, y->fetch[0], y->fetch[1], y->question[0], y->question[1],
                 y->order[0], y->order[1], y->sync[0],  y->sync[1],  y->news[0],  y->news[1]};
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
        close(fds[i]);
    char command[160];
    snprintf(command, sizeof command, "rm -rf %s", y->path);
    if (getenv("KEEP_YARD") == NULL && system(command) != 0)
        return -1;
    free(y->config.repository);
    free(y->config.device_key);
    free(y->config.index);
    free(y);
    return 0;
}

#endif
