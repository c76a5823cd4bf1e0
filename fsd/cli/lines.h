/*
 * lines: two texts compared line by line (by libgit2's diff).
 */
#ifndef HOLDFAST_CLI_LINES_H
#define HOLDFAST_CLI_LINES_H

#include "base/buf.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* One line of the comparison: "@@ -1,3 +1,4 @@" (op '@'), context (' '), removed ('-') or added ('+'). */
struct lines_line {
    char op;
    int old_number, new_number; /* counted from 1; -1: not on that side */
    const char *text;           /* not NUL-terminated; its newline included, if it has one */
    size_t len;
};

/*
 * Compare; `cb` gets each line in order. *binary tells that one side is no text (then there are no lines). 0, cb's
 * non-zero answer, or -errno.
 */
int lines_compare(const struct buf *before, const struct buf *after, bool *binary,
                  int (*cb)(void *ctx, const struct lines_line *l), void *ctx, struct error *e);

#endif
