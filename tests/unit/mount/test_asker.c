/* Who asks: this test, its own child below a program of another name, and logins. */
#include "mount/asker.h"
#include "mount/executable.h"
#include "mount/login.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static struct mount mount;

static int set_up(void **state)
{
    (void)state;
    mount.proc_fd = open("/proc", O_PATH | O_DIRECTORY);
    return mount.proc_fd < 0;
}

static struct notice_who who_is(pid_t pid) { return (struct notice_who){.pid = pid, .uid = getuid(), .gid = getgid()}; }

static const char *own_path(void)
{
    static char path[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
    assert_true(len > 0);
    path[len] = 0;
    return path;
}

static void executable_and_parents(void **state)
{
    (void)state;
    static struct asker a;
    pid_t child = fork();
    if (child == 0) {
        pause();
        _exit(0);
    }
    asker_begin(&mount, who_is(child), &a);
    assert_string_equal(a.actor.app, own_path());
    assert_int_equal(a.actor.parent_count, 0);
    asker_gather(&mount, &a, POLICY_WANTS_PARENTS);
    assert_true(a.actor.parent_count >= 1 && a.actor.parent_count <= POLICY_PARENTS_MOST);
    assert_string_equal(a.actor.parents[0], own_path());
    char text[64];
    asker_put_parents(&a, text, sizeof text);
    assert_int_equal(strncmp(text, "test_asker", 10), 0);
    asker_put_parents(&a, text, 5);
    assert_string_equal(text, "test");
    assert_false(asker_is_dying(&mount, &a));
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    assert_true(asker_is_dying(&mount, &a));
}

/* The program of a process, run from a copy that is then removed, is known by the name it had. */
static void removed_program(void **state)
{
    (void)state;
    static struct asker a;
    char path[64], command[160];
    snprintf(path, sizeof path, "/tmp/holdfast-asker-%d", getpid());
    snprintf(command, sizeof command, "cp /bin/sleep %s", path);
    assert_int_equal(system(command), 0);
    pid_t child = fork();
    if (child == 0) {
        execl(path, path, "60", (char *)NULL);
        _exit(1);
    }
    for (int i = 0; i < 5000; i++, usleep(1000)) { /* until it is executed */
        asker_begin(&mount, who_is(child), &a);
        if (strcmp(a.actor.app, path) == 0)
            break;
    }
    unlink(path);
    asker_begin(&mount, who_is(child), &a);
    assert_string_equal(a.actor.app, path);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

static void nobody(void **state)
{
    (void)state;
    static struct asker a;
    asker_begin(&mount, who_is(0), &a);
    asker_gather(&mount, &a, ~0U);
    assert_string_equal(a.actor.app, "");
    assert_string_equal(a.actor.hash, "");
    assert_string_equal(a.actor.cgroup, "");
    assert_int_equal(a.actor.parent_count, 0);
    assert_false(asker_is_us(who_is(0)));
    assert_false(asker_is_us(who_is(1)));
    assert_true(asker_is_us(who_is(getpid())));
}

static void user_and_cgroup(void **state)
{
    (void)state;
    static struct asker a;
    asker_begin(&mount, (struct notice_who){.pid = getpid(), .uid = 0, .gid = 0}, &a);
    asker_gather(&mount, &a, POLICY_WANTS_USER | POLICY_WANTS_CGROUP);
    assert_string_equal(a.actor.user, "root");
    assert_true(a.actor.cgroup[0] == '/' || a.actor.cgroup[0] == 0); /* none where there is no unified hierarchy */
    asker_begin(&mount, (struct notice_who){.pid = getpid(), .uid = 987654, .gid = 0}, &a);
    asker_gather(&mount, &a, POLICY_WANTS_USER);
    assert_string_equal(a.actor.user, "");
}

static void digest_by_hand(char hex[static 65])
{
    unsigned char sum[32];
    unsigned len = 0;
    struct stat st;
    int fd = open(own_path(), O_RDONLY);
    assert_int_equal(fstat(fd, &st), 0);
    char *all = malloc((size_t)st.st_size);
    assert_int_equal(read(fd, all, (size_t)st.st_size), st.st_size);
    assert_int_equal(EVP_Digest(all, (size_t)st.st_size, sum, &len, EVP_sha256(), NULL), 1);
    for (size_t i = 0; i < sizeof sum; i++)
        snprintf(hex + 2 * i, 3, "%02x", sum[i]);
    free(all);
    close(fd);
}

static void hash(void **state)
{
    (void)state;
    char expected[65], hex[65];
    digest_by_hand(expected);
    for (int i = 0; i < 2; i++) { /* read, then remembered */
        executable_hash(&mount, getpid(), hex);
        assert_string_equal(hex, expected);
    }
    executable_hash(&mount, 2, hex); /* a kernel thread, or nobody */
    assert_string_equal(hex, "");
}

static void logins(void **state)
{
    (void)state;
    static const char *const desk[] = {"/usr/bin/bash", "/usr/lib/systemd/systemd"};
    static const char *const remote[] = {"/usr/bin/bash", "/usr/lib/openssh/sshd-session", "/usr/sbin/sshd"};
    static const char *const disguised[] = {"/home/alice/not-sshd", "/usr/sbin/sshd.old"};
    assert_int_equal(login_kind(UINT32_MAX, desk, 2), SESSION_NONE);
    assert_int_equal(login_kind(UINT32_MAX, remote, 3), SESSION_SSH);
    assert_int_equal(login_kind(UINT32_MAX, disguised, 2), SESSION_NONE);
    assert_int_equal(login_kind(4000000001, desk, 2), SESSION_LOCAL);
    assert_int_equal(login_kind(4000000001, remote, 3), SESSION_SSH);
    assert_int_equal(login_kind(4000000001, desk, 2),
                     SESSION_SSH); /* it left its parents; its session it cannot leave */
    assert_int_equal(login_kind(4000000002, desk, 2), SESSION_LOCAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(executable_and_parents),
        cmocka_unit_test(removed_program),
        cmocka_unit_test(nobody),
        cmocka_unit_test(user_and_cgroup),
        cmocka_unit_test(hash),
        cmocka_unit_test(logins),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
