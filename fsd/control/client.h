/*
 * client: one question to the daemon, and its answer line by line.
 */
#ifndef HOLDFAST_CONTROL_CLIENT_H
#define HOLDFAST_CONTROL_CLIENT_H

#include "control/wire.h"

struct control_client;

/*
 * Connect to RUN/control.sock and ask. -ENOENT, -ECONNREFUSED: no daemon runs; -EACCES: the socket may not be opened.
 * Without words in *e for these: the caller knows what to advise.
 */
int control_ask(struct control_client **out, const char *run, const struct wire_request *request, struct error *e);

/* Does a daemon answer there? 0, or the same errors. */
int control_probe(const char *run, struct error *e);

/*
 * Wait until there is something for control_next: 1; 0: not within `timeout_ms` (-1: no limit); -EPIPE: nobody reads
 * `reader_fd`, a pipe, any more (-1: it does not matter).
 */
int control_wait(struct control_client *c, int reader_fd, int timeout_ms);

/*
 * The next line: 1 and *line (caller: json_decref); 0 after "done". Errors: what the daemon answered, with its errno
 * and words; -EPIPE: it went away; -EPROTO: not an answer.
 */
int control_next(struct control_client *c, json_t **line, struct error *e);

/* After "show"'s version: all that is left goes to `fd`. The count, or -errno (of reading or of writing). */
int64_t control_copy_rest(struct control_client *c, int fd, struct error *e);

void control_close(struct control_client *c);
static inline void control_free(struct control_client **c) { control_close(*c); }
#define control_client_auto __attribute__((cleanup(control_free))) struct control_client

#endif
