/*
 * upkeep: have stock git repack the repository when nothing else goes on, seldom and at the lowest priority.
 */
#ifndef HOLDFAST_SAVE_UPKEEP_H
#define HOLDFAST_SAVE_UPKEEP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { UPKEEP_IDLE_MS = 30000, UPKEEP_PACKS = 20, UPKEEP_APART_MS = 600000 };
#define UPKEEP_FULL_MOST_BYTES (INT64_C(1) << 30) /* of packs: beyond, everything anew takes a laptop too long */

struct upkeep {
    const char *repository;
    _Atomic bool running;
    int64_t last_ns; /* monotonic; 0: not yet */
};

/* Is it time, after `idle_ms` without work? Counts packs; the full repack is due once a day, by the repository's own
 * stamp, as long as the packs are not too large for it. */
bool upkeep_is_due(const struct upkeep *u, int64_t mono_now_ns, int64_t idle_ms, bool *full);

/* Begin in a thread of its own, which outlives nobody: killed with the keeper, git leaves nothing but temporary files.
 */
void upkeep_start(struct upkeep *u, int64_t mono_now_ns, bool full);

#endif
