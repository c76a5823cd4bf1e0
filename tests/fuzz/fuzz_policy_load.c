/*
 * fuzz_policy_load: any bytes as rules and as tests of rules: a policy, or problems with places; never a crash or a
 * leak.
 */
#include "policy/open.h"
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

/* An open by somebody whose every string is odd: judged alike with and without a listener. */
static void judge(const struct policy *p, const char *class_name, bool is_current)
{
    const struct policy_actor actor = {.app = "/opt/\x1b/firefox",
                                       .hash = "",
                                       .parents = {"sshd", "/", ""},
                                       .parent_count = 3,
                                       .cgroup = "/a/app-flatpak-org\\x2dx-1.scope/snap.y./b",
                                       .user = "\xff",
                                       .uid = 1000,
                                       .session = SESSION_SSH};
    const struct policy_open q = {.class_name = class_name,
                                  .path = "Clients/\x1b/a.csv",
                                  .mount = "work",
                                  .rep = "alice",
                                  .is_current = is_current,
                                  .actor = &actor,
                                  .now_ns = INT64_C(1795426200000000000),
                                  .weekday = 6,
                                  .minute = 1439};
    struct policy_verdict told, silent;
    policy_judge_open(p, &q, POLICY_ENFORCE, &told, heard, NULL);
    policy_judge_open(p, &q, POLICY_ENFORCE, &silent, NULL, NULL);
    if (told.rule != silent.rule || (told.rule != NULL && policy_open_wants(p, class_name) == 0))
        abort();
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
    judge(p, policy_classify(p, &facts, &subject, NULL, NULL, NULL), true);
    judge(p, "unclassified", false);
    judge(p, "of another time", true);
    policy_test_run(p, &tests, 1, &from, told, NULL, &problems);
    policy_free(p);
    return 0;
}
