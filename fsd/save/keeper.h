/*
 * keeper: the child that turns journal records into versions. Sole writer of the repository.
 */
#ifndef HOLDFAST_SAVE_KEEPER_H
#define HOLDFAST_SAVE_KEEPER_H

#include "config/config.h"
#include "policy/policy.h"

struct keeper_mount {
    const struct config_mount *mount;
    int spool_fd;       /* SPOOL/<mount>, owned by the keeper's uid */
    int board_fd;       /* event/board.h */
    int fetch_fd;       /* event/fetch.h, keeper's end */
    unsigned owner_uid; /* of the mounted folder: the rep, who may ask about it */
};

struct keeper_start {
    const struct config *config;
    const struct keeper_mount *mounts;
    size_t mount_count;
    int guard_spool_fd;                     /* SPOOL/guard: the guard's decisions; -1: there is no guard */
    int inspector_fd;                       /* inspect/client.h */
    int control_fd;                         /* listening socket RUN/control.sock */
    int order_fd;                           /* event/orders.h, keeper's end */
    int news_fd;                            /* event/news.h, keeper's end; -1: nobody is told */
    const struct policy_file *policy_files; /* in force */
    size_t policy_file_count;
    const unsigned char *secret;   /* of fingerprints, as the index has them: FINGERPRINT_SECRET_BYTES */
    unsigned char device_seed[32]; /* the device's signing key, read by the supervisor; wiped once in use */
    unsigned uid, gid;             /* already dropped to */
};

/* The child's main; already unprivileged when called. Returns the exit status. */
int keeper_main(const struct keeper_start *start);

#endif
