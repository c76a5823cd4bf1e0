/*
 * policy_test: the tests beside rules, *.test. A test is a text or a file, and what the rules have to make of it.
 *
 * Pure like the engine: what lies in files, and what the inspector would measure, comes from the caller.
 */
#ifndef HOLDFAST_POLICY_POLICY_TEST_H
#define HOLDFAST_POLICY_POLICY_TEST_H

#include "policy/policy.h"

struct policy_test_source {
    void *ctx;
    /* Facts and text of `path` beside the test file `file`. 0 or -errno, with *e. NULL: tests with file = fail. */
    int (*read)(void *ctx, const char *file, const char *path, struct facts *f, struct buf *text, struct error *e);
    /* What can be told of an inline text: words, draft, links ... The test's own facts come after. NULL: nothing. */
    void (*measure)(void *ctx, const char *text, size_t len, const char *path, struct facts *f);
};

struct policy_test_result {
    const char *file;
    unsigned line;
    const char *name;
    bool held;
    const char *text; /* what was different, with semicolons between; "" */
};
typedef int policy_test_told(void *ctx, const struct policy_test_result *result);

/*
 * Run all tests of the files, in their order. Mistakes in the files are lines in *problems, and then no test runs.
 * `told`'s non-zero answer ends it and is returned. 0: all ran, however they went; -EINVAL with problems; -ENOMEM.
 */
int policy_test_run(const struct policy *p, const struct policy_file *files, size_t count,
                    const struct policy_test_source *from, policy_test_told *told, void *ctx, struct buf *problems);

#endif
