/*
 * client: ask an inspector what a file is. Hostile bytes go out as a descriptor, facts come back.
 *
 * The inspector is another process (own uid, seccomp, Landlock, no network, memory and time limits). It may hang or die
 * at any byte of the file; then the answer is INSPECT_UNREADABLE and the supervisor, told so, replaces it.
 */
#ifndef HOLDFAST_INSPECT_CLIENT_H
#define HOLDFAST_INSPECT_CLIENT_H

#include "analyse/fingerprint.h"
#include "analyse/inspection.h"
#include "base/error.h"
#include "policy/policy.h"

#include <stdbool.h>
#include <stdint.h>

enum { INSPECT_QUEUE_MOST = 32 };

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
 * A descriptor that becomes readable when the inspector dies (a pidfd; the caller's; -1: none), for who starts it
 * himself: its file is given up at once then, and kill_me called, which starts another and sets the life of that.
 */
void inspector_set_life(struct inspector *i, int life_fd);

/*
 * While inspector_answer waits, `mind(ctx)` is called every INSPECT_MIND_MS, so that who has more to look after can:
 * the keeper sees to it that the inspector gets a processor at all. NULL: nobody minds.
 */
enum { INSPECT_MIND_MS = 250 };
void inspector_set_mind(struct inspector *i, void (*mind)(void *), void *ctx);

/* What the company's record holds already, to compare a file with (analyse/known.h). */
struct inspector_known {
    int names_fd, texts_fd; /* the asker's */
    uint64_t draft;         /* the file's own number in the texts: it is not its own twin */
};

/*
 * Hand a file over (the descriptor stays the caller's, who may close it at once), with the path by which it is known
 * (its end, if it is long). `ticket` comes back with the answer. At most INSPECT_QUEUE_MOST may be out: -EAGAIN beyond.
 * 0, or -errno. Never waits.
 */
int inspector_ask(struct inspector *i, int fd, const char *path, uint64_t ticket);
/* The same; the facts that need it are told as well. NULL: nothing is known. */
int inspector_ask_knowing(struct inspector *i, int fd, const char *path, const struct inspector_known *known,
                          uint64_t ticket);

/*
 * Wait for the next answer (they come in the order asked): 1 with *ticket and *out (close out->report_fd); 0 if nothing
 * is out. Never fails: a file that was in the hands of an inspector that died or hung is answered INSPECT_UNREADABLE
 * (mime "application/octet-stream", charset "binary"); those behind it wait in the socket for the next inspector. While
 * there has been none for a whole deadline, everything is INSPECT_UNREADABLE at once, so that keeping goes on.
 */
int inspector_answer(struct inspector *i, uint64_t *ticket, struct inspection *out);

void inspector_close(struct inspector *i);

/*
 * The child's main: serves until its socket closes. Changes to `uid` and `gid`, loads what it needs, closes the sandbox
 * (inspect/sandbox.h) and only then takes the first file; fails rather than run without. Returns the exit status.
 */
struct inspector_start {
    int socket;
    unsigned uid, gid;
    const struct policy *policy; /* NULL: no rules, every file is unclassified */
    unsigned char secret[FINGERPRINT_SECRET_BYTES];
    unsigned tell;                   /* enum inspect_tell, of a command line's own inspector */
    const struct inspect_seek *seek; /* NULL: nothing */
    bool patient; /* somebody waits for one large file: INSPECT_PATIENT_MS for each, not a few seconds */
};
int inspector_main(const struct inspector_start *start);

#endif
