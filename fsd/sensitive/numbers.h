/*
 * numbers: payment cards, IBANs and national ids, by prefix, length and checksum.
 */
#ifndef HOLDFAST_SENSITIVE_NUMBERS_H
#define HOLDFAST_SENSITIVE_NUMBERS_H

#include "policy/facts.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    NUMBER_DIGITS_LEAST = 6,
    NUMBER_ALNUMS_LEAST = 9
}; /* a text with fewer digits, or letters and digits, holds none */

/*
 * All those in a line or a cell, added to cards, ibans and ids. `named`: a word nearby says that ids are meant;
 * without, only those count that their form or checksum makes unmistakable. Linear.
 */
void numbers_count(const char *text, size_t len, bool named, struct facts *f);

/* ---- one value, without separators ---- */

bool number_is_card(const char *digits, size_t count);
bool number_is_iban(const char *letters, size_t count); /* upper case */

/* How sure is a national id of so many letters and digits, upper case? */
enum national_id { ID_NONE, ID_IF_NAMED, ID_SURE };
enum national_id number_is_national(const char *letters, size_t count);

#endif
