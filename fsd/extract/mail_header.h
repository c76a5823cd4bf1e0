/*
 * mail_header: the header fields of a message or of a part of one (RFC 5322, 2045, 2047, 2231).
 */
#ifndef HOLDFAST_EXTRACT_MAIL_HEADER_H
#define HOLDFAST_EXTRACT_MAIL_HEADER_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

enum { HEADER_VALUE_BYTES = 32 * 1024, HEADER_WORD_BYTES = 256, HEADER_BOUNDARY_BYTES = 128 };

/* Fields that are kept; of each the first that comes. */
enum mail_field {
    FIELD_FROM,
    FIELD_TO,
    FIELD_CC,
    FIELD_SUBJECT,
    FIELD_TYPE,        /* Content-Type */
    FIELD_ENCODING,    /* Content-Transfer-Encoding */
    FIELD_DISPOSITION, /* Content-Disposition */
    MAIL_FIELDS
};

struct mail_header {
    struct buf values[MAIL_FIELDS]; /* unfolded, as they came otherwise; at most HEADER_VALUE_BYTES each */
    int open;                       /* the field that a folded line continues; -1: one that is not kept */
    unsigned known;                 /* fields seen whose names only mail has */
    bool is_cut;
};
#define mail_header_auto __attribute__((cleanup(mail_header_free))) struct mail_header

void mail_header_start(struct mail_header *h);
void mail_header_free(struct mail_header *h);

/* One line without its end; false: it cannot be of a header. */
bool mail_header_line(struct mail_header *h, const char *line, size_t len);

/* More of the line before, which came in pieces. */
void mail_header_continue(struct mail_header *h, const char *text, size_t len);

/* "" when the field did not come. */
const char *mail_header_value(const struct mail_header *h, enum mail_field field);

/* "text/plain; charset=x" -> "text/plain", lowered, without white space and comments. */
void mail_header_word(const char *value, char to[static HEADER_WORD_BYTES]);

/*
 * A parameter of a value: "quoted", or in pieces and percent-encoded as RFC 2231 has it, or with RFC 2047's words in
 * it. UTF-8, at most `room` - 1 bytes. False, and "" in `to`: it has none.
 */
bool mail_header_param(const char *value, const char *name, char *to, size_t room);

/* Put a value with its encoded words decoded, as UTF-8, control characters as spaces. -ENOMEM. */
int mail_header_decode(const char *value, size_t len, struct buf *to);

#endif
