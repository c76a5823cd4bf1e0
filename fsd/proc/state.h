/*
 * state: the supervisor's own, shared by the files that run it (supervisor.c), start its children (children.c) and take
 * it down (shutdown.c).
 */
#ifndef HOLDFAST_PROC_STATE_H
#define HOLDFAST_PROC_STATE_H

#include "proc/guarding.h"
#include "proc/rules.h"
#include "proc/rundir.h"
#include "proc/served.h"
#include "proc/supervisor.h"

enum phase {
    PHASE_STARTING, /* until every mount child said ORDER_READY */
    PHASE_SERVING,
    PHASE_UNMOUNTING, /* until every connection is gone */
    PHASE_DRAINING,   /* until the keeper has kept all and left */
    PHASE_STOPPING,   /* until no child is left */
    PHASE_DONE,
};

struct user {
    unsigned uid, gid;
};

struct supervisor {
    const struct supervisor_host *host;
    const struct config *config;
    struct user keeper_user, inspector_user;
    unsigned char device_seed[32];
    struct rules rules; /* what is in force; a child has those of its start */
    bool rules_refused; /* those that were to follow them were not in order */
    bool reloading;     /* they are new: the keeper was asked to make room for one that has them */
    struct rundir run;
    struct served *mounts; /* owned; one a [mount] once all are open */
    size_t mount_count;
    struct child keeper, inspector, teller;
    struct guarding guarding;
    int keeper_orders[2]; /* supervisor and keeper */
    int questions[2];     /* keeper and inspector */
    int news[2];          /* keeper and teller */
    int signal_fd;
    enum phase phase;
    int64_t phase_since_ns; /* monotonic */
    int64_t said_ns;        /* monotonic: the last line about progress */
    bool drained;           /* the keeper said so */
    bool idle;              /* keeper and inspector run when nothing else does (pace.h) */
    bool hurry;             /* asked a second time to go down */
    int failure;            /* -errno: why the start failed; 0 */
};

/* SIGTERM or SIGINT came, or the start failed: begin to go down; a second time: do not wait. */
void shutdown_begin(struct supervisor *s);

/* Take the next step down if it is time for it. Never waits. */
void shutdown_step(struct supervisor *s, int64_t now_ns);

#endif
