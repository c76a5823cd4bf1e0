#include "base/path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void test_below(void **state)
{
    (void)state;
    assert_string_equal(path_below("a/b/c", "a/b"), "/c");
    assert_string_equal(path_below("a/b", "a/b"), "");
    assert_string_equal(path_below("a/b", ""), "a/b");
    assert_null(path_below("a/bc", "a/b"));
    assert_null(path_below("a", "a/b"));
    assert_null(path_below("b/a/b", "a/b"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_below)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
