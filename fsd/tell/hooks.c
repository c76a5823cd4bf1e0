#include "tell/hooks.h"

#include "base/fdio.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Can somebody other than root change what is there? In a sticky folder nobody can exchange what is root's. */
static bool is_roots_own(const struct stat *st, bool may_be_sticky)
{
    bool is_writable = (st->st_mode & (S_IWGRP | S_IWOTH)) != 0;
    return st->st_uid == 0 && (!is_writable || (may_be_sticky && (st->st_mode & S_ISVTX) != 0));
}

/* One folder further: replaces *at. */
static int step_into(int *at, const char *name, bool is_last, const char *path, struct error *e)
{
    struct stat st;
    fd_auto next = openat(*at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (next < 0 || fstat(next, &st) < 0)
        return error_set(e, errno, "%s: \"%s\": %s", path, name, strerror(errno));
    if (!is_roots_own(&st, !is_last))
        return error_set(e, EPERM, "%s: \"%s\" has to be root's and writable by nobody else", path, name);
    fd_close(at);
    *at = fd_steal(&next);
    return 0;
}

int hooks_open_folder(const char *path, struct error *e)
{
    char rest[PATH_MAX];
    fd_auto at = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (at < 0)
        return error_sys(e, errno, "/");
    if (strlen(path) >= sizeof rest)
        return error_set(e, ENAMETOOLONG, "%s: too long", path);
    strcpy(rest, path);
    char *save = NULL, *name = strtok_r(rest, "/", &save);
    while (name != NULL) {
        char *next = strtok_r(NULL, "/", &save);
        int err = step_into(&at, name, next == NULL, path, e);
        if (err < 0)
            return err;
        name = next;
    }
    return fd_steal(&at);
}

int hooks_open_program(int folder_fd, const char *name, struct error *e)
{
    struct stat st;
    fd_auto fd = openat(folder_fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0)
        return error_set(e, errno, "%s: %s", name, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return error_set(e, EPERM, "%s: expected a program, no link and no folder", name);
    if (!is_roots_own(&st, false))
        return error_set(e, EPERM, "%s: has to be root's and writable by nobody else", name);
    if ((st.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0)
        return error_set(e, EPERM, "%s: is not executable", name);
    return fd_steal(&fd);
}
