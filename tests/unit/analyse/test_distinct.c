/* Hashes as a set: whatever the way of sorting, what comes out is what comparing gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "analyse/distinct.h"

#include <stdlib.h>
#include <string.h>

static uint64_t next(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state ^ *state >> 29;
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void expect_as_compared(uint64_t *values, size_t count)
{
    uint64_t *plain = malloc((count + 1) * sizeof *plain);
    size_t kept = 0;
    memcpy(plain, values, count * sizeof *plain);
    qsort(plain, count, sizeof *plain, by_value);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || plain[i] != plain[kept - 1])
            plain[kept++] = plain[i];
    assert_int_equal(distinct_hashes(values, count), kept);
    assert_memory_equal(values, plain, kept * sizeof *plain);
    free(plain);
}

static void test_any_values(void **unused)
{
    (void)unused;
    static const uint64_t masks[] = {UINT64_MAX, 0xff, UINT64_C(0xff) << 56, UINT64_C(0x8000000000000001), 0};
    static uint64_t values[5000];
    uint64_t state = 7;
    for (size_t m = 0; m < sizeof masks / sizeof *masks; m++)
        for (size_t count = 1; count <= 5000; count = count * 3 + 1) {
            for (size_t i = 0; i < count; i++)
                values[i] = next(&state) & masks[m];
            expect_as_compared(values, count);
        }
}

static void test_none(void **unused)
{
    (void)unused;
    assert_int_equal(distinct_hashes(NULL, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_any_values), cmocka_unit_test(test_none)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
