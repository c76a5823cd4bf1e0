#include "guard/digest.h"

#include "base/fdio.h"

#include <errno.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { PIECE_BYTES = 256 * 1024 };

struct sums {
    EVP_MD_CTX *sha256, *blob;
    char *piece;
};

static void sums_free(struct sums *s)
{
    EVP_MD_CTX_free(s->sha256);
    EVP_MD_CTX_free(s->blob);
    free(s->piece);
}

static int read_all(struct sums *s, int fd, uint64_t size)
{
    for (uint64_t at = 0; at < size;) {
        uint64_t left = size - at;
        ssize_t got = fd_pread_full(fd, s->piece, left < PIECE_BYTES ? (size_t)left : PIECE_BYTES, (off_t)at);
        if (got <= 0)
            return got < 0 ? (int)got : -ESTALE;
        if (EVP_DigestUpdate(s->sha256, s->piece, (size_t)got) != 1 ||
            EVP_DigestUpdate(s->blob, s->piece, (size_t)got) != 1)
            return -EIO;
        at += (uint64_t)got;
    }
    return 0;
}

static int digest_all(struct sums *s, int fd, uint64_t size, struct digest *out)
{
    char head[32];
    unsigned char sum[32];
    int len = snprintf(head, sizeof head, "blob %" PRIu64, size);
    if (EVP_DigestInit_ex(s->sha256, EVP_sha256(), NULL) != 1 || EVP_DigestInit_ex(s->blob, EVP_sha1(), NULL) != 1 ||
        EVP_DigestUpdate(s->blob, head, (size_t)len + 1) != 1)
        return -EIO;
    int err = read_all(s, fd, size);
    if (err < 0)
        return err;
    if (EVP_DigestFinal_ex(s->sha256, sum, NULL) != 1 || EVP_DigestFinal_ex(s->blob, out->blob, NULL) != 1)
        return -EIO;
    for (size_t i = 0; i < sizeof sum; i++)
        snprintf(out->sha256 + 2 * i, 3, "%02x", sum[i]);
    out->size = size;
    return 0;
}

int digest_file(int fd, uint64_t size, struct digest *out)
{
    struct sums s = {EVP_MD_CTX_new(), EVP_MD_CTX_new(), malloc(PIECE_BYTES)};
    bool has_all = s.sha256 != NULL && s.blob != NULL && s.piece != NULL;
    int err = has_all ? digest_all(&s, fd, size, out) : -ENOMEM;
    sums_free(&s);
    return err;
}
