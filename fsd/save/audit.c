#include "save/audit.h"

#include "base/clock.h"
#include "base/log.h"
#include "save/audit_source.h"
#include "save/ocsf.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Events that are not sealed. Written by the main thread only, which reads it without the lock. */
struct pending {
    struct buf lines;
    uint64_t count;
    int64_t oldest_ns, newest_ns;
    int64_t since_ns; /* monotonic: when the first of them came */
};

/* Which commit holds the rules of a tree: the last answer. */
struct known_policy {
    char tree[RECORD_OID_HEX], commit[RECORD_OID_HEX];
};

struct audit {
    struct audit_setup setup;
    struct audit_source *sources; /* owned */
    struct known_policy in_force, other;
    struct record_audit_state state; /* as sealed; positions may be ahead of it */
    bool begun;
    int64_t started_ns;              /* of the daemon's session */
    int64_t look_at_ns, retry_at_ns; /* monotonic */

    pthread_mutex_t lock;
    pthread_cond_t answered_now;
    struct pending pending;
    uint64_t asked, answered; /* tickets of those who wait */
    uint64_t seal_asked;      /* the newest ticket that wants a seal */
    int answer;               /* to the newest answered: 0 or -errno */
    struct error why;
    bool is_over;
};

/* ---- opening ---- */

int audit_open(struct audit **out, const struct audit_setup *setup, struct error *e)
{
    struct record_oid tree;
    pthread_condattr_t monotonic;
    struct audit *a = calloc(1, sizeof *a);
    if (a == NULL || (a->sources = calloc(setup->mount_count + 1, sizeof *a->sources)) == NULL) {
        free(a);
        return error_sys(e, ENOMEM, "audit log");
    }
    a->setup = *setup;
    for (size_t i = 0; i < setup->mount_count; i++) {
        a->sources[i].mount = setup->mounts[i].mount;
        a->sources[i].spool_fd = setup->mounts[i].spool_fd;
    }
    if (setup->policy_file_count > 0 && record_policy_id(setup->policy_files, setup->policy_file_count, &tree, e) == 0)
        record_oid_hex(&tree, a->in_force.tree);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&a->lock, NULL);
    pthread_cond_init(&a->answered_now, &monotonic);
    pthread_condattr_destroy(&monotonic);
    *out = a;
    return 0;
}

void audit_close(struct audit *a)
{
    if (a == NULL)
        return;
    for (size_t i = 0; i < a->setup.mount_count; i++)
        audit_source_close(&a->sources[i]);
    free(a->sources);
    record_audit_free(&a->state);
    buf_free(&a->pending.lines);
    pthread_cond_destroy(&a->answered_now);
    pthread_mutex_destroy(&a->lock);
    free(a);
}

/* ---- events ---- */

static bool is_full(const struct audit *a) { return a->pending.count >= AUDIT_SEAL_EVENTS; }

/* The commit of the rules that decided; "" not in the record (yet). */
static const char *find_policy(struct audit *a, struct record_writer *w, const char *tree)
{
    struct record_oid id, commit;
    if (tree == NULL || tree[0] == 0)
        return "";
    if (strcmp(tree, a->in_force.tree) == 0)
        return a->in_force.commit;
    if (strcmp(tree, a->other.tree) == 0)
        return a->other.commit;
    if (record_parse_oid(tree, &id) < 0)
        return "";
    record_oid_hex(&id, a->other.tree);
    a->other.commit[0] = 0;
    return record_find_policy(w, &id, &commit, NULL) == 1 ? record_oid_hex(&commit, a->other.commit) : "";
}

/* Put one more event behind the pending ones. `mount` NULL: of the daemon. */
static int add_event(struct audit *a, struct record_writer *w, const struct config_mount *mount,
                     const struct verdict *v)
{
    struct pending *p = &a->pending;
    const struct ocsf_event event = {.seq = a->state.seq + p->count + 1,
                                     .device = a->setup.device,
                                     .verdict = v,
                                     .mount = mount,
                                     .policy_commit = find_policy(a, w, v->policy)};
    char *line = ocsf_line(&event);
    if (line == NULL)
        return -ENOMEM;
    pthread_mutex_lock(&a->lock);
    size_t len = p->lines.len;
    buf_puts(&p->lines, line);
    bool failed = p->lines.failed;
    if (failed) {
        p->lines.failed = false;
        p->lines.len = len;
    }
    if (!failed && p->count == 0) {
        p->oldest_ns = p->newest_ns = v->time_ns;
        p->since_ns = clock_mono_ns();
    }
    if (!failed) {
        p->count++;
        p->oldest_ns = v->time_ns < p->oldest_ns ? v->time_ns : p->oldest_ns;
        p->newest_ns = v->time_ns > p->newest_ns ? v->time_ns : p->newest_ns;
    }
    pthread_mutex_unlock(&a->lock);
    free(line);
    return failed ? -ENOMEM : 0;
}

static int add_own(struct audit *a, struct record_writer *w, enum verdict_kind kind, int64_t time_ns, const char *note)
{
    const struct verdict v = {
        .kind = kind, .time_ns = time_ns, .login = UINT32_MAX, .policy = a->in_force.tree, .note = note};
    return add_event(a, w, NULL, &v);
}

/* Whose a verdict is: what the guard says of a copy is about the mount that it comes from. */
static const struct config_mount *mount_of(const struct audit *a, const struct audit_source *s, const struct verdict *v)
{
    for (size_t i = 0; i < a->setup.mount_count && v->kind == VERDICT_COPY; i++)
        if (strcmp(a->sources[i].mount->name, v->mount) == 0)
            return a->sources[i].mount;
    return s->mount;
}

/* Take what the journals hold, up to a full seal. 1: there may be more. */
static int collect(struct audit *a, struct record_writer *w)
{
    for (size_t i = 0; i < a->setup.mount_count; i++) {
        struct audit_source *s = &a->sources[i];
        struct verdict v;
        while (!is_full(a) && audit_source_next(s, &a->state, &v) == 1) {
            int err = add_event(a, w, mount_of(a, s, &v), &v);
            if (err < 0) {
                audit_source_rewind(s, &v);
                return err;
            }
        }
    }
    return is_full(a);
}

static void forget_pending(struct audit *a)
{
    pthread_mutex_lock(&a->lock);
    buf_clear(&a->pending.lines);
    a->pending.count = 0;
    pthread_mutex_unlock(&a->lock);
}

void audit_start(struct audit *a, int64_t started_ns, const char *policy)
{
    a->started_ns = started_ns;
    snprintf(a->in_force.commit, sizeof a->in_force.commit, "%s", policy);
}

/* What is to be told first: the daemon began, or only another keeper; and if it ended without telling. */
static int tell_start(struct audit *a, struct record_writer *w)
{
    bool is_new = a->state.seq == 0 || a->state.started_ns != a->started_ns;
    int64_t now = clock_real_ns();
    int err = 0;
    if (is_new && a->state.seq > 0 && !a->state.stopped)
        err =
            add_own(a, w, VERDICT_GAP, now,
                    "the daemon ended without an orderly stop: what was opened until it started again was not judged");
    if (err < 0)
        return err;
    return is_new ? add_own(a, w, VERDICT_SESSION, a->started_ns ? a->started_ns : now, "start")
                  : add_own(a, w, VERDICT_SESSION, now, "restart");
}

/* Go on where the record's log ends. */
static int begin(struct audit *a, struct record_writer *w, struct error *e)
{
    int err = record_read_audit(w, &a->state, e);
    if (err == 0 && (err = tell_start(a, w)) < 0)
        error_sys(e, err, "audit log");
    if (err < 0) {
        forget_pending(a);
        record_audit_free(&a->state);
        a->retry_at_ns = clock_mono_ns() + AUDIT_RETRY_MS * NS_PER_MS;
        return err;
    }
    a->state.started_ns = a->started_ns;
    a->state.stopped = false;
    a->retry_at_ns = 0;
    a->begun = true;
    return 0;
}

/* ---- sealing ---- */

static int prepare_sources(struct audit *a, struct error *e)
{
    for (size_t i = 0; i < a->setup.mount_count; i++) {
        int err = audit_source_prepare(&a->sources[i], &a->state);
        if (err < 0)
            return error_sys(e, err, "mount %s: cannot note how far its decisions are sealed",
                             a->sources[i].mount->name);
    }
    return 0;
}

static int seal(struct audit *a, struct record_writer *w, struct error *e)
{
    struct pending *p = &a->pending;
    const struct record_audit_seal what = {.lines = p->lines.data,
                                           .len = p->lines.len,
                                           .count = p->count,
                                           .oldest_ns = p->oldest_ns,
                                           .newest_ns = p->newest_ns,
                                           .now_ns = clock_real_ns()};
    int err = prepare_sources(a, e);
    if (err == 0)
        err = record_seal_audit(w, &a->state, &what, e);
    if (err < 0) {
        a->retry_at_ns = clock_mono_ns() + AUDIT_RETRY_MS * NS_PER_MS;
        return err;
    }
    a->retry_at_ns = 0;
    forget_pending(a);
    for (size_t i = 0; i < a->setup.mount_count; i++)
        audit_source_settle(&a->sources[i]);
    return 0;
}

static bool is_seal_due(const struct audit *a, int64_t mono, bool asked)
{
    const struct pending *p = &a->pending;
    if (p->count == 0 || (mono < a->retry_at_ns && !asked))
        return false;
    return asked || is_full(a) || mono - p->since_ns >= AUDIT_SEAL_MS * NS_PER_MS;
}

bool audit_ails(const struct audit *a) { return a->retry_at_ns != 0; }

/* Tell those up to `ticket` how it went. */
static void answer(struct audit *a, uint64_t ticket, int err, const struct error *why)
{
    pthread_mutex_lock(&a->lock);
    a->answered = ticket;
    a->answer = err;
    a->why = *why;
    pthread_cond_broadcast(&a->answered_now);
    pthread_mutex_unlock(&a->lock);
}

/* Begin if that is still to do, read on, and seal if it is due. 1: there is more. */
static int work(struct audit *a, struct record_writer *w, bool seal_asked, struct error *e)
{
    int64_t mono = clock_mono_ns();
    if (!a->begun && mono < a->retry_at_ns && !seal_asked)
        return 0;
    int err = a->begun ? 0 : begin(a, w, e);
    if (err < 0)
        return err;
    int more = collect(a, w);
    if (is_seal_due(a, mono, seal_asked))
        err = seal(a, w, e);
    return err < 0 ? err : more == 1 && !is_full(a);
}

int audit_step(struct audit *a, struct record_writer *w, struct error *e)
{
    int64_t mono = clock_mono_ns();
    pthread_mutex_lock(&a->lock);
    uint64_t ticket = a->asked;
    bool asked = ticket > a->answered, seal_asked = a->seal_asked > a->answered;
    pthread_mutex_unlock(&a->lock);
    if (!asked && mono < a->look_at_ns)
        return 0;
    struct error why = {0};
    int more = work(a, w, seal_asked, &why);
    a->look_at_ns = more == 1 ? 0 : mono + AUDIT_LOOK_MS * NS_PER_MS;
    if (asked && !(seal_asked && more == 1))
        answer(a, ticket, more < 0 ? more : 0, &why);
    return more < 0 ? error_set(e, more, "%s", why.text) : more;
}

int audit_end(struct audit *a, struct record_writer *w, bool stopped, struct error *e)
{
    int more = 1;
    while (more == 1)
        more = work(a, w, true, e);
    if (more < 0)
        return more;
    if (!stopped)
        return 0;
    int err = add_own(a, w, VERDICT_SESSION, clock_real_ns(), "stop");
    if (err < 0)
        return error_sys(e, err, "audit log");
    a->state.stopped = true;
    return seal(a, w, e);
}

/* ---- those who wait ---- */

/* Ask the main thread and wait for its answer, or -ETIMEDOUT. */
static int ask(struct audit *a, bool wants_seal, int64_t patience_ms, struct error *e)
{
    int64_t end = clock_mono_ns() + patience_ms * NS_PER_MS;
    const struct timespec until = {.tv_sec = end / NS_PER_SEC, .tv_nsec = end % NS_PER_SEC};
    pthread_mutex_lock(&a->lock);
    uint64_t ticket = ++a->asked;
    if (wants_seal)
        a->seal_asked = ticket;
    pthread_mutex_unlock(&a->lock);
    a->setup.wake(a->setup.ctx);
    pthread_mutex_lock(&a->lock);
    int late = 0;
    while (a->answered < ticket && !a->is_over && late == 0)
        late = pthread_cond_timedwait(&a->answered_now, &a->lock, &until);
    int err = a->answered >= ticket ? a->answer : -ETIMEDOUT;
    if (e != NULL && err < 0)
        *e = a->why;
    pthread_mutex_unlock(&a->lock);
    return err;
}

int audit_sync(struct audit *a, struct error *e)
{
    struct error why = {0};
    int err = ask(a, true, AUDIT_PATIENCE_MS, &why);
    return err < 0 ? error_set(e, EAGAIN, "the audit log is not sealed yet: %s", why.text[0] ? why.text : "busy") : 0;
}

int audit_copy_pending(struct audit *a, struct buf *lines)
{
    ask(a, false, AUDIT_FRESH_MS, NULL);
    pthread_mutex_lock(&a->lock);
    if (a->pending.lines.len > 0)
        buf_put(lines, a->pending.lines.data, a->pending.lines.len);
    pthread_mutex_unlock(&a->lock);
    return lines->failed ? -ENOMEM : 0;
}

void audit_dismiss(struct audit *a)
{
    pthread_mutex_lock(&a->lock);
    a->is_over = true;
    pthread_cond_broadcast(&a->answered_now);
    pthread_mutex_unlock(&a->lock);
}
