/*
 * json_scan: the tokens of JSON (RFC 8259), of any length, in bounded memory. Whether they follow each other as they
 * should is the caller's to know.
 */
#ifndef HOLDFAST_EXTRACT_JSON_SCAN_H
#define HOLDFAST_EXTRACT_JSON_SCAN_H

#include "base/buf.h"
#include "extract/extract.h"

enum json_token {
    JSON_END,
    JSON_OBJECT, /* { */
    JSON_OBJECT_END,
    JSON_ARRAY, /* [ */
    JSON_ARRAY_END,
    JSON_COMMA,
    JSON_COLON,
    JSON_STRING, /* its text is in *text */
    JSON_NUMBER, /* as it is written, in *text */
    JSON_WORD,   /* true, false, null */
    JSON_BROKEN, /* none of these */
};

struct json_scan;

/* As charset_open. `in` and `l` stay the caller's. */
int json_scan_open(struct json_scan **out, struct input *in, const char *charset, struct limits *l);

/*
 * The next token; -ECANCELED past the deadline, -ENOMEM, -errno of reading. Text is unescaped UTF-8 without NUL, the
 * scanner's until the next call, at most LIMIT_CELL bytes of it.
 */
int json_scan_next(struct json_scan *s, const struct buf **text);

bool json_scan_was_cut(const struct json_scan *s); /* some text was longer, or the deadline came */
void json_scan_close(struct json_scan **s);
#define json_scan_auto __attribute__((cleanup(json_scan_close))) struct json_scan

#endif
