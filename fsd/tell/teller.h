/*
 * teller: the child that tells people and their programs what happened: for each event of the keeper's news that the
 * folder of [events] has a program for, that program, as the mount's rep.
 *
 * It is root with the rights to become another user and to kill what it started (proc/drop.h), and no others. Nobody
 * waits for it: news that it has no time for is counted and dropped. It opens no file of a rep and believes nothing
 * that the keeper says of who is who.
 */
#ifndef HOLDFAST_TELL_TELLER_H
#define HOLDFAST_TELL_TELLER_H

#include "config/config.h"

#include <stddef.h>
#include <sys/types.h>

struct teller_mount {
    const struct config_mount *mount;
    uid_t owner_uid; /* of the mounted folder: the rep */
    int board_fd;    /* event/board.h */
};

struct teller_start {
    const struct config *config;
    const struct teller_mount *mounts; /* in fs.conf's order */
    size_t mount_count;
    int news_fd; /* event/news.h, the teller's end */
    uid_t keeper_uid;
};

/* The child's main; has given up its other rights when called. Returns the exit status. */
int teller_main(const struct teller_start *start);

#endif
