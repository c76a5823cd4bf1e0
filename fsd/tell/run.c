#include "tell/run.h"

#include "base/clock.h"
#include "base/fdio.h"
#include "base/log.h"
#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The program itself is open here: the interpreter of a script reads it by this descriptor. */
enum { PROGRAM_FD = 3, HIGH_FD = 16, FILES_MOST = 256 };

/* ---- in the new process ---- */

static int set_limits(int64_t limit_s)
{
    const struct rlimit cpu = {(rlim_t)limit_s, (rlim_t)limit_s + 1}, none = {0, 0}, files = {FILES_MOST, FILES_MOST};
    return setrlimit(RLIMIT_CPU, &cpu) < 0 || setrlimit(RLIMIT_CORE, &none) < 0 || setrlimit(RLIMIT_NOFILE, &files) < 0
               ? -errno
               : 0;
}

static void set_signals(void)
{
    for (int i = 1; i < NSIG; i++)
        signal(i, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Standard input, output and error, the program, and nothing else. */
static int arrange(int in, int out, int program)
{
    int high[] = {fcntl(in, F_DUPFD_CLOEXEC, HIGH_FD), fcntl(out, F_DUPFD_CLOEXEC, HIGH_FD),
                  fcntl(program, F_DUPFD_CLOEXEC, HIGH_FD)};
    if (high[0] < 0 || high[1] < 0 || high[2] < 0 || dup2(high[0], STDIN_FILENO) < 0 ||
        dup2(high[1], STDOUT_FILENO) < 0 || dup2(high[1], STDERR_FILENO) < 0 || dup2(high[2], PROGRAM_FD) < 0 ||
        close_range(PROGRAM_FD + 1, ~0U, 0) < 0)
        return -errno;
    return 0;
}

/* Dying with the parent: becoming another user took that off, so it comes after it. */
static int tie_to_parent(pid_t parent)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
        return -errno;
    return getppid() == parent ? 0 : -ESRCH;
}

static _Noreturn void execute(const struct run_order *order, int in, int out, pid_t parent)
{
    static struct person_environment environment;
    setsid();
    umask(077);
    set_signals();
    int err = arrange(in, out, order->program_fd);
    if (err == 0)
        err = set_limits(order->limit_s);
    if (err == 0)
        err = person_become(order->person);
    if (err == 0)
        err = tie_to_parent(parent);
    if (err == 0 && chdir("/") < 0)
        err = -errno;
    if (err == 0) {
        char *const arguments[] = {(char *)order->name, NULL};
        syscall(SYS_execveat, PROGRAM_FD, "", arguments, person_environment(order->person, &environment),
                AT_EMPTY_PATH);
        err = -errno;
    }
    dprintf(STDERR_FILENO, "cannot be run: %s\n", strerror(-err));
    _exit(EXIT_FAILURE);
}

/* ---- in the teller ---- */

/* The event as a file that nobody can change. */
static int make_input(const struct run_order *order)
{
    fd_auto fd = memfd_create("event", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    int err = fd < 0 ? -errno : fd_pwrite_all(fd, order->json, order->json_len, 0);
    if (err == 0 && fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) < 0)
        err = -errno;
    return err < 0 ? err : fd_steal(&fd);
}

int run_start(struct run *r, const struct run_order *order, struct error *e)
{
    int out[2];
    fd_auto in = make_input(order);
    if (in < 0)
        return error_sys(e, in, "%s", r->what);
    if (pipe2(out, O_CLOEXEC) < 0)
        return error_sys(e, errno, "%s", r->what);
    fd_auto near = out[0], far = out[1];
    if (fcntl(near, F_SETFL, O_NONBLOCK) < 0)
        return error_sys(e, errno, "%s", r->what);
    pid_t parent = getpid(), pid = fork();
    if (pid == 0)
        execute(order, in, far, parent);
    fd_auto end = pid < 0 ? -1 : (int)syscall(SYS_pidfd_open, pid, 0);
    if (end < 0) {
        int err = errno;
        if (pid > 0) {
            kill(pid, SIGKILL);
            waitpid(pid, NULL, 0);
        }
        return error_sys(e, err, "%s", r->what);
    }
    r->pid = pid;
    r->end_fd = fd_steal(&end);
    r->out_fd = fd_steal(&near);
    r->deadline_ns = clock_mono_ns() + order->limit_s * NS_PER_SEC;
    return 0;
}

static void end_line(struct run *r)
{
    if (r->line_len > 0 && r->lines < RUN_LINES_MOST)
        log_info("%s: %.*s", r->what, (int)r->line_len, r->line);
    r->was_cut = r->was_cut || (r->line_len > 0 && r->lines >= RUN_LINES_MOST);
    r->lines += r->line_len > 0;
    r->line_len = 0;
}

static void take_said(struct run *r, const char *bytes, size_t len)
{
    for (size_t i = 0, n; i < len; i += n) {
        size_t plain = utf8_plain_length(bytes + i, len - i);
        n = plain > 0 ? plain : 1;
        if (bytes[i] == '\n' || r->line_len + n > sizeof r->line)
            end_line(r);
        if (bytes[i] == '\n')
            continue;
        memcpy(r->line + r->line_len, plain > 0 ? bytes + i : "?", n);
        r->line_len += n;
    }
}

void run_listen(struct run *r)
{
    char bytes[4096];
    for (int i = 0; r->out_fd >= 0 && i < 4; i++) { /* one that never stops talking does not hold up the others */
        ssize_t n = read(r->out_fd, bytes, sizeof bytes);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n <= 0)
            fd_close(&r->out_fd);
        else if (r->lines <= RUN_LINES_MOST)
            take_said(r, bytes, (size_t)n);
    }
}

static bool tell_end(const struct run *r, const siginfo_t *info)
{
    if (r->timed_out)
        log_warn("%s: killed, its time was up", r->what);
    else if (info->si_code != CLD_EXITED)
        log_warn("%s: was killed by signal %d", r->what, info->si_status);
    else if (info->si_status != 0)
        log_warn("%s: exited with status %d", r->what, info->si_status);
    return !r->timed_out && info->si_code == CLD_EXITED && info->si_status == 0;
}

bool run_has_ended(struct run *r, int64_t now_ns, bool *ok)
{
    siginfo_t info = {0};
    if (!r->timed_out && now_ns >= r->deadline_ns) {
        r->timed_out = true;
        kill(-r->pid, SIGKILL);
    }
    /* Its number is its group's: nobody else gets it before it is reaped. */
    if (waitid(P_PID, (id_t)r->pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid == 0)
        return false;
    kill(-r->pid, SIGKILL);
    waitpid(r->pid, NULL, 0);
    run_listen(r);
    end_line(r);
    if (r->was_cut)
        log_info("%s: said more than %d lines", r->what, RUN_LINES_MOST);
    *ok = tell_end(r, &info);
    fd_close(&r->end_fd);
    fd_close(&r->out_fd);
    r->pid = 0;
    return true;
}
