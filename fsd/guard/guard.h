/*
 * guard: the child that sees copies leave: it watches the sinks of fs.conf, has what is finished there looked at by an
 * inspector of its own, asks the [copy] rules, and writes down what they say, or takes the copy away.
 *
 *   fanotify, mountinfo -> hear.c -> backlog.c -> look.c -> match.c (inspector, index, facts) -> policy/copy.h
 *                                                      -> quarantine.c, the journal of verdicts in SPOOL/guard
 *
 * Two threads: one hears and never waits, the other looks. Nobody waits for either. It is root with the rights that
 * proc/drop.h lists, parses no file of a rep but a few settings (settings.h), and opens no file but by the handle that
 * the kernel told of, or beneath a sink.
 */
#ifndef HOLDFAST_GUARD_GUARD_H
#define HOLDFAST_GUARD_GUARD_H

#include "config/config.h"
#include "policy/copy.h"

#include <stddef.h>
#include <sys/types.h>

#define GUARD_SPOOL "guard" /* its folder in SPOOL */

struct guard_mount {
    const struct config_mount *mount;
    uid_t owner_uid; /* of the mounted folder: the rep */
    int spool_fd;    /* SPOOL/<mount> */
    int board_fd;
    int store_fd; /* O_PATH: what the mount serves */
};

struct guard_start {
    const struct config *config;
    const struct policy *policy;
    const char *policy_id; /* of the rules, as verdicts name them */
    const struct guard_mount *mounts;
    size_t mount_count;
    int spool_fd;     /* SPOOL/guard */
    int inspector_fd; /* questions to its own inspector */
    int order_fd;     /* event/orders.h; end of file: the supervisor is dead */
};

/* The child's main; has given up its other rights when called. Returns the exit status. */
int guard_main(const struct guard_start *start);

#endif
