/* Content into the batch: a file's bytes become a blob, hashed thrice on the way, in fixed memory. */
#include "base/fdio.h"
#include "record/writer.h"

#include <errno.h>
#include <string.h>
#define XXH_STATIC_LINKING_ONLY /* a state on the stack */
#include <xxhash.h>

enum { SMALL_BYTES = 64 };

static int begin(struct record_batch *b, struct error *e)
{
    b->can_take_back = false;
    if (b->failed != 0)
        return error_set(e, b->failed, "this batch has failed before");
    b->before_blob = pack_mark(b->writer->pack);
    return 0;
}

static int spoil(struct record_batch *b, int err)
{
    pack_take_back(b->writer->pack, b->before_blob);
    b->failed = err;
    return err;
}

static void may_be_taken_back(struct record_batch *b, const struct record_oid *blob)
{
    b->last_blob = *blob;
    b->can_take_back = true;
}

static int add_whole(struct record_batch *b, const void *bytes, size_t len, struct record_content *out, struct error *e)
{
    struct record_writer *w = b->writer;
    struct record_content c = {.bytes = len, .xxh3 = XXH3_64bits(bytes, len)};
    digest_content_begin(&w->digests);
    digest_content_put(&w->digests, bytes, len);
    digest_content_end(&w->digests, c.sha256);
    digest_object(&w->digests, OBJECT_BLOB, bytes, len, &c.blob);
    int err = 0;
    if (len <= SMALL_BYTES) {
        err = pack_add(w->pack, OBJECT_BLOB, bytes, len, &c.blob, NULL, e);
    } else if (!pack_has(w->pack, &c.blob, NULL)) {
        err = pack_blob_begin(w->pack, len, bytes, len, e);
        if (err == 0)
            err = pack_blob_put(w->pack, bytes, len, e);
        if (err == 0)
            err = pack_blob_end(w->pack, &c.blob, e);
    }
    if (err < 0)
        return spoil(b, err);
    may_be_taken_back(b, &c.blob);
    *out = c;
    return 0;
}

int record_batch_add_bytes(struct record_batch *b, const void *bytes, size_t len, struct record_content *out,
                           struct error *e)
{
    int err = begin(b, e);
    return err < 0 ? err : add_whole(b, bytes, len, out, e);
}

static int changed(struct error *e) { return error_set(e, ESTALE, "the file changed while it was read"); }

/* Exactly the bytes [at, at + len) of the file into the buffer. -ESTALE: it ended early. */
static int read_piece(struct record_writer *w, int fd, uint64_t at, size_t len, struct error *e)
{
    ssize_t n = fd_pread_full(fd, w->content, len, (off_t)at);
    if (n < 0)
        return error_sys(e, (int)n, "the file cannot be read");
    return (size_t)n < len ? changed(e) : 0;
}

/* -ESTALE if there is a byte at `size`. Uses the buffer. */
static int check_end(struct record_writer *w, int fd, uint64_t size, struct error *e)
{
    ssize_t n = fd_pread_full(fd, w->content, 1, (off_t)size);
    if (n < 0)
        return error_sys(e, (int)n, "the file cannot be read");
    return n > 0 ? changed(e) : 0;
}

static void hash_piece(struct record_writer *w, size_t len, XXH3_state_t *xxh3)
{
    XXH3_64bits_update(xxh3, w->content, len);
    digest_content_put(&w->digests, w->content, len);
    digest_object_put(&w->digests, w->content, len);
}

/* What goes wrong with the file leaves the batch as it was; what goes wrong with the pack spoils it. */
static int stream(struct record_batch *b, int fd, uint64_t size, XXH3_state_t *xxh3, struct error *e)
{
    struct record_writer *w = b->writer;
    for (uint64_t at = 0; at < size;) {
        size_t len = size - at < CONTENT_BUFFER_BYTES ? (size_t)(size - at) : CONTENT_BUFFER_BYTES;
        int err = read_piece(w, fd, at, len, e);
        if (err < 0)
            return err;
        hash_piece(w, len, xxh3);
        err = at == 0 ? pack_blob_begin(w->pack, size, w->content, len, e) : 0;
        if (err == 0)
            err = pack_blob_put(w->pack, w->content, len, e);
        if (err < 0)
            return spoil(b, err);
        at += len;
    }
    return check_end(w, fd, size, e);
}

static int add_large(struct record_batch *b, int fd, uint64_t size, struct record_content *out, struct error *e)
{
    struct record_writer *w = b->writer;
    struct record_content c = {.bytes = size};
    XXH3_state_t xxh3;
    XXH3_INITSTATE(&xxh3);
    XXH3_64bits_reset(&xxh3);
    digest_content_begin(&w->digests);
    digest_object_begin(&w->digests, OBJECT_BLOB, size);
    int err = stream(b, fd, size, &xxh3, e);
    if (err < 0) {
        pack_take_back(w->pack, b->before_blob);
        return err;
    }
    c.xxh3 = XXH3_64bits_digest(&xxh3);
    digest_content_end(&w->digests, c.sha256);
    digest_object_end(&w->digests, &c.blob);
    err = pack_blob_end(w->pack, &c.blob, e);
    if (err < 0)
        return spoil(b, err);
    may_be_taken_back(b, &c.blob);
    *out = c;
    return 0;
}

int record_batch_add_file(struct record_batch *b, int fd, uint64_t size, struct record_content *out, struct error *e)
{
    struct record_writer *w = b->writer;
    int err = begin(b, e);
    if (err < 0)
        return err;
    if (size > CONTENT_BUFFER_BYTES)
        return add_large(b, fd, size, out, e);
    ssize_t n = fd_pread_full(fd, w->content, (size_t)size + 1, 0); /* one more, to see a file that grew */
    if (n < 0)
        return error_sys(e, (int)n, "the file cannot be read");
    return (uint64_t)n != size ? changed(e) : add_whole(b, w->content, (size_t)size, out, e);
}

int record_batch_take_back(struct record_batch *b, const struct record_content *content, struct error *e)
{
    if (!b->can_take_back || !oid_equal(&b->last_blob, &content->blob))
        return error_set(e, EINVAL, "only the blob added last can be taken back");
    pack_take_back(b->writer->pack, b->before_blob);
    b->can_take_back = false;
    return 0;
}
