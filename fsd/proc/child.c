#include "proc/child.h"

#include "base/clock.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

void child_init(struct child *c, const char *role, const char *instance, int delay_most_ms)
{
    *c = (struct child){.delay_most_ms = delay_most_ms};
    snprintf(c->name, sizeof c->name, "%s%s%s", role, instance ? " " : "", instance ? instance : "");
    char title[64];
    snprintf(title, sizeof title, "hf-%s%s%s", role, instance ? ":" : "", instance ? instance : "");
    snprintf(c->title, sizeof c->title, "%.15s", title);
}

/* ---- in the new process ---- */

static int compare_ints(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

/* Close everything but standard error and `keep`; standard input and output become /dev/null. */
static int keep_only(const struct child_body *body)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0)
        return -errno;
    int *keep = calloc(body->keep_count + 1, sizeof *keep);
    if (keep == NULL)
        return -ENOMEM;
    memcpy(keep, body->keep, body->keep_count * sizeof *keep);
    qsort(keep, body->keep_count, sizeof *keep, compare_ints);
    int next = STDERR_FILENO + 1, err = 0;
    for (size_t i = 0; i < body->keep_count; i++) {
        if (keep[i] > next && close_range((unsigned)next, (unsigned)keep[i] - 1, 0) < 0)
            err = -errno;
        if (keep[i] >= next)
            next = keep[i] + 1;
    }
    if (close_range((unsigned)next, ~0U, 0) < 0)
        err = -errno;
    free(keep);
    return err;
}

static void set_signals(void)
{
    static const int ignored[] = {SIGTERM, SIGINT, SIGHUP, SIGPIPE};
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        signal(ignored[i], SIG_IGN);
    signal(SIGCHLD, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void run(const struct child *c, const struct child_body *body, pid_t parent)
{
    prctl(PR_SET_NAME, c->title);
    log_open(c->name, LOG_INFO);
    set_signals();
    int err = keep_only(body);
    if (err < 0) {
        log_error("closing descriptors: %s", strerror(-err));
        _exit(EXIT_FAILURE);
    }
    /* The parent may have died before it was asked to take us along. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
        _exit(EXIT_FAILURE);
    _exit(body->main(body->ctx));
}

/* ---- in the supervisor ---- */

int child_start(struct child *c, const struct child_body *body, struct error *e)
{
    pid_t parent = getpid();
    int64_t now = clock_mono_ns();
    pid_t pid = fork();
    if (pid == 0)
        run(c, body, parent);
    if (pid < 0) {
        int err = errno;
        c->due_ns = now + CHILD_DELAY_FIRST_MS * NS_PER_MS;
        return error_sys(e, err, "%s: fork", c->name);
    }
    c->restarts += c->started_ns != 0;
    c->pid = pid;
    c->started_ns = now;
    return 0;
}

static void log_death(const struct child *c, int status)
{
    bool retired = c->due_ns == INT64_MAX;
    if (WIFSIGNALED(status) && retired)
        log_info("%s (pid %d) was ended", c->name, (int)c->pid);
    else if (WIFSIGNALED(status))
        log_warn("%s (pid %d) was killed by signal %d (%s)", c->name, (int)c->pid, WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else if (WEXITSTATUS(status) != 0)
        log_warn("%s (pid %d) exited with status %d", c->name, (int)c->pid, WEXITSTATUS(status));
    else
        log_info("%s (pid %d) exited", c->name, (int)c->pid);
}

/* What a death at `now` costs the next start, if it was the child's own doing. */
static int64_t next_delay(struct child *c, int64_t now)
{
    c->died_ns[c->deaths++ % CHILD_DEATHS] = now;
    int64_t first = c->died_ns[c->deaths % CHILD_DEATHS]; /* the next to be overwritten is the oldest */
    int64_t most = c->delay_most_ms * NS_PER_MS, begin = CHILD_DELAY_FIRST_MS * NS_PER_MS;
    if (c->delay_ns > 0)
        return c->delay_ns * 2 < most ? c->delay_ns * 2 : most;
    if (first != 0 && now - first < CHILD_DEATHS_WITHIN_MS * NS_PER_MS)
        return begin < most ? begin : most;
    return 0;
}

static void plan_next(struct child *c, bool by_itself)
{
    int64_t now = clock_mono_ns(), wait = 0;
    if (child_is_steady(c, now)) {
        memset(c->died_ns, 0, sizeof c->died_ns);
        c->delay_ns = 0;
    }
    if (by_itself)
        wait = c->delay_ns = next_delay(c, now);
    c->pid = 0;
    if (c->due_ns == INT64_MAX)
        return;
    c->due_ns = now + wait;
    if (wait > 0)
        log_warn("%s keeps dying; the next one starts in %lld ms", c->name, (long long)(wait / NS_PER_MS));
}

void child_note_death(struct child *c, int wait_status)
{
    bool killed = WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGKILL;
    bool had_begun = clock_mono_ns() - c->started_ns >= CHILD_BEGIN_MS * NS_PER_MS;
    log_death(c, wait_status);
    plan_next(c, !killed || !had_begun);
}

void child_dismiss(struct child *c)
{
    log_info("%s (pid %d) made room for another", c->name, (int)c->pid);
    plan_next(c, false);
}

void child_abandon(struct child *c)
{
    log_warn("%s (pid %d) hung and was killed", c->name, (int)c->pid);
    plan_next(c, true);
}

bool child_is_due(const struct child *c, int64_t now_ns) { return c->pid == 0 && now_ns >= c->due_ns; }

bool child_is_steady(const struct child *c, int64_t now_ns)
{
    return c->pid != 0 && now_ns - c->started_ns >= CHILD_DEATHS_WITHIN_MS * NS_PER_MS;
}

void child_retire(struct child *c) { c->due_ns = INT64_MAX; }

void child_kill(const struct child *c, int signal)
{
    if (c->pid != 0)
        kill(c->pid, signal);
}
