#include "mount/notice.h"

#include "base/clock.h"
#include "base/fdio.h"
#include "base/log.h"
#include "mount/gate.h"
#include "mount/subject.h"
#include "mount/survive.h"

#include <fcntl.h>
#include <string.h>

/* ---- which paths ---- */

bool notice_is_recorded(const struct mount *m, const char *path)
{
    const struct config_mount *c = m->start->mount;
    return !(c->personal.count > 0 && config_globs_match(&c->personal, path)) &&
           !(c->ignore.count > 0 && config_globs_match(&c->ignore, path));
}

bool notice_wants(struct mount *m, const char *path)
{
    const struct config_mount *c = m->start->mount;
    if (c->personal.count > 0 && config_globs_match(&c->personal, path)) {
        m->board->mount.personal++;
        return false;
    }
    if (c->ignore.count > 0 && config_globs_match(&c->ignore, path)) {
        m->board->mount.ignored++;
        return false;
    }
    return true;
}

/* ---- one record ---- */

static void describe(struct journal_record *r, const struct stat *st)
{
    r->ino = st->st_ino;
    r->size = (uint64_t)st->st_size;
    r->mtime_ns = clock_from_timespec(st->st_mtim);
    r->ctime_ns = clock_from_timespec(st->st_ctim);
    r->mode = st->st_mode;
    r->nlink = (uint32_t)st->st_nlink;
}

static struct journal_record record_of(enum journal_type type, const char *path, const struct stat *st)
{
    struct journal_record r = {.type = type, .time_ns = clock_real_ns(), .session = UINT32_MAX,
                               .path = path, .path2 = "", .app = ""};
    if (st != NULL)
        describe(&r, st);
    return r;
}

static void append(struct mount *m, struct journal_record *r)
{
    int err = journal_append(m->journal, r);
    if (err < 0) {
        board_set_trouble(&m->board->mount.trouble, "the journal cannot be written (%s): the next start looks for what it missed",
                          strerror(-err));
        log_error("journal: %s: an event is not recorded", strerror(-err));
        return;
    }
    m->board->mount.journal_head = r->seq;
    board_ring(m->board);
}

/* Append for a request of `who`, unless a child that died did so. */
static void append_once(struct mount *m, struct journal_record *r, const struct notice_who *who)
{
    if (worker_self() != NULL && survive_reached() == SURVIVE_NOTICED)
        return;
    char app[NAME_BYTES_MOST + 1] = "";
    if (who != NULL) {
        subject_app(m, who->pid, app);
        r->pid = who->pid;
        r->uid = who->uid;
        r->gid = who->gid;
        r->session = subject_session(m, who->pid);
    }
    r->app = app;
    append(m, r);
    r->app = "";
    if (worker_self() != NULL)
        survive_reach(SURVIVE_NOTICED);
}

static void append_about(struct mount *m, enum journal_type type, const char *path, const char *path2,
                         const struct stat *st, const struct notice_who *who)
{
    struct journal_record r = record_of(type, path, st);
    r.path2 = path2;
    append_once(m, &r, who);
}

/* ---- saves ---- */

void notice_begin(struct mount *m, uint32_t node, const struct stat *st)
{
    struct node_record *r = node_at(&m->nodes, node);
    r->noticed_size = (uint64_t)st->st_size;
    r->noticed_mtime_ns = clock_from_timespec(st->st_mtim);
    r->noticed_ctime_ns = clock_from_timespec(st->st_ctim);
}

static bool looks_changed(const struct node_record *r, const struct stat *st)
{
    return (r->flags & (NODE_TOUCHED | NODE_META)) || r->noticed_size != (uint64_t)st->st_size ||
           r->noticed_mtime_ns != clock_from_timespec(st->st_mtim);
}

static void fill_subject(struct mount *m, struct journal_record *r, const struct handle_record *h)
{
    if (h == NULL)
        return;
    r->pid = h->pid;
    r->uid = h->uid;
    r->gid = h->gid;
    r->session = h->session;
    r->app = names_get(m->nodes.names, h->app);
}

/* The facts that follow from a save with sequence number `seq`. */
static void note_saved(struct mount *m, uint32_t node, const struct stat *st, uint64_t seq, bool cloned, bool synced)
{
    struct node_record *r = node_at(&m->nodes, node);
    if (!cloned)
        r->save_seq = seq;
    if (r->flags & NODE_BORN)
        r->born_seq = seq;
    notice_begin(m, node, st);
    atomic_fetch_and(&r->flags, ~(uint32_t)(NODE_BORN | NODE_META | NODE_TOUCHED | NODE_SYNCED));
    if (synced)
        atomic_fetch_or(&r->flags, NODE_SYNCED);
    m->board->mount.saves++;
}

/* Within the node's gate. */
static void journal_save(struct mount *m, uint32_t node, struct handle_record *h, enum notice_reason reason,
                         struct journal_record *r, const struct stat *st)
{
    struct node_record *n = node_at(&m->nodes, node);
    bool synced = h != NULL && (h->flags & HANDLE_SYNCED);
    uint32_t writers = node_writers(&m->nodes, node);
    bool others = reason == NOTICE_CLOSE ? writers > 1 : writers > 0;
    r->handle = n->handle;
    fill_subject(m, r, h);
    r->flags |= (n->flags & NODE_BORN ? JOURNAL_CREATED : 0u) | (others ? JOURNAL_CLONED : 0u) |
                (reason == NOTICE_INTERVAL ? JOURNAL_INTERVAL : 0u) | (synced ? JOURNAL_SYNCED : 0u);
    gate_protect(m, node); /* an earlier save whose bytes are still only there: a mapping changed them after its close */
    append(m, r);
    if (worker_self() != NULL)
        survive_reach(SURVIVE_NOTICED);
    if (r->seq == 0)
        return;
    note_saved(m, node, st, r->seq, others, synced);
    int err = others ? gate_clone_now(m, node, r->seq, synced) : 0;
    if (err < 0)
        n->save_seq = r->seq; /* its bytes are only in the file: the next to change it tries again */
}

void notice_save(struct mount *m, uint32_t node, struct handle_record *h, int fd, enum notice_reason reason)
{
    if (worker_self() != NULL && survive_reached() == SURVIVE_NOTICED)
        return;
    struct stat st;
    struct node_record *n = node_at(&m->nodes, node);
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_nlink == 0)
        return;
    bool changed = looks_changed(n, &st);
    if (!changed && !(h != NULL && h->flags & HANDLE_UNSURE && reason == NOTICE_CLOSE))
        return;
    buf_auto path = {0};
    if (!node_path(&m->nodes, node, &path)) { /* it has a name that we do not know: a hard link's other one */
        append_about(m, JOURNAL_RESCAN, "", "", NULL, NULL);
        return;
    }
    if (!notice_wants(m, path.data)) {
        atomic_fetch_and(&n->flags, ~(uint32_t)(NODE_BORN | NODE_META | NODE_TOUCHED));
        notice_begin(m, node, &st);
        return;
    }
    struct journal_record r = record_of(JOURNAL_SAVE, path.data, &st);
    r.flags = changed ? 0 : JOURNAL_MAYBE;
    gate_enter(m, node);
    journal_save(m, node, h, reason, &r, &st);
    gate_leave(m, node);
}

/* A file that is there now under `path`, and was not before as far as the record knows. */
static void appear(struct mount *m, const char *path, const struct stat *st, const struct notice_who *who)
{
    uint32_t node = node_find(&m->nodes, st->st_dev, st->st_ino);
    if (!S_ISREG(st->st_mode) || node == 0) {
        append_about(m, JOURNAL_RESCAN, S_ISDIR(st->st_mode) ? path : "", "", NULL, who);
        return;
    }
    struct journal_record r = record_of(JOURNAL_SAVE, path, st);
    r.handle = node_at(&m->nodes, node)->handle;
    append_once(m, &r, who);
    if (r.seq != 0)
        note_saved(m, node, st, r.seq, false, false);
}

/* ---- names ---- */

void notice_delete(struct mount *m, uint32_t parent, const char *name, const struct stat *st, const struct notice_who *who)
{
    buf_auto path = {0};
    if (node_child_path(&m->nodes, parent, name, &path) && notice_wants(m, path.data))
        append_about(m, JOURNAL_DELETE, path.data, "", st, who);
}

void notice_rename(struct mount *m, const struct notice_move *move)
{
    bool from = notice_wants(m, move->from), to = notice_wants(m, move->to);
    if (from && to) {
        struct journal_record r = record_of(move->other ? JOURNAL_EXCHANGE : JOURNAL_RENAME, move->to, move->st);
        r.path2 = move->from;
        r.flags = (S_ISDIR(move->st->st_mode) ? JOURNAL_IS_DIR : 0u) |
                  (move->other && S_ISDIR(move->other->st_mode) ? JOURNAL_OTHER_DIR : 0u);
        append_once(m, &r, move->who);
        return;
    }
    if (from && move->other != NULL)
        appear(m, move->from, move->other, move->who);
    else if (from)
        append_about(m, JOURNAL_DELETE, move->from, "", move->st, move->who);
    if (to)
        appear(m, move->to, move->st, move->who);
}

void notice_chmod(struct mount *m, uint32_t node, const struct stat *st, const struct notice_who *who)
{
    if (!S_ISREG(st->st_mode))
        return;
    struct node_record *n = node_at(&m->nodes, node);
    if (node_writers(&m->nodes, node) > 0) {
        atomic_fetch_or(&n->flags, NODE_META);
        return;
    }
    buf_auto path = {0};
    if (node_path(&m->nodes, node, &path) && notice_wants(m, path.data))
        append_about(m, JOURNAL_CHMOD, path.data, "", st, who);
}

void notice_symlink(struct mount *m, uint32_t parent, const char *name, const char *target, const struct stat *st, const struct notice_who *who)
{
    buf_auto path = {0};
    if (node_child_path(&m->nodes, parent, name, &path) && notice_wants(m, path.data))
        append_about(m, JOURNAL_SYMLINK, path.data, target, st, who);
}

void notice_link(struct mount *m, const char *from, uint32_t parent, const char *name, const struct stat *st, const struct notice_who *who)
{
    buf_auto path = {0};
    if (!node_child_path(&m->nodes, parent, name, &path) || !notice_wants(m, path.data))
        return;
    if (from != NULL && notice_is_recorded(m, from))
        append_about(m, JOURNAL_LINK, path.data, from, st, who);
    else
        appear(m, path.data, st, who);
}

void notice_session(struct mount *m, const char *what)
{
    struct journal_record r = record_of(JOURNAL_SESSION, "", NULL);
    r.path2 = what;
    append(m, &r);
}

void notice_gap(struct mount *m, const char *what)
{
    struct journal_record r = record_of(JOURNAL_GAP, "", NULL);
    r.path2 = what;
    append(m, &r);
}

/* ---- the timer ---- */

void notice_interval(struct mount *m)
{
    for (uint32_t i = 1; i < m->shared->handles_top; i++) {
        uint64_t fh = handle_number(&m->handles, i);
        struct handle_record *h = fh ? handle_at(&m->handles, fh) : NULL;
        if (h == NULL || !(h->flags & HANDLE_WRITER))
            continue;
        struct handle_record copy = *h;
        fd_auto fd = backing_open(&m->backing, copy.node, O_RDONLY | O_NOATIME);
        if (fd >= 0 && handle_at(&m->handles, fh) != NULL)
            notice_save(m, copy.node, &copy, fd, NOTICE_INTERVAL);
    }
}
