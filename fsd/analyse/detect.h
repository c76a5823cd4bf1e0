/*
 * detect: type and charset of a file by its content, as libmagic names them.
 */
#ifndef HOLDFAST_ANALYSE_DETECT_H
#define HOLDFAST_ANALYSE_DETECT_H

#include "base/error.h"
#include "extract/input.h"

#include <stdbool.h>
#include <stddef.h>

struct detector;

/* Load the system's database. Opens files: call it before the sandbox closes. -ENOENT: no database; -ENOMEM. */
int detector_open(struct detector **out, struct error *e);

/*
 * What is it? Fills mime and charset; looks at the first 256 KiB, wherever it was read to. 0, or -errno if it cannot be
 * read or libmagic gives up (-EIO): then they are as they were.
 */
enum { DETECT_MIME_BYTES = 96, DETECT_CHARSET_BYTES = 32 };
int detector_look(struct detector *d, const struct input *in, char mime[static DETECT_MIME_BYTES],
                  char charset[static DETECT_CHARSET_BYTES]);
void detector_close(struct detector *d);

/*
 * Copy a word of libmagic's into `to`, letters lowered; false, and `to` is empty, if it has a byte outside [a-z0-9.+/-]
 * or does not fit: a type is a key in policies and a trailer in commits, so it must not carry the file's own bytes.
 */
bool detector_clean(char *to, size_t room, const char *from, size_t len);

#endif
