/*
 * cover: do a file's fingerprints say where a long text may stand in it? Running text is all in fingerprints. Rows,
 * margins, properties and quotes are not; but what is shorter than FINGERPRINT_SURE holds no text of that length.
 */
#ifndef HOLDFAST_ANALYSE_COVER_H
#define HOLDFAST_ANALYSE_COVER_H

#include "extract/content.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cover {
    uint64_t run; /* letters and digits of the text at hand, at most */
    bool lacks;   /* something long came that is in no fingerprint */
};

/* What is in no fingerprint, in the order it comes; cover_divide where it ends: seek.h says what is one text. */
void cover_row(struct cover *c, const struct row *row);
void cover_text(struct cover *c, const char *utf8, size_t len);
void cover_divide(struct cover *c);

#endif
