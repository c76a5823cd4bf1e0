/*
 * values: what an option's value means, or what is wrong with it.
 */
#ifndef HOLDFAST_CLI_VALUES_H
#define HOLDFAST_CLI_VALUES_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* `text` NULL: the option is not there, and *out stays. -EINVAL. */
int values_time(const char *option, const char *text, int64_t *out, struct error *e);
int values_number(const char *option, const char *text, size_t *out, struct error *e);

#endif
