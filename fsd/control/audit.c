/*
 * audit: events of the audit log, newest first: those that are not sealed yet, then the sealed ones; with follow, each
 * new one within about a second. Told by number, which is gapless on this device: so none is told twice or missed,
 * though a seal may come between the two.
 */
#include "control/entries.h"
#include "control/server.h"

#include <errno.h>
#include <string.h>

struct audit_job {
    struct connection *connection;
    struct record_reader *reader;
    struct entries_query query;
    bool sealed; /* of the entries being told */
    size_t sent, most;
    uint64_t newest; /* number of this device's newest event that was looked at */
    int err;         /* its own failure: any stop looks alike from outside */
};

static bool may_see(const struct audit_job *job, const char *device, const json_t *entry)
{
    return scope_sees_file(&job->connection->scope, entries_word(entry, "rep"), device, entries_word(entry, "mount"));
}

static int tell(void *ctx, const char *device, json_t *entry)
{
    struct audit_job *job = ctx;
    if (!may_see(job, device, entry))
        return 0;
    job->err = connection_send(job->connection, json_pack("{s:O, s:b}", "entry", entry, "sealed", job->sealed));
    job->sent++;
    return job->err != 0 || (job->most != 0 && job->sent >= job->most);
}

static int note_number(void *ctx, const char *device, json_t *entry)
{
    (void)device;
    *(uint64_t *)ctx = entries_seq(entry);
    return 1;
}

/* Numbers of the first and the last line; 0: there is none. */
static void find_bounds(const struct buf *pending, uint64_t *first, uint64_t *last)
{
    const struct entries_query all = {0};
    const char *end = pending->len > 0 ? memchr(pending->data, '\n', pending->len) : NULL;
    *first = *last = 0;
    if (end == NULL)
        return;
    entries_each_line("", pending->data, (size_t)(end - pending->data), &all, note_number, first, NULL);
    entries_each_line("", pending->data, pending->len, &all, note_number, last, NULL);
}

static int note_newest(void *ctx, const struct record_segment *s)
{
    *(uint64_t *)ctx = s->last;
    return 1;
}

/*
 * What is pending now, and where that ends: job->newest. Of this device's log, sealed events count up to where pending
 * begins, or up to what is sealed now: so a seal that comes later changes nothing.
 */
static int look(struct audit_job *job, struct buf *pending, struct error *e)
{
    const struct control_host *host = job->connection->host;
    const struct record_audit_query q = {.device = job->query.own_device};
    uint64_t first, last, sealed = 0;
    int err = host->audit_pending(host->ctx, pending);
    if (err < 0)
        return error_sys(e, err, "audit log");
    find_bounds(pending, &first, &last);
    int answer = first == 0 ? record_each_segment(job->reader, &q, note_newest, &sealed, e) : 0;
    if (answer < 0)
        return answer;
    job->newest = first == 0 ? sealed : last;
    job->query.before = first == 0 ? sealed + 1 : first;
    return 0;
}

/* Everything later than job->query.after on this device, and all of others, newest first. */
static int tell_all(struct audit_job *job, struct error *e)
{
    struct entries_query *q = &job->query;
    buf_auto pending = {0};
    int err = look(job, &pending, e);
    if (err < 0)
        return err;
    uint64_t before = q->before;
    q->before = 0;
    job->sealed = false;
    int answer = entries_each_line(q->own_device, pending.data, pending.len, q, tell, job, e);
    q->before = before;
    job->sealed = true;
    if (answer == 0)
        answer = entries_each_sealed(job->reader, q, tell, job, e);
    return job->err != 0 ? job->err : answer < 0 ? answer : 0;
}

static int send_mark(struct audit_job *job) { return connection_send(job->connection, json_pack("{s:b}", "mark", 1)); }

static int follow(struct audit_job *job, struct error *e)
{
    uint64_t seen = connection_versions_seen(job->connection);
    job->most = 0;
    job->query.query.device = job->query.own_device;
    int err = send_mark(job);
    while (err == 0) {
        size_t before = job->sent;
        int news = connection_await_versions(job->connection, &seen);
        job->query.after = job->newest;
        err = news < 0 ? news : tell_all(job, e);
        if (err == 0 && job->sent != before)
            err = send_mark(job);
    }
    return err == -ESHUTDOWN ? error_set(e, ESHUTDOWN, "the daemon stops") : err;
}

static int run(struct audit_job *job, const struct wire_request *r, struct error *e)
{
    int err = record_open_reader(&job->reader, job->connection->host->config->repository, e);
    if (err == 0)
        err = scope_narrow(&job->connection->scope, &job->query.query, e);
    buf_auto unheard = {0};
    if (err == 0)
        err = r->only_new ? look(job, &unheard, e) : tell_all(job, e);
    return err == 0 && r->follow ? follow(job, e) : err;
}

int answer_audit(struct connection *c, struct wire_request *r, struct error *e)
{
    struct audit_job job = {.connection = c,
                            .query = {.query = r->query, .rule = r->rule, .own_device = c->host->config->device_name},
                            .most = r->query.most};
    int err = run(&job, r, e);
    if (job.reader != NULL)
        record_close_reader(job.reader);
    return err;
}
