/*
 * known: the tables of names and texts that an inspector compares files with (analyse/known.h), made of the index.
 *
 * Names are those that stand in a list: a file whose newest version has RECALL_LIST_ROWS contacts or more. Texts are
 * those of one rep, whatever device they were written on. A table is made a piece at a time, since an index of millions
 * of keys takes a second to walk through; meanwhile the one before is in force. It is made anew when the index has
 * changed, and so seldom that making takes a twentieth of the time at most.
 */
#ifndef HOLDFAST_RECALL_KNOWN_H
#define HOLDFAST_RECALL_KNOWN_H

#include "recall/recall.h"

enum { RECALL_LIST_ROWS = 5, RECALL_KNOWN_APART_MS = 2000 };

struct recall_known;

/* For these reps, whose names and `r` are the caller's and have to last. One thread. -ENOMEM. */
int recall_known_open(struct recall_known **out, struct recall *r, const char *const *reps, size_t rep_count);
void recall_known_close(struct recall_known *k);

/* Go on with the tables for about `slice_ms`, if they are due at this (monotonic) time. 1: there is more to do; 0:
 * there is not; -errno: try later. */
int recall_known_step(struct recall_known *k, int64_t now_ns, int slice_ms, struct error *e);

/* What to ask an inspector with about the rep's file at this path. False: there are no tables yet. The descriptors stay
 * open until the next step. */
bool recall_known_about(struct recall_known *k, const char *rep, const char *device, const char *mount,
                        const char *path, struct inspector_known *out);

#endif
