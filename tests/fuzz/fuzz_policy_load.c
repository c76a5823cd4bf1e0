/*
 * fuzz_policy_load: any bytes as rules and as tests of rules: a policy, or problems with places; never a crash or a
 * leak.
 */
#include "policy/policy.h"
#include "policy/policy_test.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static int told(void *ctx, const struct policy_test_result *r)
{
    (void)ctx;
    if (r->held != (r->text[0] == 0))
        abort();
    return 0;
}

static int heard(void *ctx, const struct policy_reason *r)
{
    (void)ctx;
    if (memchr(r->text, 0, sizeof r->text) == NULL)
        abort();
    return 0;
}

/* The first part, up to a 0xff, is rules; the rest is tests of them. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data, *cut = size > 0 ? memchr(data, 0xff, size) : NULL;
    size_t len = cut != NULL ? (size_t)(cut - text) : size;
    const struct policy_file rules = {"10-f.policy", size > 0 ? text : "", len};
    const struct policy_file tests = {"10-f.test", cut != NULL ? cut + 1 : "", cut != NULL ? size - len - 1 : 0};
    const struct policy_test_source from = {0};
    const struct facts facts = {.mime = "text/csv", .contacts = 5, .rows = 5, .flags = FACT_TABLE};
    const struct policy_subject subject = {"Clients/\x1b/a.csv", "alice"};
    struct policy *p = NULL;
    buf_auto problems = {0};
    if (policy_load(&p, &rules, 1, &problems) != 0) {
        if (problems.len == 0 || problems.data[problems.len - 1] != '\n')
            abort();
        return 0;
    }
    if (problems.len > 0)
        abort();
    policy_classify(p, &facts, &subject, NULL, heard, NULL);
    policy_test_run(p, &tests, 1, &from, told, NULL, &problems);
    policy_free(p);
    return 0;
}
