/* Who looks: the way of one finished file, from its handle to what is done about it. */
#include "base/clock.h"
#include "base/fdio.h"
#include "base/log.h"
#include "base/path.h"
#include "guard/state.h"
#include "guard/walk.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FRESH_MS = 1000, TRIES_MOST = 30 };

/* One look: the file, what is known of who finished it, and what was found. */
struct look {
    struct guard *guard;
    struct finished *finished;
    int fd;
    struct stat st;
    char path[PATH_MAX]; /* where it is now */
    struct match match;
};

/* ---- the file ---- */

static int reopen(int fd)
{
    char link[32];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    int again = open(link, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    return again < 0 ? -errno : again;
}

/* By its handle, and only if it is a regular file that has a name: nothing else is even opened. */
static int open_finished(const struct finished *f, bool folder)
{
    struct stat st;
    fd_auto mount_fd = sink_open(f->sink);
    if (mount_fd < 0 || f->file == NULL)
        return mount_fd < 0 ? mount_fd : fd_steal(&mount_fd);
    fd_auto fd = open_by_handle_at(mount_fd, f->file, O_PATH | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0)
        return -errno;
    if (folder ? !S_ISDIR(st.st_mode) : !S_ISREG(st.st_mode) || st.st_nlink == 0)
        return -ENOENT;
    return reopen(fd);
}

static bool find_path(struct look *l)
{
    char link[32];
    snprintf(link, sizeof link, "/proc/self/fd/%d", l->fd);
    ssize_t len = readlink(link, l->path, sizeof l->path - 1);
    l->path[len > 0 ? len : 0] = 0;
    return len > 0 && path_below(l->path, l->finished->sink->path) != NULL;
}

static struct judged *slot_of(struct guard *g, const struct stat *st)
{
    return &g->judged[((uint64_t)st->st_ino * UINT64_C(0x9e3779b97f4a7c15) ^ st->st_dev) % GUARD_JUDGED];
}

static bool was_judged(struct guard *g, const struct stat *st)
{
    const struct judged *j = slot_of(g, st);
    return j->device == st->st_dev && j->ino == st->st_ino && j->ctime_ns == clock_from_timespec(st->st_ctim);
}

static void remember(struct guard *g, const struct stat *st)
{
    *slot_of(g, st) = (struct judged){st->st_dev, st->st_ino, clock_from_timespec(st->st_ctim)};
}

/* ---- what is decided ---- */

static void ask_rules(struct look *l, struct policy_copy_verdict *out)
{
    char user[COPIER_USER_BYTES];
    const struct policy_actor actor = copier_actor(&l->finished->copier, user);
    const struct config *c = l->guard->start->config;
    struct policy_open when;
    policy_open_at(&when, l->finished->heard_ns);
    const struct policy_copy q = {.sources = l->match.told,
                                  .source_count = l->match.count,
                                  .sink = l->finished->sink->config->name,
                                  .kind = l->finished->sink->kind,
                                  .path = l->path,
                                  .actor = &actor,
                                  .now_ns = when.now_ns,
                                  .weekday = when.weekday,
                                  .minute = when.minute};
    policy_judge_copy(l->guard->start->policy, &q, policy_mode_named(c->guard_mode), out, NULL, NULL);
}

/* Where the source is in its mount's store; "" if it is not found. */
static void find_source(const struct guard *g, const struct match_source *s, char to[static PATH_MAX])
{
    to[0] = 0;
    for (size_t i = 0; i < g->start->mount_count && s->ino != 0; i++)
        if (strcmp(g->start->mounts[i].mount->name, s->mount) == 0 &&
            !walk_find_inode(g->start->mounts[i].store_fd, s->ino, to, PATH_MAX))
            to[0] = 0;
}

static enum verdict_action action_of(enum policy_action action)
{
    static const enum verdict_action actions[] = {
        [POLICY_ALLOW] = VERDICT_ALLOW,           [POLICY_LOG] = VERDICT_LOG,
        [POLICY_BLOCK] = VERDICT_BLOCK,           [POLICY_HOLD] = VERDICT_HOLD,
        [POLICY_QUARANTINE] = VERDICT_QUARANTINE,
    };
    return actions[action];
}

static int quarantine(struct look *l, struct verdict *v, struct error *e)
{
    struct guard *g = l->guard;
    if (g->quarantine == NULL) {
        int err = quarantine_open(&g->quarantine, g->start->config->guard_quarantine, e);
        if (err < 0)
            return err;
    }
    int err = quarantine_take(g->quarantine, l->fd, &l->st, v, e);
    v->refused = err == 0;
    return err;
}

/* What a verdict's strings point to. */
struct words {
    char rule[200], device[3 * DEVICE_TEXT_BYTES], parents[1024], source[PATH_MAX], note[128];
};

static void choose_words(const struct look *l, const struct policy_copy_verdict *decided, struct words *w)
{
    const struct copier *c = &l->finished->copier;
    const struct device *d = &l->finished->sink->device;
    bool named = d->vendor[0] != 0 || d->model[0] != 0 || d->serial[0] != 0;
    w->device[0] = w->note[0] = 0;
    snprintf(w->rule, sizeof w->rule, "%s/%s", decided->rule->pack, decided->rule->name);
    if (named)
        snprintf(w->device, sizeof w->device, "%s\t%s\t%s", d->vendor, d->model, d->serial);
    copier_put_parents(c, w->parents, sizeof w->parents);
    find_source(l->guard, &l->match.sources[decided->source], w->source);
    if (c->app == NULL && c->name[0] != 0)
        snprintf(w->note, sizeof w->note, "the program has ended; it called itself \"%s\"", c->name);
}

/* The verdict, but for who copied. */
static struct verdict describe(const struct look *l, const struct policy_copy_verdict *decided, const struct words *w)
{
    const struct match_source *from = &l->match.sources[decided->source];
    const struct sink *sink = l->finished->sink;
    return (struct verdict){.kind = VERDICT_COPY,
                            .time_ns = clock_real_ns(),
                            .action = action_of(decided->action),
                            .enforced = decided->mode == POLICY_ENFORCE,
                            .write = true,
                            .ino = l->st.st_ino,
                            .size = (uint64_t)l->st.st_size,
                            .version = from->version,
                            .path = l->path,
                            .class_name = from->class_name,
                            .rule = w->rule,
                            .say = decided->say,
                            .note = w->note,
                            .records = l->match.told[decided->source].records,
                            .sink = sink->config->name,
                            .sink_kind = sink->kind,
                            .device = w->device,
                            .sha256 = l->match.sha256,
                            .source = w->source,
                            .mount = from->mount};
}

static void add_copier(struct verdict *v, const struct copier *c, const struct words *w)
{
    v->pid = c->pid;
    v->uid = c->uid;
    v->gid = c->gid;
    v->login = c->login;
    v->session = (enum verdict_session)c->session;
    v->app = c->app;
    v->cgroup = c->cgroup;
    v->parents = w->parents;
}

/* Do as the rule says, and tell of it. -ESTALE: it changed meanwhile, and is to be looked at again. */
static int act(struct look *l, const struct policy_copy_verdict *decided)
{
    struct words w;
    struct error e = {0};
    choose_words(l, decided, &w);
    struct verdict v = describe(l, decided, &w);
    add_copier(&v, &l->finished->copier, &w);
    int err = v.enforced && v.action == VERDICT_QUARANTINE ? quarantine(l, &v, &e) : 0;
    if (err == -ESTALE)
        return err;
    if (err < 0) {
        v.note = e.text;
        log_error("%s", e.text);
    }
    tell_copy(l->guard, &v);
    return 0;
}

/* ---- the way ---- */

/* The file is open. 0; -ESTALE: look again. */
static int judge(struct look *l)
{
    struct guard *g = l->guard;
    struct error e = {0};
    struct policy_copy_verdict decided;
    if (was_judged(g, &l->st) || l->st.st_size == 0)
        return 0;
    int err = match_file(g->matcher, l->fd, l->path, &l->match, &e);
    for (size_t i = 0; i < g->start->mount_count; i++)
        atomic_fetch_add(&g->boards[i]->guard.looked, 1);
    if (err < 0 && err != -ENOENT) {
        log_warn("%s", e.text);
        return err == -ESTALE ? err : 0;
    }
    for (size_t i = 0; i < g->start->mount_count; i++) {
        if (err < 0)
            board_set_trouble(&g->boards[i]->guard.trouble, "copies of parts of files are not known: %s", e.text);
        else
            board_clear_trouble(&g->boards[i]->guard.trouble);
    }
    if (l->match.count > 0) {
        ask_rules(l, &decided);
        if (decided.rule != NULL && decided.action != POLICY_ALLOW)
            err = act(l, &decided);
    }
    if (err != -ESTALE)
        remember(g, &l->st);
    return err == -ESTALE ? err : 0;
}

/* Whoever made it may still be writing: its close will be heard. But a file that was linked from no name is closed
 * unheard. */
static bool may_be_unfinished(const struct look *l)
{
    int64_t age = clock_real_ns() - clock_from_timespec(l->st.st_mtim);
    return l->finished->what == WATCH_NAMED && l->st.st_nlink == 1 && age >= 0 && age < FRESH_MS * NS_PER_MS;
}

static void put_off(struct guard *g, struct finished *f)
{
    if (++f->tries > TRIES_MOST) {
        tell_gap(g, "%s goes on changing; it was not judged", f->path);
        finished_free(f);
        return;
    }
    f->due_ns = clock_mono_ns() + FRESH_MS * NS_PER_MS;
    if (backlog_put(g->queue, f) < 0)
        tell_gap(g, "more files were finished than could be noted down");
}

struct walking {
    struct guard *guard;
    struct finished *finished;
};

static int look_at_walked(void *ctx, int fd, const char *path, const struct stat *st)
{
    struct walking *w = ctx;
    struct look *l = calloc(1, sizeof *l);
    if (l == NULL)
        return -ENOMEM;
    *l = (struct look){.guard = w->guard, .finished = w->finished, .fd = fd, .st = *st};
    snprintf(l->path, sizeof l->path, "%s", path);
    for (int i = 0; i < 3 && find_path(l) && judge(l) == -ESTALE && fstat(fd, &l->st) == 0; i++)
        ; /* it changed while it was looked at: its close will be heard, too */
    free(l);
    return 0;
}

static void walk(struct guard *g, struct finished *f)
{
    struct walking w = {g, f};
    struct look l = {.guard = g, .finished = f};
    fd_auto fd = open_finished(f, true);
    l.fd = fd;
    if (fd < 0 || !find_path(&l))
        return;
    int err = walk_changed(fd, l.path, f->since_ns, look_at_walked, &w);
    if (err < 0)
        tell_gap(g, "%s: not all of it could be looked at: %s", l.path,
                 err == -E2BIG ? "it has too many files, or folders in folders" : strerror(-err));
}

void look_at(struct guard *g, struct finished *f)
{
    struct look *l = f->walk ? NULL : calloc(1, sizeof *l);
    if (l == NULL) {
        if (f->walk)
            walk(g, f);
        finished_free(f);
        return;
    }
    *l = (struct look){.guard = g, .finished = f, .fd = open_finished(f, false)};
    bool again = false;
    if (l->fd >= 0 && fstat(l->fd, &l->st) == 0 && find_path(l))
        again = may_be_unfinished(l) || judge(l) == -ESTALE;
    fd_close(&l->fd);
    free(l);
    if (again)
        put_off(g, f);
    else
        finished_free(f);
}
