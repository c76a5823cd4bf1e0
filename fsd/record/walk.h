/*
 * walk: the versions of one rep on one device, newest first, from a tip down through all volumes.
 */
#ifndef HOLDFAST_RECORD_WALK_H
#define HOLDFAST_RECORD_WALK_H

#include "record/form.h"
#include "record/odb.h"

struct walk {
    struct git_odb *odb; /* borrowed */
    bool more;           /* `next` is there */
    bool volume_begins;  /* the version at hand is the newest of its volume */
    bool next_begins;
    struct record_oid next;
    struct form_commit commit; /* the version at hand; its strings live in `text` until the next step */
    struct buf text;
};

void walk_begin(struct walk *w, struct git_odb *odb, const struct record_oid *tip);

/* Step to the next older version. 1: w->commit holds it; 0: that was all (a dropped older volume ends it too); -EIO: a
 * commit is missing or damaged. */
int walk_next(struct walk *w, struct error *e);

void walk_end(struct walk *w);
#define walk_auto __attribute__((cleanup(walk_end))) struct walk

#endif
