/* One file of rules, loaded for a test. */
#ifndef HOLDFAST_TESTS_POLICY_LOAD_H
#define HOLDFAST_TESTS_POLICY_LOAD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "policy/policy.h"

#include <string.h>

static inline struct policy *load_good(const char *text)
{
    const struct policy_file file = {"10-sales.policy", text, strlen(text)};
    struct policy *p = NULL;
    buf_auto problems = {0};
    if (policy_load(&p, &file, 1, &problems) != 0)
        fail_msg("%s", problems.data ? problems.data : "no memory");
    assert_int_equal(problems.len, 0);
    return p;
}

#endif
