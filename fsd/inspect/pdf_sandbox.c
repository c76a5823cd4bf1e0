#include "inspect/pdf_sandbox.h"

#include "inspect/landlock.h"
#include "inspect/pdf_wire.h"
#include "inspect/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <sys/resource.h>

enum { CPU_SECONDS = 4, FILES_MOST = 64 };
#define SPACE_MOST ((rlim_t)SANDBOX_MEMORY_BYTES - PDF_FILE_MOST) /* the file lies in memory, too */

/* ---- paths ---- */

/* The dynamic linker's path: ours, as the distribution's programs have the same. */
static int find_linker(struct dl_phdr_info *info, size_t size, void *out)
{
    (void)size;
    for (int i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_INTERP)
            *(const char **)out = (const char *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
    return 1; /* the first object is the program */
}

static int deny_paths(const char *program, struct error *e)
{
    const char *linker = program;
    dl_iterate_phdr(find_linker, &linker);
    const struct landlock_place places[] = {
        {program, true},
        {linker, true},
        {"/lib", false},
        {"/lib64", false},
        {"/usr/lib", false},
        {"/usr/lib64", false},
        {"/etc/ld.so.cache", false},
        {"/etc/fonts", false},
        {"/usr/share/fonts", false},
        {"/usr/share/fontconfig", false},
        {"/usr/share/poppler", false},
        {"/var/cache/fontconfig", false},
    };
    return landlock_restrict(places, sizeof places / sizeof *places, e);
}

/* ---- system calls ---- */

static const int program_calls[] = {
    SCMP_SYS(read),
    SCMP_SYS(readv),
    SCMP_SYS(pread64),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(close),
    SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(statx),
    SCMP_SYS(lseek),
    SCMP_SYS(mmap),
    SCMP_SYS(munmap),
    SCMP_SYS(mprotect),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    SCMP_SYS(getdents64),
    SCMP_SYS(fstatfs),
    SCMP_SYS(fcntl),
    SCMP_SYS(fadvise64),
    SCMP_SYS(arch_prctl),
    SCMP_SYS(getcwd),
    SCMP_SYS(set_tid_address),
    SCMP_SYS(rseq),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(getrandom),
    SCMP_SYS(futex),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(sysinfo),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(uname),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(execve),
    SCMP_SYS(sched_yield),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(restart_syscall),
};

static const int helper_calls[] = {
    SCMP_SYS(recvmsg), SCMP_SYS(sendmsg),    SCMP_SYS(poll),      SCMP_SYS(ppoll), SCMP_SYS(pipe2),
    SCMP_SYS(wait4),   SCMP_SYS(pidfd_open), SCMP_SYS(kill),      SCMP_SYS(dup2),  SCMP_SYS(dup3),
    SCMP_SYS(seccomp), SCMP_SYS(prctl),      SCMP_SYS(ftruncate),
};

static int allow(scmp_filter_ctx filter, const int *calls, size_t count)
{
    int err = 0;
    for (size_t i = 0; i < count && err == 0; i++)
        err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
    return err;
}

/* Files may be opened for reading; limits are one's own only. */
static int allow_program(scmp_filter_ctx filter)
{
    const uint64_t writing = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY);
    int err = allow(filter, program_calls, sizeof program_calls / sizeof *program_calls);
    if (err == 0)
        err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, writing, 0));
    if (err == 0)
        err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1, SCMP_A0(SCMP_CMP_EQ, 0));
    return err;
}

/* Children may be started, but no namespaces made for them. */
static int allow_helper(scmp_filter_ctx filter)
{
    const uint64_t spaces =
        CLONE_NEWNS | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
    int err = allow_program(filter);
    if (err == 0)
        err = allow(filter, helper_calls, sizeof helper_calls / sizeof *helper_calls);
    if (err == 0)
        err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, spaces, 0));
    return err;
}

static int deny_calls(int (*allow_some)(scmp_filter_ctx), struct error *e)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (filter == NULL)
        return error_sys(e, ENOMEM, "pdftotext: system call filter");
    int err = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    if (err == 0)
        err = allow_some(filter);
    if (err == 0)
        err = seccomp_load(filter);
    seccomp_release(filter);
    return err < 0 ? error_sys(e, err, "pdftotext: system call filter") : 0;
}

/* ---- both ---- */

static int set_limits(struct error *e)
{
    static const struct {
        int resource;
        rlim_t most;
    } limits[] = {
        {RLIMIT_AS, SPACE_MOST}, {RLIMIT_CPU, CPU_SECONDS}, {RLIMIT_NOFILE, FILES_MOST},
        {RLIMIT_FSIZE, 0},       {RLIMIT_NPROC, 0},         {RLIMIT_CORE, 0},
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct rlimit limit = {limits[i].most, limits[i].most};
        if (setrlimit((__rlimit_resource_t)limits[i].resource, &limit) < 0)
            return error_sys(e, errno, "pdftotext: resource limit %d", limits[i].resource);
    }
    return 0;
}

int pdf_sandbox_close_helper(const char *program, struct error *e)
{
    int err = deny_paths(program, e);
    return err < 0 ? err : deny_calls(allow_helper, e);
}

/* The filter first: building it takes memory that the limits, with a sanitizer, would not leave. */
int pdf_sandbox_close_program(struct error *e)
{
    int err = deny_calls(allow_program, e);
    return err < 0 ? err : set_limits(e);
}
