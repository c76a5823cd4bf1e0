/*
 * shape: a text as the eye sees it from afar: lines, paragraphs, and the parts that rules and titles divide it
 * into. One file may hold several drafts, and a draft may be framed by a mail to a colleague.
 */
#ifndef HOLDFAST_DRAFT_SHAPE_H
#define HOLDFAST_DRAFT_SHAPE_H

#include "draft/line.h"
#include "draft/phrase.h"
#include "draft/token.h"

enum {
    SHAPE_BYTES = 64 << 10, /* more is not looked at: a text that long is no draft, nor a file of some */
    SHAPE_PARTS = 64,       /* what comes after belongs to the last */
};

/* A part of the text that may be a draft. The frame of a mail (greeting, cover note, close) is in none. */
struct shape_part {
    struct token_counts tokens;
    struct phrase_counts phrases;
    uint32_t chars;
    uint32_t lines[LINE_KINDS];
    uint32_t paragraphs, brief;              /* brief: of at most BRIEF_WORDS words */
    uint32_t alone;                          /* paragraphs of one sentence, of at most ALONE_WORDS words */
    uint32_t options;                        /* lines below its last question that offer answers */
    uint32_t option_records, option_bullets; /* of these, what looks like fields or a list otherwise */
    uint32_t ratings;                        /* lines with one */
    uint32_t forms;                          /* lines with places to fill in */
    uint32_t last_words;                     /* of its last paragraph, tags aside */
    bool last_is_ended;
    uint32_t fragments; /* lines of prose or bullets that do not end as sentences do */
    uint32_t broken;    /* short lines followed by another, no sentence ended: verse, addresses */
    uint32_t titles;    /* short lines, not ended, each with a longer one below; the first line is none */
    uint32_t questions; /* lines that end in '?' */
    uint32_t emoji;
    uint32_t papers;           /* titles and labels that name a paper or a chapter of one */
    uint32_t stubs;            /* short lines of prose that are no sentences */
    uint32_t semicolons;       /* lines with one */
    bool asks_at_start;        /* its first line is a question */
    bool opens_small;          /* its first letter is small */
    bool has_intro, has_outro; /* prose before, and behind, the first of its bullets */
    uint32_t thread_parts;
    uint32_t hook_words;  /* of its first line, if that stands alone; else 0 */
    bool opens_with_when; /* its first line says "today", "last week" */
    bool hook_is_ended;
    bool hook_has_number; /* it is no sentence, of a few words, and one is a number */
    bool asks_at_end;     /* its last line of prose is a question or asks for something */
    bool links_at_end;    /* it ends in a link, in a short line or a short text */
    bool tags_at_end;     /* or mentions */
};

struct shape {
    struct shape_part parts[SHAPE_PARTS];
    size_t part_count;
    uint32_t lines[LINE_KINDS]; /* of the whole text */
    uint32_t line_count;        /* not blank */
    struct phrase_counts phrases;
    struct token_counts tokens;
    uint32_t post_titles; /* that name a post and divide: "Post 2", "# Draft B" */
    bool addressed;       /* one of the first lines greets somebody by name */
    bool greets, greets_many, closes, covered, dateline, mass_mail;
};

enum { BRIEF_WORDS = 60, ALONE_WORDS = 20, OPTION_WORDS = 10 };

/* Fills *s; returns how many bytes were looked at: all, or SHAPE_BYTES or less, up to white space if there is any. */
size_t shape_read(struct shape *s, const char *text, size_t len);

#endif
