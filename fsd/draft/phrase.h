/*
 * phrase: how people address each other, in the languages that our reps write in. Grammar and forms of address
 * only (pronouns, salutations, what asks readers to act), never what a text is about: a post may be about anything.
 */
#ifndef HOLDFAST_DRAFT_PHRASE_H
#define HOLDFAST_DRAFT_PHRASE_H

#include <stdbool.h>
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
    PHRASE_TAKE,     /* how posts open, turn and close: "unpopular opinion", "here's why", "read that again" */
    PHRASE_PAPER,    /* names a paper or a chapter of one, in its titles: "minutes", "next steps", "Rechnung" */
    PHRASE_DUTY,     /* binds staff: "must", "employees", "make sure" */
    PHRASE_REPORTED, /* reports what others said, did or counted: "according to", "on average" */
    PHRASE_CEREMONY, /* is spoken before guests: "raise your glasses" */
    PHRASE_SHOP,     /* offers or judges goods: "in stock", "value for money" */
    PHRASE_ARRANGE,  /* arranges something with somebody: "running late", "call me back" */
    PHRASE_PLAN,     /* stands in notes on work: "follow up", "waiting for" */
    PHRASE_FORMAL,   /* joins sentences of papers: "however", "in order to" */
    PHRASE_PAST,     /* tells: "was", "went" */
    PHRASE_WILL,     /* foretells: "will", "going to" */
    PHRASE_META,     /* speaks of posting: "hashtags", "when you post", "followers" */
    PHRASE_MANUAL,   /* tells how to use a thing: "click", "install", "step" */
    PHRASE_ROLES
};

/*
 * Beside the phrases: the closed words, those that every text of a language is made of whatever it is about (pronouns,
 * articles, prepositions, connectives, marks). Only which of them a text has is kept, one bit each.
 */
enum { PHRASE_CLOSED_MOST = 512 };

struct phrase_counts {
    uint32_t of[PHRASE_ROLES];
    uint64_t closed[PHRASE_CLOSED_MOST / 64];
};

/* How many closed words there are, what they are, what each weighs in tenths of a point (evidence.h). */
size_t phrase_closed_count(void);
const char *phrase_closed_word(size_t row);
int phrase_closed_weight(size_t row);

bool phrase_has_closed(const struct phrase_counts *counts, size_t row);

/*
 * Adds the phrases of a folded line (phrase_fold) to *to. A phrase of many words counts beside the shorter ones in it.
 * Linear: each word starts few phrases.
 */
void phrase_count(const char *folded, size_t len, struct phrase_counts *to);

void phrase_add(struct phrase_counts *to, const struct phrase_counts *more);

/* The roles of phrases that the line begins with, as bits (1 << role). */
uint64_t phrase_at_start(const char *folded, size_t len);

/*
 * Lower case for ASCII, Latin-1 and Latin Extended-A; runs of white space, emoji and symbols as one space; typographic
 * apostrophes, quotation marks, dashes and dots as plain ones; without the marks that open a Spanish question.
 * Writes at most `len` bytes (never more than it reads) and returns how many.
 */
size_t phrase_fold(const char *line, size_t len, char *to);

#endif
