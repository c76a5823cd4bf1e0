/*
 * subject: who asks. Taken at open, when the asking process still waits for us and can be looked at.
 */
#ifndef HOLDFAST_MOUNT_SUBJECT_H
#define HOLDFAST_MOUNT_SUBJECT_H

#include "mount/notice.h"

#include <sys/types.h>

/* Executable of `pid` into `path`; "" if it cannot be known (a kernel thread, another pid namespace). */
void subject_app(const struct mount *m, int32_t pid, char path[static NAME_BYTES_MOST + 1]);

/* All of it, into the facts of an open file: h->app is a name (names.h) that the handle owns from now on. */
void subject_note(struct mount *m, struct notice_who who, struct handle_record *h);
/* The same if no handle came of it: give the name back. */
void subject_drop(struct mount *m, struct handle_record *h);

/* The beginning of /proc/PID/<file> as text, NUL-terminated: its length, or -1. */
ssize_t subject_read(const struct mount *m, int32_t pid, const char *file, char *text, size_t room);

/* Audit login session of `pid`; UINT32_MAX: none. */
uint32_t subject_session(const struct mount *m, int32_t pid);

/* Does `pid` (with `gid`) belong to `group`? As the kernel's in_group_p. */
bool subject_in_group(const struct mount *m, int32_t pid, unsigned gid, unsigned group);

#endif
