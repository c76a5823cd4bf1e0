/*
 * pace: which processor time keeper and inspector get.
 *
 * The rep must not feel them, so as a rule they run when a processor has nothing else to do at all (SCHED_IDLE: to the
 * scheduler such a processor counts as free, and what the rep does is put there). Where people wait for the record,
 * or it lags behind because the machine is always busy, the keeper says so, and they get a small share (SCHED_BATCH,
 * nice 10).
 */
#ifndef HOLDFAST_PROC_PACE_H
#define HOLDFAST_PROC_PACE_H

#include <stdbool.h>
#include <sys/types.h>

/* In a child that begins, before it drops its privileges. */
void pace_begin(bool idle);

/* Of a running child's first thread; its other threads answer people, and stay as they began. 0: none runs. */
void pace_set(pid_t pid, bool idle);

#endif
