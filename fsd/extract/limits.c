#include "base/clock.h"
#include "extract/extract.h"

#include <errno.h>

bool limits_is_over(const struct limits *l)
{
    return (l->cpu_until_ns != 0 && clock_cpu_ns() >= l->cpu_until_ns) ||
           (l->until_ns != 0 && clock_mono_ns() >= l->until_ns);
}

int limits_count(struct limits *l, uint64_t bytes)
{
    l->bytes += bytes;
    if (l->bytes > LIMIT_BYTES || limits_is_over(l))
        return -ECANCELED;
    if (l->bytes > LIMIT_RATIO_FROM && l->packed > 0 && l->bytes / LIMIT_RATIO > l->packed)
        return -ECANCELED;
    return 0;
}
