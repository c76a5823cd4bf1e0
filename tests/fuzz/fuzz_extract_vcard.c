/*
 * fuzz_extract_vcard: any bytes as cards: what is pushed is valid and within the limits.
 */
#include "sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_reader(extract_vcard, data, size, "");
    return 0;
}
