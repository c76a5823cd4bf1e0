/*
 * pattern: PCRE2 as rules use it. JIT where the machine lets us, limits in any case: a match begins within the text and
 * ends within PATTERN_BYTES, so that the work grows with the text and not with its square; backtracking is counted.
 */
#ifndef HOLDFAST_POLICY_PATTERN_H
#define HOLDFAST_POLICY_PATTERN_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { PATTERN_BYTES = 2048, PATTERN_GROUPS = 1000 };

struct pattern;

/* What matching needs beside patterns; one for all of them, one thread at a time. */
struct pattern_room;
int pattern_room_open(struct pattern_room **out); /* 0 or -ENOMEM */
void pattern_room_close(struct pattern_room *room);

/*
 * Multi-line, of any language's letters. -EINVAL with what PCRE2 says of it ("at character 12: missing closing
 * parenthesis"), or that it calls out or matches nothing; -ENOMEM.
 */
int pattern_compile(struct pattern **out, const char *text, bool caseless, struct error *e);
void pattern_free(struct pattern *p);
const char *pattern_text(const struct pattern *p);

/* Let pattern_try be used, too. 0 or -ENOMEM. */
int pattern_compile_anchored(struct pattern *p);

/* Its matches are known to begin with a capital of ASCII or a character beyond it: search there only. 0 or -ENOMEM. */
int pattern_begin_at_capitals(struct pattern *p);

struct pattern_match {
    size_t at, len;
    unsigned group; /* the highest that took part, up to PATTERN_GROUPS; 0: none */
};

/*
 * The first match that begins at `from` or later, and before `until`, in a valid UTF-8 text. 1: *match is filled; 0:
 * none; -ELOOP: a limit was reached; -ENOMEM.
 */
int pattern_search(const struct pattern *p, struct pattern_room *room, const char *text, size_t len, size_t from,
                   size_t until, struct pattern_match *match);

/* The begin of the character that the byte `at` is in; `len` if it is behind the text. */
size_t pattern_character(const char *text, size_t len, size_t at);

/* The match that begins at `at`, likewise. */
int pattern_try(const struct pattern *p, struct pattern_room *room, const char *text, size_t len, size_t at,
                struct pattern_match *match);

#endif
