/*
 * node: the inodes that the kernel knows, by number and by (device, inode).
 *
 * A node has four identities; know which one you hold:
 *   number       index in the shared table and FUSE's nodeid; lives until the kernel forgot it; then used again
 *   (dev, ino)   of the backing file; found through the private hash as long as the file has a name
 *   handle       name_to_handle_at's: opens the backing file whatever its names; absent on stores without
 *   path         parent and name, upwards to the root: what a person calls it; the name by which it was last
 *                looked up, if it has several; changes with every rename above it
 * You CAN open a node by handle while any of its names, or an open file, exists. You CANNOT rely on its path to
 * open it where handles exist. A node whose last name goes leaves the hash before it does (its ino may be given
 * to a new file at once: NODE_GONE) but keeps its number, and a pinned descriptor if anybody has it open. One of
 * several names may go: the node stays findable, and has no path until it is looked up by another.
 *
 * Lock order (all threads): gate of a node (gate.h) -> table lock (here) -> journal's, facts' own. No FUSE reply
 * is sent while any is held.
 */
#ifndef HOLDFAST_MOUNT_NODE_H
#define HOLDFAST_MOUNT_NODE_H

#include "base/buf.h"
#include "mount/names.h"
#include "mount/shared.h"

#include <pthread.h>
#include <stdbool.h>
#include <sys/stat.h>

enum { NODE_ROOT = 1 };

/* What this child counts about a node; private, worked out again by the next child. */
struct node_use {
    uint32_t children;        /* nodes whose parent this is: it may not be freed while there are any */
    uint32_t opens;           /* open handles */
    uint32_t writers;         /* of them: for writing */
    _Atomic uint32_t closing; /* RELEASEs that were begun and are not noticed yet (gate.h) */
};

struct nodes {
    struct shared *shared;
    struct names *names;
    pthread_mutex_t lock; /* "the table lock": all below, and every link, state and name in `shared` */
    struct node_use *use; /* by node number */
    uint32_t *hash;       /* node numbers, open addressing by (dev, ino) */
    uint32_t hash_room, hash_used;
    uint32_t *free; /* numbers below nodes_top that are free */
    uint32_t free_count, free_room;
    _Atomic uint64_t live;
};

/* Set up over `shared`: a fresh table gets its root (`root`: the store's own stat and handle). -ENOMEM. */
int nodes_open(struct nodes *n, struct shared *shared, const struct stat *root,
               const struct journal_handle *root_handle);

static inline struct node_record *node_at(struct nodes *n, uint64_t number) { return &n->shared->nodes[number]; }

/* Is `number`, which came from the kernel, a node? */
bool node_known(struct nodes *n, uint64_t number);

/*
 * The node of a backing file found under (parent, name), made if need be, with one more lookup counted. `handle`
 * is asked for (through `get_handle`) only for a new node. 0: the table is full.
 */
uint32_t node_lookup(struct nodes *n, uint32_t parent, const char *name, const struct stat *st,
                     void (*get_handle)(void *ctx, struct journal_handle *out), void *ctx);

/*
 * The kernel dropped `count` references. True if none is left: the facts are in *last (so that an unkept save is not
 * lost), and what hangs on the number is to be let go of, then node_free_if_unused called; until then the number means
 * nothing else.
 */
bool node_forget(struct nodes *n, uint32_t number, uint64_t count, struct node_record *last);
void node_free_if_unused(struct nodes *n, uint32_t number);

/* Count a reference of our own to `number` if it still is the file `ino` (0: whichever it is); given back like the
 * kernel's. */
bool node_hold(struct nodes *n, uint32_t number, uint64_t ino);

/* The node of a backing file, or 0. No reference is counted. */
uint32_t node_find(struct nodes *n, uint64_t dev, uint64_t ino);

/* Renamed: it is now `name` in `parent`. */
void node_set_link(struct nodes *n, uint32_t number, uint32_t parent, const char *name);

/* (parent, name) is gone, or about to go: forget it if that is how the node was known. `last`: no other name is left
 * either. */
void node_drop_link(struct nodes *n, uint32_t number, uint32_t parent, const char *name, bool last);

/* Append the path, relative to the mount, without leading slash. False: it has no name (any more). */
bool node_path(struct nodes *n, uint32_t number, struct buf *path);
bool node_child_path(struct nodes *n, uint32_t parent, const char *name, struct buf *path);

/* Count an open or a close. Returns how many are open for writing afterwards. */
uint32_t node_count_open(struct nodes *n, uint32_t number, int opens, int writers);
uint32_t node_writers(struct nodes *n, uint32_t number);
uint32_t node_opens(struct nodes *n, uint32_t number);

#endif
