/*
 * control: the socket between the CLI and the daemon (RUN/control.sock, SOCK_STREAM, one JSON object a line each way).
 *
 * The server is a thread of the keeper with one thread a connection (a few at most), each reading the record through a
 * reader of its own, so that a long `log` never holds up keeping. Who asks is known by SO_PEERCRED: root and members of
 * the keeper's group see all; anyone else sees only mounts whose folder they own.
 */
#ifndef HOLDFAST_CONTROL_CONTROL_H
#define HOLDFAST_CONTROL_CONTROL_H

#include "base/error.h"
#include "config/config.h"
#include "event/board.h"
#include "recall/recall.h"

struct control_mount {
    const struct config_mount *mount;
    struct board *board;
    unsigned owner_uid; /* of the mounted folder: the rep */
    int spool_fd;       /* SPOOL/<mount>: where the facts are; -1: none are told */
};

/* What the server needs of the keeper. All of it outlives the server. */
struct control_host {
    const struct config *config;
    const struct control_mount *mounts;
    size_t mount_count;
    /* Block until every save made before this call is committed. Any thread. 0 or -errno. */
    int (*sync)(void *ctx, struct error *e);
    /* Append the lines of the audit log's events that are not sealed yet, oldest first. Any thread. 0 or -ENOMEM. */
    int (*audit_pending)(void *ctx, struct buf *lines);
    void (*wake)(void *ctx); /* the keeper's thread: there is something to do. Any thread */
    void *ctx;
    struct recall *recall;       /* the record's index; NULL: there is none */
    const unsigned char *secret; /* that the index is made with: FINGERPRINT_SECRET_BYTES */
};

struct control_server;
int control_start(struct control_server **out, int listen_fd, const struct control_host *host, struct error *e);
/* New versions are committed: wake `log --follow`. Cheap; any thread. */
void control_notify(struct control_server *s);
void control_stop(struct control_server *s);

#endif
