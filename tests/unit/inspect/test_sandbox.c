/* What a process that closed the sandbox around itself can still do: nothing but look at bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "inspect/sandbox.h"
#include "base/fdio.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REPORT_FD = 60, NOBODY = 65534, PASSED = 0, FAILED = 1, NOT_CLOSED = 2 };

/* Run `deed` in a child behind the sandbox: its wait status. */
static int run_behind(int (*deed)(void))
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        bool root = geteuid() == 0;
        if (sandbox_drop_user(root ? NOBODY : getuid(), root ? NOBODY : getgid(), NULL) < 0 || sandbox_close(NULL) < 0)
            _exit(NOT_CLOSED);
        _exit(deed());
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void expect_killed(int (*deed)(void))
{
    int status = run_behind(deed);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGSYS);
}

static void expect_passed(int (*deed)(void))
{
    int status = run_behind(deed);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), PASSED);
}

static int open_a_file(void) { return open("/etc/passwd", O_RDONLY) < 0 ? PASSED : FAILED; }
static int make_a_file(void)
{
    return open("/tmp/holdfast-sandbox-test", O_WRONLY | O_CREAT, 0600) < 0 ? PASSED : FAILED;
}
static int open_a_socket(void) { return socket(AF_INET, SOCK_STREAM, 0) < 0 ? PASSED : FAILED; }
static int fork_off(void) { return fork() < 0 ? PASSED : FAILED; }
static int execute(void) { return execl("/bin/true", "true", NULL); }
static int signal_the_parent(void) { return kill(getppid(), 0) < 0 ? PASSED : FAILED; }
static int trace(void) { return (int)syscall(SYS_ptrace, 16L, (long)1, 0L, 0L); }

#ifndef __SANITIZE_ADDRESS__ /* its own calls pass the filter */
static int write_out(void) { return write(STDERR_FILENO, "x", 1) == 1 ? FAILED : PASSED; }

static int map_code(void)
{
    void *p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p == MAP_FAILED ? PASSED : FAILED;
}

static int turn_into_code(void)
{
    void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return syscall(SYS_mprotect, p, 4096L, (long)(PROT_READ | PROT_EXEC)) < 0 ? PASSED : FAILED;
}

#endif

static int use_memory(void)
{
    for (size_t size = 1; size < (size_t)64 << 20; size *= 4) {
        volatile char *p = malloc(size);
        if (p == NULL)
            return FAILED;
        p[size - 1] = 1;
        p = realloc((void *)(uintptr_t)p, size * 2);
        if (p == NULL)
            return FAILED;
        free((void *)(uintptr_t)p);
    }
    return PASSED;
}

/* In pieces of any size, so that neither the heap nor the mappings go past the limit. */
static int use_too_much_memory(void)
{
    size_t used = 0;
    for (size_t size = (size_t)64 << 20; size >= 4096; size /= 4) {
        for (volatile char *p; used <= SANDBOX_MEMORY_BYTES && (p = malloc(size)) != NULL; used += size)
            p[0] = p[size - 1] = 1;
    }
    return used < SANDBOX_MEMORY_BYTES ? PASSED : FAILED;
}

static int write_without_end(void)
{
    static char block[1 << 20];
    while (write(REPORT_FD, block, sizeof block) == (ssize_t)sizeof block)
        ;
    return FAILED; /* a report that is too large is a signal */
}

static int burn_time(void)
{
    sandbox_begin_file(SANDBOX_CPU_SECONDS);
    for (volatile uint64_t i = 0;; i++)
        ;
    return FAILED;
}

static int begin_and_end(void)
{
    sandbox_begin_file(SANDBOX_CPU_SECONDS);
    sandbox_end_file();
    return PASSED;
}

static void test_bytes_and_memory_are_allowed(void **state)
{
    (void)state;
    expect_passed(use_memory);
    expect_passed(begin_and_end);
}

static void test_memory_is_limited(void **state)
{
    (void)state;
#ifdef __SANITIZE_ADDRESS__
    skip();
#endif
    expect_passed(use_too_much_memory);
    fd_auto report = memfd_create("report", MFD_CLOEXEC);
    assert_int_equal(dup2(report, REPORT_FD), REPORT_FD);
    int status = run_behind(write_without_end);
    close(REPORT_FD);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGXFSZ);
    assert_in_range(lseek(report, 0, SEEK_END), 64 << 20, SANDBOX_MEMORY_BYTES / 2);
}

static void test_network_processes_and_signals_are_denied(void **state)
{
    (void)state;
    expect_killed(open_a_socket);
    expect_killed(execute);
    expect_killed(signal_the_parent);
    expect_killed(trace);
}

static void test_files_and_code_are_denied(void **state)
{
    (void)state;
#ifdef __SANITIZE_ADDRESS__
    /* The sanitizer's own calls pass the filter: Landlock and the limits are what is left. */
    expect_passed(open_a_file);
    expect_passed(make_a_file);
    expect_passed(fork_off);
#else
    expect_killed(open_a_file);
    expect_killed(make_a_file);
    expect_killed(fork_off);
    expect_killed(write_out);
    expect_killed(map_code);
    expect_killed(turn_into_code);
#endif
}

static void test_endless_work_is_killed(void **state)
{
    (void)state;
    int status = run_behind(burn_time);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGPROF);
}

static int drop_and_report(void)
{
    return getuid() == NOBODY && geteuid() == NOBODY && getgroups(0, NULL) == 0 && setuid(0) < 0 ? PASSED : FAILED;
}

static void test_user_is_dropped_for_good(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip();
    pid_t pid = fork();
    if (pid == 0)
        _exit(sandbox_drop_user(NOBODY, NOBODY, NULL) < 0 ? NOT_CLOSED : drop_and_report());
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes_and_memory_are_allowed),
        cmocka_unit_test(test_memory_is_limited),
        cmocka_unit_test(test_network_processes_and_signals_are_denied),
        cmocka_unit_test(test_files_and_code_are_denied),
        cmocka_unit_test(test_endless_work_is_killed),
        cmocka_unit_test(test_user_is_dropped_for_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
