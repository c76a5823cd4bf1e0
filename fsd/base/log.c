#include "base/log.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char process_name[64] = "holdfast";
static enum log_level threshold = LOG_INFO;
static bool shows_times;

void log_open(const char *name, enum log_level least)
{
    snprintf(process_name, sizeof process_name, "%s", name);
    threshold = least;
}

void log_show_times(void) { shows_times = true; }

/* "2026-11-22T03:13:07Z ", or nothing. */
static size_t put_time(char *to, size_t room)
{
    struct tm tm;
    time_t now = time(NULL);
    return shows_times && gmtime_r(&now, &tm) != NULL ? strftime(to, room, "%FT%TZ ", &tm) : 0;
}

/* Copy `from` with what could give a terminal orders made visible; what does not fit is cut. Returns the length. */
static size_t show(char *to, size_t room, const char *from)
{
    size_t used = 0, left = strlen(from);
    while (left > 0 && used + 4 * sizeof "\\x1b" < room) {
        size_t order = utf8_order_length(from, left), step = utf8_step(from, left);
        for (size_t i = 0; i < order; i++)
            used += (size_t)snprintf(to + used, room - used, "\\x%02x", (unsigned char)from[i]);
        for (size_t i = 0; i < step && order == 0; i++)
            to[used++] = from[i];
        from += step;
        left -= step;
    }
    return used;
}

void log_at(enum log_level level, const char *format, ...)
{
    static const char *const words[] = {"debug: ", "", "warning: ", "error: "};
    if (level < threshold)
        return;
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);

    char line[1400];
    size_t used = put_time(line, sizeof line);
    used += (size_t)snprintf(line + used, sizeof line - used, "%s: %s", process_name, words[level]);
    used += show(line + used, sizeof line - used - 1, text);
    line[used++] = '\n';
    ssize_t written = write(STDERR_FILENO, line, used); /* one write: lines of several processes never mix */
    (void)written;
}
