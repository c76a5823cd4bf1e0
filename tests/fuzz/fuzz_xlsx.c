/*
 * fuzz_xlsx: any bytes as the parts of a workbook, and as the file itself.
 */
#include "content_check.h"

static const char *const paths[] = {"xl/worksheets/sheet1.xml",
                                    "xl/sharedStrings.xml",
                                    "xl/workbook.xml",
                                    "xl/_rels/workbook.xml.rels",
                                    "docProps/core.xml",
                                    "xl/comments1.xml",
                                    NULL};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size >= 4 && memcmp(data, "PK\3\4", 4) == 0)
        check_content(extract_xlsx, data, size);
    else
        check_zip(extract_xlsx, paths, data, size);
    return 0;
}
