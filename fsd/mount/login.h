/*
 * login: where a login session came from: this machine's screen and keyboard, or ssh.
 *
 * A session is known by its audit number, which nobody but PAM sets and every descendant keeps, whatever it does to its
 * parents. So that a session came by ssh is remembered as soon as one process of it is seen below an sshd; before
 * that, systemd's own note of the session says so.
 */
#ifndef HOLDFAST_MOUNT_LOGIN_H
#define HOLDFAST_MOUNT_LOGIN_H

#include "policy/open.h"

/* `login`: audit session, UINT32_MAX: none. `parents`: executables of the ancestors. Any thread. */
enum policy_session login_kind(uint32_t login, const char *const *parents, size_t count);

#endif
