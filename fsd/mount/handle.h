/*
 * handle: open files. Facts in shared memory, descriptors in private memory.
 *
 * Most open files need no descriptor of ours: the kernel itself reads and writes the backing file. One is kept where we
 * have it anyway (up to HANDLE_FDS_MOST) and opened again, by the node, where a later request needs it: that is all
 * a replacement child has to do.
 */
#ifndef HOLDFAST_MOUNT_HANDLE_H
#define HOLDFAST_MOUNT_HANDLE_H

#include "mount/backing.h"
#include "mount/node.h"

enum { HANDLE_FDS_MOST = 2048 };

struct handles {
    struct shared *shared;
    struct nodes *nodes;
    pthread_mutex_t lock;
    int *fds; /* by handle index, stored as fd + 1 so that untouched memory means none */
    uint32_t *free;
    uint32_t free_count;
    _Atomic uint32_t fd_count;
    _Atomic uint64_t live;
};

int handles_open(struct handles *h, struct shared *shared, struct nodes *nodes);

/*
 * Make one from `facts` (state, serial are set here); the node's open count goes up. 0: too many open files. The number
 * is also written to `*made` before the handle exists, so that a successor can undo what nobody was told of
 * (survive.h).
 */
uint64_t handle_make(struct handles *h, const struct handle_record *facts, _Atomic uint64_t *made);

/* NULL: not (or no longer) open. For who executes a request on it: it stays open that long. */
struct handle_record *handle_at(struct handles *h, uint64_t fh);

/* Close it, if it is open. Returns how many handles of its node are left open for writing. */
uint32_t handle_close(struct handles *h, uint64_t fh);

/*
 * For who is not executing a request on it (the timer): it may be closed at any moment, and its place be another's. So
 * a copy of what it is, and its number: false if there is none at that index. handle_drop_copy is due.
 */
bool handle_copy(struct handles *h, uint32_t index, uint64_t *fh, struct handle_record *copy);
void handle_drop_copy(struct handles *h, struct handle_record *copy);
bool handle_is_open(struct handles *h, uint64_t fh); /* at this moment */

/* The descriptor of an open file, opened if need be. It stays ours until the close. -errno. */
int handle_fd(struct handles *h, struct backing *b, uint64_t fh);

/* Keep `fd` (taken over) for it if there is room, else close it. */
void handle_keep_fd(struct handles *h, uint64_t fh, int fd);

#endif
