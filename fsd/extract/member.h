/*
 * member: what wrappers (archives, mail, encodings) share: bytes that came out of one are gathered in memory, counted
 * against the limits, and handed on as an input of their own.
 */
#ifndef HOLDFAST_EXTRACT_MEMBER_H
#define HOLDFAST_EXTRACT_MEMBER_H

#include "extract/extract.h"

#include <stdbool.h>
#include <stddef.h>

struct member {
    unsigned char *data; /* owned */
    size_t len, room;
    size_t most; /* bytes kept; what comes after them is counted and dropped */
    bool is_cut;
};
#define member_auto __attribute__((cleanup(member_free))) struct member

/*
 * Bytes a member may have at this depth: LIMIT_MEMBER for the outermost wrapper's, half of it for each level further
 * in, so that all that are held at one time stay below twice LIMIT_MEMBER.
 */
size_t member_most(const struct limits *l);

/* Add bytes that were unpacked: 0, -ENOMEM, or -ECANCELED when a limit of the whole file is reached. */
int member_add(struct member *m, struct limits *l, const void *bytes, size_t len);

/* The same for bytes that are to be written by the caller: where they go (room for `len`), NULL: -ENOMEM. */
unsigned char *member_reserve(struct member *m, size_t len);
void member_free(struct member *m);

/* Count one more member of the file. -ECANCELED when there are too many, or time is up. */
int member_count(struct limits *l);

#endif
