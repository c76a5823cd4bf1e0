/*
 * base64_watch: does a block of base64 stand in an input? Told from the bytes that a reader takes anyway, so that a
 * file without one, as nearly all are, is read once.
 */
#ifndef HOLDFAST_EXTRACT_BASE64_WATCH_H
#define HOLDFAST_EXTRACT_BASE64_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BASE64_BLOCK_BYTES = 1366 }; /* characters of a block inside another text: 1 KiB of content */

extern const bool base64_of_run[256]; /* bytes that blocks are made of: digits, '=' and line ends */

/* Zeroes have seen nothing. */
struct base64_watch {
    uint64_t upto; /* all bytes before this offset were seen */
    size_t run;    /* bytes of a block, as many as end there */
    bool found;    /* BASE64_BLOCK_BYTES of them in a row */
};

/* These bytes stand at an offset. What was seen before is passed over; behind a gap nothing is seen any more. */
void base64_watch_see(struct base64_watch *w, uint64_t at, const unsigned char *bytes, size_t len);

/* Was all of an input of `size` bytes seen, and is there no block in it? */
static inline bool base64_watch_is_clear(const struct base64_watch *w, uint64_t size)
{
    return !w->found && w->upto >= size;
}

#endif
