/*
 * edits: how a run of bytes came from its older self, kept while it is edited, so that git's delta of the two is known
 * at once.
 *
 * The new bytes are a row of spans, each either copied from the old bytes or new. An edit splits the span it falls in.
 */
#ifndef HOLDFAST_RECORD_EDITS_H
#define HOLDFAST_RECORD_EDITS_H

#include "base/buf.h"

enum { EDITS_MOST = 32 };

struct edits {
    uint32_t old_len;
    bool lost; /* too many edits: no delta */
    unsigned count;
    struct edits_span {
        uint32_t old; /* where it begins in the old bytes; EDITS_NEW: it is not from there */
        uint32_t len;
    } spans[EDITS_MOST];
};

#define EDITS_NEW UINT32_MAX

void edits_begin(struct edits *x, uint32_t len);

/* At `at` of the present bytes, `removed` bytes gave way to `added` new ones. */
void edits_splice(struct edits *x, uint32_t at, uint32_t removed, uint32_t added);

/* Append git's delta (gitformat-pack(5), "Deltified representation") that makes the present bytes `now` of the old. */
void edits_put_delta(const struct edits *x, const unsigned char *now, uint32_t now_len, struct buf *to);

#endif
