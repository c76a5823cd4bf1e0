#include "policy/when.h"

#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { DAYS = 7, WAIT_LEAST_MS = 10, WAIT_MOST_MS = 60 * 1000 };

static bool find_day(const char *words, const char *text, size_t len, unsigned *day)
{
    const char *word;
    size_t word_len;
    for (unsigned i = 0; (word = policy_word_at(words, i, &word_len)) != NULL; i++)
        if (word_len == len && memcmp(word, text, len) == 0) {
            *day = i;
            return true;
        }
    return false;
}

/* "mon" or "fri-mon", which goes round. */
static bool read_days(const char *words, const char *text, size_t len, uint32_t *bits)
{
    const char *dash = memchr(text, '-', len);
    size_t first_len = dash != NULL ? (size_t)(dash - text) : len;
    unsigned first, last;
    if (!find_day(words, text, first_len, &first))
        return false;
    last = first;
    if (dash != NULL && !find_day(words, dash + 1, len - first_len - 1, &last))
        return false;
    for (unsigned day = first;; day = (day + 1) % DAYS) {
        *bits |= 1u << day;
        if (day == last)
            return true;
    }
}

int when_parse_days(struct policy_setting *s, char **bad)
{
    const char *p = s->text, *piece;
    size_t len;
    while (policy_next_piece(&p, ",\n", &piece, &len)) {
        if (len == 0 || read_days(s->key->words, piece, len, &s->bits))
            continue;
        *bad = strndup(piece, len);
        return -EINVAL;
    }
    return s->bits != 0 ? 0 : -EINVAL;
}

int when_parse_hours(struct policy_setting *s)
{
    unsigned from_hour, from_minute, to_hour, to_minute;
    int end = 0;
    if (strspn(s->text, "0123456789:- ") != strlen(s->text) ||
        sscanf(s->text, "%2u:%2u - %2u:%2u%n", &from_hour, &from_minute, &to_hour, &to_minute, &end) != 4 ||
        s->text[end] != 0 || from_minute > 59 || to_minute > 59)
        return -EINVAL;
    struct policy_range hours = {60 * from_hour + from_minute, 60 * to_hour + to_minute};
    if (hours.least >= MINUTES_A_DAY || hours.most > MINUTES_A_DAY || hours.least == hours.most)
        return -EINVAL;
    s->range = hours;
    return 0;
}

int when_parse_end(struct policy_setting *s) { return clock_parse(s->text, &s->time_ns); }

int when_parse_wait(struct policy_setting *s)
{
    unsigned amount;
    char unit[3];
    int end = 0;
    if (s->text[0] < '0' || s->text[0] > '9' || sscanf(s->text, "%6u%2[ms]%n", &amount, unit, &end) != 2 ||
        s->text[end] != 0)
        return -EINVAL;
    bool seconds = strcmp(unit, "s") == 0;
    int64_t ms = seconds ? (int64_t)amount * 1000 : amount;
    if ((!seconds && strcmp(unit, "ms") != 0) || ms < WAIT_LEAST_MS || ms > WAIT_MOST_MS)
        return -EINVAL;
    s->time_ns = ms * NS_PER_MS;
    return 0;
}

bool when_is_within(const struct policy_range *hours, unsigned minute)
{
    if (hours->least < hours->most)
        return minute >= hours->least && minute < hours->most;
    return minute >= hours->least || minute < hours->most;
}

bool when_is_part(const struct policy_range *inner, const struct policy_range *outer)
{
    bool inner_wraps = inner->least > inner->most, outer_wraps = outer->least > outer->most;
    if (outer_wraps && !inner_wraps)
        return inner->least >= outer->least || inner->most <= outer->most;
    return inner_wraps == outer_wraps && inner->least >= outer->least && inner->most <= outer->most;
}
