/*
 * client: ask an inspector what a file is. Hostile bytes go out as a descriptor, facts come back.
 *
 * The inspector is another process (own uid, seccomp, Landlock, no network, memory and time limits). It may hang or die
 * at any byte of the file; then the answer is INSPECT_UNREADABLE and the supervisor, told so, replaces it.
 */
#ifndef HOLDFAST_INSPECT_CLIENT_H
#define HOLDFAST_INSPECT_CLIENT_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

enum { INSPECT_DEADLINE_MS = 5000, INSPECT_QUEUE_MOST = 32 };

enum inspect_status { INSPECT_OK = 0, INSPECT_UNREADABLE };

struct inspect_facts {
    enum inspect_status status;
    char mime[96]; /* "text/csv"; "application/octet-stream" when unknown; [a-z0-9.+/-] only, whatever the file says */
    char charset[32]; /* "utf-8", "binary"; same alphabet */
};

struct inspector; /* client side of one inspector process */

/*
 * `socket`: our end (SOCK_SEQPACKET; stays the caller's; made non-blocking). What an earlier client left in it is
 * dropped. `kill_me(ctx)` is called when the inspector has hung past its deadline or talks nonsense, so that it is
 * killed and replaced. -ENOMEM, or of the socket.
 */
int inspector_open(struct inspector **out, int socket, void (*kill_me)(void *), void *ctx, struct error *e);

/* Time for one file, from when the inspector could begin it; INSPECT_DEADLINE_MS unless set. */
void inspector_set_deadline(struct inspector *i, int deadline_ms);

/*
 * Hand a file over (the descriptor stays the caller's, who may close it at once). `ticket` comes back with the answer.
 * At most INSPECT_QUEUE_MOST may be out: -EAGAIN beyond. 0, or -errno. Never waits.
 */
int inspector_ask(struct inspector *i, int fd, uint64_t ticket);

/*
 * Wait for the next answer (they come in the order asked): 1 with *ticket and *facts; 0 if nothing is out. Never fails:
 * a file that was in the hands of an inspector that died or hung is answered INSPECT_UNREADABLE (mime
 * "application/octet-stream", charset "binary"); those behind it wait in the socket for the next inspector. While there
 * has been none for a whole deadline, everything is INSPECT_UNREADABLE at once, so that keeping goes on.
 */
int inspector_answer(struct inspector *i, uint64_t *ticket, struct inspect_facts *facts);
void inspector_close(struct inspector *i);

/*
 * The child's main: serves until its socket closes. Changes to `uid` and `gid`, loads what it needs, closes the sandbox
 * (inspect/sandbox.h) and only then takes the first file; fails rather than run without. Returns the exit status.
 */
int inspector_main(int socket, unsigned uid, unsigned gid);

#endif
