/*
 * storied: names that lately held more than a scratch file.
 *
 * A file that is created, saved once and removed again leaves nothing. But a program that saves by removing and making
 * anew (git's checkout) makes files that are new every time, under a name that is not: what is made under a storied
 * name is a save from the first. Names are remembered by the hash of their path, as many as fit; one that was forgotten
 * costs a scratch file's treatment, no more.
 */
#ifndef HOLDFAST_MOUNT_STORIED_H
#define HOLDFAST_MOUNT_STORIED_H

#include "mount/state.h"

/* This node's name is about to go, and what it held was more than a scratch file. */
void storied_note(struct mount *m, uint32_t node);

/* Did this node's name hold such a file before? */
bool storied_has(struct mount *m, uint32_t node);

#endif
