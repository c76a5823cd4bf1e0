/*
 * csv_dialect: is this text a table, and by what are its columns divided?
 *
 * Every separator is tried on the first records. A table's records agree in how many columns they have; prose, source
 * code, logs and Markdown have commas and bars, too, but not in step, or with marks of their own.
 */
#ifndef HOLDFAST_EXTRACT_CSV_DIALECT_H
#define HOLDFAST_EXTRACT_CSV_DIALECT_H

#include "extract/csv_record.h"

struct csv_dialect {
    char separator;
    size_t skip; /* bytes of a first line that only names the separator, as Excel has it: "sep=;" */
};

/* The first `len` bytes of a text; all of it if `whole`. `r` is for its use, text[len] is overwritten. False: no table.
 */
bool csv_dialect_detect(struct csv_dialect *d, struct csv_record *r, char *text, size_t len, bool whole);

#endif
