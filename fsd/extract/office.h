/*
 * office: what all office documents have in common: a zip of XML parts, and properties.
 */
#ifndef HOLDFAST_EXTRACT_OFFICE_H
#define HOLDFAST_EXTRACT_OFFICE_H

#include "extract/xml.h"
#include "extract/zip.h"

/* A kind of part: the first row whose pattern (fnmatch, any case) a member's path matches reads it. */
struct office_part {
    const char *pattern;
    int (*read)(void *ctx, struct zip *z, const char *path, int kind); /* 0 or negative: the walk ends with that */
    int kind;                                                          /* the reader's own word for it */
};

/*
 * Walk all members once. 0, also when the zip is broken behind its first member (FACT_UNREADABLE is flagged);
 * -EBADMSG: no zip at all; -ECANCELED; -ENOMEM; of reading; the part reader's.
 */
int office_walk(struct zip *z, struct content_sink *to, const struct office_part *parts, size_t count, void *ctx);

/*
 * The member in hand through an XML reader. 0, also when it is broken (FACT_UNREADABLE is flagged) or too much
 * (FACT_CUT); what the handler said; -ECANCELED; -ENOMEM.
 */
int office_read_xml(struct zip *z, struct content_sink *to, const struct xml_handler *h);
int office_read_large_xml(struct zip *z, struct content_sink *to, const struct xml_handler *h); /* by xml_scan */

/* Properties, of either family: "keywords: internal" as TEXT_PROPERTY, a line each. As office_read_xml. */
int office_read_properties(struct zip *z, struct content_sink *to);

static inline int content_text(const struct content_sink *to, enum text_part part, const char *utf8, size_t len)
{
    return len > 0 ? to->text(to->ctx, part, utf8, len) : 0;
}

#endif
