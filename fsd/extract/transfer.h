/*
 * transfer: the two encodings that carry bytes as printable text: base64 and quoted-printable (RFC 2045). Streaming:
 * input may be split anywhere. Nothing is an error: what does not belong is left out, as mail programs do.
 */
#ifndef HOLDFAST_EXTRACT_TRANSFER_H
#define HOLDFAST_EXTRACT_TRANSFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct base64 {
    uint32_t bits;
    unsigned digits; /* held in bits: 0 to 3 */
};

/* Decode `len` characters into `to` (room for `len` bytes): how many bytes came out. Start with {0}. */
size_t base64_decode(struct base64 *b, const char *from, size_t len, unsigned char *to);

struct quoted_printable {
    char held[2]; /* of an escape that was split */
    unsigned count;
    bool header; /* '_' is a space (RFC 2047) */
};

/* The same; `to` has room for len + 2 bytes. */
size_t quoted_printable_decode(struct quoted_printable *q, const char *from, size_t len, unsigned char *to);

#endif
