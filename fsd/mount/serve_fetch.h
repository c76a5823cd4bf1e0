/*
 * serve_fetch: a thread that opens and lists files of the store for the keeper (event/fetch.h).
 */
#ifndef HOLDFAST_MOUNT_SERVE_FETCH_H
#define HOLDFAST_MOUNT_SERVE_FETCH_H

struct mount;

/* The thread's main: answers until the process ends. */
void *serve_fetch_main(void *mount);

#endif
