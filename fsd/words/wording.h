/*
 * wording: words as they are compared, whoever wrote them: "Łukasz  Żak" and "LUKASZ ZAK" fold to "lukasz zak".
 */
#ifndef HOLDFAST_WORDS_WORDING_H
#define HOLDFAST_WORDS_WORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Letters and digits, folded (Unicode case folding, compatibility forms, diacritics dropped), words divided by one
 * space, none at either end. Apostrophes vanish ("O'Neill": "oneill"), and so do the dots of "S.p.A." and "J. R.";
 * anything else divides. What does not fit into `room` bytes is left out at a word's end. The result's length; not
 * terminated.
 */
size_t wording_fold(const char *text, size_t len, char *out, size_t room);

/* A word of a folded text. Iterate with: struct word w = {0}; while (word_next(text, len, &w)) ... */
struct word {
    const char *text; /* into the folded text */
    size_t len;
    size_t next; /* where the following one begins */
};
bool word_next(const char *folded, size_t len, struct word *w);

/*
 * What a folded word may be, from lists in some languages. Evidence, never proof: most names and companies are in no
 * list.
 */
enum word_class {
    WORD_HONORIFIC = 1u << 0, /* dr, frau, monsieur */
    WORD_PARTICLE = 1u << 1,  /* von, de la: small words inside names */
    WORD_LEGAL = 1u << 2,     /* gmbh, ltd: legal forms */
    WORD_ORG = 1u << 3,       /* solutions, bank, werke: words of companies' names */
    WORD_TITLE = 1u << 4,     /* manager, leiterin: words of job titles */
    WORD_GIVEN = 1u << 5,     /* common given names */
    WORD_COMMON = 1u << 6,    /* the, please, regards: words that are in no one's name */
    /* what a header or label says its column is */
    WORD_SAYS_EMAIL = 1u << 7,
    WORD_SAYS_PHONE = 1u << 8,
    WORD_SAYS_PROFILE = 1u << 9,
    WORD_SAYS_NAME = 1u << 10,
    WORD_SAYS_PART = 1u << 11, /* first, last (name) */
    WORD_SAYS_COMPANY = 1u << 12,
    WORD_SAYS_TITLE = 1u << 13,
    WORD_SAYS_OTHER = 1u << 14, /* city, amount, id, date */
    /* what sensitive.h looks for */
    WORD_ILLNESS = 1u << 15,    /* conditions and medication */
    WORD_PATIENT = 1u << 16,    /* patient, diagnosed, prescribed: the wording of records about a patient */
    WORD_PERSON = 1u << 17,     /* he, she, ihr: stands for a person */
    WORD_DEAL = 1u << 18,       /* pipeline, quota, forecast */
    WORD_DEAL_TOO = 1u << 19,   /* discount, stage: only together with others */
    WORD_SECRET = 1u << 20,     /* confidential, vertraulich */
    WORD_SECRET_TOO = 1u << 21, /* internal, restricted: only in a mark of nothing else */
    WORD_MARK = 1u << 22,       /* only, use, strictly: what else stands in a mark */
    WORD_DISCLAIMER = 1u << 23, /* recipient, message: what stands in a mail's footer */
    WORD_NATIONAL_ID = 1u << 24,
    WORD_ORDINARY = 1u << 25, /* apple, target, bild: words that are also somebody's name, and mostly are not */
};
#define WORD_SAYS                                                                                                      \
    (WORD_SAYS_EMAIL | WORD_SAYS_PHONE | WORD_SAYS_PROFILE | WORD_SAYS_NAME | WORD_SAYS_PART | WORD_SAYS_COMPANY |     \
     WORD_SAYS_TITLE | WORD_SAYS_OTHER)

/* enum word_class, or'ed; 0 for a word in no list. Thread-safe. */
uint32_t word_classes(const char *folded, size_t len);
/* Is it in a list of this one class? Sooner said than all classes when it begins as no word of that list does. */
bool word_is(enum word_class class, const char *folded, size_t len);

/* The lists: words of a class, divided by spaces. */
struct word_list {
    uint32_t class;
    const char *words;
};
extern const char wording_ordinary[]; /* a long one, in a file of its own */
extern const struct word_list word_lists[];
extern const size_t word_list_count;

#endif
