/*
 * fuzz_docx: any bytes as the parts of a text document or slides, and as the file itself.
 */
#include "content_check.h"

static const char *const paths[] = {"word/document.xml",   "word/_rels/document.xml.rels",
                                    "word/header1.xml",    "ppt/slideMasters/slideMaster1.xml",
                                    "docProps/custom.xml", NULL};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size >= 4 && memcmp(data, "PK\3\4", 4) == 0)
        check_content(extract_docx, data, size);
    else
        check_zip(extract_docx, paths, data, size);
    return 0;
}
