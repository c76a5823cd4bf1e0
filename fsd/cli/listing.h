/*
 * listing: what commands that list the newest of something, and may follow, ask for by the same options.
 */
#ifndef HOLDFAST_CLI_LISTING_H
#define HOLDFAST_CLI_LISTING_H

#include "cli/source.h"

/*
 * The request that PATH, --rep, --device, --mount, --class, --since, --until, --number and --follow spell; `t`
 * (begin with {0}) holds the path's strings. 1; 0: nothing is wanted, --number 0; -EINVAL and what
 * source_find_target says.
 */
int listing_request(struct source *s, const char *ask, struct target *t, struct wire_request *r, struct error *e);

#endif
