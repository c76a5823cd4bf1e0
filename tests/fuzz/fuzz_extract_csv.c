/*
 * fuzz_extract_csv: any bytes as a table: cells are valid, not empty, in order, within the limits; what is refused was
 * not pushed.
 */
#include "sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_reader(extract_csv, data, size, "");
    return 0;
}
