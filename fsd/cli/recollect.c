#include "cli/recollect.h"

#include "base/fdio.h"
#include "cli/text.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SLICE_MS = 200 };

/* What is made is the keeper's, or the daemon could not go on with it. Only file access changes hands. */
static int act_as_keeper(const struct config *c, struct error *e)
{
    const struct passwd *pw = getpwnam(c->user);
    if (pw == NULL)
        return error_set(e, ENOENT, "there is no user %s; `holdfast init` makes it", c->user);
    setfsgid(pw->pw_gid);
    setfsuid(pw->pw_uid);
    return (uid_t)setfsuid((uid_t)-1) == pw->pw_uid ? 0 : error_sys(e, EPERM, "becoming %s", c->user);
}

static int read_company_secret(const char *path, unsigned char to[static FINGERPRINT_SECRET_BYTES], struct error *e)
{
    fd_auto fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return error_sys(e, errno, "%s", path);
    ssize_t len = fd_pread_full(fd, to, FINGERPRINT_SECRET_BYTES, 0);
    return len == FINGERPRINT_SECRET_BYTES
               ? 0
               : error_set(e, EINVAL, "%s: expected %d bytes, as `holdfast init` makes them", path,
                           FINGERPRINT_SECRET_BYTES);
}

static int open_of_clone(struct recollection *r, const struct cli *c, struct error *e)
{
    struct recall_place place;
    const char *secret = c->config != NULL ? c->config->secret : "/etc/holdfast/company.secret";
    int err = recall_place_of_clone(&place, c->repo, secret, e);
    if (err < 0)
        return err;
    memcpy(r->secret, place.secret, sizeof r->secret);
    err = look_open_plain(&r->look, c, r->secret, e);
    if (err == 0)
        err = recall_open(&r->recall, c->repo, place.index, e);
    recall_place_free(&place);
    return err;
}

static int open_of_machine(struct recollection *r, const struct cli *c, struct error *e)
{
    if (geteuid() != 0)
        return error_set(e, EACCES, "no daemon runs; without one the index is root's to make");
    int err = read_company_secret(c->config->secret, r->secret, e);
    if (err == 0)
        err = look_open_plain(&r->look, c, r->secret, e);
    if (err == 0)
        err = act_as_keeper(c->config, e);
    return err < 0 ? err : recall_open(&r->recall, c->config->repository, c->config->index, e);
}

static int catch_up(struct recollection *r, struct error *e)
{
    struct recall_state s;
    bool on_terminal = isatty(STDERR_FILENO) == 1;
    int more;
    while ((more = recall_step(r->recall, r->look.client, SLICE_MS, e)) == 1)
        if (on_terminal && recall_get_state(r->recall, &s, NULL) == 0)
            fprintf(stderr, "\r\033[Kindex: %" PRIu64 " versions to go", s.behind);
    if (on_terminal)
        fputs("\r\033[K", stderr);
    return more;
}

int recollect_open(struct recollection *r, const struct cli *c, bool anew, struct error *e)
{
    int err = c->repo != NULL ? open_of_clone(r, c, e) : open_of_machine(r, c, e);
    if (err == 0 && anew)
        recall_rebuild(r->recall);
    return err < 0 ? err : catch_up(r, e);
}

void recollect_close(struct recollection *r)
{
    recall_close(r->recall);
    look_close(&r->look);
    explicit_bzero(r->secret, sizeof r->secret);
    r->recall = NULL;
}
