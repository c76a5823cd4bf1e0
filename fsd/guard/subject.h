/*
 * subject: who finished a file, as far as /proc still knows: a process is often gone before its event is read.
 */
#ifndef HOLDFAST_GUARD_SUBJECT_H
#define HOLDFAST_GUARD_SUBJECT_H

#include "policy/open.h"

#include <stddef.h>
#include <stdint.h>

struct subject {
    int32_t pid;
    uint32_t uid, gid; /* UINT32_MAX: not known */
    uint32_t login;    /* audit login session; UINT32_MAX: none */
    enum policy_session session;
    char *app; /* owned; "" not known */
    char *cgroup;
    char *parents[POLICY_PARENTS_MOST]; /* executables, nearest first */
    size_t parent_count;
};

/* `proc_fd` is /proc. Never fails: what is not known stays empty. */
void subject_read(int proc_fd, int32_t pid, struct subject *out);
void subject_free(struct subject *s);

/* The same for the rules; points into the subject, and into `user`, where the name goes. */
enum { SUBJECT_USER_BYTES = 64 };
struct policy_actor subject_actor(const struct subject *s, char user[static SUBJECT_USER_BYTES]);

/* "bash < sshd < systemd", cut to fit. */
void subject_put_parents(const struct subject *s, char *to, size_t room);

#endif
