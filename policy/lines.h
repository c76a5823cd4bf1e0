/*
 * lines: an INI text, heading by heading and value by value, each with its line. Rules and their tests are both read
 * so.
 *
 * inih splits names from values, but tells neither line numbers nor empty sections, cuts what is long, and stops at the
 * first thing it does not know; so it is fed line by line, and what it cuts is taken from the line itself.
 */
#ifndef HOLDFAST_POLICY_LINES_H
#define HOLDFAST_POLICY_LINES_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

enum { LINES_LABEL_BYTES = 80, LINES_TEXT_BYTES = 1024 * 1024 };

struct lines_sink {
    void *ctx;
    /* [name "label"]; label "" if there is none. */
    void (*heading)(void *ctx, unsigned line, const char *name, const char *label);
    /* name = value; `more`: an indented line that goes on with the value before. Value is trimmed, without comment. */
    void (*value)(void *ctx, unsigned line, const char *name, const char *value, bool more);
    /* What is no heading, no value, no comment: expected what. */
    void (*broken)(void *ctx, unsigned line, const char *expected);
};

/* All of the text, which need not be NUL-terminated. 0 or -ENOMEM; mistakes go to `broken`. */
int lines_read(const char *text, size_t len, const struct lines_sink *to);

/* Take the backslash from `\#`, `\;` and `\\`, in place. */
void lines_unescape(char *text);

#endif
