/*
 * mounts: one place where a rep works: its folder, the store behind it, and the FUSE mount on it.
 *
 * Everything goes by descriptors once the folder was found, since the rep may rename or replace what is above it at any
 * time. Nothing here sends a request to the mount or waits for one.
 */
#ifndef HOLDFAST_PROC_MOUNTS_H
#define HOLDFAST_PROC_MOUNTS_H

#include "base/error.h"
#include "config/config.h"

#include <stdbool.h>
#include <sys/types.h>

struct mountpoint {
    const struct config_mount *mount;
    char *name;      /* last component of the path; owned */
    int parent_fd;   /* O_PATH: the folder's parent, for unmounting by name */
    int folder_fd;   /* O_PATH: the folder itself, beneath the mount */
    int store_fd;    /* O_PATH: what is served */
    mode_t mode;     /* st_mode of the store's root */
    uid_t owner_uid; /* and its owner: the rep */
    int fuse_fd;     /* /dev/fuse, mounted on the folder; -1: not mounted */
    dev_t device;    /* st_dev of the mount */
};

/*
 * Find the folder and the store. A mount of ours that a crash left on the folder is taken away first. A store of its
 * own that is missing is made, with the folder's owner and mode, in a parent that only root may enter; a store that is
 * the folder is a private clone of its mount, so that mounting over it hides nothing from us. No symbolic link is
 * followed anywhere in either path. Errors (the caller closes *p all the same): -ENOENT, -ENOTDIR, -ELOOP, ... with
 * what to do.
 */
int mountpoint_open(struct mountpoint *p, const struct config_mount *mount, struct error *e);

/* Open /dev/fuse and mount it on the folder. From here the kernel queues requests for whoever reads `fuse_fd`. */
int mountpoint_attach(struct mountpoint *p, struct error *e);

/* Is the kernel still willing to send requests? False once unmounted (and let go by its last user) or aborted. */
bool mountpoint_is_connected(const struct mountpoint *p);

/* Is our mount what a person finds at the folder? */
bool mountpoint_is_in_place(const struct mountpoint *p);

/* Unmount: 0; -EBUSY: in use (not with `lazily`, which hides it at once); -EINVAL, -ENOENT: nothing is mounted. */
int mountpoint_detach(const struct mountpoint *p, bool lazily);

/* Make the kernel fail every request, waiting or coming. */
int mountpoint_abort(const struct mountpoint *p);

/* Close /dev/fuse, not the store: after it the mount can be attached again. */
void mountpoint_disconnect(struct mountpoint *p);
void mountpoint_close(struct mountpoint *p);

#endif
