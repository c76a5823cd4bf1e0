/*
 * admit: the way of an open. Every way to a file's bytes begins with one, and every one is judged here, before
 * anything is opened:
 *
 * - Of what class is the file (standing.h), and does any [open] rule speak of that? No, as nearly always: that is all.
 * - Who asks (asker.h)? As far as those rules want to know, through /proc.
 * - policy_judge_open: allow, log, block or hold. In mode audit the open passes, whatever it says.
 * - hold: off the turn, until the newest save is inspected, or the rule's deadline has passed.
 * - One verdict (event/verdict.h), on disk before the answer is sent. A disk that is full changes no answer.
 *
 * Who opens for writing alone is not asked.
 */
#ifndef HOLDFAST_MOUNT_ADMIT_H
#define HOLDFAST_MOUNT_ADMIT_H

#include "mount/fuse.h"

/* Opens that may wait at a time: as many workers are not there for others. For one more the rule's `fail` counts at
 * once. */
enum { ADMIT_HELD_MOST = 8 };

/* `flags` as for open(2). 0, EACCES, or EINTR: who asked was killed while it was held. */
int admit_open(struct mount *m, fuse_req_t req, uint32_t node, int flags);

/* What befalls us who judge, for the audit log: "start", "restart", "rules" (others are in force), "stop". */
void admit_session(struct mount *m, const char *what);

#endif
