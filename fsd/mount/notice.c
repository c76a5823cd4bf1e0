#include "mount/notice.h"

#include "base/clock.h"
#include "base/fdio.h"
#include "base/log.h"
#include "mount/fuse.h"
#include "mount/gate.h"
#include "mount/subject.h"
#include "mount/survive.h"
#include "mount/trouble.h"

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
    struct journal_record r = {
        .type = type, .time_ns = clock_real_ns(), .session = UINT32_MAX, .path = path, .path2 = "", .app = ""};
    if (st != NULL)
        describe(&r, st);
    return r;
}

/* 0 or -errno; then the record has no number. */
static int append(struct mount *m, struct journal_record *r)
{
    int err = journal_append(m->journal, r);
    if (err < 0) {
        r->seq = 0;
        trouble_report(m, TROUBLE_JOURNAL,
                       "the journal cannot be written (%s): the next start looks for what it missed", strerror(-err));
        log_error("journal: %s: an event is not recorded", strerror(-err));
        return err;
    }
    trouble_end(m, TROUBLE_JOURNAL);
    m->board->mount.journal_head = r->seq;
    board_ring(m->board);
    return 0;
}

/* Who asked, into the record; `app` holds the executable as long as the record is used. */
static void fill_who(struct mount *m, struct journal_record *r, const struct notice_who *who,
                     char app[static NAME_BYTES_MOST + 1])
{
    subject_app(m, who->pid, app);
    r->pid = who->pid;
    r->uid = who->uid;
    r->gid = who->gid;
    r->session = subject_session(m, who->pid);
    r->app = app;
}

/* Append for a request of `who`, unless a child that died did so. */
static void append_once(struct mount *m, struct journal_record *r, const struct notice_who *who)
{
    char app[NAME_BYTES_MOST + 1] = "";
    if (worker_self() != NULL && survive_reached() == SURVIVE_NOTICED)
        return;
    if (who != NULL)
        fill_who(m, r, who, app);
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

/* Can stat tell that the content changed since it was noticed last? */
static bool looks_changed(const struct node_record *r, const struct stat *st)
{
    return (r->flags & (NODE_TOUCHED | NODE_META)) || r->noticed_size != (uint64_t)st->st_size ||
           r->noticed_mtime_ns != clock_from_timespec(st->st_mtim);
}

/* May it have changed although it does not look so? Coarse timestamps, or times that were set back: ctime cannot be. */
static bool may_have_changed(const struct node_record *r, const struct handle_record *h, const struct stat *st)
{
    return h != NULL && (h->flags & HANDLE_UNSURE || r->flags & NODE_UNSURE ||
                         r->noticed_ctime_ns != clock_from_timespec(st->st_ctim));
}

bool notice_is_current(struct mount *m, uint32_t node, const struct stat *st)
{
    return !looks_changed(node_at(&m->nodes, node), st);
}

bool notice_is_recent(const struct stat *st)
{
    return clock_real_ns() - clock_from_timespec(st->st_mtim) < NOTICE_GRAIN_NS;
}

/* The subject, into the record; `app` holds the executable as long as the record is used. */
static void fill_subject(struct mount *m, struct journal_record *r, const struct handle_record *h,
                         char app[static NAME_BYTES_MOST + 1])
{
    if (h == NULL)
        return;
    r->pid = h->pid;
    r->uid = h->uid;
    r->gid = h->gid;
    r->session = h->session;
    pthread_mutex_lock(&m->nodes.lock);
    strcpy(app, names_get(m->nodes.names, h->app));
    pthread_mutex_unlock(&m->nodes.lock);
    r->app = app;
}

/* The facts that follow from a save with sequence number `seq`. */
static void note_saved(struct mount *m, uint32_t node, const struct stat *st, const struct journal_record *r)
{
    struct node_record *n = node_at(&m->nodes, node);
    bool cloned = (r->flags & JOURNAL_CLONED) != 0;
    uint32_t set = (r->flags & JOURNAL_SYNCED ? NODE_SYNCED : 0u) | (cloned && notice_is_recent(st) ? NODE_UNSURE : 0u);
    if (!cloned)
        n->save_seq = r->seq;
    if (n->flags & NODE_BORN)
        n->born_seq = r->seq;
    notice_begin(m, node, st);
    atomic_fetch_and(&n->flags, ~(uint32_t)(NODE_BORN | NODE_META | NODE_TOUCHED | NODE_SYNCED | NODE_UNSURE));
    atomic_fetch_or(&n->flags, set);
    m->board->mount.saves++;
}

/* The request in hand was begun by a child that died: the save that it journaled of this file, or 0. */
static uint64_t journaled_before(struct mount *m, uint64_t ino)
{
    uint64_t before = survive_journal();
    if (before == 0)
        return 0;
    worker_step_aside(); /* the index of the journal may still be being made */
    uint64_t newest = carried_get(&m->carried, ino), kept = gate_kept_seq(m, ino);
    newest = newest > kept ? newest : kept;
    return newest > before ? newest : 0;
}

/* Within the node's gate: append it, unless a child that died did so. 0 or -errno. */
static int journal_save(struct mount *m, uint32_t node, struct journal_record *r)
{
    r->seq = journaled_before(m, r->ino);
    if (r->seq != 0)
        return 0;
    gate_protect(m,
                 node); /* an earlier save whose bytes are still only there: a mapping changed them after its close */
    uint64_t newest = journal_head(m->journal);
    survive_note_journal(newest);
    return append(m, r);
}

/* Within the node's gate: journal the save and what follows from it. `others`: somebody goes on writing, so it is
 * cloned at once. */
static void save(struct mount *m, uint32_t node, struct journal_record *r, const struct stat *st, bool others)
{
    struct node_record *n = node_at(&m->nodes, node);
    r->handle = n->handle;
    r->flags |= (n->flags & NODE_BORN ? JOURNAL_CREATED : 0u) | (n->flags & NODE_STORIED ? JOURNAL_STORIED : 0u) |
                (others ? JOURNAL_CLONED : 0u);
    if (journal_save(m, node, r) < 0)
        return; /* it still counts as changed: the next close tries again */
    note_saved(m, node, st, r);
    int err = others ? gate_clone_now(m, node, r->seq, (r->flags & JOURNAL_SYNCED) != 0) : 0;
    if (err < 0)
        n->save_seq = r->seq; /* its bytes are only in the file: the next to change it tries again */
}

static void save_if_changed(struct mount *m, uint32_t node, const struct handle_record *h, const struct stat *st,
                            enum notice_reason reason)
{
    struct node_record *n = node_at(&m->nodes, node);
    bool closing = reason == NOTICE_CLOSE, changed = looks_changed(n, st);
    if (!changed && !(closing && may_have_changed(n, h, st)))
        return;
    buf_auto path = {0};
    if (!node_path(&m->nodes, node, &path)) { /* it has a name that we do not know: a hard link's other one */
        append_about(m, JOURNAL_RESCAN, "", "", NULL, NULL);
        return;
    }
    if (!notice_wants(m, path.data)) {
        atomic_fetch_and(&n->flags, ~(uint32_t)(NODE_BORN | NODE_META | NODE_TOUCHED));
        notice_begin(m, node, st);
        return;
    }
    char app[NAME_BYTES_MOST + 1];
    struct journal_record r = record_of(JOURNAL_SAVE, path.data, st);
    bool own = closing && h != NULL && h->flags & HANDLE_WRITER, sure = changed && reason != NOTICE_UNSEEN;
    r.flags = (sure ? 0u : JOURNAL_MAYBE) |
              (reason == NOTICE_INTERVAL || reason == NOTICE_UNSEEN ? JOURNAL_INTERVAL : 0u) |
              (h != NULL && h->flags & HANDLE_SYNCED ? JOURNAL_SYNCED : 0u);
    fill_subject(m, &r, h, app);
    save(m, node, &r, st, node_writers(&m->nodes, node) > (own ? 1 : 0));
}

void notice_save(struct mount *m, uint32_t node, const struct handle_record *h, int fd, enum notice_reason reason)
{
    struct stat st;
    gate_enter(m, node);
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink > 0)
        save_if_changed(m, node, h, &st, reason);
    gate_leave(m, node);
}

/*
 * Until the scan of the start is through, a file that nobody has written to since may hold what no event speaks of:
 * closed in the moment in which all of us were killed, or changed while nothing was mounted. Whoever is about to change
 * it comes before the scan. A save of it in the journal is no answer: that one may have been cloned, and written over
 * since.
 */
static bool is_unaccounted_for(struct mount *m, const struct node_record *n, const struct stat *st)
{
    return !m->board->keeper.reconciled && n->noticed_ctime_ns == 0 && !(n->flags & NODE_BORN) &&
           !gate_is_vouched_for(m, st);
}

void notice_unseen(struct mount *m, uint32_t node, const struct stat *st)
{
    struct node_record *n = node_at(&m->nodes, node);
    if (is_unaccounted_for(m, n, st)) {
        n->noticed_mtime_ns = -1; /* looks like nothing that was noticed */
        n->noticed_ctime_ns = -1;
    }
    if (node_at(&m->nodes, node)->noticed_ctime_ns != 0 && st->st_nlink > 0)
        save_if_changed(m, node, NULL, st, NOTICE_UNSEEN);
}

void notice_lost(struct mount *m, uint32_t node)
{
    buf_auto path = {0};
    if (!node_path(&m->nodes, node, &path) || !notice_wants(m, path.data))
        return;
    char *slash = strrchr(path.data, '/');
    *(slash ? slash : path.data) = 0;
    append_about(m, JOURNAL_RESCAN, path.data, "", NULL, NULL);
}

/* A file that is there now under `path`, and was not before as far as the record knows. */
static void appear(struct mount *m, const char *path, const struct stat *st, const struct notice_who *who)
{
    uint32_t node = node_find(&m->nodes, st->st_dev, st->st_ino);
    if (!S_ISREG(st->st_mode) || node == 0) {
        append_about(m, JOURNAL_RESCAN, S_ISDIR(st->st_mode) ? path : "", "", NULL, who);
        return;
    }
    char app[NAME_BYTES_MOST + 1];
    struct journal_record r = record_of(JOURNAL_SAVE, path, st);
    fill_who(m, &r, who, app);
    gate_enter(m, node);
    save(m, node, &r, st, node_writers(&m->nodes, node) > 0);
    gate_leave(m, node);
}

/* ---- names ---- */

void notice_delete(struct mount *m, uint32_t parent, const char *name, const struct stat *st,
                   const struct notice_who *who)
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

/* Not once only: told twice it means the same. */
void notice_replaced(struct mount *m, const char *path, const struct stat *st)
{
    struct journal_record r = record_of(JOURNAL_REPLACED, path, st);
    if (notice_wants(m, path))
        append(m, &r);
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

void notice_symlink(struct mount *m, uint32_t parent, const char *name, const char *target, const struct stat *st,
                    const struct notice_who *who)
{
    buf_auto path = {0};
    if (node_child_path(&m->nodes, parent, name, &path) && notice_wants(m, path.data))
        append_about(m, JOURNAL_SYMLINK, path.data, target, st, who);
}

void notice_link(struct mount *m, const char *from, uint32_t parent, const char *name, const struct stat *st,
                 const struct notice_who *who)
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

static void save_while_open(struct mount *m, uint64_t fh, const struct handle_record *h)
{
    if (!(h->flags & HANDLE_WRITER) || !node_hold(&m->nodes, h->node, 0))
        return;
    fd_auto fd = backing_open(&m->backing, h->node, O_PATH | O_NOFOLLOW);
    if (fd >= 0 && handle_is_open(&m->handles, fh))
        notice_save(m, h->node, h, fd, NOTICE_INTERVAL);
    op_forget_node(m, h->node, 1);
}

void notice_interval(struct mount *m)
{
    for (uint32_t i = 1; i < m->shared->handles_top; i++) {
        struct handle_record h;
        uint64_t fh;
        if (!handle_copy(&m->handles, i, &fh, &h))
            continue;
        save_while_open(m, fh, &h);
        handle_drop_copy(&m->handles, &h);
    }
}
