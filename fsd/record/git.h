/*
 * git: stock git, run for what it does better than we could: packing and indexing.
 */
#ifndef HOLDFAST_RECORD_GIT_H
#define HOLDFAST_RECORD_GIT_H

#include "base/error.h"

/* HEAD of a record: a branch that never exists. */
#define GIT_HEAD "ref: refs/heads/none\n"

/*
 * Run `git -C <repository> <args...>` (NULL-terminated) with an environment of our own and no configuration but the
 * repository's, and wait. 0; -EIO with git's last line if it fails; -ENOENT if there is no git; -errno.
 */
int git_run(const char *repository, const char *const *args, struct error *e);

#endif
