/* fdio: copies with holes, messages with descriptors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/fdio.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void test_close_keeps_errno(void **state)
{
    (void)state;
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    errno = E2BIG;
    fd_close(&fd);
    assert_int_equal(fd, -1);
    assert_int_equal(errno, E2BIG);
    fd_close(&fd);
    int a = 7;
    assert_int_equal(fd_steal(&a), 7);
    assert_int_equal(a, -1);
}

static int new_file(const char *folder)
{
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    return fd >= 0 ? fd : memfd_create("file", MFD_CLOEXEC);
}

static void expect_same(int a, int b)
{
    struct stat sa, sb;
    assert_int_equal(fstat(a, &sa), 0);
    assert_int_equal(fstat(b, &sb), 0);
    assert_int_equal(sa.st_size, sb.st_size);
    static char x[65536], y[65536];
    for (off_t at = 0; at < sa.st_size; at += (off_t)sizeof x) {
        ssize_t n = fd_pread_full(a, x, sizeof x, at);
        assert_int_equal(fd_pread_full(b, y, sizeof y, at), n);
        assert_memory_equal(x, y, (size_t)n);
    }
}

static void clone_and_compare(int from, const char *to_folder)
{
    fd_auto to = new_file(to_folder);
    assert_int_equal(fd_clone(from, to), 0);
    expect_same(from, to);
}

static void test_clone(void **state)
{
    (void)state;
    static const char *const folders[] = {"/tmp", "/dev/shm"};
    for (size_t i = 0; i < 2; i++) {
        fd_auto from = new_file(folders[i]);
        clone_and_compare(from, folders[i]); /* empty */
        assert_int_equal(fd_write_all(from, "hello", 5), 0);
        clone_and_compare(from, folders[i]);
        clone_and_compare(from, folders[1 - i]); /* to another file system */
        char *big = malloc(700000);
        for (size_t k = 0; k < 700000; k++)
            big[k] = (char)(k * 31 >> 3);
        assert_int_equal(fd_pwrite_all(from, big, 700000, 0), 0);
        free(big);
        clone_and_compare(from, folders[i]);
        clone_and_compare(from, folders[1 - i]);
    }
}

static void test_clone_keeps_holes(void **state)
{
    (void)state;
    static const char *const folders[] = {"/tmp", "/dev/shm"};
    for (size_t i = 0; i < 2; i++) {
        fd_auto from = new_file(folders[0]);
        assert_int_equal(fd_pwrite_all(from, "middle", 6, 32 << 20), 0);
        assert_int_equal(ftruncate(from, 64 << 20), 0); /* a hole before, and one behind */
        fd_auto to = new_file(folders[i]);
        assert_int_equal(fd_clone(from, to), 0);
        struct stat st;
        assert_int_equal(fstat(to, &st), 0);
        assert_int_equal(st.st_size, 64 << 20);
        assert_true(st.st_blocks * 512 < 4 << 20);
        char got[6];
        assert_int_equal(fd_pread_full(to, got, 6, 32 << 20), 6);
        assert_memory_equal(got, "middle", 6);
        fd_auto hole = new_file(folders[0]);
        assert_int_equal(ftruncate(hole, 1 << 20), 0); /* nothing but a hole */
        clone_and_compare(hole, folders[i]);
    }
}

static void test_errors_of_clone(void **state)
{
    (void)state;
    fd_auto from = new_file("/tmp");
    assert_int_equal(fd_write_all(from, "x", 1), 0);
    fd_auto full = open("/dev/full", O_RDWR | O_CLOEXEC);
    assert_true(fd_clone(from, full) < 0);
    assert_true(fd_clone(-1, from) < 0);
}

/* ---- messages ---- */

static void make_pair(int ends[2]) { assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0); }

static void test_message_with_descriptors(void **state)
{
    (void)state;
    int ends[2], sent[3], got[FD_SEND_MOST];
    make_pair(ends);
    for (int i = 0; i < 3; i++) {
        sent[i] = memfd_create("sent", MFD_CLOEXEC);
        assert_int_equal(fd_pwrite_all(sent[i], &i, sizeof i, 0), 0);
    }
    assert_int_equal(fd_send(ends[0], "hello", 5, sent, 3), 0);
    assert_int_equal(fd_send(ends[0], "bare", 4, NULL, 0), 0);
    char message[16];
    size_t count = FD_SEND_MOST;
    assert_int_equal(fd_receive(ends[1], message, sizeof message, got, &count), 5);
    assert_memory_equal(message, "hello", 5);
    assert_int_equal(count, 3);
    for (int i = 0; i < 3; i++) {
        int inside = -1;
        assert_int_equal(fd_pread_full(got[i], &inside, sizeof inside, 0), sizeof inside);
        assert_int_equal(inside, i);
        assert_true(fcntl(got[i], F_GETFD) & FD_CLOEXEC);
        assert_true(fcntl(sent[i], F_GETFD) >= 0); /* the sender keeps its own */
        close(got[i]);
        close(sent[i]);
    }
    count = FD_SEND_MOST;
    assert_int_equal(fd_receive(ends[1], message, sizeof message, got, &count), 4);
    assert_int_equal(count, 0);
    close(ends[0]);
    assert_int_equal(fd_receive(ends[1], message, sizeof message, NULL, NULL), 0);
    assert_int_equal(fd_send(ends[1], "x", 1, NULL, 0), -EPIPE);
    close(ends[1]);
}

static int next_free_fd(void)
{
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    close(fd);
    return fd;
}

static void test_what_does_not_fit_leaks_nothing(void **state)
{
    (void)state;
    int ends[2], got[1];
    make_pair(ends);
    fd_auto null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int many[FD_SEND_MOST];
    for (size_t i = 0; i < FD_SEND_MOST; i++)
        many[i] = null;
    char message[4];
    int free_before = next_free_fd();
    assert_int_equal(fd_send(ends[0], "too long", 8, many, 2), 0);
    size_t count = 1;
    assert_int_equal(fd_receive(ends[1], message, sizeof message, got, &count), -EMSGSIZE);
    assert_int_equal(next_free_fd(), free_before);
    assert_int_equal(fd_send(ends[0], "many", 4, many, FD_SEND_MOST), 0);
    count = 1;
    assert_int_equal(fd_receive(ends[1], message, sizeof message, got, &count), 4);
    assert_int_equal(count, 1); /* those beyond the room were closed */
    assert_int_equal(next_free_fd(), free_before + 1);
    close(got[0]);
    assert_int_equal(fd_send(ends[0], "x", 1, many, FD_SEND_MOST + 1), -EINVAL);
    close(ends[0]);
    close(ends[1]);
}

static void test_full_queue(void **state)
{
    (void)state;
    int ends[2];
    make_pair(ends);
    assert_int_equal(fcntl(ends[0], F_SETFL, O_RDWR | O_NONBLOCK), 0);
    int err = 0;
    for (int i = 0; i < 100000 && err == 0; i++)
        err = fd_send(ends[0], "x", 1, NULL, 0);
    assert_int_equal(err, -EAGAIN);
    close(ends[0]);
    close(ends[1]);
}

static void test_whole_reads_and_writes(void **state)
{
    (void)state;
    fd_auto fd = new_file("/tmp");
    assert_int_equal(fd_write_all(fd, "abcdef", 6), 0);
    char got[10];
    assert_int_equal(fd_pread_full(fd, got, sizeof got, 2), 4);
    assert_memory_equal(got, "cdef", 4);
    assert_int_equal(fd_pread_full(fd, got, sizeof got, 100), 0);
    assert_int_equal(fd_pread_full(-1, got, sizeof got, 0), -EBADF);
    fd_auto full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    assert_int_equal(fd_write_all(full, "x", 1), -ENOSPC);
    assert_int_equal(fd_pwrite_all(full, "x", 1, 0), -ENOSPC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_close_keeps_errno),
        cmocka_unit_test(test_clone),
        cmocka_unit_test(test_clone_keeps_holes),
        cmocka_unit_test(test_errors_of_clone),
        cmocka_unit_test(test_message_with_descriptors),
        cmocka_unit_test(test_what_does_not_fit_leaks_nothing),
        cmocka_unit_test(test_full_queue),
        cmocka_unit_test(test_whole_reads_and_writes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
