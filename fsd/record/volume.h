/*
 * volume: the periods into which a branch is cut: "2026Q4", "2026-11" or "2026", in UTC.
 *
 * A name may carry ".2", ".3" ... behind it: the same period begun again, after the admin changed the scheme and
 * changed it back.
 */
#ifndef HOLDFAST_RECORD_VOLUME_H
#define HOLDFAST_RECORD_VOLUME_H

#include <stdbool.h>
#include <stdint.h>

enum { VOLUME_NAME_BYTES = 32 };

/* "quarter", "month", "year". */
bool volume_is_scheme(const char *scheme);

/* The name of the period that holds `ns`. */
void volume_name(const char *scheme, int64_t ns, char to[static VOLUME_NAME_BYTES]);

/* When the named period ends (first nanosecond after it); INT64_MIN for a name that is no period, so that it is always
 * over. */
int64_t volume_end(const char *name);

#endif
