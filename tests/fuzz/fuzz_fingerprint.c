/*
 * fuzz_fingerprint: any bytes, in pieces cut anywhere, have the fingerprints that they have as a whole.
 */
#include "analyse/fingerprint.h"

#include <stdlib.h>
#include <string.h>

struct sum {
    uint64_t count, sum;
};

static int take(void *ctx, uint64_t print)
{
    struct sum *s = ctx;
    s->count++;
    s->sum = s->sum * 31 + print;
    return 0;
}

static const unsigned char secret[FINGERPRINT_SECRET_BYTES] =
    "any bytes will do as long as they are always the same ones";

static struct sum sum_of(const uint8_t *text, size_t len, size_t piece)
{
    struct sum s = {0};
    struct winnow *w;
    if (winnow_open(&w, secret, take, &s) < 0)
        abort();
    for (size_t at = 0; at < len; at += piece)
        winnow_text(w, (const char *)text + at, piece < len - at ? piece : len - at);
    winnow_end(w);
    winnow_close(w);
    return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    size_t piece = data[0] % 70 + 1;
    struct sum whole = sum_of(data + 1, size - 1, size), pieces = sum_of(data + 1, size - 1, piece);
    if (memcmp(&whole, &pieces, sizeof whole) != 0)
        abort();

    /* A contact's keys: the same twice, the kind in the low bits. */
    struct contact_key key = {.kind = data[0] % CONTACT_KINDS, .text = (const char *)data, .len = (uint32_t)size};
    uint64_t print = fingerprint_key(secret, &key);
    if (print != fingerprint_key(secret, &key) || (print & 7) != (uint64_t)key.kind)
        abort();
    return 0;
}
