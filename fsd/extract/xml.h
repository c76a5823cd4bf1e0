/*
 * xml: a document's elements and text, streaming, out of hostile bytes.
 *
 * Names are taken without their prefix and looked up in the reader's own vocabulary: "w:p" and "a:p" are both its "p".
 * A document type declaration is refused outright, so there are no entities to expand and nothing outside to fetch.
 * Depth, the length of one tag and the parser's memory are bounded.
 */
#ifndef HOLDFAST_EXTRACT_XML_H
#define HOLDFAST_EXTRACT_XML_H

#include <stdbool.h>
#include <stddef.h>

enum {
    XML_DEPTH = 256,
    XML_TAG_BYTES = 1 << 20, /* of one tag with its attributes */
    XML_BYTES = 6 << 20,     /* what all parsers of a thread hold together */
    XML_WORDS = 60,          /* of a vocabulary, at most */
};

enum { XML_OTHER = 0, XML_SKIP = 1 };

struct xml_word {
    const char *name; /* without prefix */
    int tag;          /* above 0 */
};

/* Callbacks answer 0, or a negative errno that stops the parser and is what xml_push returns. */
struct xml_handler {
    const struct xml_word *words;
    size_t word_count;
    void *ctx;
    /* XML_SKIP: neither its content nor its end is told of. `attrs`: name, value, ..., NULL, for xml_attr. */
    int (*begin)(void *ctx, int tag, const char **attrs);
    int (*end)(void *ctx, int tag);
    int (*text)(void *ctx, const char *utf8, size_t len); /* whole characters, in pieces */
};

struct xml;

int xml_open(struct xml **out, const struct xml_handler *h); /* -ENOMEM */

/* 0; -EBADMSG: not well-formed, a DTD, or too deep; -E2BIG: more memory than is its due; -ENOMEM; the handler's. */
int xml_push(struct xml *x, const void *bytes, size_t len);
int xml_finish(struct xml *x); /* the document has ended: as xml_push */
void xml_close(struct xml *x);

/*
 * The same for large parts, several times as fast: they are scanned here, not by expat, which takes two thirds of the
 * time of a workbook. It reads UTF-8 only; xml_scan_can says so of a document's first bytes. What is well-formed gives
 * the same callbacks; of what is not, it forgives what changes nothing for a person (an attribute that stands twice).
 */
struct xml_scan;
bool xml_scan_can(const void *bytes, size_t len);
int xml_scan_open(struct xml_scan **out, const struct xml_handler *h);
int xml_scan_push(struct xml_scan *x, const void *bytes, size_t len);
int xml_scan_finish(struct xml_scan *x);
void xml_scan_close(struct xml_scan *x);

/* The value of the attribute of that name, whatever its prefix; NULL: none. */
const char *xml_attr(const char **attrs, const char *name);

/* The same as a number from `least` to `most` (what is outside becomes the nearer); `none` if it is none. */
unsigned xml_attr_number(const char **attrs, const char *name, unsigned least, unsigned most, unsigned none);

static inline void xml_close_at(struct xml **x) { xml_close(*x); }
#define xml_auto __attribute__((cleanup(xml_close_at))) struct xml

#endif
