/*
 * strays: what programs started in sessions of their own, out of reach of killing a process group, and left behind.
 *
 * The kernel gives such orphans to the teller, which asks for them. Whose they were nobody knows any more, so they end
 * when nothing runs, and at the latest after as much time as any program has.
 */
#ifndef HOLDFAST_TELL_STRAYS_H
#define HOLDFAST_TELL_STRAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { STRAYS_MOST = 64 };

struct strays {
    struct stray {
        pid_t pid;
        int64_t seen_ns; /* monotonic, for the first time */
    } known[STRAYS_MOST];
    size_t count;
};

/* From now on the orphans of this process's children are its own. -errno. */
int strays_adopt(void);

/*
 * Kill and bury: those that have been here for `limit_s`, all if nothing runs, and
 * all beyond STRAYS_MOST. `running`: the children that are no strays. How many are left; to be called again then.
 */
size_t strays_end(struct strays *s, const pid_t *running, size_t running_count, int64_t limit_s);

#endif
