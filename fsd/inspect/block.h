/*
 * block: up to 64 bytes of a text, and which of them are of what kind: a bit a byte, the first byte's the lowest. So
 * that what sees every byte of every file can go from word to word and not from byte to byte.
 */
#ifndef HOLDFAST_INSPECT_BLOCK_H
#define HOLDFAST_INSPECT_BLOCK_H

#include <stddef.h>
#include <stdint.h>

enum { BLOCK_BYTES = 64 };

struct block {
    uint64_t letters; /* of ASCII, and all bytes of wide characters */
    uint64_t wide;
    uint64_t digits;
};

/* `len` is at most BLOCK_BYTES; bits of bytes behind them are 0. Reads no byte beyond. */
struct block block_look(const char *text, size_t len);

#endif
