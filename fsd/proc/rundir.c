#include "proc/rundir.h"

#include "base/fdio.h"
#include "proc/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 64 };

static int set_running_error(int pid_fd, const struct config *config, struct error *e)
{
    char text[32] = {0};
    ssize_t n = pread(pid_fd, text, sizeof text - 1, 0);
    return error_set(e, EEXIST, "%s: holdfastd runs already (pid %d)", config->run, n > 0 ? atoi(text) : 0);
}

static int take_lock(struct rundir *r, const struct config *config, struct error *e)
{
    fd_auto fd = openat(r->fd, RUNDIR_PID_FILE, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0)
        return error_sys(e, errno, "%s/" RUNDIR_PID_FILE, config->run);
    if (flock(fd, LOCK_EX | LOCK_NB) < 0)
        return errno == EWOULDBLOCK ? set_running_error(fd, config, e)
                                    : error_sys(e, errno, "%s/" RUNDIR_PID_FILE, config->run);
    char text[32];
    int len = snprintf(text, sizeof text, "%d\n", (int)getpid());
    int err = ftruncate(fd, 0) < 0 ? -errno : fd_pwrite_all(fd, text, (size_t)len, 0);
    if (err < 0)
        return error_sys(e, err, "%s/" RUNDIR_PID_FILE, config->run);
    r->pid_fd = fd_steal(&fd);
    return 0;
}

static int bind_socket(int fd, const char *run, struct error *e)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int len = snprintf(address.sun_path, sizeof address.sun_path, "%s/" RUNDIR_SOCKET, run);
    if (len < 0 || (size_t)len >= sizeof address.sun_path)
        return error_set(e, ENAMETOOLONG, "%s: too long for a socket's folder: at most %zu bytes", run,
                         sizeof address.sun_path - sizeof "/" RUNDIR_SOCKET);
    mode_t former = umask(0111);
    int err = bind(fd, (struct sockaddr *)&address, sizeof address) < 0 ? -errno : 0;
    umask(former);
    if (err == 0 && listen(fd, BACKLOG) < 0)
        err = -errno;
    return err < 0 ? error_sys(e, err, "%s", address.sun_path) : 0;
}

static int listen_there(struct rundir *r, const struct config *config, struct error *e)
{
    fd_auto fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return error_sys(e, errno, "socket");
    unlinkat(r->fd, RUNDIR_SOCKET, 0); /* a dead daemon's: the lock is ours */
    int err = bind_socket(fd, config->run, e);
    if (err == 0)
        r->control_fd = fd_steal(&fd);
    return err;
}

int rundir_open(struct rundir *r, const struct config *config, struct error *e)
{
    *r = (struct rundir){-1, -1, -1};
    int fd = place_make(config->run, 0755, e);
    if (fd < 0)
        return fd;
    r->fd = fd;
    int err = take_lock(r, config, e);
    return err < 0 ? err : listen_there(r, config, e);
}

void rundir_close(struct rundir *r)
{
    if (r->control_fd >= 0)
        unlinkat(r->fd, RUNDIR_SOCKET, 0);
    if (r->pid_fd >= 0)
        unlinkat(r->fd, RUNDIR_PID_FILE, 0);
    fd_close(&r->control_fd);
    fd_close(&r->pid_fd);
    fd_close(&r->fd);
}
