/*
 * copier: who finished a file, as far as /proc still knows: a process is often gone before its event is read.
 */
#ifndef HOLDFAST_GUARD_COPIER_H
#define HOLDFAST_GUARD_COPIER_H

#include "policy/open.h"

#include <stddef.h>
#include <stdint.h>

struct copier {
    int32_t pid;
    uint32_t uid, gid; /* UINT32_MAX: not known */
    uint32_t login;    /* audit login session; UINT32_MAX: none */
    enum policy_session session;
    char *app;     /* owned; NULL: not known */
    char name[64]; /* what it called itself: all that is left of a process that has ended; "" */
    char *cgroup;
    char *parents[POLICY_PARENTS_MOST]; /* executables, nearest first */
    size_t parent_count;
};

/* `proc_fd` is /proc. Never fails: what is not known stays empty. */
void copier_read(int proc_fd, int32_t pid, struct copier *out);
void copier_free(struct copier *s);

/* The same for the rules; points into the subject, and into `user`, where the name goes. */
enum { COPIER_USER_BYTES = 64 };
struct policy_actor copier_actor(const struct copier *s, char user[static COPIER_USER_BYTES]);

/* "bash < sshd < systemd", cut to fit. */
void copier_put_parents(const struct copier *s, char *to, size_t room);

#endif
