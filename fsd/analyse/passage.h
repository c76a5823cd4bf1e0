/*
 * passage: the fingerprints of a text that is sought.
 */
#ifndef HOLDFAST_ANALYSE_PASSAGE_H
#define HOLDFAST_ANALYSE_PASSAGE_H

#include "analyse/fingerprint.h"

enum { PASSAGE_PRINTS_MOST = 8 };

/*
 * Some fingerprints that every text has in which this one stands, as seek.h compares: how many. 0: it is shorter than
 * FINGERPRINT_SURE letters and digits, and none is sure. -ENOMEM.
 */
int passage_prints(const unsigned char secret[static FINGERPRINT_SECRET_BYTES], const char *text,
                   uint64_t out[static PASSAGE_PRINTS_MOST]);

#endif
