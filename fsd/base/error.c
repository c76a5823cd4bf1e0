#include "base/error.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put(struct error *e, int code, const char *format, va_list args, bool with_reason)
{
    if (e == NULL || e->code != 0)
        return;
    e->code = code;
    int used = vsnprintf(e->text, sizeof e->text, format, args);
    if (with_reason && used >= 0 && (size_t)used < sizeof e->text)
        snprintf(e->text + used, sizeof e->text - (size_t)used, ": %s", strerror(code));
}

int error_set(struct error *e, int code, const char *format, ...)
{
    code = abs(code);
    va_list args;
    va_start(args, format);
    put(e, code, format, args, false);
    va_end(args);
    return -code;
}

int error_sys(struct error *e, int code, const char *format, ...)
{
    code = abs(code);
    va_list args;
    va_start(args, format);
    put(e, code, format, args, true);
    va_end(args);
    return -code;
}
