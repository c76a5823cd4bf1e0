/*
 * lines: an input line by line, in bounded memory. Not converted: as the bytes came.
 */
#ifndef HOLDFAST_EXTRACT_LINES_H
#define HOLDFAST_EXTRACT_LINES_H

#include "extract/extract.h"

#include <stdbool.h>
#include <stddef.h>

enum { LINES_ROOM = 64 * 1024 };

/* A line without its end. One of LINES_ROOM or more comes in pieces. */
struct line {
    const char *text; /* good until the next is taken */
    size_t len;
    bool begins, ends; /* is it the first, the last piece of its line? */
};

struct lines {
    struct input *in;
    const struct limits *l;
    size_t at, len;
    bool is_inside; /* a line is given in pieces, and there is more of it */
    char room[LINES_ROOM];
};

/* 1; 0 at the end; -ECANCELED: time is up; or of reading. */
int lines_next(struct lines *s, struct line *out);

#endif
