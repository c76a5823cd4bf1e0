#include "proc/place.h"

#include "base/fdio.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int open_strictly(int dir_fd, const char *path, int flags)
{
    struct open_how how = {.flags = (unsigned)(flags | O_DIRECTORY | O_CLOEXEC),
                           .resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
    long fd = syscall(SYS_openat2, dir_fd, path, &how, sizeof how);
    return fd < 0 ? -errno : (int)fd;
}

static int set_link_error(const char *path, struct error *e)
{
    char *real = realpath(path, NULL);
    error_set(e, ELOOP, "%s: goes through a symbolic link, which others might turn: write the real path%s%s in fs.conf",
              path, real ? ", " : "", real ? real : "");
    free(real);
    return -ELOOP;
}

int place_open(const char *path, int flags, struct error *e)
{
    int fd = open_strictly(AT_FDCWD, path, flags);
    if (fd == -ELOOP)
        return set_link_error(path, e);
    return fd < 0 ? error_sys(e, fd, "%s", path) : fd;
}

int place_open_parent(const char *path, char **name_out, struct error *e)
{
    char *parent = strdup(path), *name = NULL;
    if (parent == NULL)
        return error_sys(e, ENOMEM, "%s", path);
    size_t len = strlen(parent);
    while (len > 1 && parent[len - 1] == '/')
        parent[--len] = 0;
    char *slash = strrchr(parent, '/');
    if (slash == NULL || slash[1] == 0) {
        free(parent);
        return error_set(e, EINVAL, "%s: expected an absolute path below /", path);
    }
    name = strdup(slash + 1);
    slash[slash == parent] = 0; /* "/Work": the parent is "/" */
    int fd = name ? place_open(parent, O_PATH, e) : error_sys(e, ENOMEM, "%s", path);
    free(parent);
    if (fd < 0)
        free(name);
    else
        *name_out = name;
    return fd;
}

/* Open `name` in `dir_fd`, making it if it is not there. */
static int open_or_make(int dir_fd, const char *name, mode_t mode)
{
    if (mkdirat(dir_fd, name, mode) < 0 && errno != EEXIST)
        return -errno;
    return open_strictly(dir_fd, name, O_RDONLY);
}

int place_make(const char *path, mode_t mode, struct error *e)
{
    char *copy = strdup(path), *rest = copy;
    if (copy == NULL)
        return error_sys(e, ENOMEM, "%s", path);
    int dir_fd = open_strictly(AT_FDCWD, "/", O_RDONLY);
    for (char *name = strtok_r(copy, "/", &rest); name != NULL && dir_fd >= 0; name = strtok_r(NULL, "/", &rest)) {
        int next = open_or_make(dir_fd, name, mode);
        close(dir_fd);
        dir_fd = next;
    }
    free(copy);
    if (dir_fd == -ELOOP)
        return set_link_error(path, e);
    return dir_fd < 0 ? error_sys(e, dir_fd, "%s", path) : dir_fd;
}

int place_claim(int dir_fd, const char *name, uid_t uid, gid_t gid, mode_t mode, struct error *e)
{
    fd_auto fd = open_or_make(dir_fd, name, 0700);
    if (fd < 0)
        return error_sys(e, fd, "%s", name);
    if (fchown(fd, uid, gid) < 0 || fchmod(fd, mode) < 0)
        return error_sys(e, errno, "%s: owner and mode", name);
    return fd_steal(&fd);
}
