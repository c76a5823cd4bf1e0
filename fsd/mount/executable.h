/*
 * executable: the SHA-256 of a program that runs, for rules that name one by its content.
 *
 * Remembered by device, inode, size, mtime and ctime. Only a few are read at a time (a program may be large, or lie on
 * a share that is away): while others are, what is not remembered is not known.
 */
#ifndef HOLDFAST_MOUNT_EXECUTABLE_H
#define HOLDFAST_MOUNT_EXECUTABLE_H

#include "mount/state.h"

enum { EXECUTABLE_READERS_MOST = 3, EXECUTABLE_BYTES_MOST = 1 << 30 };

/* 64 hex digits of what `pid` executes; "" if it cannot be known. Without the turn: it may read the whole file. */
void executable_hash(const struct mount *m, int32_t pid, char hex[static 65]);

#endif
