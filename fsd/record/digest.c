#include "record/digest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int digests_open(struct digests *d, struct error *e)
{
    *d = (struct digests){
        .sha1 = EVP_MD_fetch(NULL, "SHA1", NULL),
        .sha256 = EVP_MD_fetch(NULL, "SHA256", NULL),
        .object = EVP_MD_CTX_new(),
        .content = EVP_MD_CTX_new(),
    };
    if (d->sha1 != NULL && d->sha256 != NULL && d->object != NULL && d->content != NULL)
        return 0;
    digests_close(d);
    return error_set(e, ENOMEM, "libcrypto offers no SHA-1 and SHA-256 here");
}

void digests_close(struct digests *d)
{
    EVP_MD_free(d->sha1);
    EVP_MD_free(d->sha256);
    EVP_MD_CTX_free(d->object);
    EVP_MD_CTX_free(d->content);
    *d = (struct digests){0};
}

static const char *type_name(enum object_type type)
{
    return type == OBJECT_COMMIT ? "commit" : type == OBJECT_TREE ? "tree" : "blob";
}

static void check(struct digests *d, int ok)
{
    if (!ok)
        d->failed = true;
}

void digest_plain_begin(struct digests *d) { check(d, EVP_DigestInit_ex(d->object, d->sha1, NULL)); }

void digest_object_begin(struct digests *d, enum object_type type, uint64_t size)
{
    char head[40];
    int len = snprintf(head, sizeof head, "%s %llu", type_name(type), (unsigned long long)size);
    digest_plain_begin(d);
    digest_object_put(d, head, (size_t)len + 1);
}

void digest_object_put(struct digests *d, const void *bytes, size_t len)
{
    check(d, EVP_DigestUpdate(d->object, bytes, len));
}

void digest_object_end(struct digests *d, struct record_oid *out)
{
    check(d, EVP_DigestFinal_ex(d->object, out->bytes, NULL));
}

void digest_object(struct digests *d, enum object_type type, const void *bytes, size_t len, struct record_oid *out)
{
    digest_object_begin(d, type, len);
    digest_object_put(d, bytes, len);
    digest_object_end(d, out);
}

void digest_content_begin(struct digests *d) { check(d, EVP_DigestInit_ex(d->content, d->sha256, NULL)); }

void digest_content_put(struct digests *d, const void *bytes, size_t len)
{
    check(d, EVP_DigestUpdate(d->content, bytes, len));
}

void digest_content_end(struct digests *d, unsigned char out[static RECORD_SHA256_BYTES])
{
    check(d, EVP_DigestFinal_ex(d->content, out, NULL));
}

void digest_to_hex(const unsigned char *bytes, size_t len, char *to)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        to[2 * i] = digits[bytes[i] >> 4];
        to[2 * i + 1] = digits[bytes[i] & 15];
    }
    to[2 * len] = 0;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

int digest_from_hex(const char *hex, unsigned char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (hex_value(hex[2 * i]) < 0 || hex_value(hex[2 * i + 1]) < 0)
            return -EINVAL; /* a NUL is no digit, so this never reads behind the end */
    for (size_t i = 0; i < len; i++)
        bytes[i] = (unsigned char)(hex_value(hex[2 * i]) << 4 | hex_value(hex[2 * i + 1]));
    return 0;
}

int record_parse_oid(const char *hex, struct record_oid *out)
{
    return strlen(hex) == 2 * RECORD_OID_BYTES ? digest_from_hex(hex, out->bytes, RECORD_OID_BYTES) : -EINVAL;
}

const char *record_oid_hex(const struct record_oid *oid, char to[static RECORD_OID_HEX])
{
    digest_to_hex(oid->bytes, RECORD_OID_BYTES, to);
    return to;
}
