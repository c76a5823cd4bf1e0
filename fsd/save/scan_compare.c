#include "save/scan_compare.h"

#include "base/fdio.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool find_tip(const struct keep_tools *t, const struct lane *l, const char *path, struct record_entry *tip)
{
    return record_tip_find(t->writer, l->mount->rep, l->mount->name, path, tip);
}

static uint32_t git_mode(uint32_t mode) { return mode & S_IXUSR ? 0100755 : 0100644; }

/* git's id of a blob of `size` bytes, all from `bytes`, or from `fd` if that is NULL. False: they cannot be read, or
 * are not as many. */
static bool hash_blob(const void *bytes, int fd, uint64_t size, struct record_oid *out)
{
    enum { PIECE = 128 * 1024 };
    char head[32];
    int head_len = snprintf(head, sizeof head, "blob %" PRIu64, size) + 1;
    EVP_MD_CTX *sha = EVP_MD_CTX_new();
    char *piece = bytes == NULL ? malloc(PIECE) : NULL;
    bool ok = sha != NULL && (bytes != NULL || piece != NULL) && EVP_DigestInit_ex(sha, EVP_sha1(), NULL) == 1 &&
              EVP_DigestUpdate(sha, head, (size_t)head_len) == 1;
    if (ok && bytes != NULL)
        ok = EVP_DigestUpdate(sha, bytes, size) == 1;
    for (uint64_t at = 0; ok && bytes == NULL && at < size;) {
        uint64_t left = size - at;
        ssize_t n = fd_pread_full(fd, piece, left < PIECE ? (size_t)left : PIECE, (off_t)at);
        ok = n > 0 && EVP_DigestUpdate(sha, piece, (size_t)n) == 1;
        at += n > 0 ? (uint64_t)n : 0;
    }
    ok = ok && EVP_DigestFinal_ex(sha, out->bytes, NULL) == 1;
    free(piece);
    EVP_MD_CTX_free(sha);
    return ok;
}

static bool is_same_target(const struct record_entry *tip, const char *target)
{
    struct record_oid blob;
    return tip->git_mode == 0120000 && hash_blob(target, -1, strlen(target), &blob) &&
           memcmp(&blob, &tip->oid, sizeof blob) == 0;
}

bool scan_is_vouched_for(const struct keep_tools *t, struct lane *l, const struct fetch_entry *entry, const char *path,
                         const char *target)
{
    struct record_entry tip;
    struct fact fact;
    if (!find_tip(t, l, path, &tip))
        return false;
    if (S_ISLNK(entry->mode))
        return is_same_target(&tip, target);
    return tip.git_mode == git_mode(entry->mode) && facts_get(l->facts, entry->ino, &fact) &&
           fact.size == entry->size && fact.mtime_ns == entry->mtime_ns && fact.ctime_ns == entry->ctime_ns &&
           memcmp(fact.oid, tip.oid.bytes, sizeof fact.oid) == 0;
}

bool scan_is_same_content(const struct keep_tools *t, const struct lane *l, const char *path, const struct capture *c,
                          struct record_oid *blob)
{
    struct record_entry tip;
    uint64_t size;
    struct record_oid oid;
    if (!find_tip(t, l, path, &tip) || tip.git_mode != git_mode(c->at.mode) ||
        record_blob_size(t->writer, &tip.oid, &size) < 0 || size != c->at.size)
        return false;
    if (!hash_blob(NULL, c->fd, size, &oid) || memcmp(&oid, &tip.oid, sizeof oid) != 0)
        return false;
    *blob = oid;
    return true;
}
