/*
 * fuzz_detect: any bytes as a rep's file: what comes out as type and charset is clean, whatever went in.
 */
#include "analyse/detect.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct detector *detector;
    char mime[DETECT_MIME_BYTES], charset[DETECT_CHARSET_BYTES];
    if (detector == NULL && detector_open(&detector, NULL) < 0)
        abort();
    struct input in = input_from_memory(data, size, "file");
    if (detector_look(detector, &in, mime, charset) == 0 &&
        strspn(mime, "abcdefghijklmnopqrstuvwxyz0123456789.+/-") != strlen(mime))
        abort();
    return 0;
}
