/*
 * fuzz_rtf: any bytes as RTF. What is pushed is valid UTF-8 without NUL, in rows within their limits.
 */
#include "content_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_content(extract_rtf, data, size);
    return 0;
}
