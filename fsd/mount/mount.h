/*
 * mount: the child that serves one mount's FUSE requests.
 */
#ifndef HOLDFAST_MOUNT_MOUNT_H
#define HOLDFAST_MOUNT_MOUNT_H

#include "config/config.h"
#include "policy/policy.h"

/* What the supervisor hands over. Descriptors stay the supervisor's too: the next child gets the same ones. */
struct mount_start {
    const struct config *config;
    const struct config_mount *mount;
    int fuse_fd;  /* /dev/fuse, already mounted on mount->path */
    int store_fd; /* the backing folder (a private clone of its mount) */
    int spool_fd; /* SPOOL/<mount> */
    int table_fd; /* the node table: memfd made by mount_create_table */
    int board_fd; /* event/board.h */
    int fetch_fd; /* event/fetch.h, mount's end */
    int order_fd; /* event/orders.h, mount's end */
    int root_fd;  /* O_PATH on the mounted folder as applications see it (for barriers); -1: open it yourself */
    const struct policy *policy;     /* in force at the start, had by the fork; may be NULL: no rules */
    const char *policy_id;           /* of the tree that their files make, 40 hex digits; "" unknown */
    unsigned keeper_uid, keeper_gid; /* owner of journal, clones: the keeper reads and removes them */
};

/* The child's main: serves until the kernel says ENODEV, then fetches only, until ORDER_STOP. Returns the exit status.
 */
int mount_main(const struct mount_start *start);

/* Make the shared memory in which everything that must outlive a mount child is kept. The descriptor, or -errno. */
int mount_create_table(void);

/* May a dead child of this mount be replaced under the running mount (kernel >= 6.9 said so at INIT)? */
bool mount_can_replace(int table_fd);

#endif
