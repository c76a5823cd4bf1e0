/*
 * fuzz_config: any bytes as fs.conf: either a config or one error with a place, never a crash or a leak.
 */
#include "config/config.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int fd = -1;
    char path[32];
    if (fd < 0)
        fd = memfd_create("fs.conf", MFD_CLOEXEC);
    if (ftruncate(fd, 0) < 0 || pwrite(fd, data, size, 0) != (ssize_t)size)
        return 0;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct config *config = NULL;
    struct error e = {0};
    if (config_load(&config, path, &e) == 0) {
        if (config->mount_count == 0 || config->repository == NULL)
            abort();
        config_globs_match(&config->mounts[0].personal, "Private/deep/file");
        config_free(config);
    } else if (e.text[0] == '\0') {
        abort();
    }
    return 0;
}
