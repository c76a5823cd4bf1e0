/*
 * queue: finished files between who hears of them and who looks at them. Bounded; one file stands in it once.
 *
 * Two threads: one puts, one takes.
 */
#ifndef HOLDFAST_GUARD_QUEUE_H
#define HOLDFAST_GUARD_QUEUE_H

#include "guard/sinks.h"
#include "guard/subject.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>

/* A file, or a folder to be walked. */
struct finished {
    struct sink *sink; /* held */
    unsigned what;     /* enum watch_what, all that was heard; 0: found by a walk, or nothing but a walk is wanted */
    int64_t time_ns;   /* realtime: when the first of it was heard */
    int64_t since_ns;  /* of a walk: files that changed earlier are passed over */
    bool walk;
    struct file_handle *file; /* owned; NULL of a walk of the whole sink */
    char *path;               /* owned; where it was then: for people, and for the walk */
    struct subject subject;
};
void finished_free(struct finished *f);

struct queue;

int queue_open(struct queue **out, size_t most); /* -ENOMEM */
void queue_close(struct queue *q);

/* Takes *f over in any case. 0; -ENOSPC: full, and it is gone. One that is there already learns what is new. */
int queue_put(struct queue *q, struct finished *f);

/* The oldest, the caller's; waits for up to `wait_ms`; NULL: none came, or the queue was stopped. */
struct finished *queue_take(struct queue *q, int wait_ms);
void queue_stop(struct queue *q); /* from now on there is none to take */

/* Everything heard before this time was looked at; `now_ns` while nothing waits and nothing is in hand. */
int64_t queue_done_until(struct queue *q, int64_t now_ns);
void queue_done(struct queue *q); /* what was taken last was looked at */

#endif
