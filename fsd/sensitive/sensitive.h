/*
 * sensitive: what else a text or a table may give away: confidentiality marks, payment cards, IBANs, national ids,
 * health beside a person, deal and pipeline wording. By form and checksum where there is one, by context where there is
 * none.
 */
#ifndef HOLDFAST_SENSITIVE_SENSITIVE_H
#define HOLDFAST_SENSITIVE_SENSITIVE_H

#include "extract/content.h"
#include "policy/facts.h"
#include "sensitive/quiet.h"

#include <stdbool.h>
#include <stddef.h>

/* Adds to marks, cards, ibans, ids, health and pipeline of *f. Called with whole lines or whole cells. *quiet begins as
 * zeroes and is kept from row to row, and from file to file: it makes no difference but to the time. */
void sensitive_text(enum text_part part, const char *text, size_t len, struct facts *f);
void sensitive_row(const struct row *row, struct quiet *quiet, struct facts *f);

/* ---- single values, with any usual separators ---- */
bool sensitive_is_card(const char *text, size_t len);
bool sensitive_is_iban(const char *text, size_t len);

#endif
