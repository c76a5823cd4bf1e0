/*
 * line: what one line of a text is, by its form alone.
 */
#ifndef HOLDFAST_DRAFT_LINE_H
#define HOLDFAST_DRAFT_LINE_H

#include "draft/token.h"

#include <stdbool.h>
#include <stddef.h>

enum line_kind {
    LINE_BLANK,
    LINE_RULE,    /* "---", "* * *", "____" */
    LINE_HEADING, /* Markdown's "# ..." */
    LINE_CODE,    /* of a program, a configuration, markup */
    LINE_LOG,     /* a program says when and what: "2026-03-01 10:00:01 INFO ...", syslog, access logs */
    LINE_STAMP,   /* begins with a date or a time otherwise: chats, diaries, statements */
    LINE_TABLE,   /* cells: tabs, bars, separators, wide gaps, mostly numbers */
    LINE_CHECK,   /* "[ ] ...", "☐ ..." */
    LINE_BULLET,  /* "- ...", "1. ..." */
    LINE_POINT,   /* begins with an emoji or an arrow: the lists of posts */
    LINE_CLAUSE,  /* "1.2 ...", "§ 3", "(a) ..." */
    LINE_LABEL,   /* "Date: ..." */
    LINE_QUOTE,   /* "> ..." */
    LINE_TAGS,    /* hashtags, mentions and links, little else */
    LINE_PROSE,
    LINE_KINDS
};

/* `line` without its end, not blank at its own end; `t`: what token_count says of it. */
enum line_kind line_kind_of(const char *line, size_t len, const struct token_counts *t);

/* Does it end as a sentence does, with a stop or an emoji? */
bool line_is_ended(const char *line, size_t len);

/* "2/7", "3/" at either end: a part of a thread. */
bool line_is_thread_part(const char *line, size_t len);

/* "LONDON, 12 March 2026 - ": how press releases begin. */
bool line_has_dateline(const char *line, size_t len);

/* How many emoji and arrows. */
unsigned line_count_emoji(const char *line, size_t len);

#endif
