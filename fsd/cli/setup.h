/*
 * setup: the users and folders that a machine needs before holdfastd starts. For root; every call is safe to repeat,
 * and appends a line to `done` for what it made or changed.
 */
#ifndef HOLDFAST_CLI_SETUP_H
#define HOLDFAST_CLI_SETUP_H

#include "base/buf.h"
#include "base/error.h"

#include <sys/types.h>

/* A system user without a login, with a group of its own name. */
int setup_user(const char *name, uid_t *uid, gid_t *gid, struct buf *done, struct error *e);

/* A folder with that owner and mode; its parents, where missing, are root's and 0755. An existing one gets owner and
 * mode set. */
int setup_folder(const char *path, mode_t mode, uid_t uid, gid_t gid, struct buf *done, struct error *e);

/* The folder that holds `path`, made if it is missing. */
int setup_parent(const char *path, struct buf *done, struct error *e);

/* A file of so many random bytes, root's and 0600, unless it is there: then owner and mode are set. -EINVAL: it is of
 * another size. */
int setup_secret(const char *path, size_t bytes, struct buf *done, struct error *e);

/*
 * Give all that root owns below the folder to another user (what somebody else owns stays his), following no symlink
 * and touching no file that has a second name.
 */
int setup_give(const char *path, uid_t uid, gid_t gid, struct error *e);

#endif
