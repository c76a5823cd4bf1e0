/*
 * verdict: what a rule decided about an open, and what befell those who decide: told by a mount child, on disk, to the
 * keeper, who puts it into the audit log.
 *
 * SPOOL/<mount>/audit/journal: a journal as event/journal.h has it, of JOURNAL_VERDICT records only, with the same
 * segments, checksums and behaviour in a crash; beside it "id", which tells this journal from one that was there before
 * (the spool was emptied), as numbers begin anew then.
 *
 * A verdict that was appended survives the death of every process of ours. The writer never waits for the reader.
 */
#ifndef HOLDFAST_EVENT_VERDICT_H
#define HOLDFAST_EVENT_VERDICT_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

enum verdict_kind {
    VERDICT_OPEN = 1, /* a rule spoke of an open */
    VERDICT_GAP,      /* something was not seen, or could not be written down: `note` says what */
    VERDICT_SESSION,  /* who decides began or ended: `note` is "start", "restart", "rules" (others are in force) or
                         "stop" */
    VERDICT_COPY,     /* a rule spoke of a copy on a sink */
};

enum verdict_action { /* what the rule says; as policy/open.h names them */
                      VERDICT_ALLOW = 1,
                      VERDICT_LOG,
                      VERDICT_BLOCK,
                      VERDICT_HOLD,
                      VERDICT_QUARANTINE,
};
const char *verdict_action_name(
    enum verdict_action action); /* "allow", "log", "block", "hold", "quarantine"; NULL: none of these */

enum verdict_session { VERDICT_SESSION_NONE, VERDICT_SESSION_LOCAL, VERDICT_SESSION_SSH };
const char *verdict_session_name(enum verdict_session session); /* "", "local", "ssh" */

/*
 * One decision. Strings are raw bytes, NUL-terminated and borrowed; NULL is "" when appended, and what was read is
 * never NULL and holds until the next read. Where a string is longer than there is room for, its end is cut off and
 * "..." put there (verdict.c has the lengths); `path` and `app` are whole.
 */
struct verdict {
    enum verdict_kind kind;
    uint64_t seq;    /* in this journal, from 1 without a gap; set by append */
    int64_t time_ns; /* realtime, of the decision; 0: append puts it */

    /* OPEN and COPY only */
    enum verdict_action action; /* the rule's; GAP and SESSION: 0 */
    bool enforced;              /* false: mode audit: this is what enforcing would have done */
    bool refused;               /* the open was answered EACCES; the copy was moved to quarantine */
    bool write;                 /* it was for writing, too */
    int64_t waited_ns;          /* held so long; 0: not held */
    int32_t pid;                /* who asked; 0: unknown */
    uint32_t uid, gid;
    uint32_t login;               /* audit login session; UINT32_MAX: none */
    enum verdict_session session; /* where that login came from */
    uint64_t ino;                 /* of the backing file; of the copy */
    uint64_t size;                /* bytes, at the open; of the copy */
    uint64_t version;             /* the file's Seq, as last known; of a copy its source's; 0: unknown */
    const char *path;             /* in the mount, without a leading slash; of a copy, absolute */
    const char *class_name;       /* "unclassified" is one */
    const char *rule;             /* "pack/name" */
    const char *say;              /* what the rule tells the rep; "" */
    const char *app;              /* path of the executable; "" unknown */
    const char *parents;          /* those above it, nearest first: "bash < sshd < systemd"; "" not asked for */
    const char *cgroup;           /* below the cgroup root; "" not asked for */

    /* COPY only */
    uint32_t records;      /* rows of the source that stand in the copy */
    const char *sink;      /* name of the [sink] */
    const char *sink_kind; /* "removable", "network", "sync", "downloads", "temporary" or "folder" */
    const char *device;    /* vendor, model, serial of what the sink lies on, tabs between; "" not known */
    const char *sha256;    /* of the copy's bytes, 64 hex digits */
    const char *source;    /* where in `mount` it comes from; "" not known, `version` says which version */

    /* any kind */
    const char *mount;  /* name of the [mount]; of a copy, the source's, or "" */
    const char *policy; /* id of the tree of the rules in force, 40 hex digits (record_policy_id); "" no rules */
    const char *note;   /* in words; "" */
};

struct verdict_log;

/*
 * Open for appending; `spool_fd` is SPOOL/<mount> (the caller's), and "audit" is made below it, owned as it is. Errors
 * as journal_open_writer.
 */
int verdict_open_writer(struct verdict_log **out, int spool_fd, struct error *e);

/*
 * Append; fills `v->seq`. Any thread; one pwrite, and no lock that another process can hold. -ENOSPC, -EIO: it is lost,
 * and counted: as soon as there is room again a VERDICT_GAP tells how many were, before the next verdict. While the
 * disk is full most calls fail at once, without a look at it. -EINVAL: no kind or action; -ENAMETOOLONG: path or app of
 * PATH_MAX bytes or more. All of these are the caller's to chalk up; none is a reason to decide otherwise.
 */
int verdict_append(struct verdict_log *l, struct verdict *v);
void verdict_close(struct verdict_log *l); /* NULL is allowed */

struct verdict_reader;

enum { VERDICT_ID_BYTES = 17 }; /* 16 hex digits and the NUL */

/* Which journal this is. -ENOENT: none yet; -EILSEQ: the file "id" is not one of ours. */
int verdict_journal_id(int spool_fd, char out[static VERDICT_ID_BYTES]);

/* The first number that the journal holds or will hold, and its newest (first - 1: none). -ENOENT: none yet. */
int verdict_bounds(int spool_fd, uint64_t *first, uint64_t *newest);

/* Read on from `from_seq`. -ENOENT: there is no such journal yet; -ENODATA: trimmed away already. */
int verdict_open_reader(struct verdict_reader **out, int spool_fd, uint64_t from_seq, struct error *e);

/*
 * 1: *out is the next verdict; 0: none there yet; -EILSEQ: damaged, `e` says which are lost, and the next call goes on
 * behind. Other -errno: try again.
 */
int verdict_read(struct verdict_reader *r, struct verdict *out, struct error *e);
void verdict_close_reader(struct verdict_reader *r); /* NULL is allowed */

/* What was read survives a power cut. 0 or -errno. */
int verdict_sync_reader(struct verdict_reader *r);

/* Remove segments whose verdicts are all <= sealed_seq. Bytes that remain, or -errno. */
int64_t verdict_trim(int spool_fd, uint64_t sealed_seq);

#endif
