/*
 * recheck: files that may go on changing after their close.
 *
 * With passthrough a shared mapping belongs to the backing file: the kernel sends RELEASE at close() although the
 * mapping lives on and changes the file. Nobody can say whether there is one. So the files closed last that were open
 * for reading and writing (no mapping can be written otherwise) are looked at again once in each interval, and saved
 * again if they changed with nobody writing.
 */
#ifndef HOLDFAST_MOUNT_RECHECK_H
#define HOLDFAST_MOUNT_RECHECK_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

enum { RECHECK_FILES = 256 };

struct mount;

struct recheck {
    pthread_mutex_t lock;
    struct recheck_file {
        uint32_t node;      /* 0: empty */
        uint64_t ino;       /* the number may have come to mean another file */
    } files[RECHECK_FILES]; /* a ring */
    size_t next;
};

void recheck_open(struct recheck *r);

/* A handle of `node` through which it may have been mapped is being closed. */
void recheck_note(struct mount *m, uint32_t node);

/* The timer's work. */
void recheck_all(struct mount *m);

#endif
