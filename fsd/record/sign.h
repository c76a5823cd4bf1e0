/*
 * sign: SSH signatures as git takes them (SSHSIG, OpenSSH's PROTOCOL.sshsig), Ed25519, namespace "git", SHA-512.
 */
#ifndef HOLDFAST_RECORD_SIGN_H
#define HOLDFAST_RECORD_SIGN_H

#include "base/buf.h"
#include "base/error.h"

struct signer;

int signer_open(struct signer **out, const unsigned char seed[static 32], struct error *e); /* -ENOMEM, -EIO */
void signer_close(struct signer *s);

/* Append the armoured signature of `payload`, without a last newline. 0, -ENOMEM or -EIO. */
int signer_sign(struct signer *s, const void *payload, size_t len, struct buf *armour, struct error *e);

#endif
