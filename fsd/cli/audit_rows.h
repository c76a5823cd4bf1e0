/*
 * audit_rows: events of the audit log as lines of a table: number, local time, what was decided, who, with which
 * application, class, file, rule. Gathered (AUDIT_ROWS_MOST at a time), so that columns are as wide as they need be.
 */
#ifndef HOLDFAST_CLI_AUDIT_ROWS_H
#define HOLDFAST_CLI_AUDIT_ROWS_H

#include "cli/text.h"

#include <stdbool.h>
#include <stddef.h>

enum { AUDIT_ROWS_MOST = 2000 };

struct audit_row {
    json_t *entry; /* a reference of our own */
    bool sealed;
};

struct audit_rows {
    struct audit_row *rows; /* owned */
    size_t count;
    bool colour, one_mount, oldest_first;
    size_t widths[6]; /* of the columns printed so far */
};

/* Gather one; prints what is there first, if that is full. -ENOMEM. */
int audit_rows_add(struct audit_rows *r, json_t *entry, bool sealed);

/* Print what was gathered to standard output, and forget it. */
void audit_rows_print(struct audit_rows *r);
void audit_rows_free(struct audit_rows *r);

#endif
