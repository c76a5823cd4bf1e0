/*
 * gate: what happens before somebody may change a file.
 *
 * A save costs no copy: its bytes stay in the backing file until the keeper has read them. So whoever is about to
 * change those bytes (open for writing, truncate, unlink, rename over) comes to the gate first. If the newest save is
 * not in the record yet, the file is cloned to SPOOL/<mount>/clone/<seq> *before* the change is let through: the
 * clone's being there is the keeper's sign that the backing file is no longer that save.
 */
#ifndef HOLDFAST_MOUNT_GATE_H
#define HOLDFAST_MOUNT_GATE_H

#include "mount/state.h"

/* Locks, and a sweep of what a dead child left half copied. Before the first request. */
void gate_open(struct mount *m);

/*
 * A RELEASE that has to step aside is overtaken by what the kernel queued behind it, and that may change the file
 * before it is noticed as saved. So: `begin` with the turn, `end` once it is noticed; who is about to change a file, or
 * its name, waits for those in between.
 */
void gate_begin_close(struct mount *m, uint32_t node);
void gate_end_close(struct mount *m, uint32_t node);
void gate_await_closes(struct mount *m, uint32_t node);

/* Around everything that reads or changes a node's save_seq. May step aside from the turn rather than wait with it. */
void gate_enter(struct mount *m, uint32_t node);
void gate_leave(struct mount *m, uint32_t node);

/*
 * Make the newest save of `node` safe. Within the gate. 0, or -ENOSPC after the spool stayed full for GATE_PATIENCE_MS:
 * nothing may be changed then.
 */
int gate_protect(struct mount *m, uint32_t node);
enum { GATE_PATIENCE_MS = 10000 };

/* The same for a file that is about to vanish: one that was born here and never kept needs no clone, it leaves no
 * version. */
int gate_protect_removal(struct mount *m, uint32_t node, bool replaced);

/* Both at once, gate and all. */
int gate_pass(struct mount *m, uint32_t node);

/* Before anybody begins to write at all: is there room to record it? Waits a while for it, then -ENOSPC. */
int gate_admit(struct mount *m);

/* Clone the file as it is now as the bytes of save `seq` (somebody else goes on writing to it). 0 or -errno; -ENOENT,
 * -ESTALE: the file is gone. */
int gate_clone_now(struct mount *m, uint32_t node, uint64_t seq, bool synced);

/* The newest save of a file that no node stood for until now. */
void gate_adopt(struct mount *m, uint32_t node);

/* The newest save of this file that the keeper said to have (0: none that it said so of), and: has it the save `seq`?
 */
uint64_t gate_kept_seq(struct mount *m, uint64_t ino);

/* Do the facts say that the record has the file just as it is? */
bool gate_is_vouched_for(struct mount *m, const struct stat *st);

/* Is `seq` in the record? */
bool gate_is_kept(struct mount *m, uint64_t ino, uint64_t seq);

#endif
