#include "cli/setup.h"

#include "base/fdio.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DEPTH_MOST = 64 }; /* a repository's folders nest four or five deep */

/* ---- users ---- */

static bool find_user(const char *name, uid_t *uid, gid_t *gid)
{
    errno = 0;
    const struct passwd *p = getpwnam(name);
    if (p == NULL)
        return false;
    *uid = p->pw_uid;
    *gid = p->pw_gid;
    return true;
}

static int run_useradd(const char *name, struct error *e)
{
    static const char *const places[] = {"/usr/sbin/useradd", "/sbin/useradd"};
    const char *program = access(places[0], X_OK) == 0 ? places[0] : places[1];
    char *const argv[] = {"useradd",      "--system", "--user-group",      "--no-create-home",      "--home-dir",
                          "/nonexistent", "--shell",  "/usr/sbin/nologin", (char *)(uintptr_t)name, NULL};
    char *const environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL};
    pid_t pid;
    int status, err = posix_spawn(&pid, program, NULL, NULL, argv, environment);
    if (err == ENOENT)
        return error_set(e, ENOENT,
                         "useradd is not installed (Debian: apt-get install passwd); or make the system user %s and "
                         "its group by hand",
                         name);
    if (err != 0)
        return error_sys(e, err, "%s", program);
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return error_sys(e, errno, "%s", program);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return error_set(e, EIO, "useradd could not make the system user %s; its own message says why", name);
    return 0;
}

int setup_user(const char *name, uid_t *uid, gid_t *gid, struct buf *done, struct error *e)
{
    if (find_user(name, uid, gid))
        return 0;
    int err = run_useradd(name, e);
    if (err != 0)
        return err;
    if (!find_user(name, uid, gid))
        return error_set(e, ENOENT, "useradd made the user %s, but it cannot be found", name);
    buf_printf(done, "made system user and group %s\n", name);
    return 0;
}

/* ---- folders ---- */

/* Make what is missing of a path's folders. 0 or -errno. */
static int make_parents(const char *path, struct buf *done)
{
    char part[PATH_MAX];
    for (const char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
        if (mkdir(part, 0755) == 0)
            buf_printf(done, "made folder %s\n", part);
        else if (errno != EEXIST)
            return -errno;
    }
    return 0;
}

int setup_parent(const char *path, struct buf *done, struct error *e)
{
    int err = make_parents(path, done);
    return err ? error_sys(e, err, "making the folder of %s", path) : 0;
}

int setup_folder(const char *path, mode_t mode, uid_t uid, gid_t gid, struct buf *done, struct error *e)
{
    struct stat st;
    int err = setup_parent(path, done, e);
    if (err != 0)
        return err;
    bool made = mkdir(path, 0700) == 0;
    if (!made && errno != EEXIST)
        return error_sys(e, errno, "making %s", path);
    fd_auto fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0)
        return error_sys(e, errno, "%s", path);
    bool right = st.st_uid == uid && st.st_gid == gid && (st.st_mode & 07777) == mode;
    if (!right && (fchown(fd, uid, gid) < 0 || fchmod(fd, mode) < 0))
        return error_sys(e, errno, "%s", path);
    if (made)
        buf_printf(done, "made folder %s\n", path);
    else if (!right)
        buf_printf(done, "set owner and mode of %s\n", path);
    return 0;
}

/* Written beside it and renamed, so that a crash leaves no half a secret. */
static int make_secret(const char *path, size_t bytes)
{
    unsigned char secret[256];
    char *beside;
    if (bytes > sizeof secret || getrandom(secret, bytes, 0) != (ssize_t)bytes)
        return -EIO;
    if (asprintf(&beside, "%s.new", path) < 0)
        return -ENOMEM;
    unlink(beside);
    fd_auto fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    int err = fd < 0 ? -errno : fd_write_all(fd, secret, bytes);
    if (err == 0 && (fsync(fd) < 0 || rename(beside, path) < 0))
        err = -errno;
    if (err < 0)
        unlink(beside);
    free(beside);
    explicit_bzero(secret, sizeof secret);
    return err;
}

int setup_secret(const char *path, size_t bytes, struct buf *done, struct error *e)
{
    struct stat st;
    bool made = lstat(path, &st) < 0;
    int err = made ? make_secret(path, bytes) : 0;
    if (err < 0)
        return error_sys(e, err, "%s: cannot be made", path);
    fd_auto fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0 || fchown(fd, 0, 0) < 0 || fchmod(fd, 0600) < 0)
        return error_sys(e, errno, "%s", path);
    if (!S_ISREG(st.st_mode) || (size_t)st.st_size != bytes)
        return error_set(e, EINVAL, "%s: expected a file of %zu bytes; is it the company's secret?", path, bytes);
    if (made)
        buf_printf(done, "made secret %s\n", path);
    return 0;
}

static int give_folder(int fd, uid_t uid, gid_t gid, int depth);

static int give_entry(int folder, const char *name, uid_t uid, gid_t gid, int depth)
{
    struct stat st;
    if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return errno == ENOENT ? 0 : -errno;
    if (S_ISDIR(st.st_mode)) {
        fd_auto fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        return fd < 0 ? -errno : give_folder(fd, uid, gid, depth + 1);
    }
    if (st.st_uid != 0 || st.st_nlink != 1)
        return 0;
    return fchownat(folder, name, uid, gid, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;
}

/* Entries first, the folder itself last: until then nobody else can put anything into it. */
static int give_folder(int fd, uid_t uid, gid_t gid, int depth)
{
    struct stat st;
    int again = depth < DEPTH_MOST ? openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    DIR *entries = again >= 0 ? fdopendir(again) : NULL;
    if (entries == NULL) {
        fd_close(&again);
        return depth < DEPTH_MOST ? -errno : -ELOOP;
    }
    int err = 0;
    for (struct dirent *d; err == 0 && (d = readdir(entries)) != NULL;)
        if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
            err = give_entry(fd, d->d_name, uid, gid, depth);
    closedir(entries);
    if (err == 0 && (fstat(fd, &st) < 0 || (st.st_uid == 0 && fchown(fd, uid, gid) < 0)))
        err = -errno;
    return err;
}

int setup_give(const char *path, uid_t uid, gid_t gid, struct error *e)
{
    fd_auto fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int err = fd < 0 ? -errno : give_folder(fd, uid, gid, 0);
    return err ? error_sys(e, err, "giving %s to its user", path) : 0;
}
