/*
 * orders: what the supervisor and a mount child tell each other (event/orders.h), seen from the child.
 */
#ifndef HOLDFAST_MOUNT_ORDERS_H
#define HOLDFAST_MOUNT_ORDERS_H

#include "mount/state.h"

/*
 * Hold the file of `node`, whose last name is about to go or which never had one, for as long as the kernel refers to
 * it, over our own death too: `fd` (taken over) goes to the supervisor as well.
 */
void orders_pin(struct mount *m, uint32_t node, int fd);
void orders_unpin(struct mount *m, uint32_t node);

/* A replacement, first thing: what its predecessor had pinned. 0 or -errno. */
int orders_take_pins(struct mount *m);

void orders_say_ready(struct mount *m);

/* The main of a thread: other rules, as they come, until ORDER_STOP or the supervisor's end. */
void *orders_main(void *mount);

#endif
