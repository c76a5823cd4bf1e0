/*
 * keep: one batch of one mount's journal becomes versions. This is the way a save goes, in one place:
 *
 *   records -> fold -> for each plan: bytes -> blob, what the inspector says -> commit -> finish -> facts -> the mount
 * is told
 *
 * A batch is in the record whole or not at all, and nothing is forgotten before it is.
 */
#ifndef HOLDFAST_SAVE_KEEP_H
#define HOLDFAST_SAVE_KEEP_H

#include "save/capture.h"
#include "save/lane.h"

/*
 * Keep the first `count` records of the lane's queue, and drop them from it. *versions: how many commits that made.
 * Failures leave the queue as it was, to be tried again: the store is away, the repository cannot be written (-ENOSPC
 * ...).
 */
int keep_batch(struct keep_tools *t, struct lane *l, size_t count, size_t *versions, struct error *e);

/* A version with what is the same for all of this lane: rep, email, device, mount. */
struct record_version keep_version(const struct keep_tools *t, const struct lane *l, enum record_event event);

/* Put the captured bytes and what the inspector says into the version, which has its path already; its strings are the
 * capture's. */
void keep_describe(const struct keep_tools *t, struct lane *l, struct record_version *v, struct capture *c);

/* Is the tip's entry the same as these bytes with this mode? */
bool keep_is_at_tip(const struct keep_tools *t, const struct lane *l, const char *path, const struct record_oid *blob,
                    uint32_t mode);

#endif
