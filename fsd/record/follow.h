/*
 * follow: one path through its history, newest first: each rename on the way, of the file or of a folder above it,
 * changes the name under which it is looked for in what is older.
 */
#ifndef HOLDFAST_RECORD_FOLLOW_H
#define HOLDFAST_RECORD_FOLLOW_H

#include "record/record.h"

struct follow {
    char *path;  /* its name at the version at hand; owned; NULL: every path */
    bool failed; /* out of memory on the way */
};

enum follow_match {
    FOLLOW_NOT = 0, /* the version is about something else */
    FOLLOW_SELF,    /* about the path itself */
    FOLLOW_BELOW,   /* about something in it: it is a folder */
    FOLLOW_ABOVE,   /* a folder above it moved, or went with it */
    FOLLOW_AWAY,    /* it got another name: under this one it ended here */
};

/* `path` may be NULL or "". */
void follow_begin(struct follow *f, const char *path);
void follow_end(struct follow *f);
#define follow_auto __attribute__((cleanup(follow_end))) struct follow

/* How does `v` concern the path? To be called with every version, newest first. */
enum follow_match follow_step(struct follow *f, const struct record_version *v);

/* True if `v` takes what it names away: a delete, or an unattended or recovered one. */
bool follow_is_removal(const struct record_version *v);

#endif
