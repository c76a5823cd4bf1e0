/*
 * scan_compare: is a file in the store what the tip of the record has? First by what we know, then by content.
 */
#ifndef HOLDFAST_SAVE_SCAN_COMPARE_H
#define HOLDFAST_SAVE_SCAN_COMPARE_H

#include "save/capture.h"

struct scan_found {
    struct fetch_entry entry;
    char *path;   /* owned */
    char *target; /* owned; "" unless it is a symlink */
};

/* The facts say that it was kept as it is now (files), or its target is the same (symlinks). */
bool scan_is_vouched_for(const struct keep_tools *t, struct lane *l, const struct fetch_entry *entry, const char *path,
                         const char *target);

/* Read it: the tip has the same bytes and the same mode. Then *blob is their id. */
bool scan_is_same_content(const struct keep_tools *t, const struct lane *l, const char *path, const struct capture *c,
                          struct record_oid *blob);

#endif
