/*
 * column: what was seen in one column, and what follows from it.
 */
#ifndef HOLDFAST_CONTACT_COLUMN_H
#define HOLDFAST_CONTACT_COLUMN_H

#include "contact/columns.h"

#include <stdint.h>

struct column {
    uint32_t says;   /* WORD_SAYS_* of its header or label */
    bool has_header; /* the header has a word here, and no digit */
    enum column_role role;

    uint32_t values;
    uint32_t numeric;  /* values with a digit */
    uint32_t distinct; /* about: by a bitmap of hashes, so no more than 256 */
    uint64_t seen[4];

    /* by form */
    uint32_t emails, profiles, inside; /* `inside`: an address within something else */
    uint32_t sure, likely, bare;       /* phones, by enum phone_form */
    uint32_t bare_zero, bare_country, bare_article, rising;
    uint32_t least_digits, most_digits;
    uint64_t last_number;

    /* by shape */
    uint32_t words, prose, persons, singles, companies, titles, givens, honorifics;

    /* beside an address */
    uint32_t beside, in_local, in_domain;
};

/* The best role, and in *score how good it is among others of that role. */
enum column_role column_decide(const struct column *c, double *score);

/* Of ROLE_PHONE: numbers of which some have a form that only phones have, most of them different. */
bool column_is_various_phones(const struct column *c);

/* ROLE_NAME or ROLE_PART if its values are various and have the form of names, or of parts of them; else ROLE_OTHER. */
enum column_role column_owner(const struct column *c);

#endif
