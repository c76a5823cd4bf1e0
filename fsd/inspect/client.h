/*
 * client: ask an inspector what a file is. Hostile bytes go out as a descriptor, facts come back.
 *
 * The inspector is another process (own uid, seccomp, Landlock, no network, memory and time limits). It may hang or die at
 * any byte of the file; then the answer is INSPECT_UNREADABLE and the supervisor, told so, replaces it.
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
    char mime[96];    /* "text/csv"; "application/octet-stream" when unknown; [a-z0-9.+/-] only, whatever the file says */
    char charset[32]; /* "utf-8", "binary"; same alphabet */
};

struct inspector; /* client side of one inspector process */

/* `socket`: our end (SOCK_SEQPACKET); `kill_me(ctx)`: called when the inspector has hung past its deadline, so that it is replaced. */
int inspector_open(struct inspector **out, int socket, void (*kill_me)(void *), void *ctx, struct error *e);

/*
 * Hand a file over (the descriptor stays the caller's). `ticket` comes back with the answer. At most INSPECT_QUEUE_MOST may be out:
 * -EAGAIN beyond. 0, or -errno.
 */
int inspector_ask(struct inspector *i, int fd, uint64_t ticket);

/* Wait for the next answer (they come in the order asked): 1 with *ticket and *facts; 0 if nothing is out. Never fails:
 * a hung or dead inspector answers INSPECT_UNREADABLE for the file it held; those behind it are asked again. */
int inspector_answer(struct inspector *i, uint64_t *ticket, struct inspect_facts *facts);
void inspector_close(struct inspector *i);

/* The child's main: never returns while its socket lives. Sandboxes itself first; fails rather than run without. */
int inspector_main(int socket, unsigned uid, unsigned gid);

#endif
