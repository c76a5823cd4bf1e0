#include "cli/source.h"

#include "control/client.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool is_no_daemon(int err) { return err == -ENOENT || err == -ECONNREFUSED || err == -EACCES; }

static int refuse_no_daemon(const struct cli *c, int err, struct error *e)
{
    if (err == -EACCES)
        return error_set(e, ENOTCONN, "%s/control.sock may not be opened by you; ask the administrator",
                         c->config->run);
    return error_set(e, ENOTCONN, "no daemon answers at %s/control.sock; start it with `holdfastd --conf %s` as root",
                     c->config->run, c->config->path);
}

static int open_repository(struct source *out, const struct cli *c, const char *repository, struct error *e)
{
    struct record_reader *reader = NULL;
    int err = record_open_reader(&reader, repository, e);
    if (err == 0)
        *out = (struct source){.cli = c, .reader = reader};
    return err;
}

int source_open(struct source *out, const struct cli *c, struct error *e)
{
    if (c->repo != NULL)
        return open_repository(out, c, c->repo, e);
    int err = control_probe(c->config->run, e);
    if (err == 0) {
        *out = (struct source){.cli = c};
        return 0;
    }
    if (is_no_daemon(err) && open_repository(out, c, c->config->repository, NULL) == 0)
        return 0;
    return is_no_daemon(err) ? refuse_no_daemon(c, err, e) : err;
}

void source_close(struct source *s)
{
    if (s->reader != NULL)
        record_close_reader(s->reader);
    s->reader = NULL;
}

int source_exit_status(int err)
{
    return err == -ENOENT || err == -EINVAL || err == -ENODATA || err == -EOPNOTSUPP || err == -ENAMETOOLONG
               ? CLI_USAGE
               : CLI_COULD_NOT;
}

int source_find_target(struct source *s, const char *operand, struct target *out, struct error *e)
{
    if (s->cli->config != NULL)
        return target_from_config(s->cli, operand, out, e);
    return target_from_record(s->cli, s->reader, operand, out, e);
}

int source_ask(struct source *s, const struct wire_request *request, struct control_client **client, struct error *e)
{
    int err = control_ask(client, s->cli->config->run, request, e);
    return is_no_daemon(err) ? refuse_no_daemon(s->cli, err, e) : err;
}

/* ---- log ---- */

static int listen_to_daemon(struct control_client *client, const struct source_listener *l, struct error *e)
{
    for (;;) {
        json_auto *line = NULL;
        if (control_wait(client, STDOUT_FILENO, -1) < 0)
            return -EPIPE;
        int more = control_next(client, &line, e);
        if (more <= 0)
            return more;
        if (json_is_true(json_object_get(line, "mark"))) {
            int stop = l->mark(l->ctx);
            if (stop != 0)
                return stop;
            continue;
        }
        wire_hold_auto hold = {0};
        struct record_version v;
        int err = wire_unpack_version(json_object_get(line, "version"), &v, &hold, e);
        if (err == 0)
            err = l->version(l->ctx, &v);
        if (err != 0)
            return err;
    }
}

int source_log(struct source *s, const struct wire_request *request, const struct source_listener *l, struct error *e)
{
    if (s->reader != NULL && request->follow)
        return error_set(e, EOPNOTSUPP, "--follow needs the daemon: without it nothing new is recorded");
    if (s->reader != NULL)
        return record_log(s->reader, &request->query, l->version, l->ctx, e);
    control_client_auto *client = NULL;
    int err = source_ask(s, request, &client, e);
    return err ? err : listen_to_daemon(client, l, e);
}

/* ---- one version ---- */

void source_release(struct source_version *v)
{
    wire_release(&v->hold);
    buf_free(&v->strings);
}

/* Ask for a version; the line with it is taken, what follows is left in *client. */
static int ask_version(struct source *s, const char *ask, const struct target *t, const char *at,
                       struct control_client **client, struct source_version *out, struct error *e)
{
    struct wire_request r = {.ask = ask, .query = target_query(t), .at = at};
    json_auto *line = NULL;
    int err = source_ask(s, &r, client, e);
    int more = err == 0 ? control_next(*client, &line, e) : err;
    if (more == 0)
        return error_set(e, EPROTO, "the daemon's answer is no answer");
    return more < 0 ? more : wire_unpack_version(json_object_get(line, "version"), &out->v, &out->hold, e);
}

static int find_in_repository(struct source *s, const struct target *t, const char *at, struct source_version *out,
                              struct error *e)
{
    struct record_query q = target_query(t);
    if (t->config != NULL && q.rep == NULL)
        q.rep = t->config->rep;
    return record_find_version(s->reader, &q, at, &out->v, &out->strings, e);
}

static int refuse_folder(const struct target *t, struct error *e)
{
    return error_set(e, EINVAL, "expected a file; this is all of mount %s", t->mount ? t->mount : "");
}

int source_find(struct source *s, const struct target *t, const char *at, struct source_version *out, struct error *e)
{
    if (t->path[0] == 0)
        return refuse_folder(t, e);
    if (s->reader != NULL)
        return find_in_repository(s, t, at, out, e);
    control_client_auto *client = NULL;
    return ask_version(s, "find", t, at, &client, out, e);
}

static int show_from_repository(struct source *s, const struct target *t, const char *at, int fd,
                                struct source_version *out, struct error *e)
{
    int err = find_in_repository(s, t, at, out, e);
    if (err == 0 && !out->v.has_content)
        err = error_set(e, EINVAL, "version %" PRIu64 " has no content: it is a %s", out->v.seq,
                        record_event_name(out->v.event));
    return err ? err : record_write_blob(s->reader, &out->v.blob, fd, e);
}

int source_show(struct source *s, const struct target *t, const char *at, int fd, struct source_version *out,
                struct error *e)
{
    if (t->path[0] == 0)
        return refuse_folder(t, e);
    if (s->reader != NULL)
        return show_from_repository(s, t, at, fd, out, e);
    control_client_auto *client = NULL;
    int err = ask_version(s, "show", t, at, &client, out, e);
    int64_t got = err == 0 ? control_copy_rest(client, fd, e) : err;
    if (got < 0)
        return (int)got;
    if ((uint64_t)got != out->v.bytes)
        return error_set(
            e, EIO, "version %" PRIu64 ": %" PRId64 " of %" PRIu64 " bytes came; ask again, or see the daemon's log",
            out->v.seq, got, out->v.bytes);
    return 0;
}

int source_content(struct source *s, const struct record_oid *commit, const struct record_oid *blob, int fd,
                   struct error *e)
{
    char hex[RECORD_OID_HEX];
    const struct target anywhere = {0};
    source_version_auto v = {0};
    control_client_auto *client = NULL;
    if (s->reader != NULL)
        return record_write_blob(s->reader, blob, fd, e);
    int err = ask_version(s, "content", &anywhere, record_oid_hex(commit, hex), &client, &v, e);
    int64_t got = err == 0 ? control_copy_rest(client, fd, e) : err;
    if (got >= 0 && (uint64_t)got != v.v.bytes)
        return error_set(e, EIO, "version %" PRIu64 ": %" PRId64 " of %" PRIu64 " bytes came", v.v.seq, got, v.v.bytes);
    return got < 0 ? (int)got : 0;
}

/* One question about the index: each line's object by this name. */
static int ask_index(struct source *s, const struct wire_request *r, const char *name,
                     int (*each)(void *ctx, json_t *line), void *ctx, struct error *e)
{
    control_client_auto *client = NULL;
    int err = control_ask(&client, s->cli->config->run, r, e);
    while (err == 0) {
        json_auto *line = NULL;
        int more = control_next(client, &line, e);
        if (more <= 0)
            return more;
        err = each(ctx, json_object_get(line, name));
    }
    return err;
}

int source_holdings(struct source *s, const char *kind, const char *key, int (*each)(void *ctx, json_t *holding),
                    void *ctx, struct error *e)
{
    const struct wire_request r = {.ask = "holdings", .kind = kind, .key = key};
    return ask_index(s, &r, "holding", each, ctx, e);
}

int source_without(struct source *s, const char *text, int (*each)(void *ctx, json_t *blobs), void *ctx,
                   struct error *e)
{
    const struct wire_request r = {.ask = "without", .key = text};
    return ask_index(s, &r, "without", each, ctx, e);
}

static int take_answer(struct control_client *client, json_t **line, struct error *e)
{
    for (;;) {
        json_auto *got = NULL;
        int more = control_next(client, &got, e);
        if (more <= 0)
            return more;
        if (line != NULL && *line == NULL)
            *line = json_incref(got);
    }
}

int source_ask_daemon(const struct cli *c, const char *ask, json_t **line, struct error *e)
{
    struct wire_request r = {.ask = ask};
    control_client_auto *client = NULL;
    int err = control_ask(&client, c->config->run, &r, e);
    if (is_no_daemon(err))
        return refuse_no_daemon(c, err, e);
    return err == 0 ? take_answer(client, line, e) : err;
}

int source_wait_for_daemon(const struct cli *c, const char *ask, int every_ms, void (*meanwhile)(void *ctx), void *ctx,
                           struct error *e)
{
    struct wire_request r = {.ask = ask};
    control_client_auto *client = NULL;
    int err = control_ask(&client, c->config->run, &r, e);
    if (is_no_daemon(err))
        return refuse_no_daemon(c, err, e);
    while (err == 0 && control_wait(client, -1, every_ms) == 0)
        meanwhile(ctx);
    return err == 0 ? take_answer(client, NULL, e) : err;
}
