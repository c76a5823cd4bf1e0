/*
 * sandbox: what the inspector gives up before it sees the first hostile byte.
 *
 *   sandbox_drop_user   own uid and gid, no groups, no capabilities, no new privileges, limits on memory, descriptors,
 * files, processes sandbox_close       Landlock: no path, no TCP port, no abstract socket, no signal outside; seccomp:
 * only what detecting needs
 *
 * Between the two the process may read the files it needs (libmagic's database). Afterwards there is no way to open
 * anything: bytes come in as descriptors, answers go out over the socket. A forbidden system call kills the process.
 */
#ifndef HOLDFAST_INSPECT_SANDBOX_H
#define HOLDFAST_INSPECT_SANDBOX_H

#include "base/error.h"

/* All that a process which reads hostile bytes may hold, what it has written into memory files included. */
enum { SANDBOX_MEMORY_BYTES = 256 << 20 };

/* Not root: only the uid and gid one has already can be asked for. 0 or -errno. */
int sandbox_drop_user(unsigned uid, unsigned gid, struct error *e);

/* The same without the limits: for a process with others of its own. Dies with its parent. */
int sandbox_become(unsigned uid, unsigned gid, struct error *e);

/*
 * Close it. Landlock is taken at the newest version the kernel knows; a kernel booted without it is said in the log and
 * borne, since the system call filter alone already refuses every open, connect and kill. Anything else that fails is
 * an error: 0 or -errno.
 */
int sandbox_close(struct error *e);

enum { SANDBOX_CPU_SECONDS = 4 };
/* Processor time for one file: begin gives it, end takes back what is left. Over it, SIGPROF kills the process. */
void sandbox_begin_file(unsigned cpu_seconds);
void sandbox_end_file(void);

#endif
