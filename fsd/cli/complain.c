#include "cli/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int cli_fail(int status, const struct error *e)
{
    return cli_complain(status, "%s", e->text[0] ? e->text : strerror(e->code));
}

int cli_complain(int status, const char *format, ...)
{
    char text[ERROR_TEXT_BYTES + 512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    fflush(stdout);
    fputs("holdfast: ", stderr);
    for (const unsigned char *p = (const unsigned char *)text; *p != 0; p++)
        if (*p < 0x20 || *p == 0x7f)
            fprintf(stderr, "\\%03o", *p);
        else
            fputc(*p, stderr);
    fputc('\n', stderr);
    return status;
}
