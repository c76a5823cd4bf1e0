/*
 * detect: type and charset of a file by its content, as libmagic names them.
 */
#ifndef HOLDFAST_INSPECT_DETECT_H
#define HOLDFAST_INSPECT_DETECT_H

#include "base/error.h"
#include "inspect/client.h"

#include <stdbool.h>
#include <stddef.h>

struct detector;

/* Load the system's database. Opens files: call it before the sandbox closes. -ENOENT: no database; -ENOMEM. */
int detector_open(struct detector **out, struct error *e);

/*
 * What is `fd` (read by pread only)? Fills mime and charset; looks at the first 256 KiB. 0, or -errno if the file
 * cannot be read or libmagic gives up (-EIO).
 */
int detector_look(struct detector *d, int fd, struct inspect_facts *facts);
void detector_close(struct detector *d);

/*
 * Copy a word of libmagic's into `to`, letters lowered; false, and `to` is empty, if it has a byte outside [a-z0-9.+/-]
 * or does not fit: a type is a key in policies and a trailer in commits, so it must not carry the file's own bytes.
 */
bool detector_clean(char *to, size_t room, const char *from, size_t len);

#endif
