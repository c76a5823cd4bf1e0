/*
<<<<<<< HEAD
 * lines: a text line by line, whatever ends them ("\n", "\r\n", "\r"), with a bound on their length.
=======
 * lines: an input line by line, in bounded memory. Not converted: as the bytes came.
>>>>>>> 20bdef10a365a6da9ce41bb4f8c91270442df841
 */
#ifndef HOLDFAST_EXTRACT_LINES_H
#define HOLDFAST_EXTRACT_LINES_H

<<<<<<< HEAD
#include "base/buf.h"
#include "extract/extract.h"

enum { LINE_MOST = 64 << 10 }; /* bytes; the rest of a longer line is passed over */

struct lines;

/* As charset_open. `in` and `l` stay the caller's. */
int lines_open(struct lines **out, struct input *in, const char *charset, struct limits *l);

/*
 * The next line, without its end, until the next call: 1; 0 at the end; -ECANCELED past the deadline, -errno of
 * reading.
 */
int lines_next(struct lines *s, const char **text, size_t *len);

/*
 * The next line and those that go on with it, which begin with a space or a tab (RFC 2849, RFC 6350): into `to`, whose
 * earlier content goes. As lines_next; -ENOMEM.
 */
int lines_next_unfolded(struct lines *s, struct buf *to);

bool lines_were_cut(const struct lines *s); /* some line was too long, or the deadline came */
void lines_close(struct lines **s);
#define lines_auto __attribute__((cleanup(lines_close))) struct lines
=======
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
>>>>>>> 20bdef10a365a6da9ce41bb4f8c91270442df841

#endif
