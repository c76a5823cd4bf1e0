/*
 * quiet: short values of cells that were looked at before and gave away nothing, so that nobody looks again.
 *
 * Values of some columns never come again (addresses, numbers). Where none did for a while, a column's are looked at
 * without asking, since asking costs nearly as much; now and then it is tried again.
 */
#ifndef HOLDFAST_SENSITIVE_QUIET_H
#define HOLDFAST_SENSITIVE_QUIET_H

#include "words/short_value.h"

enum { QUIET_VALUES = 4096, QUIET_COLUMNS = 64, QUIET_TRIES = 32, QUIET_TRIES_AGAIN = 8, QUIET_PAUSE = 1024 };

/* Zeroes know nothing. What is known holds for any file. */
struct quiet {
    uint16_t in_vain[QUIET_COLUMNS]; /* values of this column since one was known */
    struct short_value values[QUIET_VALUES];
};

/* Is it worth asking about values of this column? */
static inline bool quiet_is_asked(struct quiet *q, uint32_t column)
{
    uint16_t *in_vain = &q->in_vain[column % QUIET_COLUMNS];
    if (*in_vain < QUIET_TRIES)
        return true;
    *in_vain = *in_vain < QUIET_PAUSE ? (uint16_t)(*in_vain + 1) : QUIET_TRIES - QUIET_TRIES_AGAIN;
    return false;
}

static inline bool quiet_knows(struct quiet *q, uint32_t column, const struct short_value *value)
{
    bool known = short_value_is(&q->values[short_value_place(value, QUIET_VALUES)], value);
    uint16_t *in_vain = &q->in_vain[column % QUIET_COLUMNS];
    *in_vain = known ? 0 : (uint16_t)(*in_vain + 1);
    return known;
}

static inline void quiet_learn(struct quiet *q, const struct short_value *value)
{
    q->values[short_value_place(value, QUIET_VALUES)] = *value;
}

#endif
