/*
 * alike: how much of a draft do other drafts of the same rep say, too?
 */
#ifndef HOLDFAST_ANALYSE_ALIKE_H
#define HOLDFAST_ANALYSE_ALIKE_H

#include "analyse/known.h"
#include "policy/facts.h"

/* A text with fewer fingerprints is not compared: a greeting is in every draft. And of a text with more only these. */
enum { ALIKE_LEAST = 3, ALIKE_MOST = 8192 };

/*
 * Fills shared and twins of *f. `prints`: the text's fingerprints, ascending, each once. `own` is the number of the
 * draft that the text is a version of, which is not its own twin. 0 or -ENOMEM.
 */
int alike_measure(const struct known *texts, uint64_t own, const uint64_t *prints, size_t count, struct facts *f);

#endif
