/*
 * key: the device's key, an OpenSSH Ed25519 private key file without passphrase ("openssh-key-v1", OpenSSH's
 * PROTOCOL.key).
 */
#ifndef HOLDFAST_RECORD_KEY_H
#define HOLDFAST_RECORD_KEY_H

#include "base/buf.h"
#include "base/error.h"

enum { KEY_SEED_BYTES = 32, KEY_PUBLIC_BYTES = 32 };

/* A new random seed; its public half. -EIO: libcrypto could not. */
int key_generate(unsigned char seed[static KEY_SEED_BYTES], struct error *e);
int key_public(const unsigned char seed[static KEY_SEED_BYTES], unsigned char public[static KEY_PUBLIC_BYTES],
               struct error *e);

/* Read the text of a key file. `text` is not changed. -EINVAL says what it is instead (encrypted, RSA, torn ...). */
int key_parse(const char *text, size_t len, unsigned char seed[static KEY_SEED_BYTES], struct error *e);

/* Append the file that ssh-keygen would write for it. 0 or -errno. */
int key_put_file(struct buf *to, const unsigned char seed[static KEY_SEED_BYTES], const char *comment, struct error *e);

/* Append "ssh-ed25519 AAAA...". */
void key_put_public(struct buf *to, const unsigned char public[static KEY_PUBLIC_BYTES]);

/* SSH's wire format (RFC 4251): a 32-bit big-endian number; a length and bytes. */
void key_put_u32(struct buf *to, uint32_t value);
void key_put_string(struct buf *to, const void *bytes, size_t len);

/* The wire form of the public key: string "ssh-ed25519", string of 32 bytes. */
void key_put_public_blob(struct buf *to, const unsigned char public[static KEY_PUBLIC_BYTES]);

/* Base64 in lines of 70 letters, each ended by a newline; `width` 0: one line without. */
void key_put_base64(struct buf *to, const void *bytes, size_t len, size_t width);

#endif
