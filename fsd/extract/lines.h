/*
 * lines: a text line by line, whatever ends them ("\n", "\r\n", "\r"), with a bound on their length.
 */
#ifndef HOLDFAST_EXTRACT_LINES_H
#define HOLDFAST_EXTRACT_LINES_H

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

#endif
