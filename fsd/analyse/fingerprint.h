/*
 * fingerprint: by which a copy is known again, however it was exported, shortened, sorted or wrapped.
 *
 * Rows: each key of a contact, hashed with the company's secret (XXH3, 64 bits, withSecret: with a
 * seed too, XXH3 would leave the secret out of what is shorter than 241 bytes, which is every key). Text:
 * winnowing (Schleimer, Wilkerson, Aiken 2003) with k = 25 characters and a window of 26, over the text folded to lower
 * case without white space and punctuation: any run of 50 such characters shared by two texts gives both at least one
 * equal fingerprint. Folding is Unicode's (case, compatibility, no marks), so that accents, ligatures, full-width
 * letters and how they are composed do not matter; scripts that write vowels as marks are known by their consonants.
 */
#ifndef HOLDFAST_ANALYSE_FINGERPRINT_H
#define HOLDFAST_ANALYSE_FINGERPRINT_H

#include "contact/contacts.h"

#include <stddef.h>
#include <stdint.h>

enum { FINGERPRINT_SECRET_BYTES = 192, FINGERPRINT_K = 25, FINGERPRINT_WINDOW = 26 };
enum { FINGERPRINT_SURE = FINGERPRINT_K + FINGERPRINT_WINDOW - 1 }; /* characters of a run that is always found */

/* The low 3 bits hold the kind, so that a row's kinds can be counted from its keys alone; the rest is the hash. */
uint64_t fingerprint_key(const unsigned char secret[static FINGERPRINT_SECRET_BYTES], const struct contact_key *key);

struct winnow;

/* A text's next fingerprint; the same may come again. Non-zero stops, and is returned. */
typedef int winnow_found(void *ctx, uint64_t fingerprint);

int winnow_open(struct winnow **out, const unsigned char secret[static FINGERPRINT_SECRET_BYTES], winnow_found *found,
                void *ctx); /* -ENOMEM; the secret is copied */
/* Pieces may end anywhere, also inside a character; bytes that are no UTF-8 are left out. Fingerprints come with some
 * delay, the last from winnow_end. */
int winnow_text(struct winnow *w, const char *utf8, size_t len);
/* The text is over; a text of 25 to 49 characters has one fingerprint, a shorter one none. Another text may follow. */
int winnow_end(struct winnow *w);
void winnow_close(struct winnow *w);

#endif
