/*
 * gather: one contact in the making: what kinds of values a row, a card or a few lines hold, and their keys.
 */
#ifndef HOLDFAST_CONTACT_GATHER_H
#define HOLDFAST_CONTACT_GATHER_H

#include "contact/contacts.h"

enum { GATHER_KEYS = 12, GATHER_PARTS = CONTACT_KEY_BYTES / 2 };

struct gather {
    bool keyed;      /* keys are wanted, not only kinds */
    bool shown;      /* and the values themselves, titles too */
    uint32_t kinds;  /* 1 << contact_kind */
    uint32_t emails; /* addresses seen, also those that are in no contact */
    size_t count;
    struct contact_key keys[GATHER_KEYS];
    char room[GATHER_KEYS][CONTACT_KEY_BYTES];
    char values[GATHER_KEYS][CONTACT_KEY_BYTES];
    size_t part_count, part_len; /* of a name that is spread over columns; bytes, with spaces between the parts */
    struct gather_part {
        const char *text; /* the row's */
        size_t len;
    } parts[GATHER_PARTS];
    bool folded_is_whole; /* of all parts; else it is made from them */
    size_t folded_len;
    char folded[CONTACT_KEY_BYTES];
};

static inline void gather_clear(struct gather *g)
{
    g->kinds = 0;
    g->count = 0;
    g->part_count = g->part_len = g->folded_len = 0;
    g->folded_is_whole = true;
}

/* The value is of that kind, if it has a key of it (titles have none and always are). False if it has not. */
bool gather_value(struct gather *g, enum contact_kind kind, const char *text, size_t len);
/* As gather_value of a value that has this key; it is one that contact/recent.h knows, and so is what is folded below.
 */
void gather_key(struct gather *g, enum contact_kind kind, const char *key, size_t key_len, const char *text,
                size_t len);
/* One more piece of the name, which stays where it is until gather_name, and all its folded words; NULL: they are not
 * known. */
void gather_part(struct gather *g, const char *text, size_t len, const char *folded, size_t folded_len);
void gather_name(struct gather *g); /* the pieces are all: make a key of them */

/*
 * A line, or a cell that holds more than one value: addresses, numbers and profiles anywhere in it, and what is divided
 * off by commas and the like as a name, company or title. One that is longer than GATHER_LINE is searched for addresses
 * only.
 */
enum { GATHER_LINE = 512 };
void gather_line(struct gather *g, const char *text, size_t len);
/* The same, but names, companies and titles only if there is an address, number or profile, too. */
void gather_line_if_form(struct gather *g, const char *text, size_t len);

bool gather_is_contact(const struct gather *g);
bool gather_has_form(const struct gather *g); /* an email, phone or profile */

#endif
