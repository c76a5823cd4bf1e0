/*
 * server: what server.c (threads, limits) and answer.c (what is asked) know of each other.
 */
#ifndef HOLDFAST_CONTROL_SERVER_H
#define HOLDFAST_CONTROL_SERVER_H

#include "control/scope.h"

#include <pthread.h>

struct control_server;

enum slot_state { SLOT_FREE, SLOT_BUSY, SLOT_ENDED /* its thread is about to be gone; join it */ };

/* One connection, in a thread of its own. */
struct connection {
    enum slot_state state;
    pthread_t thread;
    struct control_server *server;
    const struct control_host *host;
    int fd;
    struct scope scope;
};

/* Answer the one request of a connection. What goes wrong is told to the peer. */
void answer_request(struct connection *c, const char *line, size_t len);

/* Send one line (takes the reference; NULL is -ENOMEM). 0 or -errno: the peer is gone or reads nothing. */
int connection_send(struct connection *c, json_t *line);
void connection_send_error(struct connection *c, const struct error *e);

/*
 * Wait until versions newer than those at `*seen` are committed (then *seen moves on): 1. 0: a second passed.
 * -ECONNRESET: the peer is gone; -ESHUTDOWN: the server stops.
 */
int connection_await_versions(struct connection *c, uint64_t *seen);
uint64_t connection_versions_seen(struct connection *c);

json_t *answer_status(const struct control_host *host, const struct scope *scope);  /* status.c */
int answer_index(const struct control_host *host, json_t **out, struct error *e);   /* status.c; *out: new */
int answer_holdings(struct connection *c, struct wire_request *r, struct error *e); /* holdings.c */
int answer_without(struct connection *c, struct wire_request *r, struct error *e);  /* without.c */
int answer_log(struct connection *c, struct wire_request *r, struct error *e);      /* log.c */
int answer_audit(struct connection *c, struct wire_request *r, struct error *e);    /* audit.c */

#endif
