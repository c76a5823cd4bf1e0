/*
 * fuzz_detect: any bytes as a rep's file: what comes out as type and charset is clean, whatever went in.
 */
#include "inspect/detect.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct detector *detector;
    static int fd = -1;
    struct inspect_facts facts = {0};
    if (detector == NULL && detector_open(&detector, NULL) < 0)
        abort();
    if (fd < 0)
        fd = memfd_create("file", MFD_CLOEXEC);
    if (ftruncate(fd, 0) < 0 || pwrite(fd, data, size, 0) != (ssize_t)size)
        return 0;
    if (detector_look(detector, fd, &facts) == 0 &&
        strspn(facts.mime, "abcdefghijklmnopqrstuvwxyz0123456789.+/-") != strlen(facts.mime))
        abort();
    return 0;
}
