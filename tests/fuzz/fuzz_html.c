/*
 * fuzz_html: any bytes as HTML. What is pushed is valid UTF-8 without NUL, in rows within their limits.
 */
#include "content_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_content(extract_html, data, size);
    return 0;
}
