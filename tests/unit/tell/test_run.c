/* Programs: as whom, with what, for how long; and which are not run at all. As root; left out otherwise. */
#include "base/clock.h"
#include "base/fdio.h"
#include "tell/hooks.h"
#include "tell/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

enum { REP = 4200, PATIENCE_MS = 20000 };

struct yard {
    char path[64], said[64];
    int folder;
};

static int set_up(void **state)
{
    struct yard *y = calloc(1, sizeof *y);
    strcpy(y->path, "/tmp/holdfast-tell-XXXXXX");
    assert_non_null(mkdtemp(y->path));
    chmod(y->path, 0755);
    snprintf(y->said, sizeof y->said, "%s/said", y->path);
    assert_int_equal(mkdir(y->said, 0755), 0);
    assert_int_equal(chown(y->said, REP, REP), 0);
    y->folder = open(y->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    *state = y;
    return 0;
}

static int tear_down(void **state)
{
    struct yard *y = *state;
    char command[128];
    close(y->folder);
    snprintf(command, sizeof command, "rm -rf %s", y->path);
    assert_int_equal(system(command), 0);
    free(y);
    return 0;
}

static void put_program(const struct yard *y, const char *name, mode_t mode, const char *body)
{
    fd_auto fd = openat(y->folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    dprintf(fd, "#!/bin/sh\nsaid=%s\n%s", y->said, body);
    assert_int_equal(fchmod(fd, mode), 0);
}

static struct person rep(void)
{
    struct person p;
    assert_int_equal(person_find(&p, REP, NULL), 0);
    return p;
}

static void start(struct run *r, const struct yard *y, const struct person *p, const char *json, int64_t limit_s)
{
    struct error e = {0};
    fd_auto program = hooks_open_program(y->folder, "on-save", &e);
    assert_true(program >= 0);
    *r = (struct run){.end_fd = -1, .out_fd = -1, .what = "on-save"};
    const struct run_order order = {program, "on-save", p, json, strlen(json), limit_s};
    assert_int_equal(run_start(r, &order, &e), 0);
}

/* Until it has ended; false: it did not end well. */
static bool finish(struct run *r)
{
    bool ok = false;
    int64_t end = clock_mono_ns() + PATIENCE_MS * NS_PER_MS;
    while (!run_has_ended(r, clock_mono_ns(), &ok)) {
        struct pollfd p[] = {{.fd = r->end_fd, .events = POLLIN}, {.fd = r->out_fd, .events = POLLIN}};
        poll(p, 2, 20);
        run_listen(r);
        assert_true(clock_mono_ns() < end);
    }
    assert_int_equal(r->pid, 0);
    assert_int_equal(r->end_fd, -1);
    return ok;
}

static char *said(const struct yard *y, const char *name)
{
    static char text[8192];
    char path[128];
    snprintf(path, sizeof path, "%s/%s", y->said, name);
    fd_auto fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : fd_pread_full(fd, text, sizeof text - 1, 0);
    text[n < 0 ? 0 : n] = 0;
    return text;
}

static void runs_as_the_rep_with_little(void **state)
{
    struct yard *y = *state;
    struct run r;
    const struct person p = rep();
    put_program(y, "on-save", 0755,
                "cat >$said/json\nid -u >$said/uid\nid -G >$said/groups\nenv | sort >$said/env\n"
                "grep -E '^(CapEff|CapPrm|CapInh|NoNewPrivs)' /proc/self/status >$said/status\n"
                "for f in /proc/$$/fd/*; do readlink $f; done >$said/fds\n"
                "umask >$said/umask\ncut -d\" \" -f5,6 /proc/$$/stat >$said/session\necho $$ $$ >$said/pid\npwd "
                ">$said/pwd\n");
    fd_auto leak = openat(y->folder, "leaked", O_RDWR | O_CREAT, 0600); /* ours, and not close-on-exec */
    assert_true(leak >= 0);
    setenv("SECRET", "x", 1);
    start(&r, y, &p, "{\"event\":\"on-save\"}\n", 10);
    assert_true(finish(&r));
    assert_string_equal(said(y, "json"), "{\"event\":\"on-save\"}\n");
    assert_string_equal(said(y, "uid"), "4200\n");
    assert_string_equal(said(y, "groups"), "65534\n");
    assert_null(strstr(said(y, "env"), "SECRET"));
    assert_non_null(strstr(said(y, "env"), "PATH=/usr/local/bin:/usr/bin:/bin\n"));
    assert_null(strstr(said(y, "env"), "XDG_RUNTIME_DIR"));
    assert_non_null(strstr(said(y, "status"), "CapPrm:\t0000000000000000"));
    assert_non_null(strstr(said(y, "status"), "CapEff:\t0000000000000000"));
    assert_non_null(strstr(said(y, "status"), "NoNewPrivs:\t1"));
    assert_non_null(strstr(said(y, "fds"), "on-save"));
    assert_null(strstr(said(y, "fds"), "leaked"));
    assert_string_equal(said(y, "umask"), "0077\n");
    char session[64];
    snprintf(session, sizeof session, "%s", said(y, "pid"));
    assert_string_equal(said(y, "session"), session); /* its own, and a group of its own */
    assert_string_equal(said(y, "pwd"), "/\n");
}

static void is_killed_with_its_children(void **state)
{
    struct yard *y = *state;
    struct run r;
    const struct person p = rep();
    put_program(y, "on-save", 0755, "trap '' TERM INT HUP\nsleep 300 & echo $! >$said/child\nsleep 300\n");
    start(&r, y, &p, "{}\n", 1);
    assert_false(finish(&r));
    assert_true(r.timed_out);
    pid_t child = atoi(said(y, "child"));
    assert_true(child > 0);
    for (int i = 0; i < 200 && kill(child, 0) == 0; i++) {
        char state_of[64], text[256] = "";
        snprintf(state_of, sizeof state_of, "/proc/%d/stat", child);
        fd_auto fd = open(state_of, O_RDONLY | O_CLOEXEC);
        if (fd < 0 || fd_pread_full(fd, text, sizeof text - 1, 0) <= 0 || strstr(text, ") Z ") != NULL)
            return; /* dead, and its new parent has yet to notice */
        usleep(20000);
    }
    assert_int_equal(kill(child, 0), -1);
}

/* What it leaves running when it ends, ends too. */
static void leaves_nothing_behind(void **state)
{
    struct yard *y = *state;
    struct run r;
    const struct person p = rep();
    put_program(y, "on-save", 0755, "(sleep 2; echo late >$said/late) &\nexit 0\n");
    start(&r, y, &p, "{}\n", 10);
    assert_true(finish(&r));
    sleep(3);
    assert_string_equal(said(y, "late"), "");
}

static void failures_are_told(void **state)
{
    struct yard *y = *state;
    struct run r;
    const struct person p = rep();
    put_program(y, "on-save", 0755, "exit 3\n");
    start(&r, y, &p, "{}\n", 10);
    assert_false(finish(&r));
    put_program(y, "on-save", 0755, "kill -9 $$\n");
    start(&r, y, &p, "{}\n", 10);
    assert_false(finish(&r));
    fd_auto fd = openat(y->folder, "on-save", O_WRONLY | O_TRUNC | O_CLOEXEC);
    dprintf(fd, "#!/no/such/interpreter\n");
    fd_close(&fd);
    start(&r, y, &p, "{}\n", 10);
    assert_false(finish(&r));
}

/* One that talks without end neither fills the log nor the memory, and its bytes are no order to a terminal. */
static void talk_is_bounded_and_clean(void **state)
{
    struct yard *y = *state;
    struct run r;
    const struct person p = rep();
    char log[] = "/tmp/holdfast-tell-log-XXXXXX";
    put_program(y, "on-save", 0755,
                "printf 'a\\033[2Jb\\377c\\n'\nhead -c 3000000 /dev/zero | tr '\\0' x\nyes | head -100000\n");
    int err_fd = dup(STDERR_FILENO), log_fd = mkstemp(log);
    dup2(log_fd, STDERR_FILENO);
    start(&r, y, &p, "{}\n", 10);
    bool ok = finish(&r);
    dup2(err_fd, STDERR_FILENO);
    close(err_fd);
    static char text[64 * 1024];
    ssize_t n = fd_pread_full(log_fd, text, sizeof text - 1, 0);
    close(log_fd);
    unlink(log);
    assert_true(ok);
    assert_true(n > 0 && n < 10000);
    assert_non_null(strstr(text, "a?[2Jb?c\n"));
    assert_null(memchr(text, 033, (size_t)n));
    assert_non_null(strstr(text, "said more than"));
}

static void expect_refused(const struct yard *y, int code)
{
    struct error e = {0};
    assert_int_equal(hooks_open_program(y->folder, "on-save", &e), -code);
    assert_int_equal(e.code, code);
}

static void others_programs_are_refused(void **state)
{
    struct yard *y = *state;
    expect_refused(y, ENOENT);
    put_program(y, "on-save", 0775, "");
    expect_refused(y, EPERM);
    put_program(y, "on-save", 0757, "");
    expect_refused(y, EPERM);
    put_program(y, "on-save", 0644, "");
    expect_refused(y, EPERM);
    put_program(y, "on-save", 0755, "");
    assert_int_equal(fchownat(y->folder, "on-save", REP, 0, 0), 0);
    expect_refused(y, EPERM);
    put_program(y, "real", 0755, "");
    unlinkat(y->folder, "on-save", 0);
    assert_int_equal(symlinkat("real", y->folder, "on-save"), 0);
    expect_refused(y, EPERM);
    unlinkat(y->folder, "on-save", 0);
    assert_int_equal(mkdirat(y->folder, "on-save", 0755), 0);
    expect_refused(y, EPERM);
}

static void others_folders_are_refused(void **state)
{
    struct yard *y = *state;
    struct error e = {0};
    char path[128], link[128];
    snprintf(path, sizeof path, "%s/hooks", y->path);
    snprintf(link, sizeof link, "%s/link", y->path);
    assert_int_equal(hooks_open_folder(path, &e), -ENOENT);
    assert_int_equal(mkdir(path, 0755), 0);
    fd_auto good = hooks_open_folder(path, &e);
    assert_true(good >= 0);
    assert_int_equal(chmod(path, 0777), 0);
    assert_int_equal(hooks_open_folder(path, &e), -EPERM);
    assert_int_equal(chmod(path, 01777), 0); /* others could put programs there, whatever they can remove */
    assert_int_equal(hooks_open_folder(path, &e), -EPERM);
    assert_int_equal(chmod(path, 0755), 0);
    assert_int_equal(chown(path, REP, REP), 0);
    assert_int_equal(hooks_open_folder(path, &e), -EPERM);
    assert_int_equal(chown(path, 0, 0), 0);
    assert_int_equal(symlink("hooks", link), 0);
    assert_true(hooks_open_folder(link, &e) < 0);
    assert_int_equal(chmod(y->path, 0777), 0); /* who can exchange the folder can fill it */
    assert_int_equal(hooks_open_folder(path, &e), -EPERM);
}

static void nobody_runs_as_root(void **state)
{
    (void)state;
    struct person p;
    struct error e = {0};
    assert_int_equal(person_find(&p, 0, &e), -EPERM);
    p = (struct person){.uid = 0};
    assert_int_equal(person_become(&p), -EPERM);
    assert_int_equal(geteuid(), 0);
}

#define program_test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        program_test(runs_as_the_rep_with_little), program_test(is_killed_with_its_children),
        program_test(leaves_nothing_behind),       program_test(failures_are_told),
        program_test(talk_is_bounded_and_clean),   program_test(others_programs_are_refused),
        program_test(others_folders_are_refused),  cmocka_unit_test(nobody_runs_as_root),
    };
    if (geteuid() != 0) {
        puts("1..0 # SKIP: needs root");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
