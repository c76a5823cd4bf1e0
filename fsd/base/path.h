/*
 * path: where one path lies beside another, by their words alone: nothing is looked up.
 */
#ifndef HOLDFAST_BASE_PATH_H
#define HOLDFAST_BASE_PATH_H

#include <stddef.h>
#include <string.h>

/* The rest of `path` behind `folder` ("/x", or "" for the folder itself), or NULL if it does not lie there. All lies
 * below "", and the rest is the path. */
static inline const char *path_below(const char *path, const char *folder)
{
    size_t len = strlen(folder);
    if (len == 0)
        return path;
    return strncmp(path, folder, len) == 0 && (path[len] == '/' || path[len] == 0) ? path + len : NULL;
}

#endif
