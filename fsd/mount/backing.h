/*
 * backing: reaching the files of the store, with a bounded number of descriptors.
 *
 * No descriptor is kept for a known inode. A file is opened by its handle when it is needed (or, on a store
 * without handles, by its path, resolved beneath the store and through no symlink). The descriptors of the folders last
 * used are kept: nearly every request begins at one.
 */
#ifndef HOLDFAST_MOUNT_BACKING_H
#define HOLDFAST_MOUNT_BACKING_H

#include "mount/node.h"

#include <stdbool.h>

enum { BACKING_FOLDERS = 256 };

struct backing_folder {
    uint32_t node; /* 0: empty */
    uint32_t users;
    bool forgotten; /* its last user closes it: the number may mean another folder by now */
    uint64_t used;  /* clock of the last use */
    int fd;         /* O_PATH */
};

/* A file whose last name is gone: the supervisor has a copy of this descriptor. */
struct backing_pin {
    uint32_t node;
    int fd;
};

struct backing {
    struct nodes *nodes;
    int store_fd;     /* O_RDONLY | O_DIRECTORY on the store's root */
    bool has_handles; /* name_to_handle_at works there */
    dev_t dev;
    pthread_mutex_t lock;
    struct backing_folder folders[BACKING_FOLDERS];
    uint64_t clock;
    struct backing_pin *pins;
    size_t pin_count, pin_room;
};

/* `store_fd` may be O_PATH; a descriptor of its own is opened below it. 0 or -errno. */
int backing_open_store(struct backing *b, int store_fd, struct stat *root, struct journal_handle *root_handle);
void backing_set_nodes(struct backing *b, struct nodes *nodes);

/* The handle of (dir_fd, name), or of dir_fd itself for ""; len 0 where the store has none. */
void backing_get_handle(const struct backing *b, int dir_fd, const char *name, struct journal_handle *out);

/* Open a node's file: a new descriptor (the caller's), or -errno (-ESTALE: it is gone). Never blocks on a fifo. */
int backing_open(struct backing *b, uint32_t node, int flags);
int backing_open_handle(struct backing *b, const struct journal_handle *handle, int flags);
int backing_open_path(struct backing *b, const char *path, int flags);

/* An O_PATH descriptor of a folder, shared: -errno, or the descriptor, to be given back by backing_put_folder. */
int backing_get_folder(struct backing *b, uint32_t node);
void backing_put_folder(struct backing *b, uint32_t node, int fd);

/* The kernel forgot `node`: its number may come to mean another. */
void backing_forget(struct backing *b, uint32_t node);

/* Keep `fd` (taken over) as the way to a file that has no name. backing_unpin: true if it was there. */
int backing_pin(struct backing *b, uint32_t node, int fd);
bool backing_unpin(struct backing *b, uint32_t node);

/* Does this errno say that the store itself is away (a share that does not answer)? */
bool backing_is_away(int err);

#endif
