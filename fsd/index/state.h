/*
 * state: is data.mdb whole? One small file beside it.
 *
 * Marked, with the machine's boot, before the first commit that does not wait for the disk; cleared when all has
 * reached it. Found marked by another boot: the machine stopped in between.
 */
#ifndef HOLDFAST_INDEX_STATE_H
#define HOLDFAST_INDEX_STATE_H

#include "base/error.h"

#include <stdbool.h>

enum state_word { STATE_NEW, STATE_CLEAN, STATE_MARKED };

/* Opens and locks it (the writer's, to be closed by it): -EBUSY. */
int state_open_writer(int *fd, const char *path, struct error *e);
int state_open_reader(int *fd, const char *path, struct error *e); /* -ENOENT without words */

/* -EILSEQ: marked by another boot, of another version, or not a state at all. */
int state_read(int fd, enum state_word *word, struct error *e);
int state_write(int fd, enum state_word word, struct error *e); /* and on the disk */

#endif
