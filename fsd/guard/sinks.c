#include "guard/sinks.h"

#include "base/buf.h"
#include "base/fdio.h"
#include "base/path.h"
#include "guard/mountinfo.h"
#include "guard/settings.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { SINKS_MOST = 512, MOUNTINFO_MOST = 8 << 20, OWN_MOST = 8 };

struct sinks {
    const struct config *config;
    const uid_t *owners;
    size_t owner_count;
    int sys_fd;
    struct sink **list; /* in fs.conf's order */
    size_t count;
    /* of a round */
    struct watch *watch;
    sinks_changed *changed;
    void *ctx;
};

/* ---- one sink ---- */

struct sink *sink_hold(struct sink *s)
{
    atomic_fetch_add(&s->holders, 1);
    return s;
}

void sink_release(struct sink *s)
{
    if (s == NULL || atomic_fetch_sub(&s->holders, 1) > 1)
        return;
    free(s->path);
    free(s);
}

int sink_open(const struct sink *s)
{
    struct stat st;
    fd_auto fd = open(s->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0)
        return -errno;
    return st.st_dev == s->number && st.st_ino == s->ino ? fd_steal(&fd) : -ESTALE;
}

/* ---- a round: what is there ---- */

static bool is_kind(const struct config_sink *c, const char *kind)
{
    return c->kind != NULL && strcmp(c->kind, kind) == 0;
}

static struct sink *find_known(const struct sinks *s, const struct config_sink *c, const char *path, dev_t number)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->list[i]->config == c && s->list[i]->number == number && strcmp(s->list[i]->path, path) == 0)
            return s->list[i];
    return NULL;
}

static struct sink *make_sink(struct sinks *s, const struct config_sink *c, const char *path, const struct stat *st)
{
    struct sink **grown = s->count < SINKS_MOST ? realloc(s->list, (s->count + 1) * sizeof(void *)) : NULL;
    struct sink *k = grown != NULL ? calloc(1, sizeof *k) : NULL;
    if (grown != NULL)
        s->list = grown;
    if (k == NULL || (k->path = strdup(path)) == NULL) {
        free(k);
        return NULL;
    }
    k->config = c;
    k->kind = c->kind != NULL ? c->kind : "folder";
    k->number = st->st_dev;
    k->ino = st->st_ino;
    k->holders = 1;
    device_read(s->sys_fd, major(st->st_dev), minor(st->st_dev), &k->device);
    size_t at = s->count++;
    for (; at > 0 && s->list[at - 1]->config > c; at--)
        s->list[at] = s->list[at - 1];
    s->list[at] = k;
    return k;
}

static int open_place(const char *path, struct stat *st, char real[static PATH_MAX])
{
    char link[32];
    fd_auto fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, st) < 0)
        return -errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t len = readlink(link, real, PATH_MAX - 1);
    if (len < 0)
        return -errno;
    real[len] = 0;
    return fd_steal(&fd);
}

/* `path` is one of this section's places. `owner`: whose it must be (UINT_MAX: anybody's). */
static void add_place(struct sinks *s, const struct config_sink *c, const char *path, uid_t owner, bool is_mount)
{
    struct stat st;
    char real[PATH_MAX];
    fd_auto fd = open_place(path, &st, real);
    if (fd < 0 || (owner != (uid_t)-1 && st.st_uid != owner))
        return;
    struct sink *k = find_known(s, c, real, st.st_dev);
    if (k != NULL && k->ino == st.st_ino) {
        k->seen = true;
        if (k->filesystem != 0)
            watch_mark(s->watch, fd, &k->filesystem); /* it may have been unmounted and mounted between two looks */
        return;
    }
    k = make_sink(s, c, real, &st);
    if (k == NULL)
        return;
    k->seen = true;
    k->is_mount = is_mount;
    int err = watch_mark(s->watch, fd, &k->filesystem);
    s->changed(s->ctx, k, err == 0 ? SINKS_NEW : SINKS_UNMARKED, err);
}

struct person {
    struct sinks *sinks;
    const struct config_sink *config;
    uid_t owner;
};

static void add_persons(void *ctx, const char *path)
{
    const struct person *p = ctx;
    add_place(p->sinks, p->config, path, p->owner, false);
}

static void add_of_homes(struct sinks *s, const struct config_sink *c)
{
    for (size_t i = 0; i < s->owner_count; i++) {
        const struct passwd *pw = getpwuid(s->owners[i]);
        if (pw == NULL || pw->pw_dir == NULL || pw->pw_dir[0] != '/')
            continue;
        char home[PATH_MAX];
        snprintf(home, sizeof home, "%s", pw->pw_dir);
        fd_auto fd = open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        struct person p = {s, c, s->owners[i]};
        if (fd >= 0 && is_kind(c, "downloads"))
            settings_find_downloads(fd, home, add_persons, &p);
        else if (fd >= 0)
            settings_find_synced(fd, home, add_persons, &p);
    }
}

static void add_folders(struct sinks *s, const struct config_sink *c)
{
    if (c->path != NULL) {
        add_place(s, c, c->path, (uid_t)-1, false);
    } else if (is_kind(c, "temporary")) {
        add_place(s, c, "/tmp", (uid_t)-1, false);
        add_place(s, c, "/var/tmp", (uid_t)-1, false);
    } else if (is_kind(c, "downloads") || is_kind(c, "sync")) {
        add_of_homes(s, c);
    }
}

/* ---- a round: what is mounted ---- */

/* File systems on which nobody keeps files, and ours. */
static bool is_no_place(const char *type)
{
    static const char *const types[] = {
        "proc",    "sysfs",       "cgroup",  "cgroup2",    "devpts",        "devtmpfs",    "autofs",     "mqueue",
        "bpf",     "tracefs",     "debugfs", "configfs",   "pstore",        "efivarfs",    "securityfs", "hugetlbfs",
        "fusectl", "binfmt_misc", "nsfs",    "rpc_pipefs", "fuse.holdfast", "fuse.portal", "squashfs",
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i], type) == 0)
            return true;
    return false;
}

static bool is_inside_folder(const struct sinks *s, const struct config_sink *c, const char *path)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct sink *k = s->list[i];
        const char *rest = k->config == c && k->seen && !k->is_mount ? path_below(path, k->path) : NULL;
        if (rest != NULL && *rest != 0)
            return true;
    }
    return false;
}

static void take_mount(void *ctx, const struct mountinfo *m)
{
    struct sinks *s = ctx;
    struct device device;
    if (is_no_place(m->type))
        return;
    device_read(s->sys_fd, m->major, m->minor, &device);
    for (size_t i = 0; i < s->config->sink_count; i++) {
        const struct config_sink *c = &s->config->sinks[i];
        bool carried = is_kind(c, "removable") && (device.removable || (device.loop && strcmp(c->loop, "yes") == 0));
        bool remote = is_kind(c, "network") && mountinfo_is_network(m->type);
        struct sink *known = find_known(s, c, m->path, makedev(m->major, m->minor));
        if (remote && known != NULL)
            known->seen = true; /* its server may be gone: it is not asked again */
        else if (remote || carried || is_inside_folder(s, c, m->path))
            add_place(s, c, m->path, (uid_t)-1, true);
    }
}

static int read_mountinfo(struct buf *text)
{
    fd_auto fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    for (;;) {
        char *to = text->len < MOUNTINFO_MOST ? buf_reserve(text, 64 * 1024) : NULL;
        ssize_t got = to == NULL ? -1 : read(fd, to, 64 * 1024);
        if (to == NULL || got < 0)
            return to == NULL ? -ENOMEM : -errno;
        if (got == 0)
            return 0;
        text->len += (size_t)got;
    }
}

int sinks_refresh(struct sinks *s, struct watch *w, sinks_changed *changed, void *ctx)
{
    buf_auto text = {0};
    int err = read_mountinfo(&text);
    if (err < 0)
        return err;
    s->watch = w;
    s->changed = changed;
    s->ctx = ctx;
    for (size_t i = 0; i < s->count; i++)
        s->list[i]->seen = false;
    for (size_t i = 0; i < s->config->sink_count; i++)
        add_folders(s, &s->config->sinks[i]);
    mountinfo_each(text.data, text.len, take_mount, s);
    size_t kept = 0;
    for (size_t i = 0; i < s->count; i++) {
        if (s->list[i]->seen) {
            s->list[kept++] = s->list[i];
            continue;
        }
        changed(ctx, s->list[i], SINKS_GONE, 0);
        sink_release(s->list[i]);
    }
    s->count = kept;
    return 0;
}

/* ---- the table ---- */

int sinks_open(struct sinks **out, const struct config *config, const uid_t *owners, size_t owner_count,
               struct error *e)
{
    struct sinks *s = calloc(1, sizeof *s);
    if (s == NULL)
        return error_sys(e, ENOMEM, "guard");
    *s = (struct sinks){.config = config, .owners = owners, .owner_count = owner_count};
    s->sys_fd = open("/sys", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (s->sys_fd < 0) {
        free(s);
        return error_sys(e, errno, "/sys");
    }
    *out = s;
    return 0;
}

void sinks_close(struct sinks *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < s->count; i++)
        sink_release(s->list[i]);
    fd_close(&s->sys_fd);
    free(s->list);
    free(s);
}

/* What the daemon itself, or the mount's own way of keeping, writes. */
static bool is_own(const struct config *c, const char *path)
{
    const char *const own[OWN_MOST] = {c->spool, c->repository, c->index, c->run, c->guard_quarantine};
    for (size_t i = 0; i < OWN_MOST && own[i] != NULL; i++)
        if (path_below(path, own[i]) != NULL)
            return true;
    for (size_t i = 0; i < c->mount_count; i++)
        if (path_below(path, c->mounts[i].path) != NULL ||
            (c->mounts[i].store != NULL && path_below(path, c->mounts[i].store) != NULL))
            return true;
    return false;
}

struct sink *sinks_on(const struct sinks *s, uint64_t filesystem)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->list[i]->filesystem == filesystem)
            return s->list[i];
    return NULL;
}

struct sink *sinks_find(const struct sinks *s, uint64_t filesystem, const char *path)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->list[i]->filesystem == filesystem && path_below(path, s->list[i]->path) != NULL)
            return is_own(s->config, path) ? NULL : s->list[i];
    return NULL;
}

size_t sinks_count(const struct sinks *s, size_t *unmarked)
{
    *unmarked = 0;
    for (size_t i = 0; i < s->count; i++)
        *unmarked += s->list[i]->filesystem == 0;
    return s->count;
}

struct sink *sinks_at(const struct sinks *s, size_t index) { return index < s->count ? s->list[index] : NULL; }
