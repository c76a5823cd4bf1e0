#include "cli/values.h"

#include "base/clock.h"

#include <errno.h>
#include <stdlib.h>

int values_time(const char *option, const char *text, int64_t *out, struct error *e)
{
    if (text == NULL || clock_parse(text, out) == 0)
        return 0;
    return error_set(e, EINVAL,
                     "--%s \"%s\": expected a time such as 2026-11-22, \"2026-11-22 03:13\" or 2026-11-22T03:13:07Z",
                     option, text);
}

int values_number(const char *option, const char *text, size_t *out, struct error *e)
{
    if (text == NULL)
        return 0;
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != 0 || value > INT32_MAX - 1)
        return error_set(e, EINVAL, "--%s \"%s\": expected a whole number", option, text);
    *out = value;
    return 0;
}
