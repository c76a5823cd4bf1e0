/*
 * fetcher: the keeper's end of event/fetch.h: one mount's files, folders and barriers, asked of its mount child.
 *
 * Any thread; calls wait for one another. A mount child that died is asked again once its successor is there; one that
 * does not answer in time gives -ETIMEDOUT.
 */
#ifndef HOLDFAST_SAVE_FETCHER_H
#define HOLDFAST_SAVE_FETCHER_H

#include "event/fetch.h"

enum { FETCHER_DEADLINE_MS = 10000 };

struct fetcher;

/* `socket` stays the caller's. NULL: out of memory. */
struct fetcher *fetcher_open(int socket);
void fetcher_close(struct fetcher *f);

struct fetch_want {
    const struct journal_handle *handle; /* may be empty */
    uint64_t ino;                        /* 0: any */
    const char *path;
};
struct fetch_got {
    int fd; /* the caller's; -1 when err is not 0 */
    struct fetch_opened at;
};

/* Open up to FETCH_BATCH files; fills got[0, count). 0: look at each got[i].at.err; -ETIMEDOUT or -errno: nothing was
 * got. */
int fetcher_open_files(struct fetcher *f, const struct fetch_want *wants, size_t count, struct fetch_got *got);

/*
 * One page of a folder (`each` may be NULL); *cookie 0 begins, and is 0 again when that was the last of it. `each` may
 * not ask the fetcher; its non-zero answer ends the page and is returned. -errno as the store answered, or -ETIMEDOUT.
 */
typedef int fetch_each(void *ctx, const struct fetch_entry *entry, const char *name, const char *target);
int fetcher_list(struct fetcher *f, const char *path, uint64_t *cookie, fetch_each *each, void *ctx);

/* 0 with the journal's head once all that the kernel had queued is in the journal. */
int fetcher_barrier(struct fetcher *f, uint64_t *journal_head);

#endif
