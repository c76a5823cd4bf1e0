/*
 * digest: SHA-1 as git wants it and SHA-256 as evidence wants it, with libcrypto's algorithms fetched once.
 *
 * One thread at a time per struct digests. Failures of libcrypto (out of memory) are sticky, as in buf: ask `failed`
 * once at the end.
 */
#ifndef HOLDFAST_RECORD_DIGEST_H
#define HOLDFAST_RECORD_DIGEST_H

#include "record/record.h"

#include <openssl/evp.h>

struct digests {
    EVP_MD *sha1, *sha256;
    EVP_MD_CTX *object;  /* SHA-1 of the object at hand */
    EVP_MD_CTX *content; /* SHA-256 of the content at hand */
    bool failed;
};

/* git's numbers for the types of objects, as they stand in packs. */
enum object_type { OBJECT_COMMIT = 1, OBJECT_TREE = 2, OBJECT_BLOB = 3, OBJECT_OFS_DELTA = 6 };

int digests_open(struct digests *d, struct error *e); /* -ENOMEM */
void digests_close(struct digests *d);
#define digests_auto __attribute__((cleanup(digests_close))) struct digests

/* The id of an object: begin with its type and size, put its bytes, end. */
void digest_object_begin(struct digests *d, enum object_type type, uint64_t size);
void digest_object_put(struct digests *d, const void *bytes, size_t len);
void digest_object_end(struct digests *d, struct record_oid *out);
void digest_object(struct digests *d, enum object_type type, const void *bytes, size_t len, struct record_oid *out);

/* Plain SHA-1, for the checksum of a pack and of its index: begin, digest_object_put, digest_object_end. */
void digest_plain_begin(struct digests *d);

void digest_content_begin(struct digests *d);
void digest_content_put(struct digests *d, const void *bytes, size_t len);
void digest_content_end(struct digests *d, unsigned char out[static RECORD_SHA256_BYTES]);

/* Lower-case hex of `len` bytes with a NUL: `to` has room for 2 * len + 1. The reverse: -EINVAL unless it is all hex.
 */
void digest_to_hex(const unsigned char *bytes, size_t len, char *to);
int digest_from_hex(const char *hex, unsigned char *bytes, size_t len);

static inline bool oid_equal(const struct record_oid *a, const struct record_oid *b)
{
    return __builtin_memcmp(a->bytes, b->bytes, RECORD_OID_BYTES) == 0;
}

#endif
