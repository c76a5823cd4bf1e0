/*
 * findings: advice, as lines of a linter and as JSON.
 */
#ifndef HOLDFAST_CLI_FINDINGS_H
#define HOLDFAST_CLI_FINDINGS_H

#include "analyse/report.h"

#include <jansson.h>
#include <stdbool.h>

/* "draft.md:3:14: error: A promise of results ... [finance/promissory]", and below it how to mend it. To standard
 * output. */
void findings_print(const char *path, const struct report *r, bool colour);
json_t *findings_pack(const struct report *r); /* NULL: out of memory */

#endif
