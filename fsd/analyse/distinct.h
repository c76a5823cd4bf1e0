/*
 * distinct: a list of 64-bit hashes as a set.
 */
#ifndef HOLDFAST_ANALYSE_DISTINCT_H
#define HOLDFAST_ANALYSE_DISTINCT_H

#include <stddef.h>
#include <stdint.h>

/* Sorts `values` and drops what stands twice: how many are left. Linear, as long as there is memory for a second list.
 */
size_t distinct_hashes(uint64_t *values, size_t count);

#endif
