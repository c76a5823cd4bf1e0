/*
 * rundir: RUN, where a running daemon can be found: its lock and pid, and the socket that people's commands talk to.
 */
#ifndef HOLDFAST_PROC_RUNDIR_H
#define HOLDFAST_PROC_RUNDIR_H

#include "base/error.h"
#include "config/config.h"

#define RUNDIR_PID_FILE "holdfastd.pid"
#define RUNDIR_SOCKET   "control.sock"
#define RUNDIR_LOG      "holdfastd.log"

struct rundir { /* begins as {-1, -1, -1} */
    int fd;
    int pid_fd;     /* locked for as long as it is open */
    int control_fd; /* listening */
};

/*
 * Make RUN (0755) if need be, take the lock, write the caller's pid, listen on the socket (0666; who asks is seen by
 * the server). The caller calls rundir_close all the same when this fails. -EEXIST: a daemon runs already (the text has
 * its pid); or of the file system.
 */
int rundir_open(struct rundir *r, const struct config *config, struct error *e);

/* Remove socket and pid file, if they are ours, and let go of the lock. */
void rundir_close(struct rundir *r);

#endif
