/*
 * charset: any common charset to valid UTF-8, streaming.
 *
 * UTF-8 and UTF-16 (either order), with or without a byte order mark, Windows-1252, ISO-8859-*, by the mark first, then
 * by what the bytes allow (valid UTF-8 is UTF-8; NULs in every second byte are UTF-16), then by the hint; else
 * Windows-1252. What cannot be converted becomes U+FFFD, NUL a space; nothing fails.
 *
 * UTF-8, UTF-16 and Windows-1252 (which ISO-8859-1 is taken for, as browsers do) are always there. The others need
 * iconv, which opens files, and may not where hostile bytes are read: charset_prepare fetches them beforehand.
 */
#ifndef HOLDFAST_EXTRACT_CHARSET_H
#define HOLDFAST_EXTRACT_CHARSET_H

#include "base/buf.h"
#include "extract/input.h"

#include <stddef.h>

struct charset_reader;

/*
 * Fetch the conversions that hints may ask for later (ISO-8859-2 to -16, Windows-125x, KOI8, Shift JIS, GB 18030 ...)
 * and keep them for the life of the process. Call it once, before the sandbox closes and before other threads start.
 * How many there are; those that the system lacks are read as Windows-1252.
 */
int charset_prepare(void);

/*
 * Looks at the first bytes of `in` (which stays the caller's). As long as only ASCII came the choice is open, and made
 * at the first byte beyond it. -ENOMEM, or of reading.
 */
int charset_open(struct charset_reader **out, struct input *in, const char *hint);

/* The next UTF-8 bytes, whole characters, at least 1; 0 at the end; -errno. `room` at least 64. */
ssize_t charset_read(struct charset_reader *c, char *to, size_t room);
const char *charset_name(const struct charset_reader *c); /* "utf-8", "utf-16le", "windows-1252" ... */
void charset_close(struct charset_reader *c);

static inline void charset_close_at(struct charset_reader **c) { charset_close(*c); }
#define charset_auto __attribute__((cleanup(charset_close_at))) struct charset_reader

/* A value that is whole in memory (an encoded word of a mail, a property of a card), by the same rules, put behind
 * `out`. */
void charset_put(struct buf *out, const char *hint, const void *bytes, size_t len);

#endif
