/*
 * backlog: finished files between who hears of them and who looks at them. Bounded; one file stands in it once.
 *
 * Two threads: one puts, one takes.
 */
#ifndef HOLDFAST_GUARD_BACKLOG_H
#define HOLDFAST_GUARD_BACKLOG_H

#include "guard/sinks.h"
#include "guard/copier.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>

/* A file, or a folder to be walked. */
struct finished {
    struct sink *sink; /* held */
    unsigned what;     /* enum watch_what, all that was heard; 0: found by a walk, or nothing but a walk is wanted */
    int64_t heard_ns;  /* realtime: the first of it */
    int64_t due_ns;    /* monotonic: not to be looked at before */
    unsigned tries;    /* how often it was put off */
    int64_t since_ns;  /* of a walk: files that changed earlier are passed over */
    bool walk;
    struct file_handle *file; /* owned; NULL of a walk of the whole sink */
    char *path;               /* owned; where it was then: for people, and for the walk */
    struct copier copier;
};
void finished_free(struct finished *f);

struct backlog;

int backlog_open(struct backlog **out, size_t most); /* -ENOMEM */
void backlog_close(struct backlog *q);

/* Takes *f over in any case. 0; -ENOSPC: full, and it is gone. One that is there already learns what is new. */
int backlog_put(struct backlog *q, struct finished *f);

/*
 * The first in the order of putting, the caller's; waits for up to `wait_ms` for one that is due. NULL: none is, or the
 * queue was stopped.
 */
struct finished *backlog_take(struct backlog *q, int wait_ms);
void backlog_stop(struct backlog *q); /* from now on there is none to take */

size_t backlog_count(struct backlog *q);

/* Everything heard before this time was looked at; `now_ns` while nothing waits and nothing is in hand. */
int64_t backlog_done_until(struct backlog *q, int64_t now_ns);
void backlog_done(struct backlog *q); /* what was taken last was looked at */

#endif
