/* The journal of verdicts, written and read; how one lies in a record is verdict_form.c's. */
#include "event/verdict.h"

#include "base/clock.h"
#include "base/fdio.h"
#include "event/verdict_form.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RETRY_MS = 50 };

struct verdict_log {
    struct journal *journal;
    _Atomic uint64_t lost;    /* verdicts that could not be written since the last that could */
    _Atomic int why;          /* errno of the last of them */
    _Atomic int64_t retry_ns; /* monotonic: not tried before */
};

struct verdict_reader {
    struct journal_reader *journal;
    char text[PATH_MAX]; /* strings of the verdict at hand */
};

static int open_folder(int spool_fd)
{
    int fd = openat(spool_fd, "audit", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

/* ---- which journal it is ---- */

static int read_id(int audit_fd, char out[static VERDICT_ID_BYTES])
{
    char text[VERDICT_ID_BYTES] = "";
    fd_auto fd = openat(audit_fd, "id", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    ssize_t len = fd_pread_full(fd, text, sizeof text, 0);
    if (len < 0)
        return (int)len;
    if (len != VERDICT_ID_BYTES - 1 || strspn(text, "0123456789abcdef") != VERDICT_ID_BYTES - 1)
        return -EILSEQ;
    memcpy(out, text, VERDICT_ID_BYTES);
    return 0;
}

static int write_id(int audit_fd, const struct stat *owner)
{
    uint64_t id;
    char text[VERDICT_ID_BYTES];
    if (getrandom(&id, sizeof id, 0) != sizeof id)
        return -EIO;
    snprintf(text, sizeof text, "%016" PRIx64, id);
    unlinkat(audit_fd, "id.new", 0);
    fd_auto fd = openat(audit_fd, "id.new", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return -errno;
    int err = fd_write_all(fd, text, VERDICT_ID_BYTES - 1);
    if (err == 0 && (fchown(fd, owner->st_uid, owner->st_gid) < 0 || fsync(fd) < 0 ||
                     renameat(audit_fd, "id.new", audit_fd, "id") < 0 || fsync(audit_fd) < 0))
        err = -errno;
    return err;
}

int verdict_journal_id(int spool_fd, char out[static VERDICT_ID_BYTES])
{
    fd_auto audit_fd = open_folder(spool_fd);
    return audit_fd < 0 ? audit_fd : read_id(audit_fd, out);
}

/* ---- writing ---- */

/* SPOOL/<mount>/audit with its id; the descriptor, or -errno. */
static int make_folder(int spool_fd)
{
    struct stat owner;
    char id[VERDICT_ID_BYTES];
    if (fstat(spool_fd, &owner) < 0 || (mkdirat(spool_fd, "audit", 0700) < 0 && errno != EEXIST))
        return -errno;
    fd_auto fd = open_folder(spool_fd);
    if (fd < 0)
        return fd;
    if (fchown(fd, owner.st_uid, owner.st_gid) < 0 || fchmod(fd, 0700) < 0)
        return -errno;
    int err = read_id(fd, id);
    if (err == -ENOENT || err == -EILSEQ)
        err = write_id(fd, &owner);
    return err < 0 ? err : fd_steal(&fd);
}

int verdict_open_writer(struct verdict_log **out, int spool_fd, struct error *e)
{
    struct verdict_log *l = calloc(1, sizeof *l);
    if (l == NULL)
        return error_sys(e, ENOMEM, "audit journal");
    fd_auto fd = make_folder(spool_fd);
    int err = fd < 0 ? error_sys(e, fd, "cannot open the audit journal") : journal_open_writer(&l->journal, fd, e);
    if (err < 0) {
        free(l);
        return err;
    }
    *out = l;
    return 0;
}

static int append(struct verdict_log *l, struct verdict *v)
{
    struct journal_record r;
    char text[PATH_MAX];
    if (v->time_ns == 0)
        v->time_ns = clock_real_ns();
    int err = verdict_encode(v, &r, text);
    if (err == 0)
        err = journal_append(l->journal, &r);
    if (err == 0)
        v->seq = r.seq;
    return err;
}

static void count_lost(struct verdict_log *l, uint64_t lost, int err)
{
    atomic_store(&l->why, -err);
    atomic_store(&l->retry_ns, clock_mono_ns() + RETRY_MS * NS_PER_MS);
    atomic_fetch_add(&l->lost, lost);
}

/* There may be room again: what is missing before this verdict? */
static int tell_lost(struct verdict_log *l, const struct verdict *v)
{
    char note[128];
    uint64_t lost = atomic_exchange(&l->lost, 0);
    if (lost == 0)
        return 0;
    snprintf(note, sizeof note, "%" PRIu64 " decision%s could not be written down: %s", lost, lost == 1 ? "" : "s",
             strerror(atomic_load(&l->why)));
    struct verdict gap = {
        .kind = VERDICT_GAP, .login = UINT32_MAX, .mount = v->mount, .policy = v->policy, .note = note};
    int err = append(l, &gap);
    if (err < 0)
        count_lost(l, lost, err);
    return err;
}

int verdict_append(struct verdict_log *l, struct verdict *v)
{
    if (clock_mono_ns() < atomic_load(&l->retry_ns)) {
        atomic_fetch_add(&l->lost, 1);
        return -atomic_load(&l->why);
    }
    int err = tell_lost(l, v);
    if (err == 0)
        err = append(l, v);
    if (err < 0 && err != -EINVAL && err != -ENAMETOOLONG)
        count_lost(l, 1, err);
    return err;
}

void verdict_close(struct verdict_log *l)
{
    if (l == NULL)
        return;
    journal_close(l->journal);
    free(l);
}

/* ---- reading ---- */

int verdict_bounds(int spool_fd, uint64_t *first, uint64_t *newest)
{
    fd_auto fd = open_folder(spool_fd);
    return fd < 0 ? fd : journal_bounds(fd, first, newest);
}

int verdict_open_reader(struct verdict_reader **out, int spool_fd, uint64_t from_seq, struct error *e)
{
    fd_auto fd = open_folder(spool_fd);
    if (fd < 0)
        return fd == -ENOENT ? fd : error_sys(e, fd, "cannot open the audit journal");
    struct verdict_reader *r = calloc(1, sizeof *r);
    if (r == NULL)
        return error_sys(e, ENOMEM, "audit journal");
    int err = journal_open_reader(&r->journal, fd, from_seq, e);
    if (err < 0) {
        free(r);
        return err;
    }
    *out = r;
    return 0;
}

int verdict_read(struct verdict_reader *r, struct verdict *out, struct error *e)
{
    struct journal_record record;
    int more = journal_read(r->journal, &record, e);
    if (more != 1)
        return more;
    if (verdict_decode(&record, out, r->text) < 0)
        return error_set(e, EILSEQ, "the audit journal is damaged: record %" PRIu64 " is no verdict", record.seq);
    return 1;
}

void verdict_close_reader(struct verdict_reader *r)
{
    if (r == NULL)
        return;
    journal_close_reader(r->journal);
    free(r);
}

int verdict_sync_reader(struct verdict_reader *r) { return journal_sync_reader(r->journal); }

int64_t verdict_trim(int spool_fd, uint64_t sealed_seq)
{
    fd_auto fd = open_folder(spool_fd);
    if (fd < 0)
        return fd == -ENOENT ? 0 : fd;
    return journal_trim(fd, sealed_seq);
}
