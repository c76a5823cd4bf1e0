/*
 * source: where a reading command gets its versions: the daemon, or the repository itself. Commands do not know which.
 *
 * With --repo: that repository. Else the daemon; if none runs and the repository can be read (root can): the
 * repository.
 */
#ifndef HOLDFAST_CLI_SOURCE_H
#define HOLDFAST_CLI_SOURCE_H

#include "cli/command.h"
#include "cli/target.h"
#include "control/wire.h"

struct source {
    const struct cli *cli;
    struct record_reader *reader; /* NULL: the daemon */
};

/* -ENOTCONN: neither a daemon nor a repository, with what to do; others as record_open_reader. */
int source_open(struct source *out, const struct cli *c, struct error *e);
void source_close(struct source *s);
#define source_auto __attribute__((cleanup(source_close))) struct source

/* What the command exits with after one of the calls below failed: CLI_USAGE for what the caller asked wrongly. */
int source_exit_status(int err);

int source_find_target(struct source *s, const char *operand, struct target *out, struct error *e);

/*
 * Versions, newest first. With follow, goes on: `mark` is called behind the first listing and behind each batch (newest
 * first, too). A callback's non-zero answer stops and is returned.
 */
struct source_listener {
    int (*version)(void *ctx, const struct record_version *v);
    int (*mark)(void *ctx);
    void *ctx;
};
int source_log(struct source *s, const struct wire_request *request, const struct source_listener *listener,
               struct error *e);

/*
 * Events of the audit log (control/entries.h), newest first; `sealed`: it is in the record. With follow as source_log.
 * A callback's non-zero answer stops and is returned.
 */
struct source_audit_listener {
    int (*entry)(void *ctx, json_t *entry, bool sealed);
    int (*mark)(void *ctx);
    void *ctx;
};
int source_audit(struct source *s, const struct wire_request *request, const struct source_audit_listener *listener,
                 struct error *e);

/* Ask the daemon; *client then has the answer. -ENOTCONN, with what to do, if none is there. */
struct control_client;
int source_ask(struct source *s, const struct wire_request *request, struct control_client **client, struct error *e);

/* A version and the strings that it points at. Begin with {0}. */
struct source_version {
    struct record_version v;
    struct wire_hold hold; /* from the daemon */
    struct buf strings;    /* from the repository */
};
void source_release(struct source_version *v);
#define source_version_auto __attribute__((cleanup(source_release))) struct source_version

/* -ENOENT, -EINVAL: no such version, in words. */
int source_find(struct source *s, const struct target *t, const char *at, struct source_version *out, struct error *e);

/* The same, and its bytes go to `fd`. -EIO if fewer came than the version has. */
int source_show(struct source *s, const struct target *t, const char *at, int fd, struct source_version *out,
                struct error *e);

/* The bytes of a version whose commit and blob are known; without looking for it. Errors as source_show. */
int source_content(struct source *s, const struct record_oid *commit, const struct record_oid *blob, int fd,
                   struct error *e);

/*
 * Ask the daemon's index which versions hold a contact; `each` gets every {"holding": {...}} (control/wire.h). -EAGAIN,
 * -ENOSYS: no index that is in step with the record; others as source_log.
 */
int source_holdings(struct source *s, const char *kind, const char *key, int (*each)(void *ctx, json_t *holding),
                    void *ctx, struct error *e);

/* The same: in which contents a long text does not stand; `each` gets every {"without": [...]}. -ENOSYS: no index;
 * -EAGAIN: it is being made anew; others as source_log. */
int source_without(struct source *s, const char *text, int (*each)(void *ctx, json_t *blobs), void *ctx,
                   struct error *e);

/* Ask the daemon something without an answer but "done", or with one line (`*line`: caller's; NULL: not wanted). */
int source_ask_daemon(const struct cli *c, const char *ask, json_t **line, struct error *e);

/* The same without a line; while no answer comes, `meanwhile` is called every `every_ms`. */
int source_wait_for_daemon(const struct cli *c, const char *ask, int every_ms, void (*meanwhile)(void *ctx), void *ctx,
                           struct error *e);

#endif
