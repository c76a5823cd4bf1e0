/*
 * digest: a file's bytes as evidence (SHA-256) and as git names them (the id of its blob), in one reading.
 */
#ifndef HOLDFAST_GUARD_DIGEST_H
#define HOLDFAST_GUARD_DIGEST_H

#include <stdint.h>

struct digest {
    char sha256[65];
    unsigned char blob[20];
    uint64_t size; /* bytes read */
};

/* The first `size` bytes of `fd`. 0; -ESTALE: it is shorter by now; -EIO, of reading. */
int digest_file(int fd, uint64_t size, struct digest *out);

#endif
