#include "record/pack.h"

#include "base/fdio.h"
#include "record/pack_index.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum {
    PACK_BUFFER_BYTES = 256 * 1024,
    PACK_HEAD_BYTES = 12,
    TINY_BYTES = 96, /* up to here compressing gains nothing over its own cost */
    ENTROPY_SAMPLE = 4096,
};

struct pack {
    int dir_fd;
    struct digests *digests;
    int fd; /* temporary file; -1 until the buffer was full for the first time, or the end */
    char temporary[40];
    uint64_t serial;
    uint64_t flushed; /* bytes in the file; the buffer goes on from there */
    unsigned char *buffer;
    size_t used;
    struct pack_index index;
    z_stream fast;          /* level 1 */
    z_stream stored;        /* level 0, for what is compressed already */
    z_stream *blob;         /* the one in use, between blob_begin and blob_end */
    uint64_t object_offset; /* of the object at hand */
    uint32_t object_crc;
};

int pack_open(struct pack **out, int pack_dir_fd, struct digests *digests, struct error *e)
{
    struct pack *p = calloc(1, sizeof *p);
    if (p == NULL)
        return error_set(e, ENOMEM, "out of memory");
    p->dir_fd = pack_dir_fd;
    p->digests = digests;
    p->fd = -1;
    p->serial = 1;
    p->used = PACK_HEAD_BYTES;
    snprintf(p->temporary, sizeof p->temporary, PACK_TEMPORARY "%d", (int)getpid());
    p->buffer = malloc(PACK_BUFFER_BYTES);
    if (p->buffer == NULL || deflateInit(&p->fast, 1) != Z_OK || deflateInit(&p->stored, 0) != Z_OK) {
        pack_close(p);
        return error_set(e, ENOMEM, "out of memory");
    }
    memset(p->buffer, 0, PACK_HEAD_BYTES);
    *out = p;
    return 0;
}

void pack_close(struct pack *p)
{
    if (p == NULL)
        return;
    if (p->buffer != NULL)
        pack_abort(p);
    deflateEnd(&p->fast);
    deflateEnd(&p->stored);
    pack_index_free(&p->index);
    free(p->buffer);
    free(p);
}

uint64_t pack_serial(const struct pack *p) { return p->serial; }
size_t pack_count(const struct pack *p) { return p->index.count; }
uint64_t pack_bytes(const struct pack *p) { return p->flushed + p->used; }

struct pack_mark pack_mark(const struct pack *p) { return (struct pack_mark){pack_bytes(p), p->index.count}; }

void pack_take_back(struct pack *p, struct pack_mark mark)
{
    pack_index_cut(&p->index, mark.count);
    p->blob = NULL;
    if (mark.end >= p->flushed) {
        p->used = (size_t)(mark.end - p->flushed);
    } else {
        p->flushed = mark.end; /* what lies behind in the file is written over, or cut off at the end */
        p->used = 0;
    }
}

static void start_anew(struct pack *p)
{
    fd_close(&p->fd);
    pack_index_clear(&p->index);
    p->serial++;
    p->flushed = 0;
    p->used = PACK_HEAD_BYTES;
    p->blob = NULL;
    memset(p->buffer, 0, PACK_HEAD_BYTES);
}

void pack_abort(struct pack *p)
{
    if (p->fd >= 0)
        unlinkat(p->dir_fd, p->temporary, 0);
    start_anew(p);
}

/* ---- bytes into the pack ---- */

static int flush(struct pack *p, struct error *e)
{
    if (p->fd < 0) {
        unlinkat(p->dir_fd, p->temporary, 0);
        p->fd = openat(p->dir_fd, p->temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0444);
        if (p->fd < 0)
            return error_sys(e, errno, "objects/pack/%s: cannot be made", p->temporary);
    }
    int err = fd_pwrite_all(p->fd, p->buffer, p->used, (off_t)p->flushed);
    if (err < 0)
        return error_sys(e, err, "objects/pack/%s: cannot be written", p->temporary);
    p->flushed += p->used;
    p->used = 0;
    return 0;
}

static int put(struct pack *p, const void *bytes, size_t len, struct error *e)
{
    const unsigned char *from = bytes;
    if (len == 0)
        return 0; /* and not crc32(), for which NULL means "begin" */
    p->object_crc = (uint32_t)crc32(p->object_crc, from, (uInt)len);
    while (len > 0) {
        int err = p->used == PACK_BUFFER_BYTES ? flush(p, e) : 0;
        if (err < 0)
            return err;
        size_t piece = PACK_BUFFER_BYTES - p->used < len ? PACK_BUFFER_BYTES - p->used : len;
        memcpy(p->buffer + p->used, from, piece);
        p->used += piece;
        from += piece;
        len -= piece;
    }
    return 0;
}

/* Type and size: four bits of the size beside the type, then seven a byte, the lowest first. */
static int put_head(struct pack *p, enum object_type type, uint64_t size, struct error *e)
{
    unsigned char head[12];
    size_t used = 0;
    unsigned byte = (unsigned)type << 4 | (unsigned)(size & 15);
    for (size >>= 4; size != 0; size >>= 7) {
        head[used++] = (unsigned char)(byte | 0x80);
        byte = (unsigned)(size & 0x7f);
    }
    head[used++] = (unsigned char)byte;
    p->object_offset = pack_bytes(p);
    p->object_crc = (uint32_t)crc32(0, NULL, 0);
    return put(p, head, used, e);
}

/* How far back the base lies: seven bits a byte, the highest first, each more byte counting from one. */
static int put_distance(struct pack *p, uint64_t distance, struct error *e)
{
    unsigned char bytes[10];
    size_t at = sizeof bytes;
    bytes[--at] = distance & 0x7f;
    while (distance >>= 7)
        bytes[--at] = (unsigned char)(0x80 | (--distance & 0x7f));
    return put(p, bytes + at, sizeof bytes - at, e);
}

/* Run the compressor over `len` bytes (its end with Z_FINISH), straight into the buffer. */
static int put_deflated(struct pack *p, z_stream *z, const void *bytes, size_t len, int finish, struct error *e)
{
    z->next_in = (Bytef *)(uintptr_t)bytes;
    z->avail_in = (uInt)len;
    int state;
    do {
        int err = p->used == PACK_BUFFER_BYTES ? flush(p, e) : 0;
        if (err < 0)
            return err;
        unsigned char *to = p->buffer + p->used;
        z->next_out = to;
        z->avail_out = (uInt)(PACK_BUFFER_BYTES - p->used);
        state = deflate(z, finish);
        size_t made = (size_t)(z->next_out - to);
        p->object_crc = (uint32_t)crc32(p->object_crc, to, (uInt)made);
        p->used += made;
    } while (finish == Z_FINISH ? state == Z_OK || state == Z_BUF_ERROR : z->avail_in > 0 || z->avail_out == 0);
    return 0;
}

/* A zlib stream of one stored block, without the compressor's start-up. */
static int put_tiny(struct pack *p, const void *bytes, size_t len, struct error *e)
{
    unsigned char head[7] = {0x78, 0x01, 0x01, (unsigned char)len, 0, (unsigned char)~len, 0xff};
    uint32_t sum = htonl((uint32_t)adler32(adler32(0, NULL, 0), bytes, (uInt)len));
    int err = put(p, head, sizeof head, e);
    if (err == 0)
        err = put(p, bytes, len, e);
    return err < 0 ? err : put(p, &sum, sizeof sum, e);
}

static int put_body(struct pack *p, const void *bytes, size_t len, struct error *e)
{
    if (len <= TINY_BYTES)
        return put_tiny(p, bytes, len, e);
    deflateReset(&p->fast);
    return put_deflated(p, &p->fast, bytes, len, Z_FINISH, e);
}

/* ---- objects ---- */

bool pack_has(const struct pack *p, const struct record_oid *oid, struct pack_place *place)
{
    const struct pack_entry *found = pack_index_find(&p->index, oid);
    if (found != NULL && place != NULL)
        *place = (struct pack_place){p->serial, found->offset, found->depth};
    return found != NULL;
}

static int enter(struct pack *p, const struct record_oid *oid, uint32_t depth, struct pack_place *place,
                 struct error *e)
{
    struct pack_entry entry = {*oid, p->object_crc, depth, p->object_offset};
    if (pack_index_add(&p->index, &entry) < 0)
        return error_set(e, ENOMEM, "out of memory");
    if (place != NULL)
        *place = (struct pack_place){p->serial, p->object_offset, depth};
    return 0;
}

int pack_add(struct pack *p, enum object_type type, const void *bytes, size_t len, const struct record_oid *oid,
             struct pack_place *place, struct error *e)
{
    if (pack_has(p, oid, place))
        return 0;
    int err = put_head(p, type, len, e);
    if (err == 0)
        err = put_body(p, bytes, len, e);
    return err < 0 ? err : enter(p, oid, 0, place, e);
}

int pack_add_delta(struct pack *p, const struct record_oid *oid, const void *delta, size_t len,
                   const struct pack_place *base, struct pack_place *place, struct error *e)
{
    if (pack_has(p, oid, place))
        return 0;
    int err = put_head(p, OBJECT_OFS_DELTA, len, e);
    if (err == 0)
        err = put_distance(p, p->object_offset - base->offset, e);
    if (err == 0)
        err = put_body(p, delta, len, e);
    return err < 0 ? err : enter(p, oid, base->depth + 1, place, e);
}

/*
 * Compressed or encrypted bytes are spread evenly over the 256 values: the sum of squared counts is then n * n / 256 +
 * n, and already for base64 four times that. Within a fifth of it compressing only costs time.
 */
static bool looks_incompressible(const unsigned char *sample, size_t len)
{
    if (len < 1024)
        return false;
    if (len > ENTROPY_SAMPLE) {
        sample += (len - ENTROPY_SAMPLE) / 2; /* the middle: heads of files are often plainer than what follows */
        len = ENTROPY_SAMPLE;
    }
    uint32_t counts[256] = {0};
    uint64_t squares = 0;
    for (size_t i = 0; i < len; i++)
        counts[sample[i]]++;
    for (size_t i = 0; i < 256; i++)
        squares += (uint64_t)counts[i] * counts[i];
    uint64_t even = (uint64_t)len * len / 256 + len;
    return squares < even + even / 5;
}

int pack_blob_begin(struct pack *p, uint64_t size, const void *sample, size_t sample_len, struct error *e)
{
    p->blob = looks_incompressible(sample, sample_len) ? &p->stored : &p->fast;
    deflateReset(p->blob);
    return put_head(p, OBJECT_BLOB, size, e);
}

int pack_blob_put(struct pack *p, const void *bytes, size_t len, struct error *e)
{
    return len == 0 ? 0 : put_deflated(p, p->blob, bytes, len, Z_NO_FLUSH, e);
}

int pack_blob_end(struct pack *p, const struct record_oid *oid, struct error *e)
{
    int err = put_deflated(p, p->blob, NULL, 0, Z_FINISH, e);
    p->blob = NULL;
    if (err < 0)
        return err;
    if (pack_has(p, oid, NULL)) {
        pack_take_back(p, (struct pack_mark){p->object_offset, p->index.count});
        return 0;
    }
    return enter(p, oid, 0, NULL, e);
}

/* ---- the end ---- */

static int hash_file(struct pack *p, struct error *e)
{
    for (uint64_t at = 0; at < p->flushed;) {
        size_t want = p->flushed - at < PACK_BUFFER_BYTES ? (size_t)(p->flushed - at) : PACK_BUFFER_BYTES;
        ssize_t n = fd_pread_full(p->fd, p->buffer, want, (off_t)at);
        if (n != (ssize_t)want)
            return error_sys(e, n < 0 ? (int)n : EIO, "objects/pack/%s: cannot be read back", p->temporary);
        digest_object_put(p->digests, p->buffer, want);
        at += want;
    }
    return 0;
}

/* The head with the count, then the checksum over all; what left the buffer before is read back for it. */
static int seal(struct pack *p, struct record_oid *checksum, struct error *e)
{
    const uint32_t head[3] = {htonl(0x5041434b), htonl(2), htonl((uint32_t)p->index.count)};
    _Static_assert(sizeof head == PACK_HEAD_BYTES, "signature, version, count");
    bool small = p->flushed == 0;
    int err = 0;
    if (small)
        memcpy(p->buffer, head, sizeof head);
    else
        err = flush(p, e);
    if (err == 0 && !small && (err = fd_pwrite_all(p->fd, head, sizeof head, 0)) < 0)
        error_sys(e, err, "objects/pack/%s: cannot be written", p->temporary);
    digest_plain_begin(p->digests);
    if (err == 0 && small)
        digest_object_put(p->digests, p->buffer, p->used);
    else if (err == 0)
        err = hash_file(p, e);
    digest_object_end(p->digests, checksum);
    if (err == 0)
        err = put(p, checksum->bytes, RECORD_OID_BYTES, e);
    return err < 0 ? err : flush(p, e);
}

static int settle_pack(struct pack *p, bool durable, struct error *e)
{
    if (ftruncate(p->fd, (off_t)p->flushed) < 0 || (durable && fsync(p->fd) < 0))
        return error_sys(e, errno, "objects/pack/%s: cannot be written", p->temporary);
    return 0;
}

/* The index under the temporary name with ".idx" behind. */
static int write_index(struct pack *p, const char *name, const struct record_oid *checksum, bool durable,
                       struct error *e)
{
    buf_auto bytes = {0};
    if (pack_index_put(&p->index, checksum, p->digests, &bytes) < 0)
        return error_set(e, ENOMEM, "out of memory");
    unlinkat(p->dir_fd, name, 0);
    fd_auto fd = openat(p->dir_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0444);
    if (fd < 0)
        return error_sys(e, errno, "objects/pack/%s: cannot be made", name);
    int err = fd_write_all(fd, bytes.data, bytes.len);
    if (err == 0 && durable && fsync(fd) < 0)
        err = -errno;
    return err < 0 ? error_sys(e, err, "objects/pack/%s: cannot be written", name) : 0;
}

/* The pack first, then the index: git and libgit2 look for indexes. */
static int put_in_place(struct pack *p, const char *index, const struct record_oid *checksum, bool durable,
                        struct error *e)
{
    char hex[RECORD_OID_HEX], pack_name[64], index_name[64];
    record_oid_hex(checksum, hex);
    snprintf(pack_name, sizeof pack_name, "pack-%s.pack", hex);
    snprintf(index_name, sizeof index_name, "pack-%s.idx", hex);
    if (renameat(p->dir_fd, p->temporary, p->dir_fd, pack_name) < 0)
        return error_sys(e, errno, "objects/pack/%s: cannot be put in place", pack_name);
    if (renameat(p->dir_fd, index, p->dir_fd, index_name) < 0) {
        int err = error_sys(e, errno, "objects/pack/%s: cannot be put in place", index_name);
        unlinkat(p->dir_fd, pack_name, 0);
        return err;
    }
    if (durable && fsync(p->dir_fd) < 0)
        return error_sys(e, errno, "objects/pack: cannot be synced");
    return 0;
}

int pack_finish(struct pack *p, bool durable, struct error *e)
{
    struct record_oid checksum;
    char index[48];
    snprintf(index, sizeof index, "%s.idx", p->temporary);
    int err = seal(p, &checksum, e);
    if (err == 0)
        err = settle_pack(p, durable, e);
    if (err == 0)
        err = write_index(p, index, &checksum, durable, e);
    if (err == 0 && p->digests->failed)
        err = error_set(e, ENOMEM, "libcrypto is out of memory");
    if (err == 0)
        err = put_in_place(p, index, &checksum, durable, e);
    if (err < 0) {
        unlinkat(p->dir_fd, index, 0);
        pack_abort(p);
        return err;
    }
    start_anew(p);
    return 0;
}
