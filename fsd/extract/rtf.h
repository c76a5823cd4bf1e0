/*
 * rtf: what the words of an RTF file change: the group in hand, fonts, and where text goes.
 */
#ifndef HOLDFAST_EXTRACT_RTF_H
#define HOLDFAST_EXTRACT_RTF_H

#include "base/buf.h"
#include "extract/link.h"
#include "extract/rtf_tokens.h"
#include "extract/tables.h"

enum {
    RTF_GROUPS = 128,
    RTF_FONTS = 256,
    RTF_RUN_BYTES = 4 << 10,
    RTF_CHUNK_BYTES = 64 << 10,
    RTF_FIELD_BYTES = 1 << 10,
    RTF_MACINTOSH = 10000
};

/* Where a group's text goes. */
enum rtf_destination { RTF_TO_DOCUMENT, RTF_TO_SKIPPED, RTF_TO_FONT_TABLE, RTF_TO_PROPERTY, RTF_TO_FIELD };

struct rtf_group {
    enum rtf_destination destination;
    enum text_part part;
    uint32_t codepage;
    uint32_t replaced; /* bytes behind a \u that say it again */
    bool deleted;
    bool starred; /* "\*": it may be passed over if its first word is not known */
    bool is_part; /* it ends a line of its part */
    bool ends_link;
};

struct rtf {
    struct rtf_tokens tokens;
    struct content_sink *to;
    struct tables tables;
    struct link link;
    struct rtf_group groups[RTF_GROUPS];
    size_t depth;    /* of the group in hand, from 0 */
    size_t too_deep; /* groups open beyond */
    uint32_t codepage;
    uint32_t fonts[RTF_FONTS]; /* codepage of each; 0: the document's */
    uint32_t font;             /* in the font table: the one described */
    uint32_t to_replace;       /* bytes of text still to pass over */
    uint32_t surrogate;        /* the first half of a \u pair */
    bool in_table;             /* the paragraph in hand is one of a table */
    const char *property;      /* its name, until its text comes */
    size_t run_len;
    bool run_is_ascii;
    struct buf converted;
    char field[RTF_FIELD_BYTES + 1]; /* a field's instruction */
    size_t field_len;
    unsigned char run[RTF_RUN_BYTES];
    unsigned char chunk[RTF_CHUNK_BYTES];
};

static inline struct rtf_group *rtf_now(struct rtf *r) { return &r->groups[r->depth]; }

/* One character of the text in hand; nothing where the group's text is not seen. 0, -ENOMEM, or the sink's. */
int rtf_put_character(struct rtf *r, uint32_t character);

/* A control word (rtf_events), what was before it having been put. As rtf_put_character. */
int rtf_act(struct rtf *r, const char *word, bool has_value, int32_t value);

#endif
