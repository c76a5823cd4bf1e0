#include "mount/mount.h"

#include "base/clock.h"
#include "base/fdio.h"
#include "base/log.h"
#include "event/verdict.h"
#include "mount/admit.h"
#include "mount/fuse.h"
#include "mount/gate.h"
#include "mount/notice.h"
#include "mount/orders.h"
#include "mount/passthrough.h"
#include "mount/request.h"
#include "mount/serve_fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>
#include <unistd.h>

enum { WORKERS = 16, WORKER_STACK_BYTES = 512 * 1024 };
#define LONG_TIMEOUT  86400.0 /* seconds: everything changes through us */
#define SHORT_TIMEOUT 1.0     /* others change a share too */

/* ---- what we ask of the kernel ---- */

static void want(struct fuse_conn_info *conn, uint64_t cap, bool wanted)
{
#if MOUNT_HAS_PASSTHROUGH
    if (wanted && fuse_get_feature_flag(conn, cap))
        fuse_set_feature_flag(conn, cap);
    else
        fuse_unset_feature_flag(conn, cap);
#else
    unsigned flag = (unsigned)cap;
    conn->want = wanted && conn->capable & flag ? conn->want | flag : conn->want & ~flag;
#endif
}

static bool has(const struct fuse_conn_info *conn, uint64_t cap)
{
#if MOUNT_HAS_PASSTHROUGH
    return fuse_get_feature_flag((struct fuse_conn_info *)(uintptr_t)conn, cap);
#else
    return (conn->capable & cap) != 0;
#endif
}

static void want_passthrough(struct mount *m, struct fuse_conn_info *conn)
{
    const char *why = "";
#if MOUNT_HAS_PASSTHROUGH
    struct statfs fs;
    bool stacked = fstatfs(m->backing.store_fd, &fs) == 0 && fs.f_type == OVERLAYFS_SUPER_MAGIC;
    m->passthrough = m->local && has(conn, FUSE_CAP_PASSTHROUGH);
    if (!m->local)
        why = "the store is a network share";
    else if (!m->passthrough)
        why = "this kernel does not offer it (6.9 or later does)";
    want(conn, FUSE_CAP_PASSTHROUGH, m->passthrough);
    if (m->passthrough)
        conn->max_backing_stack_depth = stacked ? 1 : 0;
    m->killpriv = has(conn, FUSE_CAP_HANDLE_KILLPRIV_V2);
    want(conn, FUSE_CAP_HANDLE_KILLPRIV_V2, true);
#else
    (void)conn;
    why = "built with a libfuse before 3.17";
#endif
    m->board->mount.passthrough = m->passthrough;
    strncpy(m->board->mount.passthrough_why, why, sizeof m->board->mount.passthrough_why - 1);
}

static void op_init(void *userdata, struct fuse_conn_info *conn)
{
    struct mount *m = userdata;
    want(conn, FUSE_CAP_DONT_MASK, true); /* the store applies umask and default ACLs */
    want(conn, FUSE_CAP_POSIX_ACL, true);
    want(conn, FUSE_CAP_PARALLEL_DIROPS, true);
    want(conn, FUSE_CAP_CACHE_SYMLINKS, m->local);
    want(conn, FUSE_CAP_WRITEBACK_CACHE, false);
    want(conn, FUSE_CAP_SPLICE_READ, false);
    want(conn, FUSE_CAP_AUTO_INVAL_DATA, !m->local);
    want(conn, FUSE_CAP_READDIRPLUS_AUTO, true);
    m->stateless_dirs = m->local && has(conn, FUSE_CAP_NO_OPENDIR_SUPPORT);
    want_passthrough(m, conn);
    conn->max_write = m->passthrough ? REQUEST_WRITE_BESIDE_PASSTHROUGH : REQUEST_WRITE_MOST;
    m->request_bytes = conn->max_write + REQUEST_HEAD_BYTES;
    conn->max_background = UINT16_MAX; /* a release is queued at once, never held back behind others */
    conn->congestion_threshold = UINT16_MAX;
}

/* ---- serving ---- */

static bool is_init(const struct fuse_in_header *in) { return in->opcode == FUSE_INIT; }

/* O_TMPFILE (protocol 7.37) asks and is answered like a create of the name "/". libfuse passes it on from 3.17 only. */
enum { REQUEST_TMPFILE = 51 };

static void execute(struct worker *w, size_t bytes)
{
    struct mount *m = w->mount;
    struct fuse_in_header *in = (void *)w->buffer;
    struct fuse_buf buf = {.size = bytes, .mem = w->buffer};
    if (in->opcode == REQUEST_TMPFILE)
        in->opcode = FUSE_CREATE;
    if (is_init(in))
        survive_save_init(m->shared, w->buffer, bytes);
    m->board->mount.requests++;
    m->board->mount.resent += (in->unique & SURVIVE_RESENT) != 0;
    survive_begin(w, in->unique);
    fuse_session_process_buf(m->session, &buf);
    survive_end(w);
}

/* Read one request with the turn. False: the mount is gone. */
static bool serve_one(struct worker *w)
{
    struct mount *m = w->mount;
    worker_take_turn();
    if (m->leaving)
        return false;
    ssize_t got = request_read(w);
    if (got >= (ssize_t)sizeof(struct fuse_in_header)) {
        execute(w, (size_t)got);
        return true;
    }
    if (got < 0 && (errno == EINTR || errno == EAGAIN || errno == ENOENT))
        return true;
    if (got < 0 && errno != ENODEV)
        log_error("reading the kernel's requests: %s", strerror(errno));
    m->leaving = true;
    return false;
}

static void *worker_main(void *arg)
{
    struct worker w = {.data = malloc(WORKER_DATA_BYTES)};
    request_make_buffer(&w);
    worker_enter(&w, arg);
    while (w.data != NULL && w.buffer != NULL && serve_one(&w))
        continue;
    worker_step_aside();
    free(w.buffer);
    free(w.data);
    return NULL;
}

/* ---- beside the requests ---- */

static void *fill_main(void *arg)
{
    struct mount *m = arg;
    carried_fill(&m->carried, m->start->spool_fd, m->board->keeper.journal_kept);
    return NULL;
}

/* Once in each interval: files that stay open and go on changing; and the numbers on the board. */
static void *timer_main(void *arg)
{
    struct mount *m = arg;
    int64_t interval = m->start->mount->interval_s * NS_PER_SEC, due = clock_mono_ns() + interval;
    while (!m->leaving) {
        nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
        m->board->mount.nodes = m->nodes.live;
        m->board->mount.open_handles = m->handles.live;
        carried_trim(&m->carried, m->board->keeper.journal_kept);
        if (clock_mono_ns() < due)
            continue;
        notice_interval(m);
        recheck_all(m);
        due = clock_mono_ns() + interval;
    }
    return NULL;
}

static int start_thread(void *(*run)(void *), struct mount *m, pthread_t *out)
{
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, WORKER_STACK_BYTES);
    int err = pthread_create(out, &attr, run, m);
    pthread_attr_destroy(&attr);
    return -err;
}

/* ---- the life ---- */

static int open_paths(struct mount *m)
{
    m->proc_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
    m->self_fd = open("/proc/self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC);
    m->clone_fd = openat(m->start->spool_fd, "clone", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (m->clone_fd < 0 && errno == ENOENT && mkdirat(m->start->spool_fd, "clone", 0700) == 0 &&
        fchownat(m->start->spool_fd, "clone", m->start->keeper_uid, m->start->keeper_gid, AT_SYMLINK_NOFOLLOW) == 0)
        m->clone_fd = openat(m->start->spool_fd, "clone", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    return m->proc_fd < 0 || m->self_fd < 0 || m->clone_fd < 0 ? -errno : 0;
}

/* A share: its files change without us, and it may be away. */
static bool is_local(int fd)
{
    enum {
        NFS = 0x6969,
        CIFS = (int)0xff534d42,
        SMB2 = (int)0xfe534d42,
        FUSE = 0x65735546,
        CEPH = 0x00c36400,
        V9FS = 0x01021997,
        AFS = 0x5346414f
    };
    static const int away[] = {NFS, CIFS, SMB2, FUSE, CEPH, V9FS, AFS};
    struct statfs fs;
    if (fstatfs(fd, &fs) < 0)
        return false;
    for (size_t i = 0; i < sizeof away / sizeof *away; i++)
        if ((int)fs.f_type == away[i])
            return false;
    return true;
}

/* What opens are judged with. Without an audit journal they are all the same. */
static int open_judgement(struct mount *m, const struct mount_start *start)
{
    struct error e = {0};
    m->rules = rulebook_open_shelf(start->policy, start->policy_id);
    m->guard_mode =
        strcmp(start->config->guard_mode, policy_mode_name(POLICY_ENFORCE)) == 0 ? POLICY_ENFORCE : POLICY_AUDIT;
    m->rep_departs = config_is_departing(start->config, start->mount->rep);
    if (verdict_open_writer(&m->verdicts, start->spool_fd, &e) < 0)
        log_error("verdicts on opens cannot be written down: %s", e.text);
    return m->rules == NULL ? -ENOMEM : 0;
}

static int set_up(struct mount *m, const struct mount_start *start, struct error *e)
{
    struct stat root;
    struct journal_handle handle;
    m->start = start;
    m->shared = shared_map(start->table_fd);
    m->board = board_map(start->board_fd);
    if (m->shared == NULL || m->board == NULL)
        return error_sys(e, errno, "the shared memory");
    int err = backing_open_store(&m->backing, start->store_fd, &root, &handle);
    if (err < 0)
        return error_sys(e, err, "the store");
    m->request_bytes = REQUEST_HEAD_BYTES;
    m->local = is_local(m->backing.store_fd);
    m->entry_timeout = m->attr_timeout = m->local ? LONG_TIMEOUT : SHORT_TIMEOUT;
    m->negative_timeout = m->local ? LONG_TIMEOUT : 0;
    err = open_paths(m);
    if (err == 0)
        err = nodes_open(&m->nodes, m->shared, &root, &handle);
    if (err == 0)
        err = handles_open(&m->handles, m->shared, &m->nodes);
    if (err < 0)
        return error_sys(e, err, "setting up");
    backing_set_nodes(&m->backing, &m->nodes);
    pthread_mutex_init(&m->facts_lock, NULL);
    gate_open(m);
    recheck_open(&m->recheck);
    carried_open(&m->carried);
    board_clear_trouble(&m->board->mount.trouble); /* a dead child's */
    m->board->mount.pid = getpid();
    facts_open_reader(&m->facts, start->spool_fd);
    err = open_judgement(m, start);
    if (err < 0)
        return error_sys(e, err, "the rules");
    return journal_open_writer(&m->journal, start->spool_fd, e);
}

static int open_session(struct mount *m)
{
    request_open(m);
    static struct fuse_lowlevel_ops ops;
    char name[] = "holdfast", where[32];
    char *argv[] = {name, NULL};
    struct fuse_args args = FUSE_ARGS_INIT(1, argv);
    ops_dir_table(&ops);
    ops_make_table(&ops);
    ops_move_table(&ops);
    ops_file_table(&ops);
    ops_attr_table(&ops);
    ops_xattr_table(&ops);
    ops.init = op_init;
    m->session = fuse_session_new(&args, &ops, sizeof ops, m);
    snprintf(where, sizeof where, "/dev/fd/%d", m->start->fuse_fd);
    if (m->session == NULL || fuse_session_mount(m->session, where) != 0)
        return -EIO;
    return 0;
}

/* Take over from a child that died, or begin. */
static int resume_or_begin(struct mount *m)
{
    if (m->shared->init_bytes == 0) {
        notice_session(m, "start");
        admit_session(m, "start");
        return 0;
    }
    int err = orders_take_pins(m);
    if (err == 0)
        err = survive_resume(m);
    if (err == 0)
        request_collect_resent(m);
    passthrough_resume(m);
    op_forget_unused(m);
    admit_session(m, "restart");
    return err;
}

static int serve(struct mount *m)
{
    pthread_t threads[WORKERS], orders, other;
    int started = 0;
    if (start_thread(fill_main, m, &other) < 0 || start_thread(timer_main, m, &other) < 0 ||
        start_thread(serve_fetch_main, m, &other) < 0 || start_thread(orders_main, m, &orders) < 0)
        return 1;
    while (started < WORKERS && start_thread(worker_main, m, &threads[started]) == 0)
        started++;
    orders_say_ready(m);
    for (int i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    notice_session(m, "stop");
    admit_session(m, "stop");
    journal_sync(m->journal);
    pthread_join(orders, NULL); /* the keeper may still fetch, until we are told to stop */
    return started == 0;
}

int mount_main(const struct mount_start *start)
{
    static struct mount m;
    struct error e = {0};
    if (set_up(&m, start, &e) < 0) {
        log_error("%s", e.text);
        return 1;
    }
    int err = open_session(&m);
    if (err == 0)
        err = resume_or_begin(&m);
    if (err < 0) {
        log_error("taking up the mount: %s", strerror(-err));
        return 1;
    }
    return serve(&m);
}
