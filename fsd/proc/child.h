/*
 * child: one process of ours: started by fork, watched, started again when it died.
 */
#ifndef HOLDFAST_PROC_CHILD_H
#define HOLDFAST_PROC_CHILD_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * So many deaths within so long, and the next start waits: 1 s, doubled at each death up to the child's own limit.
 * SIGKILL comes from outside: it counts only if the child had lived for less than CHILD_BEGIN_MS.
 */
enum { CHILD_DEATHS = 5, CHILD_DEATHS_WITHIN_MS = 10000, CHILD_DELAY_FIRST_MS = 1000, CHILD_DELAY_MOST_MS = 30000 };
enum { CHILD_BEGIN_MS = 20 };

struct child {
    char name[48];  /* "mount work": in log lines */
    char title[16]; /* "hf-mount:work": the process's own name, cut to what the kernel keeps */
    int delay_most_ms;
    pid_t pid; /* 0: none runs */
    uint64_t restarts;
    int64_t started_ns;            /* monotonic */
    int64_t due_ns;                /* monotonic, while none runs: when to start the next; INT64_MAX: never */
    int64_t delay_ns;              /* the wait that its latest deaths cost; 0: none */
    int64_t died_ns[CHILD_DEATHS]; /* a ring of the latest deaths; 0: none */
    size_t deaths;
};

/* What the new process does: main(ctx), with only the descriptors of `keep` and standard error open. */
struct child_body {
    int (*main)(void *ctx); /* its answer is the exit status */
    void *ctx;
    const int *keep; /* any order; -1 is skipped */
    size_t keep_count;
};

/* A child that has never run; due at once. `instance` may be NULL. */
void child_init(struct child *c, const char *role, const char *instance, int delay_most_ms);

/*
 * Fork and run. The child dies with its parent, ignores SIGTERM, SIGINT, SIGHUP and SIGPIPE (a terminal's Ctrl-C and a
 * service manager's TERM are for the supervisor alone; what it executes itself must set them back) and blocks nothing.
 * The caller must have one thread. -errno of fork, with the next try put off.
 */
int child_start(struct child *c, const struct child_body *body, struct error *e);

/* waitpid() reported it: say so in the log, and work out when the next is due. */
void child_note_death(struct child *c, int wait_status);

/* It left, or is about to be, because it was asked to make room: no death that the next start has to wait for. */
void child_dismiss(struct child *c);

/* It hangs, was killed, and may not even be able to die now: count it as dead. waitpid() will report a pid that is
 * nobody's. */
void child_abandon(struct child *c);

bool child_is_due(const struct child *c, int64_t now_ns);
/* It has lived long enough to be trusted again: the wait starts from nothing at the next death. */
bool child_is_steady(const struct child *c, int64_t now_ns);
void child_retire(struct child *c); /* never start it again */
void child_kill(const struct child *c, int signal);

#endif
