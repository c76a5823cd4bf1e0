/*
 * charset: any common charset to valid UTF-8, streaming.
 *
 * UTF-8 and UTF-16 (either order), with or without a byte order mark, Windows-1252, ISO-8859-*, by the mark first, then
 * by what the bytes allow (valid UTF-8 is UTF-8; NULs in every second byte are UTF-16), then by the hint; else
 * Windows-1252. What cannot be converted becomes U+FFFD, NUL a space; nothing fails.
 */
#ifndef HOLDFAST_EXTRACT_CHARSET_H
#define HOLDFAST_EXTRACT_CHARSET_H

#include "extract/input.h"

#include <stddef.h>

struct charset_reader;

/* Looks at the first bytes of `in` (which stays the caller's). -ENOMEM, or of reading. */
int charset_open(struct charset_reader **out, struct input *in, const char *hint);

/* The next UTF-8 bytes, whole characters, at least 1; 0 at the end; -errno. `room` at least 64. */
ssize_t charset_read(struct charset_reader *c, char *to, size_t room);
const char *charset_name(const struct charset_reader *c); /* "utf-8", "utf-16le", "windows-1252" ... */
void charset_close(struct charset_reader *c);

#endif
