/* Where a clone's index lies. */
#include "base/buf.h"
#include "base/fdio.h"
#include "recall/recall.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

/* 0: it is in `to`. */
static int read_secret(const char *path, unsigned char to[static FINGERPRINT_SECRET_BYTES])
{
    struct stat st;
    fd_auto fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size != FINGERPRINT_SECRET_BYTES)
        return -ENOENT;
    return fd_pread_full(fd, to, FINGERPRINT_SECRET_BYTES, 0) == FINGERPRINT_SECRET_BYTES ? 0 : -EIO;
}

/* Made beside it and linked into place, so that two who make one at once use the same. */
static int make_secret(const char *path, struct error *e)
{
    unsigned char secret[FINGERPRINT_SECRET_BYTES];
    buf_auto beside = {0};
    buf_printf(&beside, "%s.%d", path, (int)getpid());
    if (beside.failed || getrandom(secret, sizeof secret, 0) != sizeof secret)
        return error_sys(e, ENOMEM, "%s", path);
    unlink(beside.data);
    fd_auto fd = open(beside.data, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    int err = fd < 0 ? -errno : fd_write_all(fd, secret, sizeof secret);
    if (err == 0 && link(beside.data, path) < 0 && errno != EEXIST)
        err = -errno;
    unlink(beside.data);
    explicit_bzero(secret, sizeof secret);
    return err < 0 ? error_sys(e, err, "%s", path) : 0;
}

static int make_folder(const char *path, struct error *e)
{
    return mkdir(path, 0700) < 0 && errno != EEXIST ? error_sys(e, errno, "%s", path) : 0;
}

/* $XDG_CACHE_HOME/holdfast, made if it is missing. */
static int open_cache(struct buf *out, struct error *e)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (cache != NULL && *cache == '/')
        buf_puts(out, cache);
    else if (home != NULL && *home == '/')
        buf_printf(out, "%s/.cache", home);
    else
        return error_set(e, ENOENT, "there is no place for an index: set XDG_CACHE_HOME or HOME");
    int err = out->failed ? error_sys(e, ENOMEM, "index") : make_folder(out->data, e);
    buf_puts(out, "/holdfast");
    if (err == 0)
        err = out->failed ? error_sys(e, ENOMEM, "index") : make_folder(out->data, e);
    return err;
}

static int find_own_secret(const char *path, unsigned char to[static FINGERPRINT_SECRET_BYTES], struct error *e)
{
    int err = read_secret(path, to);
    if (err == -ENOENT)
        err = make_secret(path, e);
    else if (err == 0)
        return 0;
    if (err == 0)
        err = read_secret(path, to);
    return err < 0 ? error_set(e, err, "%s: expected %d bytes of a secret: remove it, and it is made anew", path,
                               FINGERPRINT_SECRET_BYTES)
                   : 0;
}

int recall_place_of_clone(struct recall_place *out, const char *repository, const char *company_secret, struct error *e)
{
    buf_auto path = {0};
    struct recall_place p = {0};
    char *real = realpath(repository, NULL);
    if (real == NULL)
        return error_sys(e, errno, "%s", repository);
    const uint64_t id = XXH3_64bits(real, strlen(real));
    free(real);
    int err = open_cache(&path, e);
    if (err < 0)
        return err;
    bool is_company = read_secret(company_secret, p.secret) == 0;
    buf_printf(&path, "/%016" PRIx64, id);
    if (is_company) /* another secret, another index */
        buf_printf(&path, "-%08" PRIx64, XXH3_64bits(p.secret, sizeof p.secret) >> 32);
    p.index = buf_steal(&path);
    buf_printf(&path, "%s.secret", p.index ? p.index : "");
    if (p.index == NULL || path.failed)
        err = error_sys(e, ENOMEM, "index");
    else if (!is_company)
        err = find_own_secret(path.data, p.secret, e);
    if (err < 0) {
        recall_place_free(&p);
        return err;
    }
    *out = p;
    return 0;
}

void recall_place_free(struct recall_place *p)
{
    free(p->index);
    explicit_bzero(p, sizeof *p);
}
