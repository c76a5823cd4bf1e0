/*
 * record: the company's repository, a plain bare git repository that stock git reads.
 *
 * This is the only place that knows what a commit looks like. Writing (one process, one thread: the keeper) and reading
 * (any process, any clone) are apart: record_writer and record_reader.
 *
 *   refs/heads/rep/<rep>/<device>/<volume>   one commit per event; the tree is <mount>/<path>
 *   refs/heads/policy/<device>               the rules that were in force
 *   refs/heads/audit/<device>                the audit log
 *
 * Commits are written in batches: many events, each its own signed commit, one pack, one fsync, one update of each
 * ref. Nothing of a batch exists for anybody until record_batch_finish returned 0; after that it survives
 * kill -9 (and a power cut, if the repository was opened with `durable`).
 */
#ifndef HOLDFAST_RECORD_RECORD_H
#define HOLDFAST_RECORD_RECORD_H

#include "base/buf.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RECORD_OID_BYTES = 20, RECORD_OID_HEX = 41, RECORD_SHA256_BYTES = 32 };

struct record_oid {
    unsigned char bytes[RECORD_OID_BYTES];
};

/* ---- form: what one commit says (form.c writes and parses it; both ways from one table of trailers) ---- */

enum record_event {
    RECORD_SAVE,
    RECORD_DELETE,
    RECORD_RENAME,
    RECORD_CHMOD,
    RECORD_SYMLINK,
    RECORD_LINK,
    RECORD_RECOVERED,  /* a save found by reconcile, made while we were mounted */
    RECORD_UNATTENDED, /* a change (save, delete) found by reconcile, made while nothing was mounted */
    RECORD_GAP,        /* no change of the tree; `note` says what was not seen */
    RECORD_VOLUME,     /* first commit of a volume: the whole tree, `previous` names the tip it continues */
};
const char *record_event_name(enum record_event event); /* "save", "delete", ... as in subject and trailer */

/*
 * All that a commit says. Strings are raw bytes, NUL-terminated; NULL or "" where there is nothing to say. Written as
 * subject "<event> <path>" and git trailers: Event Rep Device Mount Path From Seq Class Mime Charset Bytes SHA256 XXH3
 * Mode Records App Pid Uid Session Saved Policy Rule Finding Journal Note Previous Path, From, App and Note are
 * C-quoted as git does when they hold control or non-UTF-8 bytes. Absent values are left out, except those that the
 * design promises on every commit, which say "none".
 */
struct record_version {
    struct record_oid commit; /* read only */
    enum record_event event;
    const char *rep, *email, *device, *mount;
    const char *path; /* within the mount */
    const char *from; /* rename, link: the old path; symlink: the target */
    uint64_t seq;     /* set by the writer: gapless per rep and device, over volumes; begins at 1 */
    bool has_content; /* the next six mean something */
    uint64_t bytes;
    unsigned char sha256[RECORD_SHA256_BYTES];
    uint64_t xxh3;
    struct record_oid blob;
    const char *mime, *charset;
    const char *class_name; /* NULL: "unclassified" */
    const char *records;    /* of a list: contacts, and how many came and went: "412 +12 -3" */
    const char *policy;     /* hex of the commit on policy/<device> that was in force */
    const char *rule;       /* which decided the class: "sales-intelligence/prospect-list" */
    const char *finding;    /* "error finance/promissory 3:14, ..." */
    uint32_t mode;          /* st_mode; 0: not said */
    const char *app;        /* executable of the subject */
    int32_t pid;            /* 0: unknown */
    uint32_t uid;
    uint32_t session; /* UINT32_MAX: none */
    int64_t saved_ns; /* when it happened: Saved (nanoseconds), author and committer date (seconds) */
    uint64_t journal; /* sequence number in the mount's journal: by this the keeper knows what it has kept; 0: none */
    const char *note;
    const char *previous; /* RECORD_VOLUME: hex of the tip continued */
    const char *volume;   /* read only: "2026Q4" */
};

/*
 * Every string of a version, under the name that JSON has for it; behind the last an entry without a name. Who copies a
 * version, or sends it on, walks these.
 */
struct record_text {
    const char *name;
    size_t offset; /* of the const char * in struct record_version */
};
enum { RECORD_TEXTS = 17 };
extern const struct record_text record_texts[RECORD_TEXTS + 1];

/* A rename that swapped both paths, so that both files go on. */
bool record_is_exchange(const struct record_version *v);

/* ---- writing ---- */

struct record_writer;
struct record_batch;

/* `volume`: "quarter", "month" or "year". `durable`: fsync packs and refs before finish returns. */
struct record_setup {
    const char *repository;
    const char *device;
    const char *device_key; /* path of an OpenSSH Ed25519 private key; read once, here */
    const char *volume;
    bool durable;
};

/*
 * Make repository (bare, gc.auto=0, HEAD at a branch that never exists, description), device key (0600) and
 * `allowed_signers` beside it and in the repository (where its own configuration names it, so that `git -C repository
 * verify-commit` just works), unless they are there. Safe to repeat; repairs what is half made. Says what it did in
 * `*done` (lines; may be NULL). `email` (may be NULL) only goes into the key's comment. All files are the caller's: who
 * runs this as root hands the repository over to the keeper's user.
 */
int record_init(const struct record_setup *setup, const char *email, struct buf *done, struct error *e);

/*
 * Open for writing: takes the writer's lock (flock on <repository>/holdfast.lock: -EBUSY if another has it), removes
 * stale *.lock files and half-made packs of our own, and checks that each tip can be read: -EUCLEAN with what is
 * missing and what to do.
 */
int record_open_writer(struct record_writer **out, const struct record_setup *setup, struct error *e);

/* As above with the key already read (the keeper's uid cannot read the file): 32-byte Ed25519 seed. */
int record_open_writer_with_key(struct record_writer **out, const struct record_setup *setup,
                                const unsigned char seed[static 32], struct error *e);
int record_read_key(const char *path, unsigned char seed[static 32], struct error *e);
void record_close_writer(struct record_writer *w);

int record_batch_begin(struct record_writer *w, struct record_batch **out, struct error *e);

/*
 * Stream a file's bytes [0, size) into the batch as a blob; any size in fixed memory. Fills bytes, sha256, xxh3, blob.
 * -ESTALE if the file ended early or is longer than `size`: nothing was added. A blob just added can be taken back
 * until the next call.
 */
struct record_content {
    uint64_t bytes;
    unsigned char sha256[RECORD_SHA256_BYTES];
    uint64_t xxh3;
    struct record_oid blob;
};
int record_batch_add_file(struct record_batch *b, int fd, uint64_t size, struct record_content *out, struct error *e);
int record_batch_add_bytes(struct record_batch *b, const void *bytes, size_t len, struct record_content *out,
                           struct error *e);
int record_batch_take_back(struct record_batch *b, const struct record_content *content, struct error *e);

/*
 * Commit one event on its rep's branch. The change to the tree follows from the event: save, symlink, link, recovered
 * put v->blob at path (symlinks as git does; a file's mode becomes 100755 if v->mode has S_IXUSR, else 100644); delete
 * removes path (file or folder; unattended does either by has_content); rename moves `from` (file or folder) over path;
 * chmod and gap change at most a mode. A commit of a new volume goes before it by itself when v->saved_ns lies in a
 * later volume than the tip. A path whose parents are files in the tree replaces them. Sets v->seq and v->commit.
 * If `from` is not there the tree stays as it is and the event is recorded all the same.
 * Errors: -EINVAL (not a path, a name or an event: nothing changed, the batch is good), -ENOSPC, -EIO, -ENOMEM (the
 * batch is spoilt: abort it, or let finish fail).
 */
int record_batch_commit(struct record_batch *b, struct record_version *v, struct error *e);

/* Swap two paths in one commit (event RENAME with from): both keep what the other was. */
int record_batch_exchange(struct record_batch *b, struct record_version *v, struct error *e);

/* Put the pack in place, move the refs, in that order. After an error the batch is gone and the repository as before.
 * Frees `b`. */
int record_batch_finish(struct record_batch *b, struct error *e);
void record_batch_abort(struct record_batch *b);

/*
 * The policies in force from now on, as a signed commit on refs/heads/policy/<device>, unless its tip holds exactly
 * these files; *out is that commit. Not while a batch is open. Errors as record_batch_finish.
 */
struct record_file {
    const char *name; /* a path within the tree */
    const void *bytes;
    size_t len;
};
int record_keep_policy(struct record_writer *w, const struct record_file *files, size_t count, int64_t now_ns,
                       struct record_oid *out, struct error *e);

/*
 * The id of the tree that these rule files make, by which a verdict names the rules that decided before the keeper has
 * them in the record. Names are plain file names. -EINVAL: one is not, or is there twice. Any process; no repository.
 */
int record_policy_id(const struct record_file *files, size_t count, struct record_oid *out, struct error *e);

/* The newest commit on policy/<device> with this tree: 1 and *commit; 0: none; or -errno. Looks at some hundreds. */
int record_find_policy(struct record_writer *w, const struct record_oid *tree, struct record_oid *commit,
                       struct error *e);

/*
 * ---- the audit log: refs/heads/audit/<device>, one signed commit a seal ----
 *
 * Each commit adds one file, YYYY/MM/DD/<first seq, 16 digits>.jsonl, a line an event. Its trailers say where the log
 * stands (Seq, Events), how far each source's journal is in it (Journal), and the tips of the device's other branches
 * (Tip), so that cutting a tail off one shows in the other.
 */
struct record_audit_source { /* a journal of verdicts; strings are owned by the state */
    char *mount;
    char *id;     /* of the journal */
    uint64_t seq; /* everything up to here is sealed */
};

/* Where the log stands; zero: nothing was sealed yet. */
struct record_audit_state {
    uint64_t seq;                        /* number of the newest event */
    int64_t saved_ns;                    /* when that was sealed */
    int64_t started_ns;                  /* of the daemon's session that the newest events are of; 0: none */
    bool stopped;                        /* and it ended in order */
    struct record_oid tip;               /* the newest seal, if seq > 0 */
    struct record_audit_source *sources; /* owned */
    size_t source_count;
};
void record_audit_free(struct record_audit_state *s);

enum { RECORD_AUDIT_SOURCES_MOST = 256 };

/* The position of a journal; NULL: none of its events is sealed. */
const struct record_audit_source *record_audit_source(const struct record_audit_state *s, const char *mount);

/* Set it (in memory). A journal of another id replaces the one before. -ENOMEM; -E2BIG: too many. */
int record_audit_set_source(struct record_audit_state *s, const char *mount, const char *id, uint64_t seq);

/* What the tip says. -EUCLEAN: the branch's tip is torn or is not a seal. */
int record_read_audit(struct record_writer *w, struct record_audit_state *out, struct error *e);

/*
 * Seal `count` events, `lines` (each ends in a newline), numbered from state->seq + 1, whose times lie from `oldest_ns`
 * to `newest_ns`; the sources' positions and `started_ns` and `stopped` of *state go into the same commit. On success
 * the state's seq, saved_ns and tip are the new ones. Not while a batch is open. Errors as record_batch_finish;
 * -ESTALE: somebody moved the branch.
 */
struct record_audit_seal {
    const char *lines;
    size_t len;
    uint64_t count;
    int64_t oldest_ns, newest_ns;
    int64_t now_ns;
};
int record_seal_audit(struct record_writer *w, struct record_audit_state *state, const struct record_audit_seal *seal,
                      struct error *e);

/* The writer's view of the tip's tree (what the last finished batch left, plus the open batch if any). */
struct record_entry {
    struct record_oid oid;
    uint32_t git_mode; /* 0100644, 0100755, 0120000, 0040000 */
};
/* True if rep's tip has `mount`/`path`. */
bool record_tip_find(struct record_writer *w, const char *rep, const char *mount, const char *path,
                     struct record_entry *out);
/* Each entry of the folder `mount`/`path` at the tip; real names. Stops early with cb's non-zero answer. -ENOENT: no
 * such folder. */
int record_tip_list(struct record_writer *w, const char *rep, const char *mount, const char *path,
                    int (*cb)(void *ctx, const char *name, const struct record_entry *entry), void *ctx);
int record_blob_size(struct record_writer *w, const struct record_oid *oid, uint64_t *out);
/* Newest journal sequence number of `mount` in rep's history (the Journal trailer): 0 if none. By this a restarted
 * keeper goes on. */
int record_last_journal(struct record_writer *w, const char *rep, const char *mount, uint64_t *out, struct error *e);

/*
 * When idle: repack with stock git (geometric: joins small packs; full: everything anew; neither prunes). 0; -EBUSY: it
 * runs already; -EIO with git's words, -ENOSPC. Blocks; run it in a child or thread.
 */
int record_maintain(const char *repository, bool full, struct error *e);

/* ---- reading: any clone, any process ---- */

struct record_reader;
int record_open_reader(struct record_reader **out, const char *repository,
                       struct error *e); /* a bare repository or a clone's folder */
void record_close_reader(struct record_reader *r);

struct record_query { /* NULL or 0: any */
    const char *rep, *device, *mount, *class_name;
    const char *path; /* exact, or a folder; history is followed through renames */
    int64_t since_ns, until_ns;
    uint64_t after_seq; /* only Seq greater than this (log --follow) */
    size_t most;        /* stop after so many */
    bool events;        /* gap and volume commits too */
};
/* Newest first over all volumes; `v` and its strings hold during the call. cb's non-zero answer stops and is returned.
 */
int record_log(struct record_reader *r, const struct record_query *q,
               int (*cb)(void *ctx, const struct record_version *v), void *ctx, struct error *e);

/*
 * One version of one path: `at` is a Seq ("412"), a commit (7 or more hex digits), a time (clock_parse), or NULL: the
 * newest. As of a later version or time of the mount, the file's version in force then. Fills *v with strings owned by
 * *hold (caller: buf_free). -ENOENT with the nearest versions in words; -EINVAL: not a version.
 */
int record_find_version(struct record_reader *r, const struct record_query *q, const char *at, struct record_version *v,
                        struct buf *hold, struct error *e);

/* The version that this very commit is; else as record_find_version. -ENOENT: it is no version. */
int record_get_version(struct record_reader *r, const struct record_oid *commit, struct record_version *v,
                       struct buf *hold, struct error *e);

/* Each rep on each device, with its newest version; the strings hold during the call. A non-zero answer ends it. */
struct record_stream {
    const char *rep, *device;
    uint64_t seq;
    struct record_oid tip;
};
int record_each_stream(struct record_reader *r, int (*cb)(void *ctx, const struct record_stream *s), void *ctx,
                       struct error *e);

/*
 * Versions of one rep on one device up to `tip`, oldest first, over all volumes that are here, gaps and volumes' first
 * commits too: those after version `after_seq`, which is the commit `after`; all, with 0. Memory: 20 bytes for every
 * thousandth version. next: 1 and *v, whose strings hold until the next call; 0: that was all; -EAGAIN without words:
 * still on the way back to the oldest, call again; -ESTALE: `after` is not in this history; -EIO; -ENOMEM.
 * The reader has to stay open and in this thread.
 */
struct record_replay;
int record_replay_open(struct record_replay **out, struct record_reader *r, const struct record_oid *tip,
                       const struct record_oid *after, uint64_t after_seq, struct error *e);
int record_replay_next(struct record_replay *p, struct record_version *v, struct error *e);
void record_replay_close(struct record_replay *p);

/* Each entry of a folder ("<mount>/<path>"; "": the mounts) in a commit's tree; real names. -ENOENT: no such folder. */
int record_list_folder(struct record_reader *r, const struct record_oid *commit, const char *path,
                       int (*cb)(void *ctx, const char *name, const struct record_entry *entry), void *ctx,
                       struct error *e);

/* How long it is; -ENOENT, -EIO. */
int record_find_blob_size(struct record_reader *r, const struct record_oid *blob, uint64_t *out, struct error *e);

/* Stream a version's bytes to `fd`; a symlink's are its target. */
int record_write_blob(struct record_reader *r, const struct record_oid *blob, int fd, struct error *e);

/*
 * The audit logs of all devices (or of one), segments newest first. `events` are the segment's lines and hold during
 * the call. A segment without anything between since_ns and until_ns is not read. cb's non-zero answer ends it and is
 * returned. -EUCLEAN: a commit on an audit branch is no seal.
 */
struct record_segment {
    const char *device;
    struct record_oid commit;
    uint64_t first, last; /* numbers of its events */
    int64_t saved_ns;
    const char *lines;
    size_t len;
};
struct record_audit_query { /* NULL, 0: any */
    const char *device;
    int64_t since_ns, until_ns;
    uint64_t after_seq; /* with device: only segments with events later than this */
};
int record_each_segment(struct record_reader *r, const struct record_audit_query *q,
                        int (*cb)(void *ctx, const struct record_segment *s), void *ctx, struct error *e);

const char *record_oid_hex(const struct record_oid *oid, char to[static RECORD_OID_HEX]);
int record_parse_oid(const char *hex, struct record_oid *out); /* -EINVAL: not 40 hex digits */

#endif
