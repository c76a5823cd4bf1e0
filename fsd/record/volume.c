#include "record/volume.h"

#include "base/clock.h"

#include <stdio.h>
#include <string.h>

bool volume_is_scheme(const char *scheme)
{
    return strcmp(scheme, "quarter") == 0 || strcmp(scheme, "month") == 0 || strcmp(scheme, "year") == 0;
}

void volume_name(const char *scheme, int64_t ns, char to[static VOLUME_NAME_BYTES])
{
    struct tm tm;
    time_t seconds = (time_t)(ns / NS_PER_SEC);
    gmtime_r(&seconds, &tm);
    int year = tm.tm_year + 1900;
    if (strcmp(scheme, "year") == 0)
        snprintf(to, VOLUME_NAME_BYTES, "%04d", year);
    else if (strcmp(scheme, "month") == 0)
        snprintf(to, VOLUME_NAME_BYTES, "%04d-%02d", year, tm.tm_mon + 1);
    else
        snprintf(to, VOLUME_NAME_BYTES, "%04dQ%d", year, tm.tm_mon / 3 + 1);
}

/* The month after the period's last, counted from 0; -1 for no period. */
static int month_behind(const char *name, int *year)
{
    int part, end = 0;
    if (sscanf(name, "%4dQ%1d%n", year, &part, &end) == 2 && part >= 1 && part <= 4)
        part *= 3;
    else if (sscanf(name, "%4d-%2d%n", year, &part, &end) != 2 || part < 1 || part > 12)
        part = sscanf(name, "%4d%n", year, &end) == 1 ? 12 : -1;
    if (part > 0 && name[end] != 0 && name[end] != '.')
        return -1;
    return part;
}

int64_t volume_end(const char *name)
{
    int year, month = month_behind(name, &year);
    if (month < 0 || year < 1970 || year > 2200)
        return INT64_MIN;
    struct tm tm = {.tm_year = year - 1900, .tm_mon = month, .tm_mday = 1};
    return (int64_t)timegm(&tm) * NS_PER_SEC;
}
