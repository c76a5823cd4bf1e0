/* What of an inspection's findings gets into the record's trailers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "analyse/report.h"
#include "base/fdio.h"
#include "save/advice.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

static struct report report;
static struct inspection found;

static int begin(void **state)
{
    (void)state;
    found = (struct inspection){.report_fd = memfd_create("report", MFD_CLOEXEC | MFD_ALLOW_SEALING)};
    return 0;
}

static int end(void **state)
{
    (void)state;
    fd_close(&found.report_fd);
    report_free(&report);
    return 0;
}

static void add(enum policy_level level, const char *rule, uint32_t line)
{
    struct report_finding f = {.level = (uint32_t)level, .line = line, .column = 1};
    snprintf(f.rule, sizeof f.rule, "%s", rule);
    assert_int_equal(report_add_finding(&report, &f), 0);
    found.findings[level]++;
}

static struct advice make(void)
{
    struct advice made;
    int64_t bytes = report_write(&report, found.report_fd, NULL, 0);
    assert_true(bytes > 0);
    found.report_bytes = (uint64_t)bytes;
    advice_make(&made, &found);
    return made;
}

static void test_nothing_to_say(void **state)
{
    (void)state;
    struct advice made = make();
    assert_string_equal(made.finding, "");
    assert_string_equal(made.records, "");
}

static void test_the_gravest_come_first(void **state)
{
    (void)state;
    add(POLICY_SUGGESTION, "p/small", 1);
    add(POLICY_WARNING, "p/middling", 2);
    add(POLICY_ERROR, "p/grave", 3);
    add(POLICY_ERROR, "p/graver", 4);
    struct advice made = make();
    assert_string_equal(made.finding,
                        "error p/grave 3:1, error p/graver 4:1, warning p/middling 2:1, suggestion p/small 1:1");
    assert_string_equal(made.worst[0].rule, "p/grave");
    assert_int_equal(made.findings[POLICY_ERROR], 2);
}

static void test_what_does_not_fit_is_counted(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 100; i++)
        add(POLICY_SUGGESTION, "social-posts/a-rule-with-a-long-name", i + 1);
    add(POLICY_ERROR, "p/grave", 200);
    struct advice made = make();
    assert_int_equal(strncmp(made.finding, "error p/grave 200:1, suggestion ", 32), 0);
    unsigned more = 0;
    assert_int_equal(sscanf(strrchr(made.finding, ',') + 1, " %u more", &more), 1);
    unsigned listed = 1;
    for (const char *p = made.finding; (p = strstr(p, ", suggestion")) != NULL; p++)
        listed++;
    assert_int_equal(listed + more, 101);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_nothing_to_say, begin, end),
        cmocka_unit_test_setup_teardown(test_the_gravest_come_first, begin, end),
        cmocka_unit_test_setup_teardown(test_what_does_not_fit_is_counted, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
