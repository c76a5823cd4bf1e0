/*
 * match: which contacts of two lists are the same, wherever they stand.
 *
 * Two contacts are the same one if all their values are equal, or else if they share an email; a profile; a phone; a
 * name and a company. Stronger signs go first, and each contact has at most one partner. A phone alone does not make
 * one of two people whose names and emails both differ: they share a switchboard. What a list has twice, value by
 * value, counts once.
 *
 * Values are compared by their keys, so "+49 30 555-0101" and "030/5550101" are equal. The time is that of sorting,
 * whatever the lists hold.
 */
#ifndef HOLDFAST_CLI_MATCH_H
#define HOLDFAST_CLI_MATCH_H

#include "base/buf.h"
#include "contact/listing.h"

#include <stdint.h>

#define MATCH_NONE UINT32_MAX
#define MATCH_TWIN (UINT32_MAX - 1) /* the list has an equal one before it */

struct match_entry {
    size_t at;        /* in the listing */
    uint32_t partner; /* its index in the other list, or a MATCH_ word */
    bool equal;       /* to its partner in every value */
};

struct match_list {
    const struct buf *listing; /* the caller's, sound (listing_is_sound) */
    struct match_entry *entries;
    uint32_t count;
};

struct match {
    struct match_list before, after;
};

/* Match two listings, which must outlive *out. -ENOMEM; -EFBIG: more contacts than can be counted. */
int match_make(struct match *out, const struct buf *before, const struct buf *after);
void match_free(struct match *m);
#define match_auto __attribute__((cleanup(match_free))) struct match

void match_get(const struct match_list *l, uint32_t index, struct listing_contact *out);

/* Does the contact have a value of this kind with this key? */
bool match_has(const struct listing_contact *c, const struct listing_value *value);

#endif
