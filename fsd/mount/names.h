/*
 * names: short strings in the shared memory: file names of nodes, classes that they inherit, executables of
 * subjects.
 *
 * A name is a number (its first grain; 0 is none). The bytes never change while the number is in use; a
 * renamed node gets another name. Which grains are free is private: names_open works it out from the
 * numbers that live nodes and handles hold. All calls want the table lock (node.h).
 */
#ifndef HOLDFAST_MOUNT_NAMES_H
#define HOLDFAST_MOUNT_NAMES_H

#include "mount/shared.h"

#include <stddef.h>

enum { NAME_BYTES_MOST = 4095 };

struct names;

/* `shared`'s live records are final while this runs. NULL: out of memory. */
struct names *names_open(struct shared *shared);
void names_close(struct names *n); /* the names stay, what is known of free grains goes */

/* Keep a copy of `text` (cut at NAME_BYTES_MOST). 0: no room. */
uint32_t names_put(struct names *n, const char *text);
const char *names_get(const struct names *n, uint32_t name); /* "" for 0 */
void names_free(struct names *n, uint32_t name);             /* 0: nothing */

#endif
