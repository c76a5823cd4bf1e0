/* error and log: told once, and no name can forge a line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/error.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static void test_first_telling_counts(void **state)
{
    (void)state;
    struct error e = {0};
    assert_int_equal(error_set(&e, ENOENT, "%s: gone", "a"), -ENOENT);
    assert_int_equal(error_set(&e, -EIO, "later"), -EIO);
    assert_int_equal(e.code, ENOENT);
    assert_string_equal(e.text, "a: gone");
    assert_int_equal(error_set(NULL, EIO, "nobody cares"), -EIO);
}

static void test_reason_is_put_behind(void **state)
{
    (void)state;
    struct error e = {0};
    assert_int_equal(error_sys(&e, -ENOSPC, "spool"), -ENOSPC);
    assert_string_equal(e.text, "spool: No space left on device");
    char longer[2 * ERROR_TEXT_BYTES];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = 0;
    e.code = 0;
    error_sys(&e, EIO, "%s", longer);
    assert_int_equal(strlen(e.text), ERROR_TEXT_BYTES - 1);
}

/* What `log_info("%s", text)` writes, into `to`. */
static void capture(const char *text, char *to, size_t room)
{
    int ends[2], saved = dup(STDERR_FILENO);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    dup2(ends[1], STDERR_FILENO);
    log_info("%s", text);
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(ends[1]);
    ssize_t n = read(ends[0], to, room - 1);
    assert_true(n > 0);
    to[n] = 0;
    close(ends[0]);
}

static void test_control_bytes_are_shown(void **state)
{
    (void)state;
    log_open("test", LOG_INFO);
    char line[4096];
    capture("a\nkeeper: all is well\x1b[2J", line, sizeof line);
    assert_string_equal(line, "test: a\\x0akeeper: all is well\\x1b[2J\n");
    capture("\xc3\x84rzte, e\xcc\x81t\xc3\xa9", line,
            sizeof line); /* characters some of whose bytes alone are controls */
    assert_string_equal(line, "test: \xc3\x84rzte, e\xcc\x81t\xc3\xa9\n");
    char longer[4000];
    memset(longer, '\n', sizeof longer - 1);
    longer[sizeof longer - 1] = 0;
    capture(longer, line, sizeof line);
    assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_telling_counts),
        cmocka_unit_test(test_reason_is_put_behind),
        cmocka_unit_test(test_control_bytes_are_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
