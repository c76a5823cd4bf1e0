/*
 * The journal's reader, in another process than the writer, and what it does with what it has read: trim.
 *
 * Reading races with writing. A record may be half written when we look, and stays so if its writer was killed; the
 * next writer cuts it off. So a bad record means damage only if something sound lies behind it.
 */
#include "base/fdio.h"
#include "event/journal.h"
#include "event/journal_form.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WINDOW_BYTES = 64 * 1024 + JOURNAL_RECORD_MOST };

struct journal_reader {
    int dir_fd;     /* SPOOL/<mount>; the caller's, duplicated */
    int journal_fd; /* or -1: there is no journal yet */
    int fd;         /* segment being read, or -1 */
    uint64_t first; /* its first sequence number */
    uint64_t next;  /* the record wanted next */
    off_t at;       /* where it should be */
    off_t window_at;
    size_t window_len;
    unsigned char window[WINDOW_BYTES];
};

static int open_journal_folder(int dir_fd)
{
    int fd = openat(dir_fd, "journal", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

static int open_segment(struct journal_reader *r, uint64_t first)
{
    char name[JOURNAL_NAME_BYTES];
    fd_auto fd = openat(r->journal_fd, journal_segment_name(first, name), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int err = journal_check_head(fd, first);
    if (err < 0)
        return err;
    fd_close(&r->fd);
    r->fd = fd_steal(&fd);
    r->first = first;
    r->at = sizeof(struct journal_segment_head);
    r->window_len = 0;
    return 0;
}

/* Open the segment that holds, or will hold, `next`. 1: done; 0: there is no segment at all; -ENODATA: trimmed away. */
static int open_first_segment(struct journal_reader *r)
{
    journal_segments_auto segments = {0};
    if (r->journal_fd < 0) {
        int fd = open_journal_folder(r->dir_fd);
        if (fd < 0)
            return fd == -ENOENT ? 0 : fd;
        r->journal_fd = fd;
    }
    int err = journal_list_segments(r->journal_fd, &segments);
    if (err < 0 || segments.count == 0)
        return err;
    size_t i = segments.count;
    while (i > 0 && segments.first[i - 1] > r->next)
        i--;
    if (i == 0)
        return -ENODATA;
    err = open_segment(r, segments.first[i - 1]);
    return err < 0 ? err : 1;
}

int journal_open_reader(struct journal_reader **out, int dir_fd, uint64_t from_seq, struct error *e)
{
    struct journal_reader *r = malloc(sizeof *r);
    if (r == NULL)
        return error_sys(e, ENOMEM, "journal");
    *r = (struct journal_reader){.journal_fd = -1, .fd = -1, .next = from_seq == 0 ? 1 : from_seq};
    r->dir_fd = fcntl(dir_fd, F_DUPFD_CLOEXEC, 0);
    int err = r->dir_fd < 0 ? -errno : open_first_segment(r);
    if (err < 0) {
        journal_close_reader(r);
        if (err == -ENODATA)
            return error_set(e, ENODATA, "the journal does not reach back to record %" PRIu64, from_seq);
        return error_sys(e, err, "cannot read the journal");
    }
    *out = r;
    return 0;
}

void journal_close_reader(struct journal_reader *r)
{
    if (r == NULL)
        return;
    fd_close(&r->fd);
    fd_close(&r->journal_fd);
    fd_close(&r->dir_fd);
    free(r);
}

/* ---- reading ---- */

/* Decode what is at r->at, from the window if it holds it whole, else from the file. Answers as journal_decode. */
static ssize_t decode_here(struct journal_reader *r, struct journal_record *out)
{
    size_t skip = (size_t)(r->at - r->window_at);
    if (r->window_len > skip) {
        ssize_t len = journal_decode(r->window + skip, r->window_len - skip, out);
        if (len > 0)
            return len;
    }
    ssize_t n = fd_pread_full(r->fd, r->window, sizeof r->window, r->at);
    if (n < 0)
        return n;
    r->window_at = r->at;
    r->window_len = (size_t)n;
    return n == 0 ? 0 : journal_decode(r->window, (size_t)n, out);
}

/* The first segment behind the one being read: 1 with *first, 0 if there is none, or -errno. */
static int find_successor(const struct journal_reader *r, uint64_t *first)
{
    journal_segments_auto segments = {0};
    int err = journal_list_segments(r->journal_fd, &segments);
    for (size_t i = 0; err == 0 && i < segments.count; i++)
        if (segments.first[i] > r->first) {
            *first = segments.first[i];
            return 1;
        }
    return err;
}

static int tell_damage(struct journal_reader *r, uint64_t found, struct error *e)
{
    uint64_t lost = r->next;
    r->next = found;
    if (found == lost)
        return error_set(e, EILSEQ, "the journal is damaged before record %" PRIu64, found);
    return error_set(e, EILSEQ, "the journal is damaged: records %" PRIu64 " to %" PRIu64 " are lost", lost, found - 1);
}

/*
 * Nothing sound is at r->at. Decide whether that is the end (0), the end of this segment (1: the next one is open
 * now), or damage (-EILSEQ: the reader stands behind it). A successor means that this segment was finished, so look at
 * it once more before judging it.
 */
static int move_on(struct journal_reader *r, struct error *e)
{
    uint64_t successor = 0;
    struct journal_record record;
    int has_successor = find_successor(r, &successor);
    if (has_successor < 0)
        return error_sys(e, has_successor, "cannot list the journal");
    r->window_len = 0;
    ssize_t len = decode_here(r, &record);
    if (len > 0)
        return 1;
    if (len == 0 && !has_successor)
        return 0;
    off_t sound = journal_find_sound(r->fd, r->at, r->next);
    if (sound >= 0) {
        r->window_len = 0;
        if (decode_here(r, &record) > 0)
            return 1; /* it was only half written when we looked, and what is behind it is newer */
        r->at = sound;
        r->window_len = 0;
        len = decode_here(r, &record);
        return len > 0 ? tell_damage(r, record.seq, e) : 0;
    }
    if (!has_successor)
        return 0;
    int err = open_segment(r, successor);
    if (err < 0)
        return error_sys(e, err, "cannot open journal segment %" PRIx64, successor);
    return successor == r->next ? 1 : tell_damage(r, successor > r->next ? successor : r->next, e);
}

int journal_read(struct journal_reader *r, struct journal_record *out, struct error *e)
{
    if (r->fd < 0) {
        int opened = open_first_segment(r);
        if (opened <= 0)
            return opened < 0 ? error_sys(e, opened, "cannot open the journal") : 0;
    }
    for (;;) {
        struct journal_record record;
        ssize_t len = decode_here(r, &record);
        if (len > 0 && record.seq > r->next)
            return tell_damage(r, record.seq, e);
        if (len > 0) {
            r->at += len;
            if (record.seq < r->next)
                continue;
            r->next = record.seq + 1;
            *out = record;
            return 1;
        }
        if (len < 0 && len != -EILSEQ && len != -ENODATA)
            return error_sys(e, (int)len, "cannot read the journal");
        int moved = move_on(r, e);
        if (moved <= 0)
            return moved;
    }
}

int journal_sync_reader(struct journal_reader *r)
{
    if (r->fd < 0)
        return 0;
    return fdatasync(r->fd) < 0 || fsync(r->journal_fd) < 0 ? -errno : 0;
}

int journal_bounds(int dir_fd, uint64_t *first, uint64_t *newest)
{
    journal_segments_auto segments = {0};
    fd_auto journal_fd = open_journal_folder(dir_fd);
    if (journal_fd < 0)
        return journal_fd;
    int err = journal_list_segments(journal_fd, &segments);
    if (err < 0)
        return err;
    if (segments.count == 0)
        return -ENOENT;
    uint64_t last = segments.first[segments.count - 1];
    struct journal_reader *r = NULL;
    err = journal_open_reader(&r, dir_fd, last, NULL);
    if (err < 0)
        return err;
    struct journal_record record;
    uint64_t seq = last - 1;
    while ((err = journal_read(r, &record, NULL)) == 1 || err == -EILSEQ)
        seq = err == 1 ? record.seq : seq;
    journal_close_reader(r);
    if (err < 0)
        return err;
    *first = segments.first[0];
    *newest = seq;
    return 0;
}

/* ---- trimming ---- */

static int64_t size_of(int journal_fd, const char *name)
{
    struct stat st;
    return fstatat(journal_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 ? (int64_t)st.st_size : 0;
}

int64_t journal_trim(int dir_fd, uint64_t kept_seq)
{
    journal_segments_auto segments = {0};
    fd_auto journal_fd = open_journal_folder(dir_fd);
    if (journal_fd < 0)
        return journal_fd == -ENOENT ? 0 : journal_fd;
    int err = journal_list_segments(journal_fd, &segments);
    if (err < 0)
        return err;
    int64_t bytes = size_of(journal_fd, "spare");
    for (size_t i = 0; i < segments.count; i++) {
        char name[JOURNAL_NAME_BYTES];
        journal_segment_name(segments.first[i], name);
        bool all_kept = i + 1 < segments.count && segments.first[i + 1] <= kept_seq + 1;
        if (all_kept && unlinkat(journal_fd, name, 0) < 0)
            return -errno;
        if (!all_kept)
            bytes += size_of(journal_fd, name);
    }
    return bytes;
}
