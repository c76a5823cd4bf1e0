/*
 * fuzz_extract_json: any bytes as JSON: what is pushed is valid and within the limits; what is refused was not pushed.
 */
#include "sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_reader(extract_json, data, size, "");
    return 0;
}
