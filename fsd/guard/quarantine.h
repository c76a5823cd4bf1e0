/*
 * quarantine: where copies go that may not stay: a folder of root's own, one folder a copy.
 *
 *   QUARANTINE/<time, ns>-<number>/content   the bytes, fsynced and compared before the copy is removed
 *   QUARANTINE/<time, ns>-<number>/about.json  what was known of it
 *
 * In the copy's place stays NAME.holdfast.txt, the file owner's own, that says why and whom to ask.
 */
#ifndef HOLDFAST_GUARD_QUARANTINE_H
#define HOLDFAST_GUARD_QUARANTINE_H

#include "base/error.h"
#include "event/verdict.h"

#include <stdint.h>
#include <sys/stat.h>

struct quarantine;

/* `path` is made if it is missing; anything but a folder of root's that nobody else enters is refused: -EPERM. */
int quarantine_open(struct quarantine **out, const char *path, struct error *e);
void quarantine_close(struct quarantine *q);

/*
 * Take the file away that `fd` has open: `st` is what it was when it was judged, and `v` what was decided; v->path
 * is where it is, v->sha256 what was matched ("": not known), v->time_ns when. 0; -ESTALE: it changed, or another file
 * has its name now: it stays and is to be looked at again; -ENOSPC, -EROFS ... of either file system: it stays.
 */
int quarantine_take(struct quarantine *q, int fd, const struct stat *st, const struct verdict *v, struct error *e);

#endif
