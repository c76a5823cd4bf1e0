/*
 * evidence: what the shape of a part of a text says for and against its being a post, and what that weighs.
 *
 * Each piece of evidence is a row: its name, how strongly it shows (0 to 100) and its weight in points; the score is a
 * constant, the sum of strength times weight, and what the part's closed words weigh (phrase.h).
 * `tests/accuracy/refit.py` fits the weights to labelled texts.
 */
#ifndef HOLDFAST_DRAFT_EVIDENCE_H
#define HOLDFAST_DRAFT_EVIDENCE_H

#include "draft/shape.h"

/* What the strength of evidence is read from; the viewer owns nothing. */
struct evidence_view {
    const struct shape *shape;
    const struct shape_part *part; /* of `shape` */
    const char *path;              /* may be "" */
};

/* 0 to 100; DRAFT_EVEN is the even chance. */
int evidence_score(const struct evidence_view *v);

/* The rows, for those who fit or explain: evidence_count() of them. */
size_t evidence_count(void);
const char *evidence_name(size_t row);
int evidence_strength(size_t row, const struct evidence_view *v);

#endif
