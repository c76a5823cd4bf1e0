/*
 * clock: times as int64_t nanoseconds. Realtime counts from 1970-01-01 UTC; monotonic from boot; processor time from
 * the start of the process.
 */
#ifndef HOLDFAST_BASE_CLOCK_H
#define HOLDFAST_BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define NS_PER_SEC INT64_C(1000000000)
#define NS_PER_MS  INT64_C(1000000)

int64_t clock_real_ns(void);
int64_t clock_mono_ns(void);
int64_t clock_cpu_ns(void); /* processor time of this process, all threads; a system call, unlike the others */

static inline int64_t clock_from_timespec(struct timespec t) { return (int64_t)t.tv_sec * NS_PER_SEC + t.tv_nsec; }

/* Room for "2026-11-22T03:13:07.123456789Z" and its NUL. */
enum { CLOCK_TEXT_BYTES = 40 };

/* RFC 3339 in UTC with all nine digits, into `to` (CLOCK_TEXT_BYTES). Returns `to`. */
const char *clock_format(int64_t real_ns, char *to);

/*
 * Read a time that a person or a trailer wrote: RFC 3339 ("2026-11-22T03:13:07Z", a fraction, an
 * offset such as +01:00), a date ("2026-11-22": its midnight, local time), or "2026-11-22 03:13"
 * (local time). Returns 0, or -EINVAL with `*out_ns` untouched.
 */
int clock_parse(const char *text, int64_t *out_ns);

#endif
