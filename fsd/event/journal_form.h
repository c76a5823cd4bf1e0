/*
 * journal_form: how a journal's segment and its records lie on disk. For journal.c and journal_read.c only.
 *
 * A segment begins with a head that names its first sequence number; records follow, each at a multiple of eight
 * bytes, until the first zero magic. Numbers are in the host's byte order: a journal never leaves its machine.
 */
#ifndef HOLDFAST_EVENT_JOURNAL_FORM_H
#define HOLDFAST_EVENT_JOURNAL_FORM_H

#include "event/journal.h"

#include <limits.h>
#include <sys/types.h>

#define JOURNAL_SEGMENT_MAGIC UINT64_C(0x31304c4e524a4648) /* "HFJRNL01" */
#define JOURNAL_RECORD_MAGIC  UINT32_C(0x52464a48)         /* "HJFR" */

struct journal_segment_head {
    uint64_t magic; /* 0, with first_seq 0: power failed before the head was on disk; the name says it all */
    uint64_t first_seq;
};

/* The fixed part of a record; path, path2 and app follow, each with its NUL, then zeros up to `len`. */
struct journal_disk {
    uint32_t magic;
    uint32_t len;      /* bytes of it all, a multiple of 8 */
    uint64_t checksum; /* XXH3 of everything behind this field */
    uint64_t seq;
    uint32_t type;
    uint32_t flags;
    int64_t time_ns;
    uint64_t ino;
    uint64_t size;
    int64_t mtime_ns;
    int64_t ctime_ns;
    uint32_t mode;
    uint32_t nlink;
    int32_t pid;
    uint32_t uid;
    uint32_t gid;
    uint32_t session;
    int32_t handle_type;
    uint32_t handle_len;
    unsigned char handle[40];
    uint16_t path_len; /* without the NUL, as the next two */
    uint16_t path2_len;
    uint16_t app_len;
    uint16_t reserved;
};
_Static_assert(sizeof(struct journal_disk) == 152, "no padding inside a record");

/* The longest record: three strings of PATH_MAX with their NULs. */
enum { JOURNAL_RECORD_MOST = (sizeof(struct journal_disk) + 3 * PATH_MAX + 7) / 8 * 8 };

/* Write `r` to `to` (JOURNAL_RECORD_MOST bytes). The length, or 0 if a string is longer than PATH_MAX - 1 bytes. */
size_t journal_encode(const struct journal_record *r, unsigned char *to);

/*
 * Read the record at `from`, of which `room` bytes are there; strings in *out point into it. Its length (> 0); 0: no
 * record here (zero magic); -ENODATA: more bytes are needed to tell; -EILSEQ: not a sound record.
 */
ssize_t journal_decode(const unsigned char *from, size_t room, struct journal_record *out);

/* The segments of a journal folder by their first sequence numbers, ascending. */
struct journal_segments {
    uint64_t *first; /* owned */
    size_t count;
};
int journal_list_segments(int journal_fd, struct journal_segments *out);
void journal_free_segments(struct journal_segments *s);
#define journal_segments_auto __attribute__((cleanup(journal_free_segments))) struct journal_segments

enum { JOURNAL_NAME_BYTES = 24 };
const char *journal_segment_name(uint64_t first_seq, char to[static JOURNAL_NAME_BYTES]);

/* Does the open segment begin as one of ours? 0, -EILSEQ, or another -errno. */
int journal_check_head(int segment_fd, uint64_t first_seq);

/*
 * Where the first sound record at or after `from` begins (a multiple of 8), with a sequence number of `least_seq` or
 * more; what lies before it is skipped. -ENODATA: none in this segment.
 */
off_t journal_find_sound(int segment_fd, off_t from, uint64_t least_seq);

/*
 * Where what was ever written goes on, at or after `from` (a multiple of 8, as is the answer): most of a segment is
 * reserved and no more, and need not be looked at. -ENODATA: nothing more was written.
 */
off_t journal_find_written(int segment_fd, off_t from);

#endif
