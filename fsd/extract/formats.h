/*
 * formats: which readers may try a file, by libmagic's word for it; and what its name claims.
 */
#ifndef HOLDFAST_EXTRACT_FORMATS_H
#define HOLDFAST_EXTRACT_FORMATS_H

#include "extract/extract.h"

#include <stdbool.h>

typedef int extract_unwrapper(struct input *in, const struct extract_hints *h, struct content_sink *to,
                              struct limits *l, extract_member *member, void *ctx);

/* One way of reading: a reader, or something that unwraps. */
struct format {
    const char *mime; /* what a file that it reads is */
    extract_reader *read;
    extract_unwrapper *unwrap;
    bool is_text;    /* it pushes running text */
    bool has_blocks; /* base64 may be inside */
};

enum { ROUTE_MOST = 10 };

/* Formats in the order in which they may try; the first that does not say -EBADMSG has it. */
struct route {
    const struct format *formats[ROUTE_MOST + 1]; /* NULL ends it */
    bool is_sure; /* the type is known: when nobody can read it, it is broken or locked */
};

/*
 * The route of a file. Where libmagic is vague, `head` (its first bytes) says whether it is text. Never NULL; the route
 * of what is neither text nor known only looks for an archive.
 */
const struct route *format_find_route(const char *mime, const char *charset, const unsigned char *head, size_t len);

/* Bytes that a person could read, in any charset: few control bytes, or every second byte NUL as in UTF-16. */
bool format_is_text(const unsigned char *head, size_t len);

/*
 * Does a name's extension say something else than the type that was found? Extensions that are not in the table, and
 * names without one, say nothing.
 */
bool format_contradicts(const char *name, const char *mime);

/* Is this type one that says little: "text/plain", "application/zip"? Then a reader that took the file knows better. */
bool format_is_vague(const char *mime);

#endif
