/*
 * when: the hours of a rule: weekdays, a part of the day, an end, and how long a wait may be.
 */
#ifndef HOLDFAST_POLICY_WHEN_H
#define HOLDFAST_POLICY_WHEN_H

#include "policy/value.h"

enum { MINUTES_A_DAY = 24 * 60 };

/* Each reads a setting's text into its fields. 0; -EINVAL, *bad as with policy_setting_parse; -ENOMEM. */
int when_parse_days(struct policy_setting *s, char **bad); /* "mon-fri, sun": bits, 1 << 0 is Monday */
int when_parse_hours(
    struct policy_setting *s);                /* "08:00-18:00": range, of minutes of a day; `most` is the first after */
int when_parse_end(struct policy_setting *s); /* a date or time: time_ns, CLOCK_REALTIME */
int when_parse_wait(struct policy_setting *s); /* "1500ms", "2s": time_ns, a duration */

/* Is the minute among the hours? They may go over midnight: 22:00-06:00. */
bool when_is_within(const struct policy_range *hours, unsigned minute);

/* Whenever a minute is within `inner`, is it within `outer`? */
bool when_is_part(const struct policy_range *inner, const struct policy_range *outer);

#endif
