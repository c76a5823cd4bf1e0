/*
 * drop: what each child gives up of root. Called in the child, before anything else.
 */
#ifndef HOLDFAST_PROC_DROP_H
#define HOLDFAST_PROC_DROP_H

#include "base/error.h"

/*
 * The mount child: stays uid 0 with the capabilities that serving others' requests needs (the table in drop.c says
 * which and why), keeps them while it acts as a requester (setfsuid changes no capability), cannot gain any by
 * executing. 0 or -errno.
 */
int drop_to_mount(struct error *e);

/* The teller: stays uid 0, so that it may read what is root's, with what becoming a rep and killing needs. 0 or -errno.
 */
int drop_to_teller(struct error *e);

/* The guard: stays uid 0, with what watching file systems and taking copies away needs. 0 or -errno. */
int drop_to_guard(struct error *e);

/* The keeper: uid and gid for good, no supplementary groups, no capability, no new privileges, not dumpable (it holds
 * the device's key). */
int drop_to_user(unsigned uid, unsigned gid, struct error *e);

#endif
