/*
 * The journal's writer.
 *
 * The segment being written was preallocated whole, and so is one more, named "spare", that becomes the next segment by
 * a rename. So a full disk is noticed a segment ahead, while every save already begun can still be written down.
 *
 * Locks: `append` guards everything that append touches; `sync` (taken first) keeps one journal_sync at a time.
 */
#include "event/journal.h"

#include "base/clock.h"
#include "base/fdio.h"
#include "event/journal_form.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char spare_name[] = "spare";
enum { SPARE_RETRY_MS = 50 };

struct journal {
    int dir_fd; /* SPOOL/<mount>/journal */
    uid_t uid;  /* new files belong to the owner of SPOOL/<mount>: the keeper reads and removes them */
    gid_t gid;
    pthread_mutex_t append;
    pthread_mutex_t sync;
    int fd;       /* segment being written */
    off_t at;     /* where the next record goes */
    int full_fd;  /* the segment before, until it is synced; or -1 */
    bool rolled;  /* a segment was put in place since the folder was last synced */
    int spare_fd; /* or -1: the disk was full */
    int64_t spare_tried_ns;
    _Atomic bool has_spare;
    _Atomic uint64_t head;
    unsigned char record[JOURNAL_RECORD_MOST];
};

/* ---- files ---- */

/* Make the file whole on disk, so that writing into it never needs space. */
static int reserve(int fd)
{
    int err = posix_fallocate(fd, 0, JOURNAL_SEGMENT_BYTES);
    return err == 0 ? 0 : -err;
}

static int give_to_owner(const struct journal *j, int fd)
{
    struct stat st;
    if (fstat(fd, &st) < 0)
        return -errno;
    if ((st.st_uid != j->uid || st.st_gid != j->gid) && fchown(fd, j->uid, j->gid) < 0)
        return -errno;
    mode_t mode = S_ISDIR(st.st_mode) ? 0700 : 0600; /* whatever umask it was made under */
    return (st.st_mode & 07777) == mode || fchmod(fd, mode) == 0 ? 0 : -errno;
}

/* A spare left by an earlier writer is as good as new: nothing is written to one before it is a segment. */
static int open_spare(struct journal *j)
{
    fd_auto fd = openat(j->dir_fd, spare_name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return -errno;
    int err = give_to_owner(j, fd);
    if (err == 0)
        err = reserve(fd);
    if (err < 0) {
        unlinkat(j->dir_fd, spare_name, 0);
        return err;
    }
    j->spare_fd = fd_steal(&fd);
    atomic_store(&j->has_spare, true);
    return 0;
}

/* A segment that was trimmed away keeps its space while we hold it open, and need not be synced any more. */
static void let_go_of_trimmed(struct journal *j)
{
    struct stat st;
    if (j->full_fd >= 0 && fstat(j->full_fd, &st) == 0 && st.st_nlink == 0)
        fd_close(&j->full_fd);
}

/* Turn the spare into the segment that begins at `first`. What was written before stays open until it is synced. */
static int roll(struct journal *j, uint64_t first)
{
    struct journal_segment_head head = {.magic = JOURNAL_SEGMENT_MAGIC, .first_seq = first};
    char name[JOURNAL_NAME_BYTES];
    if (j->spare_fd < 0 && open_spare(j) < 0)
        return -ENOSPC;
    int err = fd_pwrite_all(j->spare_fd, &head, sizeof head, 0);
    if (err < 0)
        return err;
    if (renameat(j->dir_fd, spare_name, j->dir_fd, journal_segment_name(first, name)) < 0)
        return -errno;
    if (j->full_fd >= 0)
        fdatasync(j->full_fd);
    fd_close(&j->full_fd);
    j->full_fd = fd_steal(&j->fd);
    j->fd = fd_steal(&j->spare_fd);
    j->at = sizeof head;
    j->rolled = true;
    atomic_store(&j->has_spare, false);
    let_go_of_trimmed(j);
    open_spare(j);
    j->spare_tried_ns = clock_mono_ns();
    return 0;
}

/* ---- opening ---- */

/* Zero [at, end of segment), keeping it allocated. */
static int cut_tail(int fd, off_t at)
{
    static const char zeros[64 * 1024];
    struct stat st;
    if (fstat(fd, &st) < 0)
        return -errno;
    if (st.st_size > JOURNAL_SEGMENT_BYTES)
        return -EILSEQ;
    while ((at = journal_find_written(fd, at)) >= 0) {
        size_t left = (size_t)(st.st_size - at), step = left < sizeof zeros ? left : sizeof zeros;
        int err = fd_pwrite_all(fd, zeros, step, at);
        if (err < 0)
            return err;
        at += (off_t)step;
    }
    return at == -ENODATA ? 0 : (int)at;
}

/*
 * Zeros where a power cut lost a page would look like the end to a reader: say that there is more behind them. Any
 * magic that is not a record's will do.
 */
static int mark_hole(int fd, off_t at)
{
    static const uint32_t not_a_record = ~JOURNAL_RECORD_MAGIC;
    return fd_pwrite_all(fd, &not_a_record, sizeof not_a_record, at);
}

/*
 * Find the end of the newest segment: `*at` behind its last sound record, `*head` that one's number (untouched if there
 * is none). Sound records behind a damaged place are kept: the reader tells of the gap.
 */
static int find_end(int fd, off_t *at, uint64_t *head, bool *torn)
{
    unsigned char *record = malloc(JOURNAL_RECORD_MOST);
    if (record == NULL)
        return -ENOMEM;
    off_t pos = sizeof(struct journal_segment_head), err = 0;
    for (;;) {
        struct journal_record r;
        ssize_t n = fd_pread_full(fd, record, JOURNAL_RECORD_MOST, pos);
        ssize_t len = n <= 0 ? n : journal_decode(record, (size_t)n, &r);
        if (len > 0) {
            *head = r.seq;
            pos += len;
            continue;
        }
        err = n < 0 ? n : journal_find_sound(fd, pos, *head + 1);
        if (err <= 0) {
            *torn = n > 0 && len != 0;
            break;
        }
        int marked = len == 0 ? mark_hole(fd, pos) : 0;
        pos = err;
        if ((err = marked) < 0)
            break;
    }
    free(record);
    *at = pos;
    return err == -ENODATA ? 0 : (int)err;
}

/* Go on in the newest segment, which begins at `first`. */
static int resume(struct journal *j, uint64_t first)
{
    char name[JOURNAL_NAME_BYTES];
    fd_auto fd = openat(j->dir_fd, journal_segment_name(first, name), O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    bool torn = false;
    uint64_t head = first - 1;
    int err = journal_check_head(fd, first);
    if (err == 0)
        err = find_end(fd, &j->at, &head, &torn);
    if (err == 0 && torn)
        err = cut_tail(fd, j->at);
    if (err == 0)
        err = reserve(fd);
    if (err < 0)
        return err;
    atomic_store(&j->head, head);
    j->fd = fd_steal(&fd);
    return 0;
}

static int open_folder(struct journal *j, int dir_fd)
{
    struct stat st;
    if (fstat(dir_fd, &st) < 0)
        return -errno;
    j->uid = st.st_uid;
    j->gid = st.st_gid;
    if (mkdirat(dir_fd, "journal", 0700) < 0 && errno != EEXIST)
        return -errno;
    j->dir_fd = openat(dir_fd, "journal", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (j->dir_fd < 0)
        return -errno;
    return give_to_owner(j, j->dir_fd);
}

static int open_segments(struct journal *j)
{
    journal_segments_auto segments = {0};
    int err = journal_list_segments(j->dir_fd, &segments);
    if (err < 0)
        return err;
    if (segments.count == 0)
        return roll(j, 1);
    err = resume(j, segments.first[segments.count - 1]);
    if (err < 0)
        return err;
    open_spare(j); /* without one journal_has_room() says false; it tries again */
    return 0;
}

int journal_open_writer(struct journal **out, int dir_fd, struct error *e)
{
    struct journal *j = calloc(1, sizeof *j);
    if (j == NULL)
        return error_sys(e, ENOMEM, "journal");
    pthread_mutex_init(&j->append, NULL);
    pthread_mutex_init(&j->sync, NULL);
    j->dir_fd = j->fd = j->full_fd = j->spare_fd = -1;
    int err = open_folder(j, dir_fd);
    if (err == 0)
        err = open_segments(j);
    if (err < 0) {
        journal_close(j);
        if (err == -EILSEQ)
            return error_set(e, EILSEQ,
                             "the newest journal segment is not one of ours; move it away, then start again");
        return error_sys(e, err, "cannot open the journal");
    }
    *out = j;
    return 0;
}

/* ---- appending ---- */

static int append_locked(struct journal *j, struct journal_record *r)
{
    r->seq = atomic_load_explicit(&j->head, memory_order_relaxed) + 1;
    size_t len = journal_encode(r, j->record);
    if (len == 0)
        return -ENAMETOOLONG;
    if (j->at + (off_t)len > JOURNAL_SEGMENT_BYTES) {
        int err = roll(j, r->seq);
        if (err < 0)
            return err;
    }
    int err = fd_pwrite_all(j->fd, j->record, len, j->at);
    if (err < 0)
        return err; /* a torn record there is overwritten by the next one */
    j->at += (off_t)len;
    atomic_store_explicit(&j->head, r->seq, memory_order_release);
    return 0;
}

int journal_append(struct journal *j, struct journal_record *r)
{
    pthread_mutex_lock(&j->append);
    int err = append_locked(j, r);
    pthread_mutex_unlock(&j->append);
    return err;
}

bool journal_has_room(struct journal *j)
{
    if (atomic_load_explicit(&j->has_spare, memory_order_relaxed))
        return true;
    pthread_mutex_lock(&j->append);
    int64_t now = clock_mono_ns();
    if (j->spare_fd < 0 && now - j->spare_tried_ns >= SPARE_RETRY_MS * NS_PER_MS) {
        j->spare_tried_ns = now;
        let_go_of_trimmed(j);
        open_spare(j);
    }
    bool room = j->spare_fd >= 0;
    pthread_mutex_unlock(&j->append);
    return room;
}

uint64_t journal_head(struct journal *j) { return atomic_load_explicit(&j->head, memory_order_acquire); }

/* Sync what was open when we looked; append may roll on meanwhile. */
static int sync_locked(struct journal *j)
{
    pthread_mutex_lock(&j->append);
    fd_auto full = fd_steal(&j->full_fd);
    fd_auto fd = fcntl(j->fd, F_DUPFD_CLOEXEC, 0);
    int err = fd < 0 ? -errno : 0;
    bool rolled = j->rolled;
    j->rolled = false;
    pthread_mutex_unlock(&j->append);
    if (err == 0 && full >= 0 && fdatasync(full) < 0)
        err = -errno;
    if (err == 0 && fdatasync(fd) < 0)
        err = -errno;
    if (err == 0 && rolled && fsync(j->dir_fd) < 0)
        err = -errno;
    return err;
}

int journal_sync(struct journal *j)
{
    pthread_mutex_lock(&j->sync);
    int err = sync_locked(j);
    pthread_mutex_unlock(&j->sync);
    return err;
}

void journal_close(struct journal *j)
{
    if (j == NULL)
        return;
    fd_close(&j->fd);
    fd_close(&j->full_fd);
    fd_close(&j->spare_fd);
    fd_close(&j->dir_fd);
    pthread_mutex_destroy(&j->append);
    pthread_mutex_destroy(&j->sync);
    free(j);
}
