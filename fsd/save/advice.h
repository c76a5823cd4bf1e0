/*
 * advice: what an inspection found, in the words of the record's trailers.
 */
#ifndef HOLDFAST_SAVE_ADVICE_H
#define HOLDFAST_SAVE_ADVICE_H

#include "inspect/client.h"

struct advice {
    char records[64];  /* "412", or "412 +12 -3" once compared; "" when there is nothing to say */
    char finding[400]; /* "error social-posts/promissory 3:14, warning ..."; how many more, where they do not fit; ""
                          none */
};

/* Reads found->report_fd where there are findings; a report that is none says nothing. */
void advice_make(struct advice *out, const struct inspection *found);

#endif
