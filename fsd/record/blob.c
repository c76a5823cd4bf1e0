/*
 * A version's bytes out of the repository. libgit2 reads packed objects whole, so what is large is inflated here,
 * straight from the pack; the writer and `git repack` (core.bigFileThreshold) leave large blobs undeltified. Where
 * neither is so, libgit2 has to hold it.
 */
#include "base/fdio.h"
#include "record/reader.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum {
    WHOLE_MOST = 1024 * 1024, /* up to here an object is read whole */
    PIECE_BYTES = 64 * 1024,
    INDEX_HEAD = 8,
    INDEX_FANOUT = 256,
    INDEX_LEAST = INDEX_HEAD + 4 * INDEX_FANOUT + 2 * RECORD_OID_BYTES,
};

/* ---- where it is ---- */

static uint32_t get_u32(const unsigned char *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return ntohl(value);
}

/* Offset of the object in the pack of this index (version 2), or -1. Bad numbers in the file are seen as "not there".
 */
static int64_t search_index(const unsigned char *x, size_t size, const struct record_oid *oid)
{
    static const unsigned char head[INDEX_HEAD] = {0xff, 't', 'O', 'c', 0, 0, 0, 2};
    if (size < INDEX_LEAST || memcmp(x, head, sizeof head) != 0)
        return -1;
    const unsigned char *fanout = x + INDEX_HEAD, *oids = fanout + 4 * INDEX_FANOUT;
    uint32_t count = get_u32(fanout + 4 * (INDEX_FANOUT - 1));
    size_t table = (size_t)count * (RECORD_OID_BYTES + 8);
    if (size < INDEX_LEAST + table)
        return -1;
    uint32_t low = oid->bytes[0] ? get_u32(fanout + 4 * (oid->bytes[0] - 1)) : 0,
             high = get_u32(fanout + 4 * oid->bytes[0]);
    if (low > high || high > count)
        return -1;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = memcmp(oid->bytes, oids + (size_t)middle * RECORD_OID_BYTES, RECORD_OID_BYTES);
        if (order == 0) {
            uint32_t offset = get_u32(oids + (size_t)count * (RECORD_OID_BYTES + 4) + 4 * (size_t)middle);
            if (!(offset & UINT32_C(0x80000000)))
                return offset;
            size_t large = (size_t)(oids - x) + table + 8 * (size_t)(offset & INT32_MAX);
            if (large + 8 > size)
                return -1;
            return (int64_t)(((uint64_t)get_u32(x + large) << 32 | get_u32(x + large + 4)) & INT64_MAX);
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return -1;
}

static int64_t search_index_file(int dir_fd, const char *name, const struct record_oid *oid)
{
    struct stat st;
    fd_auto fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size < INDEX_LEAST)
        return -1;
    void *x = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (x == MAP_FAILED)
        return -1;
    int64_t offset = search_index(x, (size_t)st.st_size, oid);
    munmap(x, (size_t)st.st_size);
    return offset;
}

/* The pack that holds the object, opened, and its place in it; -ENOENT. */
static int find_in_packs(struct record_reader *r, const struct record_oid *oid, int64_t *offset)
{
    int fd = openat(r->repo_fd, "objects/pack", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (dir == NULL) {
        fd_close(&fd);
        return -ENOENT;
    }
    int pack = -ENOENT;
    for (struct dirent *d; pack < 0 && (d = readdir(dir)) != NULL;) {
        char name[NAME_MAX + 2];
        size_t len = strlen(d->d_name);
        if (len < 4 || strcmp(d->d_name + len - 4, ".idx") != 0)
            continue;
        *offset = search_index_file(dirfd(dir), d->d_name, oid);
        snprintf(name, sizeof name, "%.*s.pack", (int)len - 4, d->d_name);
        if (*offset >= 0 && (pack = openat(dirfd(dir), name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) < 0)
            pack = -ENOENT; /* repacked at this moment: it is in another */
    }
    closedir(dir);
    return pack;
}

/* ---- inflating ---- */

struct sink {
    int fd;
    uint64_t left; /* bytes that are still to come */
    struct digests *digests;
};

static int sink_put(struct sink *s, const void *bytes, size_t len, struct error *e)
{
    if (len > s->left)
        return error_set(e, EIO, "a blob of the repository is longer than it says");
    s->left -= len;
    digest_object_put(s->digests, bytes, len);
    int err = fd_write_all(s->fd, bytes, len);
    return err < 0 ? error_sys(e, err, "a version cannot be written") : 0;
}

static int inflate_all(int pack, int64_t at, struct sink *to, struct error *e)
{
    z_stream z = {0};
    unsigned char *in = malloc(2 * PIECE_BYTES);
    if (in == NULL || inflateInit(&z) != Z_OK) {
        free(in);
        return error_set(e, ENOMEM, "out of memory");
    }
    unsigned char *out = in + PIECE_BYTES;
    int err = 0, state = Z_OK;
    while (err == 0 && state != Z_STREAM_END) {
        if (z.avail_in == 0) {
            ssize_t n = fd_pread_full(pack, in, PIECE_BYTES, at);
            if (n <= 0) {
                err = error_sys(e, n < 0 ? (int)n : EIO, "a pack of the repository cannot be read");
                break;
            }
            at += n;
            z.next_in = in;
            z.avail_in = (uInt)n;
        }
        z.next_out = out;
        z.avail_out = PIECE_BYTES;
        state = inflate(&z, Z_NO_FLUSH);
        if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR)
            err = error_set(e, EIO, "a pack of the repository is damaged: run git fsck");
        else
            err = sink_put(to, out, PIECE_BYTES - z.avail_out, e);
    }
    inflateEnd(&z);
    free(in);
    return err;
}

/* Type and size of the packed object at `*at`, which then is where its data begins. -EIO. */
static int read_head(int pack, int64_t *at, int *type, uint64_t *size)
{
    unsigned char head[12];
    ssize_t len = fd_pread_full(pack, head, sizeof head, *at);
    if (len < 1)
        return -EIO;
    *type = head[0] >> 4 & 7;
    *size = head[0] & 15;
    ssize_t used = 1;
    for (unsigned shift = 4; head[used - 1] & 0x80; shift += 7, used++) {
        if (used >= len || shift > 57)
            return -EIO;
        *size |= (uint64_t)(head[used] & 0x7f) << shift;
    }
    *at += used;
    return 0;
}

static int check_id(struct sink *to, const struct record_oid *oid, struct error *e)
{
    struct record_oid real;
    char hex[RECORD_OID_HEX];
    digest_object_end(to->digests, &real);
    if (to->left == 0 && oid_equal(&real, oid) && !to->digests->failed)
        return 0;
    return error_set(e, EIO, "blob %s of the repository is damaged: run git fsck", record_oid_hex(oid, hex));
}

/* 0; -EOPNOTSUPP: not so in any pack; -EIO. */
static int write_from_pack(struct record_reader *r, const struct record_oid *oid, int fd, struct digests *d,
                           struct error *e)
{
    int64_t at;
    int type;
    uint64_t size;
    fd_auto pack = find_in_packs(r, oid, &at);
    if (pack < 0 || read_head(pack, &at, &type, &size) < 0 || type != OBJECT_BLOB)
        return -EOPNOTSUPP;
    struct sink to = {fd, size, d};
    digest_object_begin(d, OBJECT_BLOB, size);
    int err = inflate_all(pack, at, &to, e);
    return err < 0 ? err : check_id(&to, oid, e);
}

/* ---- whole ---- */

static int write_whole(struct record_reader *r, const struct record_oid *oid, int fd, struct error *e)
{
    odb_object_auto object = {0};
    int err = odb_read(r->odb, oid, OBJECT_BLOB, &object, NULL);
    if (err < 0) {
        odb_refresh(r->odb); /* its pack may have been joined to another meanwhile */
        err = odb_read(r->odb, oid, OBJECT_BLOB, &object, e);
    }
    if (err < 0)
        return err;
    err = fd_write_all(fd, object.bytes, object.len);
    return err < 0 ? error_sys(e, err, "a version cannot be written") : 0;
}

int record_find_blob_size(struct record_reader *r, const struct record_oid *blob, uint64_t *out, struct error *e)
{
    if (odb_size(r->odb, blob, out, NULL) == 0)
        return 0;
    odb_refresh(r->odb);
    return odb_size(r->odb, blob, out, e);
}

int record_write_blob(struct record_reader *r, const struct record_oid *blob, int fd, struct error *e)
{
    uint64_t size;
    digests_auto d = {0};
    int err = record_find_blob_size(r, blob, &size, e);
    if (err < 0)
        return err;
    if (size <= WHOLE_MOST)
        return write_whole(r, blob, fd, e);
    err = digests_open(&d, e);
    if (err == 0)
        err = write_from_pack(r, blob, fd, &d, e);
    return err == -EOPNOTSUPP ? write_whole(r, blob, fd, e) : err;
}
