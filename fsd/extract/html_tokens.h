/*
 * html_tokens: HTML's tags and text out of any bytes, as browsers forgive them (WHATWG HTML 13.2.5, as far as what a
 * person sees depends on it): no error, bounded memory, entities decoded, comments and scripts gone.
 */
#ifndef HOLDFAST_EXTRACT_HTML_TOKENS_H
#define HOLDFAST_EXTRACT_HTML_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

enum {
    HTML_NAME_BYTES = 16,
    HTML_TAG_BYTES = 8 << 10,  /* of a tag that are looked at */
    HTML_TEXT_BYTES = 4 << 10, /* handed on at once, at most */
};

struct html_tag {
    char name[HTML_NAME_BYTES]; /* small letters; "" if it is longer */
    bool is_end;
    const char *attrs;
    size_t attrs_len;
};

struct html_events {
    void *ctx;
    int (*tag)(void *ctx, const struct html_tag *tag);    /* 0, or negative: what html_push returns */
    int (*text)(void *ctx, const char *utf8, size_t len); /* whole characters */
};

enum html_state {
    HTML_DATA,
    HTML_ENTITY,
    HTML_LESS, /* behind '<' */
    HTML_TAG,
    HTML_QUOTED, /* a value inside a tag */
    HTML_MARKUP, /* behind "<!" */
    HTML_COMMENT,
    HTML_RAW, /* a script or the like: up to its end tag */
};

struct html_tokens {
    struct html_events to;
    enum html_state state;
    char quote;
    size_t matched; /* of what ends a comment or a script */
    char raw[HTML_NAME_BYTES];
    size_t tag_len, entity_len, text_len;
    char tag[HTML_TAG_BYTES];
    char entity[40];
    char text[HTML_TEXT_BYTES + 8];
};

/* `utf8`: whole characters. 0, or what a callback said. A zeroed struct with `to` set is ready. */
int html_push(struct html_tokens *t, const char *utf8, size_t len);
int html_finish(struct html_tokens *t);

/* The attribute's value, its entities decoded, into `out` with a NUL (cut to `room`): its length; 0: none. */
size_t html_attr(const struct html_tag *tag, const char *name, char *out, size_t room);

#endif
