#include "control/server.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static int send_done(struct connection *c) { return connection_send(c, json_pack("{s:b}", "done", 1)); }

static int do_status(struct connection *c, struct wire_request *r, struct error *e)
{
    (void)r;
    if (!c->scope.all && c->scope.mount_count == 0)
        return scope_narrow(&c->scope, &r->query, e);
    json_t *status = answer_status(c->host, &c->scope);
    if (status == NULL)
        return error_sys(e, ENOMEM, "status");
    int err = connection_send(c, json_pack("{s:o}", "status", status));
    return err ? err : send_done(c);
}

static int do_sync(struct connection *c, struct wire_request *r, struct error *e)
{
    (void)r;
    int err = c->host->sync(c->host->ctx, e);
    return err ? err : send_done(c);
}

static int do_log(struct connection *c, struct wire_request *r, struct error *e)
{
    int err = answer_log(c, r, e);
    return err ? err : send_done(c);
}

static int do_audit(struct connection *c, struct wire_request *r, struct error *e)
{
    int err = answer_audit(c, r, e);
    return err ? err : send_done(c);
}

/* Find the version that a request means, if the peer may see it. A mount that this machine has stands for its rep. */
static int find_version(struct connection *c, struct record_reader *reader, struct wire_request *r,
                        struct record_version *v, struct buf *hold, struct error *e)
{
    struct record_query q = r->query;
    if (q.path == NULL || q.mount == NULL)
        return error_set(e, EINVAL, "\"mount\" and \"path\": missing");
    int err = scope_narrow(&c->scope, &q, e);
    const struct config_mount *m = config_find_mount(c->host->config, q.mount);
    if (m != NULL && q.rep == NULL)
        q.rep = m->rep;
    if (err == 0)
        err = record_find_version(reader, &q, r->at, v, hold, e);
    if (err == 0 && !scope_sees(&c->scope, v))
        err = error_set(e, EACCES, "that version is not of a mount of yours");
    return err;
}

static void close_reader(struct record_reader **r)
{
    if (*r != NULL)
        record_close_reader(*r);
}

static int do_find(struct connection *c, struct wire_request *r, struct error *e)
{
    __attribute__((cleanup(close_reader))) struct record_reader *reader = NULL;
    buf_auto hold = {0};
    struct record_version v;
    int err = record_open_reader(&reader, c->host->config->repository, e);
    if (err == 0)
        err = find_version(c, reader, r, &v, &hold, e);
    if (err == 0)
        err = connection_send(c, json_pack("{s:o}", "version", wire_pack_version(&v)));
    return err ? err : send_done(c);
}

static int do_show(struct connection *c, struct wire_request *r, struct error *e)
{
    __attribute__((cleanup(close_reader))) struct record_reader *reader = NULL;
    buf_auto hold = {0};
    struct record_version v;
    int err = record_open_reader(&reader, c->host->config->repository, e);
    if (err == 0)
        err = find_version(c, reader, r, &v, &hold, e);
    if (err == 0 && !v.has_content)
        err = error_set(e, ENODATA, "version %llu has no content: it is a %s", (unsigned long long)v.seq,
                        record_event_name(v.event));
    if (err == 0)
        err = connection_send(c, json_pack("{s:o}", "version", wire_pack_version(&v)));
    if (err != 0)
        return err;
    struct error late = {0}; /* the bytes are on their way: what goes wrong now shows as fewer of them */
    record_write_blob(reader, &v.blob, c->fd, &late);
    return 0;
}

static int do_holdings(struct connection *c, struct wire_request *r, struct error *e)
{
    int err = answer_holdings(c, r, e);
    return err ? err : send_done(c);
}

static int do_without(struct connection *c, struct wire_request *r, struct error *e)
{
    int err = answer_without(c, r, e);
    return err ? err : send_done(c);
}

static int parse_commit(const char *hex, struct record_oid *out, struct error *e)
{
    static const char digits[] = "0123456789abcdef";
    if (hex == NULL || strlen(hex) != RECORD_OID_HEX - 1 || strspn(hex, digits) != RECORD_OID_HEX - 1)
        return error_set(e, EINVAL, "\"at\": expected the 40 digits of a commit");
    for (size_t i = 0; i < RECORD_OID_BYTES; i++) {
        long high = strchr(digits, hex[2 * i]) - digits, low = strchr(digits, hex[2 * i + 1]) - digits;
        out->bytes[i] = (unsigned char)(high << 4 | low);
    }
    return 0;
}

/* The bytes of one commit's version: what "show" answers, without a walk through the file's history. */
static int do_content(struct connection *c, struct wire_request *r, struct error *e)
{
    __attribute__((cleanup(close_reader))) struct record_reader *reader = NULL;
    buf_auto hold = {0};
    struct record_version v;
    struct record_oid commit;
    int err = parse_commit(r->at, &commit, e);
    if (err == 0)
        err = record_open_reader(&reader, c->host->config->repository, e);
    if (err == 0)
        err = record_get_version(reader, &commit, &v, &hold, e);
    if (err == 0 && (!scope_sees(&c->scope, &v) || !v.has_content))
        err = error_set(e, ENOENT, "there is no version %s", r->at); /* the same words: it may be another's */
    if (err == 0)
        err = connection_send(c, json_pack("{s:o}", "version", wire_pack_version(&v)));
    if (err != 0)
        return err;
    struct error late = {0};
    record_write_blob(reader, &v.blob, c->fd, &late);
    return 0;
}

/* All that is known of everybody's files is for those who see everybody's. */
static int need_index(struct connection *c, struct error *e)
{
    if (!c->scope.all)
        return error_set(e, EACCES, "the index is for root and the group %s", c->host->config->user);
    return c->host->recall == NULL ? error_set(e, ENODATA, "this daemon has no index") : 0;
}

static int do_index(struct connection *c, struct wire_request *r, struct error *e)
{
    (void)r;
    json_t *index = NULL;
    int err = need_index(c, e);
    if (err == 0)
        err = answer_index(c->host, &index, e);
    if (err == 0)
        err = connection_send(c, json_pack("{s:o}", "index", index));
    return err ? err : send_done(c);
}

static int do_rebuild(struct connection *c, struct wire_request *r, struct error *e)
{
    (void)r;
    int err = need_index(c, e);
    if (err == 0) {
        recall_rebuild(c->host->recall);
        c->host->wake(c->host->ctx);
    }
    return err ? err : send_done(c);
}

static const struct {
    const char *ask;
    int (*answer)(struct connection *c, struct wire_request *r, struct error *e);
} requests[] = {{"status", do_status},     {"sync", do_sync},
                {"log", do_log},           {"find", do_find},
                {"show", do_show},         {"content", do_content},
                {"holdings", do_holdings}, {"without", do_without},
                {"index", do_index},       {"index-rebuild", do_rebuild},
                {"audit", do_audit}};

static int dispatch(struct connection *c, struct wire_request *r, struct error *e)
{
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++)
        if (strcmp(requests[i].ask, r->ask) == 0)
            return requests[i].answer(c, r, e);
    return error_set(e, EINVAL,
                     "\"ask\": this daemon answers status, sync, log, find, show, content, holdings, without, index, "
                     "index-rebuild and audit");
}

void answer_request(struct connection *c, const char *line, size_t len)
{
    struct error e = {0};
    struct wire_request r;
    wire_hold_auto hold = {0};
    json_auto *json = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
    int err = json == NULL ? error_set(&e, EINVAL, "expected one JSON object a line")
                           : wire_unpack_request(json, &r, &hold, &e);
    if (err == 0)
        err = dispatch(c, &r, &e);
    if (err == 0)
        return;
    if (e.code == 0)
        error_sys(&e, err, "%s", r.ask ? r.ask : "request");
    connection_send_error(c, &e);
}
