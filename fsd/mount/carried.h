/*
 * carried: saves that are not in the record yet, of files that no node stands for: made in an earlier life of the
 * daemon, or by a file that the kernel has forgotten since. By inode number, so that the next one to change the file
 * knows.
 *
 * The journal is the fact; this is its index, filled by a thread at start. Until it is filled, carried_take waits.
 */
#ifndef HOLDFAST_MOUNT_CARRIED_H
#define HOLDFAST_MOUNT_CARRIED_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct carried {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    bool is_filled;
    struct carried_save {
        uint64_t ino, seq; /* ino 0: empty */
    } * saves;
    size_t room, used;
};

void carried_open(struct carried *c);

/* Note that the newest save of `ino` is `seq`. No memory: false. */
bool carried_put(struct carried *c, uint64_t ino, uint64_t seq);

/* The newest unkept save of `ino` (0: none). Waits until carried_fill is through. */
uint64_t carried_get(struct carried *c, uint64_t ino);

/* The file is gone, or a new one has its number. */
void carried_drop(struct carried *c, uint64_t ino);

/* Everything up to `kept` is in the record: drop it when that makes the table smaller. */
void carried_trim(struct carried *c, uint64_t kept);

/* Read the journal in `spool_fd` from `after` on, then let carried_get go. */
void carried_fill(struct carried *c, int spool_fd, uint64_t after);

#endif
