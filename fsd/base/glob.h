/*
 * glob: names matched by patterns as git and gitignore know them, in time that no hostile name can blow up.
 */
#ifndef HOLDFAST_BASE_GLOB_H
#define HOLDFAST_BASE_GLOB_H

#include <stdbool.h>

/*
 * Does `path` (relative, no leading slash, raw bytes) match, or lie below a folder that does? `**` crosses slashes, `*`
 * and `?` do not; a glob without a slash matches at any depth. An empty path matches nothing.
 */
bool glob_match(const char *glob, const char *path);

#endif
