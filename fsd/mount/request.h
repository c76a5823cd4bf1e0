/*
 * request: reading the kernel's queue of requests, /dev/fuse.
 *
 * Two things are minded here. A child that is killed in the middle of a read(2) for whose pages the kernel would have
 * to wait leaves a request half read, and to the application that is EIO: so the buffer's pages are in memory before a
 * read, and the request is sent again to the next child. And a thread that sleeps has to be woken, often across
 * processors, which takes longer than most requests do: so we look for the next request for a short while before we go
 * to sleep, as long as that pays.
 *
 * After a child died the kernel sends again what was read and not answered, in no order. The next child reads all of it
 * first and hands it out in the order in which it was made: a RELEASE before the OPEN that would truncate what it is to
 * notice.
 */
#ifndef HOLDFAST_MOUNT_REQUEST_H
#define HOLDFAST_MOUNT_REQUEST_H

#include "mount/worker.h"

#include <sys/types.h>

/* With passthrough hardly any write comes to us, and buffers cost memory. What is no write's data (names, values of
 * attributes) fits into the head, or into what a write may take. */
enum { REQUEST_WRITE_MOST = 1 << 20, REQUEST_WRITE_BESIDE_PASSTHROUGH = 128 * 1024, REQUEST_HEAD_BYTES = 8192 };

/* Before the first read: reading never blocks, so that one can look. */
void request_open(struct mount *m);

/* Of a replacement, after the kernel was asked to send again: read that. */
void request_collect_resent(struct mount *m);

/* w->buffer, for any request; NULL: out of memory. */
void request_make_buffer(struct worker *w);

/* The next request, into w->buffer: its length, or -1 with errno as read(2): ENODEV when the mount is gone. With the
 * turn.
 */
ssize_t request_read(struct worker *w);

#endif
