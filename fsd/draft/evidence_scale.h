/*
 * evidence_scale: how counts become the strength of evidence, 0 to 100.
 */
#ifndef HOLDFAST_DRAFT_EVIDENCE_SCALE_H
#define HOLDFAST_DRAFT_EVIDENCE_SCALE_H

#include "draft/evidence.h"

/* 0 up to `from`, 100 at `to` and beyond, straight between. */
static inline int ramp(uint64_t value, uint64_t from, uint64_t to)
{
    return value <= from ? 0 : value >= to ? 100 : (int)((value - from) * 100 / (to - from));
}

/* `some` of `all`, times `scale`; of nothing, none. */
static inline uint64_t share(uint64_t some, uint64_t all, uint64_t scale) { return all > 0 ? some * scale / all : 0; }

static inline uint64_t per_mille_words(const struct evidence_view *v, enum phrase_role role)
{
    return share(v->part->phrases.of[role], v->part->tokens.words, 1000);
}

#endif
