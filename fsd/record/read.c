/* The reader, and the log: every rep's branches on every device walked side by side, newest version first. */
#include "record/reader.h"

#include "base/fdio.h"
#include "record/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- opening ---- */

static bool is_git_dir(const char *path)
{
    buf_auto objects = {0}, refs = {0};
    buf_printf(&objects, "%s/objects", path);
    buf_printf(&refs, "%s/refs", path);
    return !objects.failed && !refs.failed && access(objects.data, X_OK) == 0 && access(refs.data, X_OK) == 0;
}

/* The git directory of a bare repository or of a clone's folder. */
static int find_git_dir(const char *repository, struct buf *out, struct error *e)
{
    buf_puts(out, repository);
    if (!out->failed && is_git_dir(out->data))
        return 0;
    buf_puts(out, "/.git");
    if (out->failed)
        return error_set(e, ENOMEM, "out of memory");
    if (is_git_dir(out->data))
        return 0;
    if (access(repository, R_OK | X_OK) < 0)
        return error_sys(e, errno, "%s: the repository cannot be opened", repository);
    return error_set(e, ENOENT, "%s: neither a git repository nor a clone of one", repository);
}

int record_open_reader(struct record_reader **out, const char *repository, struct error *e)
{
    buf_auto dir = {0};
    int err = find_git_dir(repository, &dir, e);
    if (err < 0)
        return err;
    struct record_reader *r = calloc(1, sizeof *r);
    if (r == NULL)
        return error_set(e, ENOMEM, "out of memory");
    r->repo_fd = open(dir.data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (r->repo_fd < 0)
        err = error_sys(e, errno, "%s: cannot be opened", dir.data);
    buf_puts(&dir, "/objects");
    r->objects = buf_steal(&dir);
    if (err == 0)
        err = r->objects ? odb_open(&r->odb, r->objects, e) : error_set(e, ENOMEM, "out of memory");
    if (err < 0) {
        record_close_reader(r);
        return err;
    }
    *out = r;
    return 0;
}

void record_close_reader(struct record_reader *r)
{
    if (r == NULL)
        return;
    odb_close(r->odb);
    fd_close(&r->repo_fd);
    free(r->objects);
    free(r);
}

/* ---- which branches ---- */

/* The parts of a version branch's name, in place. */
struct ref_parts {
    const char *rep, *device, *volume;
    size_t rep_len, device_len;
};

/* refs/heads/rep/<rep>/<device>/<volume>, or a clone's refs/remotes/<remote>/rep/... */
static bool split_ref(const char *name, struct ref_parts *out)
{
    const char *rep = strstr(name, "/rep/");
    if (rep == NULL)
        return false;
    out->rep = rep + strlen("/rep/");
    const char *device = strchr(out->rep, '/');
    const char *volume = device ? strchr(device + 1, '/') : NULL;
    if (volume == NULL || strchr(volume + 1, '/') != NULL)
        return false;
    out->device = device + 1;
    out->volume = volume + 1;
    out->rep_len = (size_t)(device - out->rep);
    out->device_len = (size_t)(volume - out->device);
    return true;
}

static bool is_asked(const char *wanted, const char *part, size_t len)
{
    return wanted == NULL || *wanted == 0 || (strlen(wanted) == len && memcmp(wanted, part, len) == 0);
}

static bool same_branches(const struct ref_parts *a, const struct ref_parts *b)
{
    return a->rep_len == b->rep_len && a->device_len == b->device_len && memcmp(a->rep, b->rep, a->rep_len) == 0 &&
           memcmp(a->device, b->device, a->device_len) == 0;
}

/* ---- streams: one a rep and device ---- */

struct stream {
    struct ref_parts parts; /* of its newest ref */
    struct walk walk;
    struct follow follow;
    const char *volume; /* of the version at hand; in the list of refs */
    bool live;          /* the walk holds a version */
};

struct streams {
    struct record_reader *reader;
    const struct record_query *query;
    struct ref_list refs;
    struct stream *streams;
    size_t count;
};

static void free_streams(struct streams *s)
{
    for (size_t i = 0; i < s->count; i++) {
        walk_end(&s->streams[i].walk);
        follow_end(&s->streams[i].follow);
    }
    free(s->streams);
    refs_free(&s->refs);
}

static const char *volume_of(const struct streams *s, const struct stream *t)
{
    struct ref_parts parts;
    for (size_t i = 0; i < s->refs.count; i++)
        if (oid_equal(&s->refs.refs[i].oid, &t->walk.commit.version.commit) &&
            split_ref(s->refs.refs[i].name, &parts) && same_branches(&parts, &t->parts))
            return parts.volume;
    return NULL;
}

/* The next older version of the stream that is newer than what the query ends at. */
static int advance(struct streams *s, struct stream *t, struct error *e)
{
    int more = walk_next(&t->walk, e);
    t->live = more == 1 && t->walk.commit.version.seq > s->query->after_seq;
    if (more < 0)
        return more;
    if (t->live && t->walk.volume_begins)
        t->volume = volume_of(s, t);
    t->walk.commit.version.volume = t->volume;
    return 0;
}

/* A branch's newest volume is the one with the highest Seq at its tip. */
static int consider_ref(struct streams *s, const struct ref *r, const struct ref_parts *parts, struct error *e)
{
    struct stream *t = NULL;
    for (size_t i = 0; i < s->count && t == NULL; i++)
        if (same_branches(&s->streams[i].parts, parts))
            t = &s->streams[i];
    struct walk walk = {0};
    walk_begin(&walk, s->reader->odb, &r->oid);
    int more = walk_next(&walk, e);
    if (more < 1 || (t != NULL && t->walk.commit.version.seq >= walk.commit.version.seq)) {
        walk_end(&walk);
        return more < 0 ? more : 0;
    }
    if (t == NULL) {
        t = &s->streams[s->count++];
        follow_begin(&t->follow, s->query->path);
    } else {
        walk_end(&t->walk);
    }
    t->walk = walk;
    t->parts = *parts;
    t->volume = parts->volume;
    t->live = walk.commit.version.seq > s->query->after_seq;
    t->walk.commit.version.volume = t->volume;
    return 0;
}

static int append_refs(struct ref_list *to, struct ref_list *from)
{
    struct ref *refs = reallocarray(to->refs, to->count + from->count + 1, sizeof *refs);
    if (refs == NULL)
        return -ENOMEM;
    if (from->count > 0)
        memcpy(refs + to->count, from->refs, from->count * sizeof *refs);
    to->refs = refs;
    to->count += from->count;
    to->room = to->count + 1;
    from->count = 0;
    return 0;
}

static int open_streams(struct streams *s, struct error *e)
{
    ref_list_auto remote = {0};
    const struct record_query *q = s->query;
    int err = refs_list(s->reader->repo_fd, "refs/heads/rep", &s->refs, e);
    if (err == 0)
        err = refs_list(s->reader->repo_fd, "refs/remotes", &remote, e);
    if (err == 0 && append_refs(&s->refs, &remote) < 0)
        err = error_set(e, ENOMEM, "out of memory");
    if (err == 0 && (s->streams = calloc(s->refs.count + 1, sizeof *s->streams)) == NULL)
        err = error_set(e, ENOMEM, "out of memory");
    for (size_t i = 0; i < s->refs.count && err == 0; i++) {
        const struct ref *r = &s->refs.refs[i];
        struct ref_parts parts;
        if (split_ref(r->name, &parts) && is_asked(q->rep, parts.rep, parts.rep_len) &&
            is_asked(q->device, parts.device, parts.device_len))
            err = r->torn ? error_set(e, EUCLEAN, "%s is torn: run git fsck", r->name) : consider_ref(s, r, &parts, e);
    }
    return err;
}

/* ---- the log ---- */

static struct stream *newest(struct streams *s)
{
    struct stream *best = NULL;
    for (size_t i = 0; i < s->count; i++) {
        struct stream *t = &s->streams[i];
        if (t->live && (best == NULL || t->walk.commit.version.saved_ns > best->walk.commit.version.saved_ns))
            best = t;
    }
    return best;
}

static bool is_wanted(const struct record_query *q, const struct record_version *v)
{
    if (!q->events && (v->event == RECORD_GAP || v->event == RECORD_VOLUME))
        return false;
    if (q->class_name != NULL && *q->class_name != 0 &&
        (v->class_name == NULL || strcmp(v->class_name, q->class_name) != 0))
        return false;
    return (q->since_ns == 0 || v->saved_ns >= q->since_ns) && (q->until_ns == 0 || v->saved_ns <= q->until_ns);
}

static bool is_of_mount(const struct record_query *q, const struct record_version *v)
{
    return q->mount == NULL || *q->mount == 0 || v->mount == NULL || strcmp(q->mount, v->mount) == 0;
}

static int emit_all(struct streams *s, reader_version_cb *cb, void *ctx, struct error *e)
{
    const struct record_query *q = s->query;
    size_t shown = 0;
    int answer = 0;
    for (struct stream *t; answer == 0 && (q->most == 0 || shown < q->most) && (t = newest(s)) != NULL;) {
        const struct record_version *v = &t->walk.commit.version;
        enum follow_match match = is_of_mount(q, v) ? follow_step(&t->follow, v) : FOLLOW_NOT;
        if (t->follow.failed)
            return error_set(e, ENOMEM, "out of memory");
        if (match != FOLLOW_NOT && is_wanted(q, v)) {
            shown++;
            answer = cb(ctx, v, match);
        }
        if (answer == 0)
            answer = advance(s, t, e);
    }
    return answer;
}

int reader_each_version(struct record_reader *r, const struct record_query *q, reader_version_cb *cb, void *ctx,
                        struct error *e)
{
    struct streams s = {.reader = r, .query = q};
    odb_refresh(r->odb);
    int answer = open_streams(&s, e);
    if (answer == 0)
        answer = emit_all(&s, cb, ctx, e);
    free_streams(&s);
    return answer;
}

struct plain_cb {
    int (*cb)(void *ctx, const struct record_version *v);
    void *ctx;
};

static int call_plain(void *ctx, const struct record_version *v, enum follow_match match)
{
    struct plain_cb *plain = ctx;
    (void)match;
    return plain->cb(plain->ctx, v);
}

int record_log(struct record_reader *r, const struct record_query *q,
               int (*cb)(void *ctx, const struct record_version *v), void *ctx, struct error *e)
{
    struct plain_cb plain = {cb, ctx};
    return reader_each_version(r, q, call_plain, &plain, e);
}

int record_each_stream(struct record_reader *r, int (*cb)(void *ctx, const struct record_stream *s), void *ctx,
                       struct error *e)
{
    const struct record_query all = {0};
    struct streams s = {.reader = r, .query = &all};
    odb_refresh(r->odb);
    int answer = open_streams(&s, e);
    for (size_t i = 0; i < s.count && answer == 0; i++) {
        const struct stream *t = &s.streams[i];
        char rep[NAME_MAX + 1], device[NAME_MAX + 1];
        snprintf(rep, sizeof rep, "%.*s", (int)t->parts.rep_len, t->parts.rep);
        snprintf(device, sizeof device, "%.*s", (int)t->parts.device_len, t->parts.device);
        const struct record_version *v = &t->walk.commit.version;
        const struct record_stream one = {rep, device, v->seq, v->commit};
        if (t->live)
            answer = cb(ctx, &one);
    }
    free_streams(&s);
    return answer;
}
