/* Packing, by stock git. Nothing is pruned, ever: what no branch reaches is packed too. */
#include "record/git.h"
#include "record/record.h"

#include "base/fdio.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

/* Several small packs become one where each is to be twice the next: cheap, and what a batch an hour needs. */
static const char *const geometric[] = {"repack", "--geometric=2", "-d", "-q", NULL};

/* Everything anew. -k: unreachable objects stay. */
static const char *const thorough[] = {"repack", "-a", "-d", "-f", "-k", "-q", NULL};

/* One at a time, whoever starts it. 0; -EBUSY. */
static int take_turn(const char *repository, int *out, struct error *e)
{
    fd_auto dir = open(repository, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    fd_auto fd = dir < 0 ? -1 : openat(dir, "holdfast.maintain", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (fd < 0)
        return error_sys(e, errno, "%s: cannot be maintained", repository);
    if (flock(fd, LOCK_EX | LOCK_NB) < 0)
        return error_set(e, EBUSY, "%s is being maintained already", repository);
    *out = fd_steal(&fd);
    return 0;
}

int record_maintain(const char *repository, bool full, struct error *e)
{
    fd_auto turn = -1;
    int err = take_turn(repository, &turn, e);
    return err < 0 ? err : git_run(repository, full ? thorough : geometric, e);
}
