/*
 * walk: every regular file below a folder, for what was not seen as it happened. Bounded in depth and number; no
 * symbolic link is followed and no other file system entered.
 */
#ifndef HOLDFAST_GUARD_WALK_H
#define HOLDFAST_GUARD_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

enum { WALK_DEPTH_MOST = 64, WALK_FILES_MOST = 200000 };

/* `fd` is the open file (the walk's), `path` where it lies. Non-zero stops, and is returned. */
typedef int walk_file(void *ctx, int fd, const char *path, const struct stat *st);

/*
 * Files below `folder` whose status changed at `since_ns` (realtime) or later. The folder's descriptor stays the
 * caller's; `path` is what it is called. 0; -E2BIG: there were more files, or deeper ones, than a walk looks at.
 */
int walk_changed(int folder, const char *path, int64_t since_ns, walk_file *each, void *ctx);

/* The path below `folder` of the file with this inode number, into `to`; false: it was not found within the bounds. */
bool walk_find_inode(int folder, uint64_t ino, char *to, size_t room);

#endif
