/*
 * place: a new file put where an old one may stand, whole or not at all.
 *
 * The bytes go to a temporary file in the same folder, which is synced and then renamed over the name. Below a mount no
 * symlink is followed: the folder is a rep's, and root restores there too.
 */
#ifndef HOLDFAST_CLI_PLACE_H
#define HOLDFAST_CLI_PLACE_H

#include "base/error.h"

#include <limits.h>
#include <stdint.h>

struct place {
    int folder_fd;           /* owned */
    int fd;                  /* the temporary file, open for writing; owned; -1 for a symlink's place */
    char name[NAME_MAX + 1]; /* what it becomes */
    char temporary[40];      /* "" when nothing is to be removed */
};

/* The file `path` below the mount at `root`; missing folders are made. -ENOTCONN: nothing is mounted there. */
int place_open_in_mount(struct place *out, const char *root, const char *path, struct error *e);

/* Any file the caller names. */
int place_open_file(struct place *out, const char *path, struct error *e);

/* Make the temporary file. */
int place_begin_file(struct place *p, struct error *e);

/* Put it in place with these permission bits; root gives it the owner of what stood there, or of the folder. */
int place_finish_file(struct place *p, uint32_t mode, struct error *e);

/* Put a symlink in place. */
int place_finish_symlink(struct place *p, const char *target, struct error *e);

/* Close; what was not finished is removed. */
void place_close(struct place *p);
#define place_auto __attribute__((cleanup(place_close))) struct place

#endif
