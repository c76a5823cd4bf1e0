/*
 * trouble: what is wrong with this mount, for `status`. Any thread; one line at a time, the newest.
 */
#ifndef HOLDFAST_MOUNT_TROUBLE_H
#define HOLDFAST_MOUNT_TROUBLE_H

#include "mount/state.h"

enum trouble_kind { TROUBLE_NONE, TROUBLE_JOURNAL, TROUBLE_SPOOL, TROUBLE_STORE, TROUBLE_AUDIT };

void trouble_report(struct mount *m, enum trouble_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Trouble of this kind is over; that of another kind stays. Costs one load when there is none. TROUBLE_NONE: whatever a
 * dead child said. */
void trouble_end(struct mount *m, enum trouble_kind kind);

#endif
