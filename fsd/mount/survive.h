/*
 * survive: how a request outlives the child that was executing it.
 *
 * The supervisor keeps /dev/fuse open, so the kernel goes on queueing. A new child (1) feeds the INIT request that the
 * first one saved to libfuse, which answers it to a kernel that waits for no such answer; (2) writes
 * FUSE_NOTIFY_RESEND, upon which the kernel queues every request again that was read but not answered, before all
 * others and with the high bit of its number set; (3) reads on.
 *
 * A request read twice may have been executed once. Most may be repeated freely. Those that make, move or remove names
 * write down beforehand what the name held (survive_intend): when such a request comes again, the name tells whether it
 * was executed. What is done after the system call is written down as steps.
 *
 *   step        the first child was killed ...      when it comes again
 *   BEGUN       before it knew anything              execute
 *   INTENDED    around the system call               look at the name: as before: execute; else it is done
 *   DONE        after the system call                do not execute; do the rest
 *   NOTICED     after the journal record             answer
 */
#ifndef HOLDFAST_MOUNT_SURVIVE_H
#define HOLDFAST_MOUNT_SURVIVE_H

#include "mount/worker.h"

enum survive_step { SURVIVE_BEGUN, SURVIVE_INTENDED, SURVIVE_DONE, SURVIVE_NOTICED };

/* The kernel's bit in a request's number: it was sent before. */
#define SURVIVE_RESENT (UINT64_C(1) << 63)

/* Before a request is executed, and after it was answered. */
void survive_begin(struct worker *w, uint64_t unique);
void survive_end(struct worker *w);

/* How far an earlier execution of the request in hand is known to have come. SURVIVE_BEGUN for one that comes for the
 * first time. */
enum survive_step survive_reached(void);
void survive_intend(uint64_t ino, uint64_t other_ino);
void survive_reach(enum survive_step step);
/*
 * A save is about to be journaled: note the journal's newest number. When the request comes again, a newer record of
 * the file in the journal is this one's.
 */
void survive_note_journal(uint64_t newest);
uint64_t survive_journal(void); /* what the earlier execution noted; 0: nothing, or there was none */

/* What the earlier execution wrote down. */
uint64_t survive_ino(void);
uint64_t survive_other_ino(void);

/* Where the handle that is made for this request is noted: a repetition closes the earlier one (survive_begin does). */
_Atomic uint64_t *survive_handle(void);

/*
 * The requests that this process has in hand now, by slot; 0 where there is none. What a dead child left in a slot is
 * not among them: it was answered after all, or comes again. Nor are opens that are held (admit.h): who waits for the
 * keeper may not be waited for by it.
 */
void survive_list_busy(const struct shared *s, uint64_t unique[static SLOTS_MOST]);

/* Save the INIT request, and whether this kernel re-sends. Replay it into a new session, then ask for the rest. 0 or
 * -errno. */
void survive_save_init(struct shared *s, const void *request, size_t bytes);
int survive_resume(struct mount *m);

#endif
