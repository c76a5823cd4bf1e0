/*
 * stub: the note that is left where a copy was taken away.
 */
#ifndef HOLDFAST_GUARD_STUB_H
#define HOLDFAST_GUARD_STUB_H

#include "event/verdict.h"

#include <sys/stat.h>

/* Leave NAME.holdfast.txt in the folder, of the owner of the file that was there (`st`); one of that name that is
 * there already stays as it is. `id` is the quarantine's name for the copy. What fails is said in the log. */
void stub_leave(int dir_fd, const char *name, const struct stat *st, const struct verdict *v, const char *id);

#endif
