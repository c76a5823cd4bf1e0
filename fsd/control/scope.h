/*
 * scope: who asks, and what of the record he may see.
 *
 * The kernel says who is at the other end (SO_PEERCRED, SO_PEERGROUPS), as of connect(). Root, the keeper's own user
 * and members of its group see all. Anyone else sees the mounts whose folder he owns: of these only what this device
 * recorded for the mount's rep under the mount's name.
 */
#ifndef HOLDFAST_CONTROL_SCOPE_H
#define HOLDFAST_CONTROL_SCOPE_H

#include "control/control.h"
#include "control/wire.h"

#include <sys/types.h>

enum { SCOPE_MOUNTS_MOST = 64 };

struct scope {
    uid_t uid;
    bool all;
    const char *device;
    const struct control_mount *mounts[SCOPE_MOUNTS_MOST]; /* those he may see */
    size_t mount_count;
};

/* `keeper_gid`: the group that sees all; (gid_t)-1: none. 0 or -errno. */
int scope_of_peer(int socket, const struct control_host *host, gid_t keeper_gid, struct scope *out);

/* The same of a file of this rep, device and mount. */
bool scope_sees_file(const struct scope *s, const char *rep, const char *device, const char *mount);
bool scope_sees(const struct scope *s, const struct record_version *v);

/*
 * Narrow a query to what may be seen, as far as a query can say it (scope_sees says the rest). -EACCES: he asks for a
 * mount or a rep that is not his; -ENOENT: no such mount.
 */
int scope_narrow(const struct scope *s, struct record_query *q, struct error *e);

#endif
