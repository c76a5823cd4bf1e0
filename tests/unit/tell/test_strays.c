/* What programs leave behind in sessions of their own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tell/strays.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOOKS = 500, LOOK_MS = 20 };

/* A child that starts others out of its reach and ends. */
static void leave_behind(const char *what)
{
    pid_t pid = fork();
    if (pid == 0) {
        execl("/bin/sh", "sh", "-c", what, (char *)NULL);
        _exit(127);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static pid_t start_running(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        pause();
        _exit(0);
    }
    return pid;
}

static void end_running(pid_t pid)
{
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static bool all_end(struct strays *s, const pid_t *running, size_t count, int64_t limit_s)
{
    for (int i = 0; i < LOOKS; i++) {
        if (strays_end(s, running, count, limit_s) == 0)
            return true;
        poll(NULL, 0, LOOK_MS);
    }
    return false;
}

static int adopt(void **state)
{
    (void)state;
    return strays_adopt();
}

static void test_all_end_when_nothing_runs(void **state)
{
    (void)state;
    struct strays s = {.count = 0};
    leave_behind("setsid sleep 600 & setsid sh -c 'setsid sleep 600 & exec sleep 600' & exit 0");
    assert_true(all_end(&s, NULL, 0, 3600));
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void test_they_have_as_long_as_a_program(void **state)
{
    (void)state;
    struct strays s = {.count = 0};
    pid_t running = start_running();
    leave_behind("setsid sleep 600 & exit 0");
    for (int i = 0; i < 3; i++)
        assert_int_equal(strays_end(&s, &running, 1, 3600), 1);
    assert_true(all_end(&s, &running, 1, 0));
    assert_int_equal(kill(running, 0), 0);
    end_running(running);
}

static void test_one_that_ends_by_itself_is_buried(void **state)
{
    (void)state;
    struct strays s = {.count = 0};
    pid_t running = start_running();
    leave_behind("setsid true & exit 0");
    assert_true(all_end(&s, &running, 1, 3600));
    end_running(running);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_end_when_nothing_runs),
        cmocka_unit_test(test_they_have_as_long_as_a_program),
        cmocka_unit_test(test_one_that_ends_by_itself_is_buried),
    };
    return cmocka_run_group_tests(tests, adopt, NULL);
}
