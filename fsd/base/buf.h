/*
 * buf: a growing run of bytes, always NUL-terminated behind its length.
 *
 * Growing may fail; then `failed` is set, later calls do nothing, and whoever built the buffer asks once
 * at the end (git's strbuf, with libgit2's sticky out-of-memory).
 */
#ifndef HOLDFAST_BASE_BUF_H
#define HOLDFAST_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
    char *data; /* owned; NULL while nothing was put */
    size_t len; /* bytes, without the NUL */
    size_t room;
    bool failed; /* out of memory at some put */
};

void buf_put(struct buf *b, const void *bytes, size_t len);
void buf_puts(struct buf *b, const char *text);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Make room for `more` bytes and return where they go, or NULL; the caller then adds to `len`. */
char *buf_reserve(struct buf *b, size_t more);

void buf_clear(struct buf *b); /* length 0, memory kept */
void buf_free(struct buf *b);

/* Give the bytes to the caller, who frees them; the buffer is empty afterwards. */
char *buf_steal(struct buf *b);

#define buf_auto __attribute__((cleanup(buf_free))) struct buf

/*
 * A name as git writes it in its own output (core.quotePath=false is not assumed: bytes >= 0x80 that are not
 * valid UTF-8, '"', '\\' and what may give a terminal orders (utf8_order_length) make it quoted): appended plain, or in
 * double quotes with C escapes.
 */
void buf_put_quoted(struct buf *b, const char *name, size_t len);

/* The reverse, in place on a NUL-terminated string. Returns the length, or -EINVAL for a broken escape. */
int buf_unquote(char *name);

#endif
