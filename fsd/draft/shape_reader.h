/*
 * shape_reader: how shape.c reads a text: line by line, each taken by the frame of a mail or added to a part. Within
 * fsd/draft/shape*.c only.
 */
#ifndef HOLDFAST_DRAFT_SHAPE_READER_H
#define HOLDFAST_DRAFT_SHAPE_READER_H

#include "draft/shape.h"

enum {
    LINE_MOST = 4096, /* bytes; longer lines are taken in pieces */
    GREETING_LINES = 8,
    TITLE_WORDS = 8,
    HOOK_WORDS = 16,
    WRAPPED_LEAST = 55, /* bytes of a line that may go on in the next */
};

/* A line, and what is known of it without its neighbours. */
struct line {
    const char *text; /* of the text that is read */
    size_t len;
    enum line_kind kind;
    struct token_counts tokens;
    struct phrase_counts phrases;
    uint64_t starts; /* phrase_at_start */
    bool ended;
};

struct reader {
    struct shape *shape;
    struct shape_part *part;
    struct line previous; /* in this part, not blank; len 0: none */
    uint32_t paragraph_words, paragraph_sentences;
    uint32_t part_lines;  /* not blank */
    uint32_t seen;        /* lines of the text, not blank */
    uint32_t closed;      /* lines left that belong to a mail's close */
    uint32_t front_lines; /* of the front matter */
    bool after_blank, skip_paragraph;
    bool begins_paragraph; /* `previous` stands below a blank line */
    bool asked;            /* a line of this part ended in a question */
    bool front_matter;     /* its end has not come yet */
};

/* ---- shape_line.c: a line alone ---- */

struct line line_look_at(const char *text, size_t len);
bool line_starts_with(const struct line *l, enum phrase_role role);
size_t line_trim(const char *line, size_t len);

/* How many bytes at the beginning are of `set`. */
size_t line_skip(const char *text, size_t len, const char *set);

/* Its length without the tags, mentions and links at its end. */
size_t line_without_tags(const struct line *l);
struct token_counts line_count_word(const struct line *l, size_t from, size_t len);

/* Wrapped by an editor at some column, a paragraph goes on in the next line. */
bool line_goes_on(const struct line *previous, const struct line *next);

/* ---- shape_part.c: lines add up to parts ---- */

void part_begin(struct reader *r);
void part_add_line(struct reader *r, const struct line *l);
void part_end_paragraph(struct reader *r);

/* ---- shape_frame.c: what stands around a draft ---- */

/*
 * "---", fields and "---" above all else: what a program for posts or pages wants to know of the text below. A field
 * that names a channel or a state presents that text; none of them is a line of it.
 */
bool frame_takes_front_matter(struct reader *r, const struct line *l);

/* Greeting, cover note and close belong to no part. */
bool frame_takes(struct reader *r, const struct line *l);

/* "Post 2", "## Draft B:", "Tweet 1 of 3": few words that name a post, and a number or letter or colon. */
bool frame_is_post_title(const struct line *l);

/* A name or two in the last line: a mail without a formula ends so. */
bool frame_ends_in_signature(const struct reader *r);

#endif
