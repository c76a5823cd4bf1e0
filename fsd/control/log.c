/*
 * log: versions newest first, then, with follow, each batch of new ones as it is committed.
 *
 * Nothing is gathered here (a burst may be 100,000 versions); the client turns a batch round if it wants the oldest
 * first. What is new is told by Seq, which is gapless per rep: the newest of each rep is looked up before the listing,
 * the listing leaves out what is later, and following goes on from there. So no version is told twice or missed.
 */
#include "control/server.h"

#include <errno.h>
#include <string.h>

struct stream {
    const char *rep;
    uint64_t newest;
};

struct log_job {
    struct connection *connection;
    struct record_reader *reader;
    struct record_query query;
    bool follow;
    struct stream streams[SCOPE_MOUNTS_MOST];
    size_t stream_count;
    size_t sent, most;
    uint64_t batch_newest; /* of the stream being told */
    int err;
};

static const struct stream *stream_of(const struct log_job *job, const char *rep)
{
    for (size_t i = 0; i < job->stream_count; i++)
        if (rep != NULL && strcmp(job->streams[i].rep, rep) == 0)
            return &job->streams[i];
    return NULL;
}

/* The answer to record_log: non-zero stops. Its own failure is kept in job->err, since any stop looks alike from
 * outside. */
static int tell(void *ctx, const struct record_version *v)
{
    struct log_job *job = ctx;
    if (!scope_sees(&job->connection->scope, v))
        return 0;
    job->err = connection_send(job->connection, json_pack("{s:o}", "version", wire_pack_version(v)));
    job->sent++;
    if (v->seq > job->batch_newest)
        job->batch_newest = v->seq;
    return job->err != 0 || (job->most != 0 && job->sent >= job->most);
}

static int tell_if_old(void *ctx, const struct record_version *v)
{
    const struct log_job *job = ctx;
    const struct stream *s = stream_of(job, v->rep);
    return s != NULL && v->seq > s->newest ? 0 : tell(ctx, v);
}

static int list(struct log_job *job, struct error *e)
{
    int err = record_log(job->reader, &job->query, job->follow ? tell_if_old : tell, job, e);
    if (job->err != 0)
        return job->err;
    return err < 0 ? err : 0;
}

static int note_newest(void *ctx, const struct record_version *v)
{
    *(uint64_t *)ctx = v->seq;
    return 1;
}

/* One stream for each rep that this machine records and the query asks for. */
static int find_streams(struct log_job *job, struct error *e)
{
    const struct scope *scope = &job->connection->scope;
    for (size_t i = 0; i < scope->mount_count; i++) {
        const struct config_mount *m = scope->mounts[i]->mount;
        const struct record_query *q = &job->query;
        if ((q->rep != NULL && strcmp(q->rep, m->rep) != 0) || (q->mount != NULL && strcmp(q->mount, m->name) != 0) ||
            stream_of(job, m->rep) != NULL)
            continue;
        struct stream *s = &job->streams[job->stream_count++];
        *s = (struct stream){.rep = m->rep};
        struct record_query newest = {.rep = m->rep, .device = scope->device, .events = true, .most = 1};
        int err = record_log(job->reader, &newest, note_newest, &s->newest, e);
        if (err < 0 && err != -ENOENT)
            return err;
    }
    return 0;
}

static int tell_news(struct log_job *job, struct error *e)
{
    size_t before = job->sent;
    for (size_t i = 0; i < job->stream_count; i++) {
        struct stream *s = &job->streams[i];
        struct record_query q = job->query;
        q.rep = s->rep;
        q.device = job->connection->scope.device;
        q.after_seq = job->batch_newest = s->newest;
        int err = record_log(job->reader, &q, tell, job, e);
        if (job->err != 0 || err < 0)
            return job->err ? job->err : err;
        s->newest = job->batch_newest;
    }
    return job->sent == before ? 0 : connection_send(job->connection, json_pack("{s:b}", "mark", 1));
}

static int follow(struct log_job *job, uint64_t seen, struct error *e)
{
    job->most = 0;
    job->query.most = 0;
    int err = connection_send(job->connection, json_pack("{s:b}", "mark", 1));
    while (err == 0) {
        int news = connection_await_versions(job->connection, &seen);
        err = news < 0 ? news : news > 0 ? tell_news(job, e) : 0;
    }
    return err == -ESHUTDOWN ? error_set(e, ESHUTDOWN, "the daemon stops") : err;
}

static int run(struct log_job *job, const struct wire_request *r, struct error *e)
{
    uint64_t seen = connection_versions_seen(job->connection);
    int err = record_open_reader(&job->reader, job->connection->host->config->repository, e);
    if (err == 0)
        err = scope_narrow(&job->connection->scope, &job->query, e);
    if (err == 0 && job->follow)
        err = find_streams(job, e);
    if (err == 0 && !r->only_new)
        err = list(job, e);
    return err == 0 && job->follow ? follow(job, seen, e) : err;
}

int answer_log(struct connection *c, struct wire_request *r, struct error *e)
{
    struct log_job job = {.connection = c, .query = r->query, .follow = r->follow, .most = r->query.most};
    job.query.most = 0; /* what the peer may not see must not count */
    int err = run(&job, r, e);
    if (job.reader != NULL)
        record_close_reader(job.reader);
    return err;
}
