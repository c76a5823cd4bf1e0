/*
 * place: folders opened and made by a path that fs.conf names, as root, where others may write: no symbolic link is
 * followed.
 */
#ifndef HOLDFAST_PROC_PLACE_H
#define HOLDFAST_PROC_PLACE_H

#include "base/error.h"

#include <sys/types.h>

/* Open `path` (absolute) with `flags` (O_DIRECTORY is added; O_PATH allowed). A descriptor, or -errno: -ELOOP says
 * which real path to write. */
int place_open(const char *path, int flags, struct error *e);

/*
 * Make `path` and what is missing above it, all with `mode`, owned by root; what is there stays as it is. A descriptor
 * of it (O_RDONLY), or -errno.
 */
int place_make(const char *path, mode_t mode, struct error *e);

/* Split an absolute path: O_PATH of its parent, and *name_out its last component (owned by the caller). */
int place_open_parent(const char *path, char **name_out, struct error *e);

/* Make or open `name` in `dir_fd`, with this owner and mode whatever it had. A descriptor (O_RDONLY), or -errno. */
int place_claim(int dir_fd, const char *name, uid_t uid, gid_t gid, mode_t mode, struct error *e);

#endif
