#include "guard/quarantine.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/fdio.h"
#include "guard/digest.h"
#include "guard/stub.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

struct quarantine {
    int fd;
    unsigned number; /* of the next */
};

int quarantine_open(struct quarantine **out, const char *path, struct error *e)
{
    struct stat st;
    if (mkdir(path, 0700) < 0 && errno != EEXIST)
        return error_sys(e, errno, "%s", path);
    fd_auto fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0)
        return error_sys(e, errno, "%s", path);
    if (st.st_uid != 0 || (st.st_mode & 077) != 0)
        return error_set(e, EPERM, "%s: expected a folder of root's that nobody else enters: chown root, chmod 700",
                         path);
    struct quarantine *q = calloc(1, sizeof *q);
    if (q == NULL)
        return error_sys(e, ENOMEM, "%s", path);
    q->fd = fd_steal(&fd);
    *out = q;
    return 0;
}

void quarantine_close(struct quarantine *q)
{
    if (q == NULL)
        return;
    fd_close(&q->fd);
    free(q);
}

/* ---- what is kept ---- */

/* Raw bytes as JSON takes them: as they are, or in git's quotes. */
static json_t *json_name(const char *bytes)
{
    buf_auto b = {0};
    buf_put_quoted(&b, bytes ? bytes : "", strlen(bytes ? bytes : ""));
    return b.failed ? NULL : json_string(b.data ? b.data : "");
}

static json_t *describe(const struct stat *st, const struct verdict *v)
{
    char time[CLOCK_TEXT_BYTES];
    return json_pack(
        "{s:s, s:o, s:s, s:s, s:o, s:s, s:I, s:I, s:I, s:I, s:s, s:s, s:I, s:s, s:o, s:I, s:o, s:i, s:I, s:o}", "time",
        clock_format(v->time_ns, time), "path", json_name(v->path), "sink", v->sink, "kind", v->sink_kind, "device",
        json_name(v->device), "sha256", v->sha256, "bytes", (json_int_t)st->st_size, "uid", (json_int_t)st->st_uid,
        "gid", (json_int_t)st->st_gid, "mode", (json_int_t)(st->st_mode & 07777), "class", v->class_name, "rule",
        v->rule, "records", (json_int_t)v->records, "mount", v->mount, "source", json_name(v->source), "version",
        (json_int_t)v->version, "app", json_name(v->app), "pid", (int)v->pid, "app-uid", (json_int_t)v->uid, "note",
        json_name(v->note));
}

static int write_about(int dir_fd, const struct stat *st, const struct verdict *v)
{
    json_t *about = describe(st, v);
    char *text = about != NULL ? json_dumps(about, JSON_INDENT(2)) : NULL;
    json_decref(about);
    if (text == NULL)
        return -ENOMEM;
    fd_auto fd = openat(dir_fd, "about.json", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0400);
    int err = fd < 0 ? -errno : fd_write_all(fd, text, strlen(text));
    if (err == 0)
        err = fd_write_all(fd, "\n", 1);
    if (err == 0 && fsync(fd) < 0)
        err = -errno;
    free(text);
    return err;
}

static int write_content(int dir_fd, int from, const struct verdict *v)
{
    struct digest d;
    fd_auto fd = openat(dir_fd, "content", O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0400);
    int err = fd < 0 ? -errno : fd_clone(from, fd);
    if (err == 0 && fsync(fd) < 0)
        err = -errno;
    if (err == 0 && v->sha256[0] != 0)
        err = digest_file(fd, v->size, &d);
    if (err == 0 && v->sha256[0] != 0 && strcmp(d.sha256, v->sha256) != 0)
        err = -ESTALE;
    return err;
}

static void discard(struct quarantine *q, const char *name, int dir_fd)
{
    unlinkat(dir_fd, "content", 0);
    unlinkat(dir_fd, "about.json", 0);
    unlinkat(q->fd, name, AT_REMOVEDIR);
}

/* Keep content and description; *name is the new folder's. */
static int keep(struct quarantine *q, int fd, const struct stat *st, const struct verdict *v, char name[static 64])
{
    snprintf(name, 64, "%" PRId64 "-%u", v->time_ns, q->number++);
    if (mkdirat(q->fd, name, 0700) < 0)
        return -errno;
    fd_auto dir_fd = openat(q->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int err = dir_fd < 0 ? -errno : write_content(dir_fd, fd, v);
    if (err == 0)
        err = write_about(dir_fd, st, v);
    if (err == 0 && (fsync(dir_fd) < 0 || fsync(q->fd) < 0))
        err = -errno;
    if (err < 0 && dir_fd >= 0)
        discard(q, name, dir_fd);
    return err;
}

/* ---- what is removed ---- */

static bool is_unchanged(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static int open_folder(const char *path)
{
    const struct open_how how = {.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
                                 .resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
    int fd = (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);
    return fd < 0 ? -errno : fd;
}

/*
 * Remove `name` if it is the file that was judged. It takes a name that nobody knows first: between a look and the
 * removal somebody could put another file there, and that one would be lost.
 */
static int remove_name(int dir_fd, const char *name, const struct stat *st)
{
    struct stat now;
    uint64_t random;
    char aside[64];
    if (fstatat(dir_fd, name, &now, AT_SYMLINK_NOFOLLOW) < 0 || !is_unchanged(&now, st))
        return -ESTALE;
    if (getrandom(&random, sizeof random, 0) != sizeof random)
        return -EIO;
    snprintf(aside, sizeof aside, ".holdfast-%016" PRIx64, random);
    if (renameat2(dir_fd, name, dir_fd, aside, RENAME_NOREPLACE) < 0 &&
        (errno != EINVAL || renameat(dir_fd, name, dir_fd, aside) < 0))
        return errno == ENOENT ? -ESTALE : -errno;
    if (fstatat(dir_fd, aside, &now, AT_SYMLINK_NOFOLLOW) < 0)
        return -ESTALE;
    if (is_unchanged(&now, st))
        return unlinkat(dir_fd, aside, 0) < 0 ? -errno : 0;
    (void)renameat2(dir_fd, aside, dir_fd, name, RENAME_NOREPLACE);
    return -ESTALE;
}

int quarantine_take(struct quarantine *q, int fd, const struct stat *st, const struct verdict *v, struct error *e)
{
    char path[PATH_MAX], id[64];
    struct stat now;
    snprintf(path, sizeof path, "%s", v->path);
    char *slash = strrchr(path, '/');
    if (slash == NULL || slash[1] == 0)
        return error_set(e, EINVAL, "%s: not a file's path", v->path);
    *slash = 0;
    fd_auto dir_fd = open_folder(slash == path ? "/" : path);
    if (dir_fd < 0)
        return error_sys(e, dir_fd == -ENOENT || dir_fd == -ELOOP ? ESTALE : dir_fd, "%s", v->path);
    int err = keep(q, fd, st, v, id);
    if (err < 0)
        return error_sys(e, err, "%s: keeping it in quarantine", v->path);
    err = fstat(fd, &now) < 0 ? -errno : is_unchanged(&now, st) ? remove_name(dir_fd, slash + 1, st) : -ESTALE;
    if (err < 0) {
        fd_auto kept_fd = openat(q->fd, id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (kept_fd >= 0)
            discard(q, id, kept_fd);
        return error_sys(e, err, "%s: taking it away", v->path);
    }
    stub_leave(dir_fd, slash + 1, st, v, id);
    return 0;
}
