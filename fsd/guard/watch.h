/*
 * watch: the only user of fanotify: who finished a file on the file systems that are watched.
 *
 * A group that is only told, never asked: no application waits for it. A mark is put on a whole file system, so mount
 * namespaces, bind mounts and other paths to it make no difference. Events name files by handle, which stays right
 * whatever is renamed meanwhile. Needs CAP_SYS_ADMIN, and Linux 5.17.
 */
#ifndef HOLDFAST_GUARD_WATCH_H
#define HOLDFAST_GUARD_WATCH_H

#include "base/error.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct watch;

int watch_open(struct watch **out, struct error *e);
void watch_close(struct watch *w);
int watch_fd(const struct watch *w); /* readable when there are events */

/*
 * Mark the file system that `fd` lies on, and tell its number. Again does no harm. -ENODEV: it has no number or no file
 * handles to know files by; -EXDEV: a btrfs subvolume; of fanotify.
 */
int watch_mark(struct watch *w, int fd, uint64_t *filesystem);

enum watch_what {
    WATCH_WRITTEN = 1, /* closed after it was open for writing */
    WATCH_MOVED = 2,   /* renamed to this name */
    WATCH_NAMED = 4,   /* a new name: created, or a link */
    WATCH_FOLDER = 8,  /* with MOVED: it is a folder */
    WATCH_LOST = 16,   /* nothing else is set: the queue was full, and events are gone */
};

/* Pointers hold during the call. */
struct watch_event {
    unsigned what; /* enum watch_what */
    int32_t pid;   /* who did it; 0: not known here */
    uint64_t filesystem;
    const struct file_handle *folder; /* that has the name */
    const struct file_handle *file;   /* NULL: not told */
    const char *name;                 /* in the folder, raw bytes */
};

/* Read one batch of events: how many bytes (0: none was there), or -errno. Never waits. */
int watch_read(struct watch *w, void (*each)(void *ctx, const struct watch_event *ev), void *ctx);

/* What watch_read does with the kernel's bytes: each event that tells what is needed; the rest is left out. */
void watch_decode(const char *bytes, size_t len, void (*each)(void *ctx, const struct watch_event *ev), void *ctx);

#endif
