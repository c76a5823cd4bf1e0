/*
 * phrase: how people address each other, in the languages that our reps write in. Grammar and forms of address
 * only (pronouns, salutations, what asks readers to act), never what a text is about: a post may be about anything.
 */
#ifndef HOLDFAST_DRAFT_PHRASE_H
#define HOLDFAST_DRAFT_PHRASE_H

#include <stddef.h>
#include <stdint.h>

enum phrase_role {
    PHRASE_FIRST,    /* I, we */
    PHRASE_SELF,     /* I alone; counted beside FIRST */
    PHRASE_SECOND,   /* you */
    PHRASE_THIRD,    /* she, he: notes speak of people, posts to them */
    PHRASE_ASK,      /* asks readers for something: "let me know", "link in the comments" */
    PHRASE_COVER,    /* hands a draft over: "here's my draft", "ok to post?" */
    PHRASE_POST,     /* names a post, as a title does: "post", "tweet", "Beitrag" */
    PHRASE_GREET,    /* begins a letter: "dear", "sehr geehrte" */
    PHRASE_EVERYONE, /* greets many: "network", "zusammen" */
    PHRASE_CLOSE,    /* ends a letter: "kind regards" */
    PHRASE_BULK,     /* stands in mass mail only: "unsubscribe" */
    PHRASE_LEAVE,    /* "unsubscribe" in a word: of mass mail if it is a link, of a sentence otherwise */
    PHRASE_RELEASE,  /* stands in press releases only: "press contact" */
    PHRASE_LEGAL,    /* binds: "shall", "hereinafter" */
    PHRASE_STARS,    /* what reviews count, behind a number: "5 stars" */
    PHRASE_PUBLIC,   /* thanks, congratulates, announces or invites before others: "thanks to", "we're hiring" */
    PHRASE_WHEN,     /* "today", "last week": how what happened is told */
    PHRASE_REQUEST,  /* asks one person to do something: "could you", "please" */
    PHRASE_FORMULA,  /* what letters say and posts do not: "please find", "as discussed", "Mr" */
    PHRASE_WORK,     /* people and things of work: "customer", "team" */
    PHRASE_ROLES
};

struct phrase_counts {
    uint32_t of[PHRASE_ROLES];
};

/*
 * Adds the phrases of a folded line (phrase_fold) to *to. A phrase of many words counts beside the shorter ones in it.
 * Linear: each word starts few phrases.
 */
void phrase_count(const char *folded, size_t len, struct phrase_counts *to);

void phrase_add(struct phrase_counts *to, const struct phrase_counts *more);

/* The roles of phrases that the line begins with, as bits (1 << role). */
uint32_t phrase_at_start(const char *folded, size_t len);

/*
 * Lower case for ASCII and Latin-1, runs of white space as one space, the typographic apostrophe as the plain one.
 * Writes at most `len` bytes (never more than it reads) and returns how many.
 */
size_t phrase_fold(const char *line, size_t len, char *to);

#endif
