/*
 * advice: what an inspection found, in the words of the record's trailers, and as the facts have it.
 */
#ifndef HOLDFAST_SAVE_ADVICE_H
#define HOLDFAST_SAVE_ADVICE_H

#include "event/facts.h"
#include "inspect/client.h"

struct advice {
    char records[64];  /* "412", or "412 +12 -3" once compared; "" when there is nothing to say */
    char finding[400]; /* "error finance/promissory 3:14, warning ...", gravest first; how many more, where they
                          do not fit; "" none */
    uint16_t findings[FACT_LEVELS];
    struct fact_finding worst[FACT_WORST]; /* gravest first */
};

/* Reads found->report_fd where there are findings; a report that is none says nothing. */
void advice_make(struct advice *out, const struct inspection *found);

/* Into the fact of that file, with its class (NULL: none). */
void advice_put(const struct advice *a, const char *class_name, struct fact *to);

#endif
