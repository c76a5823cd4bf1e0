#include "record/sign.h"

#include "record/key.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define SIGN_MAGIC     "SSHSIG"
#define SIGN_NAMESPACE "git"
#define SIGN_HASH      "sha512"

enum { SIGN_VERSION = 1, SIGN_BYTES = 64, SIGN_HASH_BYTES = 64, SIGN_WIDTH = 70 };

struct signer {
    EVP_PKEY *key;
    EVP_MD *sha512;
    EVP_MD_CTX *context; /* of the signature */
    EVP_MD_CTX *hash;
    struct buf head;    /* the signature's bytes up to the signature itself: the same each time */
    struct buf message; /* what is really signed, up to the hash: the same each time */
    size_t head_len, message_len;
};

static void prepare(struct signer *s, const unsigned char *public)
{
    buf_auto blob = {0};
    key_put_public_blob(&blob, public);
    buf_put(&s->head, SIGN_MAGIC, strlen(SIGN_MAGIC));
    key_put_u32(&s->head, SIGN_VERSION);
    key_put_string(&s->head, blob.data, blob.len);
    key_put_string(&s->head, SIGN_NAMESPACE, strlen(SIGN_NAMESPACE));
    key_put_string(&s->head, "", 0); /* reserved */
    key_put_string(&s->head, SIGN_HASH, strlen(SIGN_HASH));
    s->head_len = s->head.len;
    buf_put(&s->message, SIGN_MAGIC, strlen(SIGN_MAGIC));
    key_put_string(&s->message, SIGN_NAMESPACE, strlen(SIGN_NAMESPACE));
    key_put_string(&s->message, "", 0);
    key_put_string(&s->message, SIGN_HASH, strlen(SIGN_HASH));
    s->message_len = s->message.len;
}

int signer_open(struct signer **out, const unsigned char seed[static 32], struct error *e)
{
    unsigned char public[KEY_PUBLIC_BYTES];
    int err = key_public(seed, public, e);
    if (err < 0)
        return err;
    struct signer *s = calloc(1, sizeof *s);
    if (s == NULL)
        return error_set(e, ENOMEM, "out of memory");
    s->key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, KEY_SEED_BYTES);
    s->sha512 = EVP_MD_fetch(NULL, "SHA512", NULL);
    s->context = EVP_MD_CTX_new();
    s->hash = EVP_MD_CTX_new();
    prepare(s, public);
    if (!s->key || !s->sha512 || !s->context || !s->hash || s->head.failed || s->message.failed) {
        signer_close(s);
        return error_set(e, ENOMEM, "libcrypto cannot sign with Ed25519 here");
    }
    *out = s;
    return 0;
}

void signer_close(struct signer *s)
{
    if (s == NULL)
        return;
    EVP_PKEY_free(s->key);
    EVP_MD_free(s->sha512);
    EVP_MD_CTX_free(s->context);
    EVP_MD_CTX_free(s->hash);
    buf_free(&s->head);
    buf_free(&s->message);
    free(s);
}

static bool sign_raw(struct signer *s, const void *payload, size_t len, unsigned char signature[static SIGN_BYTES])
{
    unsigned char hash[SIGN_HASH_BYTES];
    size_t signature_len = SIGN_BYTES;
    if (EVP_DigestInit_ex(s->hash, s->sha512, NULL) != 1 || EVP_DigestUpdate(s->hash, payload, len) != 1 ||
        EVP_DigestFinal_ex(s->hash, hash, NULL) != 1)
        return false;
    s->message.len = s->message_len;
    key_put_string(&s->message, hash, sizeof hash);
    if (s->message.failed || EVP_MD_CTX_reset(s->context) != 1)
        return false;
    return EVP_DigestSignInit(s->context, NULL, NULL, NULL, s->key) == 1 &&
           EVP_DigestSign(s->context, signature, &signature_len, (const unsigned char *)s->message.data,
                          s->message.len) == 1 &&
           signature_len == SIGN_BYTES;
}

int signer_sign(struct signer *s, const void *payload, size_t len, struct buf *armour, struct error *e)
{
    unsigned char signature[SIGN_BYTES];
    if (!sign_raw(s, payload, len, signature))
        return error_set(e, EIO, "libcrypto did not sign");
    s->head.len = s->head_len;
    key_put_u32(&s->head, (uint32_t)(4 + strlen("ssh-ed25519") + 4 + SIGN_BYTES));
    key_put_string(&s->head, "ssh-ed25519", strlen("ssh-ed25519"));
    key_put_string(&s->head, signature, sizeof signature);
    buf_puts(armour, "-----BEGIN SSH SIGNATURE-----\n");
    key_put_base64(armour, s->head.data, s->head.len, SIGN_WIDTH);
    buf_puts(armour, "-----END SSH SIGNATURE-----");
    return armour->failed || s->head.failed ? error_set(e, ENOMEM, "out of memory") : 0;
}
