#include "extract/input.h"

#include "extract/base64_watch.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

struct input input_from_fd(int fd, uint64_t size, const char *name)
{
    return (struct input){.fd = fd, .size = size, .name = name};
}

struct input input_from_memory(const void *data, size_t len, const char *name)
{
    return (struct input){.fd = -1, .data = data, .size = len, .name = name};
}

ssize_t input_read_at(const struct input *in, uint64_t offset, void *to, size_t len)
{
    size_t got = 0;
    if (offset >= in->size)
        return 0;
    if (len > in->size - offset)
        len = (size_t)(in->size - offset);
    if (in->fd < 0) {
        memcpy(to, in->data + offset, len);
        return (ssize_t)len;
    }
    while (got < len) {
        ssize_t n = pread(in->fd, (char *)to + got, len - got, (off_t)(offset + got));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            break; /* it has shrunk */
        got += (size_t)n;
    }
    return (ssize_t)got;
}

ssize_t input_read(struct input *in, void *to, size_t len)
{
    ssize_t n = input_read_at(in, in->at, to, len);
    if (n > 0 && in->watch != NULL)
        base64_watch_see(in->watch, in->at, to, (size_t)n);
    if (n > 0)
        in->at += (uint64_t)n;
    return n;
}
