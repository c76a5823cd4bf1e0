/*
 * draft: does a text have the shape of a post for a social network?
 *
 * By shape: how long it is, its hashtags, mentions and links, whether it speaks to readers and asks them to do
 * something, how its lines are broken. The path is weak evidence only. A source file, a contract, an invoice, a mail to
 * one person and minutes are not drafts, whatever folder they lie in; a draft in a DOCX or in a mail to a colleague
 * still is one.
 */
#ifndef HOLDFAST_DRAFT_DRAFT_H
#define HOLDFAST_DRAFT_DRAFT_H

#include "policy/facts.h"

#include <stddef.h>

/*
 * From which score on a text rather is a draft than not. Shape is told of the first 64 KiB; a longer text is
 * never a draft, whatever it begins with. Counts are of the whole. Time is linear.
 */
enum { DRAFT_EVEN = 50 };

/* Fills words, draft, hashtags, mentions, links, and FACT_CODE, of *f. `text` is UTF-8; `path` may be "". */
void draft_measure(const char *text, size_t len, const char *path, struct facts *f);

#endif
