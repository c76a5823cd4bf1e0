/*
 * landlock: which paths a process may still reach, for itself and all that it starts, for good. Ports, abstract sockets
 * and signals to others are always given up.
 */
#ifndef HOLDFAST_INSPECT_LANDLOCK_H
#define HOLDFAST_INSPECT_LANDLOCK_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* A file, or a folder and all below it. Reading only; one that is not there is passed over. */
struct landlock_place {
    const char *path;
    bool may_execute;
};

/*
 * Taken at the newest version the kernel knows. PR_SET_NO_NEW_PRIVS has to be set. 0; -ENOSYS, and *e is not filled:
 * this kernel runs without Landlock; or -errno.
 */
int landlock_restrict(const struct landlock_place *places, size_t count, struct error *e);

#endif
