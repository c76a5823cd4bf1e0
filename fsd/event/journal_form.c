#include "event/journal_form.h"

#include "base/fdio.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

enum { SUMMED_FROM = offsetof(struct journal_disk, seq) };

/* Put a string and its NUL at `at`; where the next one goes. */
static size_t put_string(unsigned char *to, size_t at, const char *text, size_t len)
{
    memcpy(to + at, text, len + 1);
    return at + len + 1;
}

size_t journal_encode(const struct journal_record *r, unsigned char *to)
{
    size_t path = strlen(r->path), path2 = strlen(r->path2), app = strlen(r->app);
    if (path >= PATH_MAX || path2 >= PATH_MAX || app >= PATH_MAX || r->handle.len > sizeof r->handle.bytes)
        return 0;
    struct journal_disk d = {.magic = JOURNAL_RECORD_MAGIC,
                             .seq = r->seq,
                             .type = (uint32_t)r->type,
                             .flags = r->flags,
                             .time_ns = r->time_ns,
                             .ino = r->ino,
                             .size = r->size,
                             .mtime_ns = r->mtime_ns,
                             .ctime_ns = r->ctime_ns,
                             .mode = r->mode,
                             .nlink = r->nlink,
                             .pid = r->pid,
                             .uid = r->uid,
                             .gid = r->gid,
                             .session = r->session,
                             .handle_type = r->handle.type,
                             .handle_len = r->handle.len,
                             .path_len = (uint16_t)path,
                             .path2_len = (uint16_t)path2,
                             .app_len = (uint16_t)app};
    memcpy(d.handle, r->handle.bytes, r->handle.len);
    size_t at = put_string(to, sizeof d, r->path, path);
    at = put_string(to, at, r->path2, path2);
    at = put_string(to, at, r->app, app);
    while (at % 8 != 0)
        to[at++] = 0;
    d.len = (uint32_t)at;
    memcpy(to, &d, sizeof d);
    d.checksum = XXH3_64bits(to + SUMMED_FROM, at - SUMMED_FROM);
    memcpy(to, &d, sizeof d);
    return at;
}

/* Are there exactly `len` bytes without a NUL at `at`, then one? */
static bool is_string(const unsigned char *at, size_t len) { return strnlen((const char *)at, len + 1) == len; }

/* Do the strings fill the record, up to its padding? */
static bool has_sound_strings(const unsigned char *from, const struct journal_disk *d)
{
    size_t end = sizeof *d + (size_t)d->path_len + d->path2_len + d->app_len + 3;
    if ((end + 7) / 8 * 8 != d->len)
        return false;
    const unsigned char *path = from + sizeof *d, *path2 = path + d->path_len + 1, *app = path2 + d->path2_len + 1;
    return is_string(path, d->path_len) && is_string(path2, d->path2_len) && is_string(app, d->app_len);
}

static void fill_record(struct journal_record *out, const struct journal_disk *d, const unsigned char *from)
{
    const char *path = (const char *)from + sizeof *d;
    *out = (struct journal_record){.seq = d->seq,
                                   .type = (enum journal_type)d->type,
                                   .flags = d->flags,
                                   .time_ns = d->time_ns,
                                   .ino = d->ino,
                                   .size = d->size,
                                   .mtime_ns = d->mtime_ns,
                                   .ctime_ns = d->ctime_ns,
                                   .mode = d->mode,
                                   .nlink = d->nlink,
                                   .pid = d->pid,
                                   .uid = d->uid,
                                   .gid = d->gid,
                                   .session = d->session,
                                   .handle = {.type = d->handle_type, .len = d->handle_len},
                                   .path = path,
                                   .path2 = path + d->path_len + 1,
                                   .app = path + d->path_len + 1 + d->path2_len + 1};
    memcpy(out->handle.bytes, d->handle, d->handle_len);
}

ssize_t journal_decode(const unsigned char *from, size_t room, struct journal_record *out)
{
    struct journal_disk d;
    uint32_t magic;
    if (room < sizeof magic)
        return -ENODATA;
    memcpy(&magic, from, sizeof magic);
    if (magic == 0)
        return 0;
    if (magic != JOURNAL_RECORD_MAGIC)
        return -EILSEQ;
    if (room < sizeof d)
        return -ENODATA;
    memcpy(&d, from, sizeof d);
    if (d.len < sizeof d || d.len > JOURNAL_RECORD_MOST || d.len % 8 != 0)
        return -EILSEQ;
    if (room < d.len)
        return -ENODATA;
    if (d.checksum != XXH3_64bits(from + SUMMED_FROM, d.len - SUMMED_FROM) || d.type < JOURNAL_SAVE ||
        d.type > JOURNAL_VERDICT || d.handle_len > sizeof d.handle || !has_sound_strings(from, &d))
        return -EILSEQ;
    fill_record(out, &d, from);
    return (ssize_t)d.len;
}

const char *journal_segment_name(uint64_t first_seq, char to[static JOURNAL_NAME_BYTES])
{
    snprintf(to, JOURNAL_NAME_BYTES, "%016" PRIx64 ".seg", first_seq);
    return to;
}

static bool parse_name(const char *name, uint64_t *out)
{
    int end = 0;
    if (strlen(name) != 20 || strspn(name, "0123456789abcdef") != 16)
        return false;
    return sscanf(name, "%16" SCNx64 ".seg%n", out, &end) == 1 && end == 20;
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static int add_segment(struct journal_segments *s, size_t *room, uint64_t first)
{
    if (s->count == *room) {
        *room = *room ? *room * 2 : 16;
        uint64_t *grown = reallocarray(s->first, *room, sizeof *grown);
        if (grown == NULL)
            return -ENOMEM;
        s->first = grown;
    }
    s->first[s->count++] = first;
    return 0;
}

int journal_list_segments(int journal_fd, struct journal_segments *out)
{
    journal_segments_auto found = {0};
    int fd = openat(journal_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    DIR *dir = fdopendir(fd);
    if (dir == NULL) {
        fd_close(&fd);
        return -ENOMEM;
    }
    int err = 0;
    size_t room = 0;
    for (struct dirent *entry; err == 0 && (entry = readdir(dir)) != NULL;) {
        uint64_t first;
        if (parse_name(entry->d_name, &first))
            err = add_segment(&found, &room, first);
    }
    closedir(dir);
    if (err < 0)
        return err;
    if (found.count > 0)
        qsort(found.first, found.count, sizeof *found.first, by_number);
    *out = found;
    found = (struct journal_segments){0};
    return 0;
}

void journal_free_segments(struct journal_segments *s)
{
    free(s->first);
    *s = (struct journal_segments){0};
}

int journal_check_head(int segment_fd, uint64_t first_seq)
{
    struct journal_segment_head head = {0};
    ssize_t n = fd_pread_full(segment_fd, &head, sizeof head, 0);
    if (n < 0)
        return (int)n;
    bool blank = head.magic == 0 && head.first_seq == 0;
    bool ours = head.magic == JOURNAL_SEGMENT_MAGIC && head.first_seq == first_seq;
    return blank || ours ? 0 : -EILSEQ;
}

enum { FIND_PIECE = 64 * 1024 };

/* Look through [from, from + FIND_PIECE): the offset of a sound record, or -ENODATA. */
static off_t find_in_piece(const unsigned char *piece, size_t len, off_t from, uint64_t least_seq)
{
    size_t starts = len < FIND_PIECE ? len : FIND_PIECE;
    for (size_t at = 0; at + sizeof(struct journal_disk) <= len && at < starts; at += 8) {
        struct journal_record r;
        if (piece[at] != 0 && journal_decode(piece + at, len - at, &r) > 0 && r.seq >= least_seq)
            return from + (off_t)at;
    }
    return -ENODATA;
}

off_t journal_find_written(int segment_fd, off_t from)
{
    off_t at = lseek(segment_fd, from, SEEK_DATA);
    return at >= 0 ? at : errno == ENXIO ? -ENODATA : -errno;
}

off_t journal_find_sound(int segment_fd, off_t from, uint64_t least_seq)
{
    unsigned char *piece = malloc(FIND_PIECE + JOURNAL_RECORD_MOST);
    if (piece == NULL)
        return -ENOMEM;
    off_t found = -ENODATA;
    while (found == -ENODATA) {
        from = journal_find_written(segment_fd, from);
        if (from < 0) {
            found = from;
            break;
        }
        ssize_t n = fd_pread_full(segment_fd, piece, FIND_PIECE + JOURNAL_RECORD_MOST, from);
        if (n <= 0) {
            found = n < 0 ? (off_t)n : found;
            break;
        }
        found = find_in_piece(piece, (size_t)n, from, least_seq);
        if (n <= FIND_PIECE)
            break;
        from += FIND_PIECE;
    }
    free(piece);
    return found;
}
