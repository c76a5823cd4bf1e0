/*
 * asker: who asks for a file, as [open] rules look at them (policy/open.h).
 *
 * Looked at while they wait for our answer, through /proc and nothing else: no name service, no other process. Only
 * what the rules of the file's class want is gathered; what cannot be known stays "".
 */
#ifndef HOLDFAST_MOUNT_ASKER_H
#define HOLDFAST_MOUNT_ASKER_H

#include "mount/notice.h"
#include "policy/open.h"

#include <limits.h>

enum { ASKER_PATHS_BYTES = 8192, ASKER_CGROUP_BYTES = 1024, ASKER_USER_BYTES = 64, ASKER_HASH_BYTES = 65 };

struct asker {
    struct policy_actor actor; /* its strings lie below: not to be copied */
    int32_t pid;               /* of the thread that asks; 0: not to be seen from here */
    uint32_t gid, login;       /* `login`: audit login session; UINT32_MAX: none */
    unsigned gathered;         /* POLICY_WANTS_ bits */
    char app[PATH_MAX];
    char hash[ASKER_HASH_BYTES];
    char user[ASKER_USER_BYTES];
    char cgroup[ASKER_CGROUP_BYTES];
    char paths[ASKER_PATHS_BYTES]; /* of the ancestors' executables, each with its NUL; as many as fit */
};

/* The executable alone. */
void asker_begin(struct mount *m, struct notice_who who, struct asker *a);

/* More of it: POLICY_WANTS_ bits. PARENTS, SESSION and TIME are quick; for the others the caller has stepped aside. */
void asker_gather(struct mount *m, struct asker *a, unsigned wants);

/* "bash < sshd < systemd", cut to `room`. */
void asker_put_parents(const struct asker *a, char *to, size_t room);

/* Is it being killed, or gone? Other signals leave who waits for us waiting. */
bool asker_is_dying(const struct mount *m, const struct asker *a);

/* Is it a thread of this very process? The kernel asks ourselves when we read an executable that lies in the mount. */
bool asker_is_us(struct notice_who who);

#endif
