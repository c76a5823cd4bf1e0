/*
 * mountinfo: what is mounted where, as /proc/self/mountinfo tells it (proc_pid_mountinfo(5)). Names there are whatever
 * a device or a user chose.
 */
#ifndef HOLDFAST_GUARD_MOUNTINFO_H
#define HOLDFAST_GUARD_MOUNTINFO_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct mountinfo {
    unsigned major, minor; /* st_dev of its files; 0: of no block device */
    char type[64];         /* "ext4", "fuse.sshfs" */
    char path[PATH_MAX];   /* where it is mounted, raw bytes */
};

/* One line, without its newline: false if it is none, or too long for us. */
bool mountinfo_parse(const char *line, size_t len, struct mountinfo *out);

/* Each mount in the order of the text; lines that are none are left out. */
void mountinfo_each(const char *text, size_t len, void (*each)(void *ctx, const struct mountinfo *m), void *ctx);

/* Do its files lie on another machine? By the type's name. */
bool mountinfo_is_network(const char *type);

#endif
