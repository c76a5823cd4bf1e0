/*
 * contacts: is a row or a card a contact, and what are its keys? By the values, whatever the header says and in
 * whatever order the columns come.
 *
 * A contact has values of at least two kinds, one of them an email, a phone or a profile. Emails, phones and profiles
 * are told by their form. Names, companies and titles have no form of their own: a column is one when its values, taken
 * together, look like it (and, as weak evidence, its header); so the first rows are held back until the columns are
 * known.
 */
#ifndef HOLDFAST_CONTACT_CONTACTS_H
#define HOLDFAST_CONTACT_CONTACTS_H

#include "extract/content.h"
#include "policy/facts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One key of one contact: what identifies it, normalised. Two writings of the same thing have the same text. */
struct contact_key {
    enum contact_kind kind; /* EMAIL, PHONE (its last nine digits), PROFILE, NAME, COMPANY */
    const char *text;       /* UTF-8, folded; the callee's for the call only */
    uint32_t len;
    uint32_t
        value_len;     /* after contacts_show: the value as the file has it, cut at a character when it is very long; */
    const char *value; /* valid UTF-8 without control bytes. Else 0 and NULL */
};

/* A contact was found; `row` counts contacts from 0 over the whole file. Non-zero stops and is returned. */
typedef int contact_found(void *ctx, uint32_t row, const struct contact_key *keys, size_t count);

struct contacts;

int contacts_open(struct contacts **out, contact_found *found, void *ctx); /* -ENOMEM */
/* Another file begins, whatever came of the last one. It is cheaper than to open anew. */
void contacts_begin(struct contacts *c);
/* Before the first row: keys come with their values, and titles come too (their key is their folded words). */
void contacts_show(struct contacts *c);
int contacts_sheet(struct contacts *c); /* the columns begin anew */
int contacts_row(struct contacts *c, const struct row *row);
/* Contacts in running text: a signature block, "Ann Hill, ACME, +1 555 0101": lines that hold two kinds. May be split
 * anywhere. */
int contacts_text(struct contacts *c, const char *utf8, size_t len);
/* What is held back is told of. Adds to contacts, rich, kinds, rows and emails of *f. */
int contacts_end(struct contacts *c, struct facts *f);
void contacts_close(struct contacts *c);

/* ---- single values ---- */

/* What is this value, by its form alone? CONTACT_KINDS: nothing that its form tells. */
enum contact_kind contact_kind_of(const char *text, size_t len);

/*
 * The key of a value of that kind into `out` (at most `room` bytes, not terminated): its length, or 0 if it has none.
 * The same for a typed `find --contact` as for a file's cell, so both meet.
 */
enum { CONTACT_KEY_BYTES = 254 };
size_t contact_normalise(enum contact_kind kind, const char *text, size_t len, char *out, size_t room);

#endif
