/*
 * fdio: file descriptors: closing once, whole reads and writes, copies, descriptors sent to another process.
 */
#ifndef HOLDFAST_BASE_FDIO_H
#define HOLDFAST_BASE_FDIO_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Close `*fd` unless it is -1, set it to -1, keep errno. */
void fd_close(int *fd);
#define fd_auto __attribute__((cleanup(fd_close))) int

/* Give the descriptor to the caller; `*fd` becomes -1. */
int fd_steal(int *fd);

/* Write all of it, or fail: 0 or -errno (EINTR is repeated; a short write goes on). */
int fd_write_all(int fd, const void *bytes, size_t len);
int fd_pwrite_all(int fd, const void *bytes, size_t len, off_t at);

/* Read until `len` bytes or the end of the file: the count, or -errno. */
ssize_t fd_pread_full(int fd, void *bytes, size_t len, off_t at);

/*
 * Make `to` (empty) hold the bytes of `from` (regular files): FICLONE, else copy_file_range, else read and
 * write in pieces of 128 KiB. Holes survive where the file system says where they are. 0 or -errno.
 */
int fd_clone(int from, int to);

/*
 * One message over a SOCK_SEQPACKET socket, with up to FD_SEND_MOST descriptors. The sender keeps its own.
 * fd_send: 0 or -errno (-EAGAIN: the queue is full and the socket does not block).
 * fd_receive: the message's length, 0 when the peer is gone, or -errno; -EMSGSIZE if it did not fit. On
 * success `*fd_count` (in: room in `fds`; out: how many came) descriptors are the caller's, close-on-exec.
 */
enum { FD_SEND_MOST = 64 };
int fd_send(int socket, const void *message, size_t len, const int *fds, size_t fd_count);
ssize_t fd_receive(int socket, void *message, size_t room, int *fds, size_t *fd_count);

#endif
