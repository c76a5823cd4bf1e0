/*
 * diff: two versions of a file, and the ways to show what changed: contacts of lists (diff_contacts.c), else lines
 * (diff_lines.c).
 */
#ifndef HOLDFAST_CLI_DIFF_H
#define HOLDFAST_CLI_DIFF_H

#include "cli/source.h"
#include "inspect/client.h"
#include "analyse/report.h"

enum { DIFF_LINES_MOST = 64 * 1024 * 1024 }; /* beyond this nobody reads a line-by-line comparison */

struct diff_side {
    struct source_version version;
    bool absent;             /* the file did not exist before its first version */
    int fd;                  /* its bytes; owned; -1: none were fetched */
    struct buf bytes;        /* the same, where lines are compared */
    struct inspection found; /* `looked` only */
    struct report report;
    bool looked; /* an inspector could read it */
};

struct diff {
    const char *path;
    struct diff_side before, after;
    bool binary, too_large;
    bool as_text; /* no text itself: the lines are of the text in it, as the inspector reads it */
    size_t shown; /* lines */
    bool colour, terminal;
    json_t *lines; /* --json: of diff_lines */
};

/* Same bytes? Then there is nothing to compare. */
bool diff_is_equal(const struct diff *d);
bool diff_has_content(const struct diff_side *s);

/* Are both versions lists of contacts (one of them may be empty, or not be there)? Both have been looked at. */
bool diff_is_of_contacts(const struct diff *d);

/* What changed, to standard output. */
int diff_print_contacts(const struct diff *d, struct error *e);
json_t *diff_pack_contacts(const struct diff *d); /* {"added": [...] ...}; NULL: out of memory */
int diff_print_lines(struct diff *d, struct error *e);
int diff_pack_lines(struct diff *d, struct error *e); /* into d->lines */

#endif
