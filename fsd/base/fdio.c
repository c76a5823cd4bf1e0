#include "base/fdio.h"

#include <errno.h>
#include <linux/fs.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

void fd_close(int *fd)
{
    if (*fd < 0)
        return;
    int saved = errno;
    close(*fd);
    *fd = -1;
    errno = saved;
}

int fd_steal(int *fd)
{
    int taken = *fd;
    *fd = -1;
    return taken;
}

int fd_write_all(int fd, const void *bytes, size_t len)
{
    const char *p = bytes;
    while (len > 0) {
        ssize_t n = write(fd, p, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        p += n;
        len -= (size_t)n;
    }
    return 0;
}

int fd_pwrite_all(int fd, const void *bytes, size_t len, off_t at)
{
    const char *p = bytes;
    while (len > 0) {
        ssize_t n = pwrite(fd, p, len, at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        p += n;
        at += n;
        len -= (size_t)n;
    }
    return 0;
}

ssize_t fd_pread_full(int fd, void *bytes, size_t len, off_t at)
{
    char *p = bytes;
    size_t got = 0;
    while (got < len) {
        ssize_t n = pread(fd, p + got, len - got, at + (off_t)got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            break;
        got += (size_t)n;
    }
    return (ssize_t)got;
}

enum { COPY_PIECE = 128 * 1024 };

/* Copy [at, end) by reading and writing. */
static int copy_piecewise(int from, int to, off_t at, off_t end)
{
    char *piece = malloc(COPY_PIECE);
    if (piece == NULL)
        return -ENOMEM;
    int err = 0;
    while (at < end && err == 0) {
        size_t want = end - at < COPY_PIECE ? (size_t)(end - at) : COPY_PIECE;
        ssize_t n = fd_pread_full(from, piece, want, at);
        if (n <= 0) {
            err = (int)n;
            break;
        }
        err = fd_pwrite_all(to, piece, (size_t)n, at);
        at += n;
    }
    free(piece);
    return err;
}

static bool kernel_cannot_copy(int err)
{
    return err == EXDEV || err == EINVAL || err == EOPNOTSUPP || err == ENOSYS || err == EIO || err == ETXTBSY ||
           err == EBADF;
}

/* Copy the data extent [at, end), in the kernel where it can. */
static int copy_extent(int from, int to, off_t at, off_t end)
{
    while (at < end) {
        off_t in = at, out = at;
        ssize_t n = copy_file_range(from, &in, to, &out, (size_t)(end - at), 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && kernel_cannot_copy(errno))
            return copy_piecewise(from, to, at, end);
        if (n < 0)
            return -errno;
        if (n == 0)
            return copy_piecewise(from, to, at, end); /* some file systems answer 0 for what they cannot */
        at += n;
    }
    return 0;
}

int fd_clone(int from, int to)
{
    if (ioctl(to, FICLONE, from) == 0)
        return 0;
    struct stat st;
    if (fstat(from, &st) < 0)
        return -errno;
    int err = 0;
    for (off_t at = 0; at < st.st_size && err == 0;) {
        off_t data = lseek(from, at, SEEK_DATA);
        if (data < 0 && errno == ENXIO)
            break; /* only a hole is left */
        if (data < 0)
            data = at; /* no SEEK_DATA here: all of it counts as data */
        off_t hole = lseek(from, data, SEEK_HOLE);
        if (hole < 0 || hole > st.st_size)
            hole = st.st_size;
        err = copy_extent(from, to, data, hole);
        at = hole;
    }
    if (err == 0 && ftruncate(to, st.st_size) < 0)
        err = -errno;
    return err;
}

int fd_send(int socket, const void *message, size_t len, const int *fds, size_t fd_count)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int) * FD_SEND_MOST)];
    } control;
    if (fd_count > FD_SEND_MOST)
        return -EINVAL;
    struct iovec iov = {.iov_base = (void *)(uintptr_t)message, .iov_len = len};
    struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
    if (fd_count > 0) {
        memset(&control, 0, sizeof control);
        msg.msg_control = control.bytes;
        msg.msg_controllen = CMSG_SPACE(sizeof(int) * fd_count);
        struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof(int) * fd_count);
        memcpy(CMSG_DATA(c), fds, sizeof(int) * fd_count);
    }
    ssize_t n;
    do
        n = sendmsg(socket, &msg, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    return n < 0 ? -errno : 0;
}

/* Hand the descriptors of `msg` over; those beyond `room` are closed. Returns how many were handed over. */
static size_t take_descriptors(struct msghdr *msg, int *fds, size_t room)
{
    size_t count = 0;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c != NULL; c = CMSG_NXTHDR(msg, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        size_t came = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < came; i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof fd);
            if (count < room)
                fds[count++] = fd;
            else
                close(fd);
        }
    }
    return count;
}

ssize_t fd_receive(int socket, void *message, size_t room, int *fds, size_t *fd_count)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int) * FD_SEND_MOST)];
    } control;
    struct iovec iov = {.iov_base = message, .iov_len = room};
    struct msghdr msg = {
        .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t n;
    do
        n = recvmsg(socket, &msg, MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return -errno;
    size_t came = take_descriptors(&msg, fds, fd_count ? *fd_count : 0);
    if (msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
        for (size_t i = 0; i < came; i++)
            close(fds[i]);
        return -EMSGSIZE;
    }
    if (fd_count)
        *fd_count = came;
    return n;
}
