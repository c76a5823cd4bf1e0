/*
 * run: one program while it runs: started as a person with an event on its standard input, listened to, ended in time.
 *
 * It has a session and a process group of its own. When it ends, or its time is up, the whole group is killed; what
 * left the group: tell/strays.h. It dies with the teller.
 */
#ifndef HOLDFAST_TELL_RUN_H
#define HOLDFAST_TELL_RUN_H

#include "base/error.h"
#include "tell/person.h"

#include <stdbool.h>
#include <stdint.h>

enum { RUN_LINES_MOST = 20, RUN_LINE_BYTES = 240 };

struct run {
    pid_t pid;           /* 0: none */
    int end_fd;          /* pidfd: readable when it has ended */
    int out_fd;          /* what it says; -1: it has closed that */
    int64_t deadline_ns; /* monotonic */
    bool timed_out;
    char what[96]; /* for the log: "on-finding for work, version 412" */
    char line[RUN_LINE_BYTES];
    size_t line_len;
    unsigned lines; /* told in the log */
    bool was_cut;   /* it said more */
};

struct run_order {
    int program_fd; /* as hooks_open_program gives it; stays the caller's */
    const char *name;
    const struct person *person;
    const char *json;
    size_t json_len;
    int64_t limit_s;
};

/* Start. `what` is set before. -errno: nothing runs. */
int run_start(struct run *r, const struct run_order *order, struct error *e);

/* Put what it has said so far into the log, line by line, cleaned and bounded. Never waits. */
void run_listen(struct run *r);

/* Has it ended, or is its time up? Then its group is killed; true once it is gone: *ok says whether it ended well, the
 * log if not. */
bool run_has_ended(struct run *r, int64_t now_ns, bool *ok);

#endif
