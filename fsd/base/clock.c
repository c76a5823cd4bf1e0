#include "base/clock.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int64_t now(clockid_t which)
{
    struct timespec t;
    clock_gettime(which, &t);
    return clock_from_timespec(t);
}

int64_t clock_real_ns(void) { return now(CLOCK_REALTIME); }
int64_t clock_mono_ns(void) { return now(CLOCK_MONOTONIC); }
int64_t clock_cpu_ns(void) { return now(CLOCK_PROCESS_CPUTIME_ID); }

const char *clock_format(int64_t real_ns, char *to)
{
    int64_t seconds = real_ns / NS_PER_SEC, fraction = real_ns % NS_PER_SEC;
    if (fraction < 0) {
        seconds--;
        fraction += NS_PER_SEC;
    }
    struct tm tm;
    time_t t = (time_t)seconds;
    gmtime_r(&t, &tm);
    size_t used = strftime(to, CLOCK_TEXT_BYTES, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(to + used, CLOCK_TEXT_BYTES - used, ".%09dZ", (int)fraction);
    return to;
}

/* ".123456" -> nanoseconds; moves `*p` past it. At most nine digits count. */
static int64_t parse_fraction(const char **p)
{
    if (**p != '.')
        return 0;
    int64_t value = 0, unit = NS_PER_SEC / 10;
    for (++*p; **p >= '0' && **p <= '9'; ++*p, unit /= 10)
        value += (**p - '0') * unit;
    return value;
}

/* "Z", "+01:00" or "-0500" -> seconds east of UTC. Returns 0, or -EINVAL. */
static int parse_offset(const char *p, int *out_seconds)
{
    if (strcmp(p, "Z") == 0 || strcmp(p, "z") == 0) {
        *out_seconds = 0;
        return 0;
    }
    int hours, minutes, end = 0;
    if ((sscanf(p, "%*1[+-]%2d:%2d%n", &hours, &minutes, &end) != 2 || p[end] != 0) &&
        (sscanf(p, "%*1[+-]%2d%2d%n", &hours, &minutes, &end) != 2 || p[end] != 0))
        return -EINVAL;
    if (hours > 23 || minutes > 59)
        return -EINVAL;
    *out_seconds = (p[0] == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
    return 0;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month] + (month == 1 && leap);
}

static bool in_range(const struct tm *tm)
{
    return tm->tm_mon >= 0 && tm->tm_mon < 12 && tm->tm_mday >= 1 &&
           tm->tm_mday <= days_in_month(tm->tm_year + 1900, tm->tm_mon) && tm->tm_hour >= 0 && tm->tm_hour < 24 &&
           tm->tm_min >= 0 && tm->tm_min < 60 && tm->tm_sec >= 0 && tm->tm_sec <= 60;
}

int clock_parse(const char *text, int64_t *out_ns)
{
    struct tm tm = {.tm_isdst = -1};
    int date = 0, time = 0;
    if (text[0] < '0' || text[0] > '9' ||
        sscanf(text, "%4d-%2d-%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &date) != 3)
        return -EINVAL;
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    const char *p = text + date;
    if (*p != 0) {
        if (sscanf(p, "%*1[Tt ]%2d:%2d%n", &tm.tm_hour, &tm.tm_min, &time) != 2 || time == 0)
            return -EINVAL;
        p += time;
        int seconds = 0;
        if (sscanf(p, ":%2d%n", &tm.tm_sec, &seconds) == 1)
            p += seconds;
    }
    if (!in_range(&tm))
        return -EINVAL;
    int64_t fraction = parse_fraction(&p);
    int east = 0;
    int64_t seconds;
    if (*p == 0)
        seconds = (int64_t)mktime(&tm);
    else if (parse_offset(p, &east) == 0)
        seconds = (int64_t)timegm(&tm) - east;
    else
        return -EINVAL;
    int64_t ns;
    if (__builtin_mul_overflow(seconds, NS_PER_SEC, &ns) || __builtin_add_overflow(ns, fraction, &ns))
        return -EINVAL;
    *out_ns = ns;
    return 0;
}
