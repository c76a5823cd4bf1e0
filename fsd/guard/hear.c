/* Who hears: from the kernel's events to finished files in the queue. Nothing here waits for anybody. */
#include "base/clock.h"
#include "base/fdio.h"
#include "base/log.h"
#include "base/path.h"
#include "guard/state.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * A file is looked at a moment after it was finished: tools that write under another name and rename are through by
 * then, and what was heard of it meanwhile is one look.
 */
enum { SETTLE_MS = 150, BATCHES_MOST = 64 };

/* What was changed so shortly before a moment is taken as changed after it: clocks of files are coarse. */
enum { SLACK_MS = 2000 };

/* ---- folders ---- */

/* Paths of folders, of one batch of events: most are of one. */
struct hearing {
    struct guard *guard;
    uint64_t filesystem;
    unsigned char handle[sizeof(struct file_handle) + MAX_HANDLE_SZ];
    size_t handle_len; /* 0: none is known */
    struct sink *sink; /* NULL: it lies in none */
    char path[PATH_MAX];
};

static bool is_known(const struct hearing *h, const struct watch_event *ev)
{
    size_t len = sizeof *ev->folder + ev->folder->handle_bytes;
    return h->handle_len == len && h->filesystem == ev->filesystem && memcmp(h->handle, ev->folder, len) == 0;
}

/* The folder's path as it is now: true, in h->path. */
static bool find_path(struct hearing *h, const struct sink *any, const struct file_handle *folder)
{
    char link[32];
    fd_auto mount_fd = sink_open(any);
    fd_auto fd = mount_fd < 0 ? -1 : open_by_handle_at(mount_fd, (struct file_handle *)folder, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return false;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t len = readlink(link, h->path, sizeof h->path - 1);
    h->path[len > 0 ? len : 0] = 0;
    return len > 0;
}

/* The sink in which the event's folder lies; its path is in h->path then. */
static struct sink *find_sink(struct hearing *h, const struct watch_event *ev)
{
    const struct sinks *sinks = h->guard->sinks;
    if (is_known(h, ev))
        return h->sink;
    struct sink *any = sinks_on(sinks, ev->filesystem);
    if (any == NULL)
        return NULL;
    h->handle_len = sizeof *ev->folder + ev->folder->handle_bytes;
    memcpy(h->handle, ev->folder, h->handle_len);
    h->filesystem = ev->filesystem;
    bool found = false;
    for (size_t i = 0; (any = sinks_at(sinks, i)) != NULL && !found; i++)
        found = any->filesystem == ev->filesystem && find_path(h, any, ev->folder);
    h->sink = found ? sinks_find(sinks, ev->filesystem, h->path) : NULL;
    return h->sink;
}

/* ---- into the queue ---- */

static void put(struct guard *g, struct finished *f)
{
    struct sink *sink = sink_hold(f->sink);
    int64_t heard = f->heard_ns;
    if (backlog_put(g->queue, f) < 0 && g->lost_ns == 0) {
        g->lost_ns = heard;
        tell_gap(g, "%s: more files were finished than could be noted down; what changed is looked for", sink->path);
    }
    sink_release(sink);
}

static void put_walk(struct guard *g, struct sink *sink, int64_t since_ns)
{
    struct finished *f = calloc(1, sizeof *f);
    char *path = strdup(sink->path);
    if (f == NULL || path == NULL) {
        free(f);
        free(path);
        log_error("%s: out of memory", sink->path);
        return;
    }
    *f = (struct finished){.sink = sink_hold(sink),
                           .heard_ns = clock_real_ns(),
                           .since_ns = since_ns - SLACK_MS * NS_PER_MS,
                           .walk = true,
                           .path = path,
                           .copier = {.uid = UINT32_MAX, .gid = UINT32_MAX, .login = UINT32_MAX}};
    put(g, f);
}

static struct file_handle *copy_handle(const struct file_handle *h)
{
    size_t len = sizeof *h + h->handle_bytes;
    struct file_handle *copy = malloc(len);
    return copy != NULL ? memcpy(copy, h, len) : NULL;
}

static bool is_ours(const struct guard *g, int32_t pid)
{
    if (pid == getpid() || pid == getppid())
        return true;
    for (size_t i = 0; i < g->start->mount_count; i++)
        if (pid != 0 && pid == atomic_load(&g->boards[i]->mount.pid))
            return true;
    return false;
}

static void put_file(struct guard *g, const struct watch_event *ev, struct sink *sink, const char *folder)
{
    struct finished *f = calloc(1, sizeof *f);
    char *path = NULL;
    if (f == NULL || asprintf(&path, "%s/%s", folder, ev->name) < 0 || (f->file = copy_handle(ev->file)) == NULL) {
        free(path);
        free(f);
        log_error("%s: out of memory", sink->path);
        return;
    }
    f->sink = sink_hold(sink);
    f->what = ev->what;
    f->walk = ev->what & WATCH_FOLDER;
    f->heard_ns = clock_real_ns();
    f->due_ns = clock_mono_ns() + SETTLE_MS * NS_PER_MS;
    f->path = path;
    copier_read(g->proc_fd, ev->pid, &f->copier);
    put(g, f);
}

static void hear_event(void *ctx, const struct watch_event *ev)
{
    struct hearing *h = ctx;
    struct guard *g = h->guard;
    if (ev->what == WATCH_LOST) {
        if (g->lost_ns == 0)
            g->lost_ns = backlog_done_until(g->queue, clock_real_ns());
        tell_gap(g, "the kernel's queue was full, and events are lost; what changed is looked for");
        return;
    }
    bool folder = ev->what & WATCH_FOLDER;
    if (ev->file == NULL || (folder && !(ev->what & WATCH_MOVED)) || is_ours(g, ev->pid))
        return;
    struct sink *sink = find_sink(h, ev);
    if (sink != NULL)
        put_file(g, ev, sink, h->path);
}

static void hear_nothing(void *ctx, const struct watch_event *ev)
{
    (void)ctx;
    (void)ev;
}

void hear_events(struct guard *g)
{
    struct hearing h = {.guard = g};
    bool asked = policy_has_copies(g->start->policy); /* else nobody need look */
    for (int i = 0; i < BATCHES_MOST && watch_read(g->watch, asked ? hear_event : hear_nothing, &h) > 0; i++)
        h.handle_len = 0; /* a folder may have been renamed */
    if (g->lost_ns == 0 || backlog_count(g->queue) > 0)
        return;
    int64_t since = g->lost_ns; /* there is room again */
    struct sink *s;
    g->lost_ns = 0;
    for (size_t i = 0; (s = sinks_at(g->sinks, i)) != NULL; i++)
        put_walk(g, s, since);
}

/* ---- sinks ---- */

static void hear_change(void *ctx, struct sink *s, enum sinks_change change, int err)
{
    struct guard *g = ctx;
    if (change == SINKS_GONE) {
        log_info("%s is gone", s->path);
        return;
    }
    if (change == SINKS_UNMARKED) {
        tell_gap(g, "%s (%s) cannot be watched: %s", s->path, s->kind,
                 err == -ENODEV ? "its file system does not tell files apart for fanotify" : strerror(-err));
        return;
    }
    log_info("watching %s (%s)", s->path, s->kind);
    if (g->began) /* what is there since it appeared */
        put_walk(g, s, clock_real_ns());
    else if (g->restarted_ns != 0)
        put_walk(g, s, g->restarted_ns);
}

void hear_sinks(struct guard *g)
{
    size_t unmarked;
    int err = sinks_refresh(g->sinks, g->watch, hear_change, g);
    if (err < 0)
        log_error("finding the sinks: %s", strerror(-err));
    g->began = true;
    size_t count = sinks_count(g->sinks, &unmarked);
    for (size_t i = 0; i < g->start->mount_count; i++) {
        atomic_store(&g->boards[i]->guard.sinks, count);
        atomic_store(&g->boards[i]->guard.unwatched, unmarked);
        atomic_store(&g->boards[i]->guard.waiting, backlog_count(g->queue));
    }
}
