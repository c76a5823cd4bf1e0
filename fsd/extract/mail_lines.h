/*
 * mail_lines: an input line by line, in bounded memory. Not converted: as the bytes came.
 */
#ifndef HOLDFAST_EXTRACT_MAIL_LINES_H
#define HOLDFAST_EXTRACT_MAIL_LINES_H

#include "extract/extract.h"

#include <stdbool.h>
#include <stddef.h>

enum { MAIL_LINES_ROOM = 64 * 1024 };

/* A line without its end. One of MAIL_LINES_ROOM or more comes in pieces. */
struct mail_line {
    const char *text; /* good until the next is taken */
    size_t len;
    bool begins, ends; /* is it the first, the last piece of its line? */
};

struct mail_lines {
    struct input *in;
    const struct limits *l;
    size_t at, len;
    bool is_inside; /* a line is given in pieces, and there is more of it */
    char room[MAIL_LINES_ROOM];
};

/* 1; 0 at the end; -ECANCELED: time is up; or of reading. */
int mail_lines_next(struct mail_lines *s, struct mail_line *out);

#endif
