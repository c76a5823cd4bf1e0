/*
 * fuzz_extract_ldif: any bytes as a directory's entries: what is pushed is valid and within the limits.
 */
#include "sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_reader(extract_ldif, data, size, "");
    return 0;
}
