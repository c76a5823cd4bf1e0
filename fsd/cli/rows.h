/*
 * rows: versions as lines of a table: Seq, local time, event, size, path, application.
 *
 * Sizes show what changed against the version before of the same file, so rows are gathered (ROWS_MOST at a time)
 * before they are printed.
 */
#ifndef HOLDFAST_CLI_ROWS_H
#define HOLDFAST_CLI_ROWS_H

#include "cli/text.h"
#include "record/record.h"

enum { ROWS_MOST = 2000 };

struct row {
    uint64_t seq, bytes;
    int64_t saved_ns;
    bool has_content;
    const char *event;                            /* static */
    char *rep, *mount, *path, *from, *app, *note; /* owned; "" where there is nothing */
};

struct rows {
    struct row *rows; /* owned */
    size_t count;
    bool colour;
    bool one_mount;    /* paths without the mount's name */
    bool oldest_first; /* print the rows in the reverse of how they came */
    size_t path_width; /* of all printed so far, so that the columns of one listing stay where they are */
    size_t shown_most; /* print only so many; 0: all */
    bool show_rep;
};

/* Gather one. -ENOMEM. */
int rows_add(struct rows *r, const struct record_version *v);

/* Print what was gathered to standard output, and forget it. */
void rows_print(struct rows *r);
void rows_free(struct rows *r);

#endif
