/*
 * children: the processes that the supervisor starts beside the mount children (proc/served.h), and what each is given.
 *
 * Every arrow is a channel made once, at the start, and given to each next child of a role alike:
 *
 *   supervisor --orders--> mount     one per [mount]; /dev/fuse, store and node table are the supervisor's
 *   supervisor --orders--> keeper    one; the device's key, the control socket
 *   supervisor --forks---> inspector one
 *   supervisor --forks---> teller    one; starts the programs of [events]
 *   supervisor --orders--> guard     one, if there is a [sink], with an inspector of its own (guarding.h)
 *   keeper ----fetch-----> mount     files to read, from a store that the keeper cannot open
 *   keeper --questions---> inspector what is this file?
 *   keeper ----news------> teller    what is in the record now
 *   guard --questions----> its inspector  what is this copy?
 *   mount --journal,board-> keeper   files in SPOOL, a shared page
 *   guard --journal,board-> keeper   the same
 */
#ifndef HOLDFAST_PROC_CHILDREN_H
#define HOLDFAST_PROC_CHILDREN_H

#include "proc/state.h"

/* Start whoever is due, mount children too: at first all, later whoever died and has waited long enough. */
void children_start_due(struct supervisor *s, int64_t now_ns);

/* Whether keeper and inspector run in idle time only (pace.h), now and when they are started again. */
void children_set_pace(struct supervisor *s, bool idle);

/* An order without more to it (event/orders.h). One that cannot be sent is said in the log. */
void children_tell_keeper(struct supervisor *s, uint32_t type);

#endif
