/* clock: times out and in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void test_format(void **state)
{
    (void)state;
    char to[CLOCK_TEXT_BYTES];
    assert_string_equal(clock_format(0, to), "1970-01-01T00:00:00.000000000Z");
    assert_string_equal(clock_format(INT64_C(1795316587123456789), to), "2026-11-22T03:03:07.123456789Z");
    assert_string_equal(clock_format(-1, to), "1969-12-31T23:59:59.999999999Z");
    assert_string_equal(clock_format(INT64_MAX, to), "2262-04-11T23:47:16.854775807Z");
    assert_string_equal(clock_format(INT64_MIN, to), "1677-09-21T00:12:43.145224192Z");
}

static void expect_time(const char *text, int64_t seconds, int64_t ns)
{
    int64_t got = 0;
    if (clock_parse(text, &got) < 0)
        fail_msg("%s: refused", text);
    if (got != seconds * NS_PER_SEC + ns)
        fail_msg("%s: %lld", text, (long long)got);
}

static void test_parse_utc_and_offsets(void **state)
{
    (void)state;
    expect_time("2026-11-22T03:03:07Z", 1795316587, 0);
    expect_time("2026-11-22t03:03:07z", 1795316587, 0);
    expect_time("2026-11-22 03:03:07Z", 1795316587, 0);
    expect_time("2026-11-22T03:03:07.5Z", 1795316587, 500000000);
    expect_time("2026-11-22T03:03:07.123456789Z", 1795316587, 123456789);
    expect_time("2026-11-22T03:03:07.1234567899Z", 1795316587, 123456789);
    expect_time("2026-11-22T04:03:07+01:00", 1795316587, 0);
    expect_time("2026-11-21T21:33:07-0530", 1795316587, 0);
    expect_time("2024-02-29T00:00:00Z", 1709164800, 0);
}

static void test_parse_local(void **state)
{
    (void)state;
    setenv("TZ", "Europe/Berlin", 1);
    tzset();
    struct tm probe = {.tm_year = 126, .tm_mon = 6, .tm_mday = 1, .tm_isdst = -1};
    mktime(&probe);
    if (!probe.tm_isdst)
        skip(); /* no time zones are installed */
    expect_time("2026-11-22", 1795302000, 0);
    expect_time("2026-11-22 03:13", 1795313580, 0);
    expect_time("2026-07-01 12:00:01", 1782900001, 0);
    unsetenv("TZ");
    tzset();
}

static void test_every_time_comes_back(void **state)
{
    (void)state;
    for (int64_t t = INT64_MIN / 2; t < INT64_MAX / 2; t += INT64_MAX / 5003) {
        char text[CLOCK_TEXT_BYTES];
        int64_t back;
        assert_int_equal(clock_parse(clock_format(t, text), &back), 0);
        assert_int_equal(back, t);
    }
}

static void test_nonsense_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "yesterday",
        "2026",
        "2026-11",
        "2026-13-01",
        "2026-00-01",
        "2026-11-31",
        "2026-02-29",
        "2026-11-22x",
        "2026-11-22T",
        "2026-11-22T03",
        "2026-11-22T24:00:00Z",
        "2026-11-22T03:60:00Z",
        "2026-11-22T03:03:61Z",
        "2026-11-22T03:03:07Q",
        "2026-11-22T03:03:07+25:00",
        "2026-11-22T03:03:07+01:60",
        "2026-11-22T03:03:07+01:00x",
        "2026-11-22T03:03:07ZZ",
        " 2026-11-22",
        "-226-11-22",
        "9999-01-01", /* beyond what nanoseconds hold */
        "1500-01-01T00:00:00Z",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        int64_t out = 42;
        if (clock_parse(texts[i], &out) != -EINVAL)
            fail_msg("\"%s\" was taken", texts[i]);
        assert_int_equal(out, 42);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_parse_utc_and_offsets),
        cmocka_unit_test(test_parse_local),
        cmocka_unit_test(test_every_time_comes_back),
        cmocka_unit_test(test_nonsense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
