/*
 * audit: the audit log, kept by the keeper: verdicts from the mounts' journals, and what befalls the daemon itself,
 * numbered without a gap and sealed into the record every minute or thousand events, when asked, and at the end.
 *
 *   journal of verdicts -> audit_source -> ocsf_line -> pending -> record_seal_audit -> journal trimmed
 *
 * What is pending is made again from the journals by the next keeper, so nothing but the seal says that an event is
 * told: number and position stand in one commit. All but asking and copying is for the keeper's main thread.
 */
#ifndef HOLDFAST_SAVE_AUDIT_H
#define HOLDFAST_SAVE_AUDIT_H

#include "base/buf.h"
#include "config/config.h"
#include "record/record.h"

struct audit;

enum {
    AUDIT_SEAL_EVENTS = 1000,
    AUDIT_SEAL_MS = 60000,
    AUDIT_LOOK_MS = 500,   /* the journals are not looked at more often, unless asked */
    AUDIT_RETRY_MS = 2000, /* after a seal that failed */
    AUDIT_PATIENCE_MS = 15000,
    AUDIT_FRESH_MS = 2000,
};

struct audit_mount {
    const struct config_mount *mount;
    int spool_fd; /* SPOOL/<mount>; stays the caller's */
};

struct audit_setup {
    const char *device;
    const struct audit_mount *mounts; /* copied */
    size_t mount_count;
    const struct record_file *policy_files; /* in force, for their id; needed during the call only */
    size_t policy_file_count;
    void (*wake)(void *ctx); /* the main thread, from any */
    void *ctx;
};
int audit_open(struct audit **out, const struct audit_setup *setup, struct error *e);
void audit_close(struct audit *a); /* NULL is allowed */

/* Before the first step. `started_ns`: of the daemon's session, by which its start is told once, however often a keeper
 * begins. `policy`: hex of the commit of the rules in force; "" none. */
void audit_start(struct audit *a, int64_t started_ns, const char *policy);

/*
 * Look at the journals and seal, if either is due. No batch may be open. 1: there is more to do at once; 0: not now;
 * -errno: the log cannot be read or sealed; that is tried again, nothing is lost, and saves go on.
 */
int audit_step(struct audit *a, struct record_writer *w, struct error *e);

/* Did the newest seal fail? */
bool audit_ails(const struct audit *a);

/* The keeper leaves: seal all that is there; `stopped`: and that the daemon stops in order. 0 or -errno. */
int audit_end(struct audit *a, struct record_writer *w, bool stopped, struct error *e);

/* Any thread: return when all verdicts made before this call are sealed. -EAGAIN, in words. */
int audit_sync(struct audit *a, struct error *e);

/* Any thread: append the lines of events that are not sealed yet, the oldest first, the journals looked at anew (as
 * far as the main thread finds the time within AUDIT_FRESH_MS). 0 or -ENOMEM. */
int audit_copy_pending(struct audit *a, struct buf *lines);

/* Those who wait go away empty-handed: the main thread will not step any more. */
void audit_dismiss(struct audit *a);

#endif
