/*
 * naming: which persons, companies and addresses of the company's prospect lists does a text name?
 *
 * Runs of one to five words are made keys as a list's cells are (contact_normalise) and looked up. What is found counts
 * only when it is meant as a name, as far as writing tells:
 *
 *   - its words have capitals, small joining words ("von", "of") apart;
 *   - one of them at least is no ordinary word (wording.h), or a legal form stands behind: "Target" is a word, "Target
 *     Corp." a company, "Northwind" neither;
 *   - a single word stands inside a sentence, since at its beginning a capital says nothing; unless it is written as no
 *     word is ("HubSpot", "ACME"), or called by # or @. Where nouns have capitals (German), inside says nothing either.
 *
 * Rather misses a name than cries wolf. Each is counted once, however often it stands there. Time is linear.
 */
#ifndef HOLDFAST_ANALYSE_NAMING_H
#define HOLDFAST_ANALYSE_NAMING_H

#include "analyse/fingerprint.h"
#include "analyse/known.h"

enum {
    NAMING_MOST = 1000,           /* names that are told apart; more are not counted */
    NAMING_TEXT_BYTES = 64 << 10, /* of a text are looked at */
    NAMING_CELLS = 20000,         /* of a file's tables */
};

struct naming;

/* Table and secret stay the caller's, who keeps them until the close. -ENOMEM. */
int naming_open(struct naming **out, const unsigned char secret[static FINGERPRINT_SECRET_BYTES],
                const struct known *names);
void naming_text(struct naming *n, const char *utf8, size_t len); /* a whole text */
void naming_cell(struct naming *n, const char *utf8, size_t len); /* names if all of it is a name */
uint32_t naming_count(const struct naming *n);
void naming_close(struct naming *n);

#endif
