/*
 * session: the mount child's life: set up, serve, answer the keeper, leave. mount_main is here.
 */
#ifndef HOLDFAST_MOUNT_SESSION_H
#define HOLDFAST_MOUNT_SESSION_H

#include "mount/state.h"

/*
 * Hold the file of `node`, whose last name is about to go or which never had one, for as long as the kernel refers to
 * it, over our own death too: `fd` (taken over) goes to the supervisor as well.
 */
void session_pin(struct mount *m, uint32_t node, int fd);
void session_unpin(struct mount *m, uint32_t node);

#endif
