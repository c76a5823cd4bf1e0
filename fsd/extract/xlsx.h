/*
 * xlsx: the parts of a workbook that hold its values: the table of shared strings, and the sheets that point into it.
 */
#ifndef HOLDFAST_EXTRACT_XLSX_H
#define HOLDFAST_EXTRACT_XLSX_H

#include "base/buf.h"
#include "extract/office.h"

/* Both tables together hold at most READER_BYTES; strings beyond are left out, and FACT_CUT flagged. */
struct xlsx_strings {
    struct buf text;
    uint32_t *ends; /* where each string ends in `text`; it begins where the one before ends */
    size_t count, room;
    bool full;
};

/* The member in hand is a table of shared strings. As office_read_xml. */
int xlsx_read_strings(struct xlsx_strings *s, struct zip *z, struct content_sink *to);
const char *xlsx_string(const struct xlsx_strings *s, uint64_t index, size_t *len); /* NULL: none of that number */
void xlsx_strings_free(struct xlsx_strings *s);

/* The member in hand is a sheet: its rows, its header and footer. As office_read_xml. */
int xlsx_read_sheet(const struct xlsx_strings *s, struct zip *z, struct content_sink *to, const char *name);

/*
 * A number as its digits: "4.47700900123E11" becomes "447700900123". `out` holds at least XLSX_NUMBER_BYTES. The
 * length, or 0: it is to be shown as it is.
 */
enum { XLSX_NUMBER_BYTES = 40 };
size_t xlsx_plain_number(const char *text, size_t len, char *out);

/* Some characters are written _xHHHH_ in strings: decoded in place; the new length. */
size_t xlsx_unescape(char *text, size_t len);

#endif
