#include "inspect/sandbox.h"

#include "base/fdio.h"
#include "base/log.h"
#include "inspect/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <malloc.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

/*
 * The sanitizers reserve terabytes of address space and make system calls of their own. What they need is granted in
 * such builds only, here and in `sanitizer_calls`.
 */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED true
#elif defined(__has_feature)
#define SANITIZED                                                                                                      \
    (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer))
#else
#define SANITIZED false
#endif

enum { FILES_MOST = 128 };
#define REPORT_MOST  ((rlim_t)90 << 20) /* what may be written to the memory file that came with a question */
#define PROGRAM_MOST ((rlim_t)24 << 20) /* pages of the program, its libraries and its stack that are in memory */
#define SPACE_MOST   ((rlim_t)SANDBOX_MEMORY_BYTES)
#define DATA_MOST    (SPACE_MOST - REPORT_MOST - PROGRAM_MOST) /* so that all three together keep to it */

/* ---- user and limits ---- */

/*
 * Address space and data that came with the fork: of a daemon next to nothing, of a command line whatever it has mapped
 * of the record. It is shared or untouched, and not the inspector's doing, so it comes on top of its limits.
 */
static void measure_inherited(rlim_t *space, rlim_t *data)
{
    char text[256];
    unsigned long pages[6];
    fd_auto fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : fd_pread_full(fd, text, sizeof text - 1, 0);
    text[n > 0 ? n : 0] = 0;
    bool known =
        sscanf(text, "%lu %lu %lu %lu %lu %lu", &pages[0], &pages[1], &pages[2], &pages[3], &pages[4], &pages[5]) == 6;
    rlim_t page_bytes = (rlim_t)sysconf(_SC_PAGESIZE);
    *space = known ? pages[0] * page_bytes : 0;
    *data = known ? pages[5] * page_bytes : 0;
}

static int set_limits(struct error *e)
{
    rlim_t space, data;
    measure_inherited(&space, &data);
    mallopt(M_ARENA_MAX, 1); /* out of memory, glibc would try for another arena, which takes calls that are denied */
    const struct {
        int resource;
        rlim_t most;
    } limits[] = {
        {RLIMIT_AS, SANITIZED ? RLIM_INFINITY : space + SPACE_MOST},
        {RLIMIT_DATA, SANITIZED ? RLIM_INFINITY : data + DATA_MOST},
        {RLIMIT_NOFILE, SANITIZED ? 4 * FILES_MOST : FILES_MOST},
        {RLIMIT_FSIZE, REPORT_MOST},
        {RLIMIT_NPROC, 0},
        {RLIMIT_CORE, 0},
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct rlimit limit = {limits[i].most, limits[i].most};
        if (setrlimit((__rlimit_resource_t)limits[i].resource, &limit) < 0)
            return error_sys(e, errno, "inspector: resource limit %d", limits[i].resource);
    }
    return 0;
}

static int change_user(unsigned uid, unsigned gid, struct error *e)
{
    if (geteuid() == 0 && setgroups(0, NULL) < 0)
        return error_sys(e, errno, "inspector: giving up supplementary groups");
    if (setresgid(gid, gid, gid) < 0 || setresuid(uid, uid, uid) < 0)
        return error_sys(e, errno, "inspector: becoming uid %u, gid %u", uid, gid);
    if (uid != 0 && setuid(0) == 0)
        return error_set(e, EPERM, "inspector: uid 0 could be taken back");
    return 0;
}

int sandbox_become(unsigned uid, unsigned gid, struct error *e)
{
    int err = change_user(uid, gid, e);
    if (err < 0)
        return err;
    /* Changing the user took the parent's death signal off. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return error_sys(e, errno, "inspector: prctl");
    return 0;
}

int sandbox_drop_user(unsigned uid, unsigned gid, struct error *e)
{
    int err = sandbox_become(uid, gid, e);
    return err < 0 ? err : set_limits(e);
}

/* ---- Landlock: paths, ports, sockets and signals ---- */

static int deny_paths(struct error *e)
{
    int err = landlock_restrict(NULL, 0, e);
    if (err != -ENOSYS)
        return err;
    log_warn("this kernel runs without Landlock: the inspector is held by its system call filter alone");
    return 0;
}

/* ---- seccomp: system calls ---- */

static const int allowed_calls[] = {
    SCMP_SYS(pread64), SCMP_SYS(read),      SCMP_SYS(lseek),         SCMP_SYS(fstat),        SCMP_SYS(close),
    SCMP_SYS(recvmsg), SCMP_SYS(sendmsg),   SCMP_SYS(munmap),        SCMP_SYS(mremap),       SCMP_SYS(brk),
    SCMP_SYS(madvise), SCMP_SYS(futex),     SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(getrandom),
    SCMP_SYS(exit),    SCMP_SYS(setitimer), SCMP_SYS(exit_group),    SCMP_SYS(rt_sigreturn), SCMP_SYS(restart_syscall),
    SCMP_SYS(sysinfo), /* qsort asks it how much memory there is */
};

static const int sanitizer_calls[] = {
    SCMP_SYS(mmap),         SCMP_SYS(mprotect),  SCMP_SYS(write),    SCMP_SYS(sigaltstack), SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigaction), SCMP_SYS(gettid),    SCMP_SYS(getpid),   SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity),
    SCMP_SYS(openat),       SCMP_SYS(clone),     SCMP_SYS(readlink), SCMP_SYS(prctl),       SCMP_SYS(newfstatat),
    SCMP_SYS(getrlimit),    SCMP_SYS(prlimit64), SCMP_SYS(getuid),   SCMP_SYS(tgkill),      SCMP_SYS(set_robust_list),
};

static int allow(scmp_filter_ctx filter, const int *calls, size_t count)
{
    int err = 0;
    for (size_t i = 0; i < count && err == 0; i++)
        err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
    return err;
}

/* Memory may be mapped when it is private, anonymous and not to be run. */
static int allow_plain_memory(scmp_filter_ctx filter)
{
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                            SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS | MAP_PRIVATE, MAP_ANONYMOUS | MAP_PRIVATE));
}

/* A table that came with a question (analyse/known.h) may be mapped to be read, and nothing else of it. */
static int allow_tables(scmp_filter_ctx filter)
{
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, SCMP_A2(SCMP_CMP_EQ, PROT_READ),
                            SCMP_A3(SCMP_CMP_EQ, MAP_PRIVATE));
}

/* The report may be written; standard error, which is the log, only says what the supervisor's own code says before. */
static int allow_report(scmp_filter_ctx filter)
{
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, SCMP_A0_32(SCMP_CMP_GT, 2));
}

static int fill_filter(scmp_filter_ctx filter)
{
    int err = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    if (err == 0)
        err = allow(filter, allowed_calls, sizeof allowed_calls / sizeof *allowed_calls);
    if (err == 0 && SANITIZED)
        err = allow(filter, sanitizer_calls, sizeof sanitizer_calls / sizeof *sanitizer_calls);
    if (err == 0 && !SANITIZED)
        err = allow_plain_memory(filter);
    if (err == 0 && !SANITIZED)
        err = allow_tables(filter);
    if (err == 0 && !SANITIZED)
        err = allow_report(filter);
    return err;
}

static int deny_calls(struct error *e)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (filter == NULL)
        return error_sys(e, ENOMEM, "inspector: system call filter");
    int err = fill_filter(filter);
    if (err == 0)
        err = seccomp_load(filter);
    seccomp_release(filter);
    return err < 0 ? error_sys(e, err, "inspector: system call filter") : 0;
}

int sandbox_close(struct error *e)
{
    int err = deny_paths(e);
    return err < 0 ? err : deny_calls(e);
}

/* ---- time ---- */

static void set_timer(time_t seconds)
{
    struct itimerval timer = {.it_value.tv_sec = seconds};
    setitimer(ITIMER_PROF, &timer, NULL);
}

void sandbox_begin_file(unsigned cpu_seconds) { set_timer((time_t)cpu_seconds); }
void sandbox_end_file(void) { set_timer(0); }
