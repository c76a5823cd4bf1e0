#include "cli/place.h"

#include "base/fdio.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { FUSE_MAGIC = 0x65735546 };

/* Open a folder below `root` without following any symlink and without leaving `root`. The descriptor, or -errno. */
static int open_below(int root, const char *path)
{
    struct open_how how = {.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
    int fd = (int)syscall(SYS_openat2, root, path[0] ? path : ".", &how, sizeof how);
    return fd < 0 ? -errno : fd;
}

static int set_name(struct place *p, const char *name, struct error *e)
{
    size_t len = strlen(name);
    if (len == 0 || len > NAME_MAX || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return error_set(e, EINVAL, "\"%s\": expected the name of a file", name);
    memcpy(p->name, name, len + 1);
    return 0;
}

/* Root makes folders for the rep, not for itself. */
static void give_to_owner(int parent, int folder)
{
    struct stat st;
    if (geteuid() == 0 && fstat(parent, &st) == 0 && fchown(folder, st.st_uid, st.st_gid) < 0)
        return; /* it stays root's, which the rep's own next write would tell */
}

/* Open the folders of `path` one by one below `root`, making those that are missing. The descriptor of the last, or
 * -errno. */
static int open_folders(int root, const char *path)
{
    fd_auto at = open_below(root, "");
    while (at >= 0 && *path != 0) {
        char name[NAME_MAX + 1];
        size_t len = strcspn(path, "/");
        if (len > NAME_MAX)
            return -ENAMETOOLONG;
        memcpy(name, path, len);
        name[len] = 0;
        bool made = mkdirat(at, name, 0777) == 0;
        int next = made || errno == EEXIST ? open_below(at, name) : -errno;
        if (made && next >= 0)
            give_to_owner(at, next);
        fd_close(&at);
        at = next;
        path += len + (path[len] == '/');
    }
    return fd_steal(&at);
}

int place_open_in_mount(struct place *out, const char *root, const char *path, struct error *e)
{
    struct statfs fs;
    char folders[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t len = slash ? (size_t)(slash - path) : 0;
    *out = (struct place){.folder_fd = -1, .fd = -1};
    fd_auto root_fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root_fd < 0 || fstatfs(root_fd, &fs) < 0)
        return error_sys(e, errno, "%s", root);
    if ((unsigned long)fs.f_type != FUSE_MAGIC)
        return error_set(e, ENOTCONN,
                         "%s is not mounted, so nobody would record what is written there; start holdfastd, or "
                         "name another file with --to",
                         root);
    if (len >= sizeof folders)
        return error_sys(e, ENAMETOOLONG, "%s", path);
    memcpy(folders, path, len);
    folders[len] = 0;
    int err = set_name(out, slash ? slash + 1 : path, e);
    if (err != 0)
        return err;
    int folder = open_folders(root_fd, folders);
    if (folder < 0)
        return error_sys(e, folder, "%s/%s", root, folders);
    out->folder_fd = folder;
    return 0;
}

int place_open_file(struct place *out, const char *path, struct error *e)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t len = slash ? (size_t)(slash - path) + 1 : 0;
    *out = (struct place){.folder_fd = -1, .fd = -1};
    if (len >= sizeof folder)
        return error_sys(e, ENAMETOOLONG, "%s", path);
    memcpy(folder, path, len);
    folder[len] = 0;
    int err = set_name(out, slash ? slash + 1 : path, e);
    if (err != 0)
        return err;
    out->folder_fd = open(len ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return out->folder_fd < 0 ? error_sys(e, errno, "%s", len ? folder : ".") : 0;
}

static int name_temporary(struct place *p)
{
    uint64_t random;
    if (getrandom(&random, sizeof random, 0) != sizeof random)
        return -errno;
    snprintf(p->temporary, sizeof p->temporary, ".holdfast-restore-%016llx", (unsigned long long)random);
    return 0;
}

int place_begin_file(struct place *p, struct error *e)
{
    int err = name_temporary(p);
    if (err == 0) {
        p->fd = openat(p->folder_fd, p->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        err = p->fd < 0 ? -errno : 0;
    }
    if (err != 0)
        p->temporary[0] = 0;
    return err ? error_sys(e, err, "writing %s", p->name) : 0;
}

/* The owner of what stands there, or of the folder. */
static int own_as_before(struct place *p)
{
    struct stat st;
    if (geteuid() != 0)
        return 0;
    if (fstatat(p->folder_fd, p->name, &st, AT_SYMLINK_NOFOLLOW) < 0 && fstat(p->folder_fd, &st) < 0)
        return -errno;
    return fchownat(p->folder_fd, p->temporary, st.st_uid, st.st_gid, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;
}

static int move_into_place(struct place *p, struct error *e)
{
    if (renameat(p->folder_fd, p->temporary, p->folder_fd, p->name) < 0)
        return error_sys(e, errno, "writing %s", p->name);
    p->temporary[0] = 0;
    fsync(p->folder_fd); /* some file systems cannot sync a folder; the file itself is synced */
    return 0;
}

int place_finish_file(struct place *p, uint32_t mode, struct error *e)
{
    int err = own_as_before(p);
    if (err == 0 && (fchmod(p->fd, mode & 0777) < 0 || fsync(p->fd) < 0 || close(fd_steal(&p->fd)) < 0))
        err = -errno;
    return err ? error_sys(e, err, "writing %s", p->name) : move_into_place(p, e);
}

int place_finish_symlink(struct place *p, const char *target, struct error *e)
{
    int err = name_temporary(p);
    if (err == 0 && symlinkat(target, p->folder_fd, p->temporary) < 0)
        err = -errno;
    if (err != 0) {
        p->temporary[0] = 0;
        return error_sys(e, err, "writing %s", p->name);
    }
    err = own_as_before(p);
    return err ? error_sys(e, err, "writing %s", p->name) : move_into_place(p, e);
}

void place_close(struct place *p)
{
    fd_close(&p->fd);
    if (p->temporary[0] != 0)
        unlinkat(p->folder_fd, p->temporary, 0);
    p->temporary[0] = 0;
    fd_close(&p->folder_fd);
}
