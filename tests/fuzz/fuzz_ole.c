/*
 * fuzz_ole: any bytes as a compound file: nothing of it is pushed, whatever its sectors and chains say.
 */
#include "sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_reader(extract_ole, data, size, "");
    return 0;
}
