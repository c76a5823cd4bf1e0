/* The key table printed: the example is a policy once its samples stand, and the manual has every key. */
#include "load.h"

#include "base/fdio.h"
#include "policy/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static char *dump(enum policy_dump form)
{
    fd_auto fd = memfd_create("keys", MFD_CLOEXEC);
    struct stat st;
    assert_int_equal(policy_dump_keys(fd, form), 0);
    assert_int_equal(fstat(fd, &st), 0);
    char *text = calloc(1, (size_t)st.st_size + 1);
    assert_non_null(text);
    assert_int_equal(pread(fd, text, (size_t)st.st_size, 0), st.st_size);
    return text;
}

static void test_example_is_read(void **state)
{
    (void)state;
    char *text = dump(POLICY_DUMP_EXAMPLE);
    const struct policy_file file = {"example.policy", text, strlen(text)};
    struct policy *p = NULL;
    buf_auto problems = {0};
    /* As it stands, nothing but its required keys is set: the finding has no way of finding, and no class. */
    assert_int_not_equal(policy_load(&p, &file, 1, &problems), 0);
    assert_null(strstr(problems.data, "no such key"));
    assert_null(strstr(problems.data, "missing"));
    assert_non_null(strstr(problems.data, "it finds nothing"));
    free(text);
}

static void test_samples_are_good(void **state)
{
    (void)state;
    static const enum policy_key_id ways[] = {KEY_PATTERN, KEY_SWAP, KEY_IF, KEY_LINKS, KEY_CAPITALS};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        char text[1000];
        snprintf(text, sizeof text, "[class \"post-draft\"]\n[finding \"f\"]\nclass = %s\nsay = %s\n%s = %s\n%s%s\n",
                 policy_keys[KEY_CLASS].sample, policy_keys[KEY_SAY].sample, policy_keys[ways[i]].name,
                 policy_keys[ways[i]].sample, ways[i] == KEY_IF ? "needs = " : "",
                 ways[i] == KEY_IF ? policy_keys[KEY_NEEDS].sample : "");
        policy_free(load_good(text));
    }
    for (size_t i = 0; i <= KEY_NOT; i++) {
        char text[1000];
        snprintf(text, sizeof text, "[class \"a\"]\n%s = %s\n", policy_keys[i].name, policy_keys[i].sample);
        policy_free(load_good(text));
    }
}

static void test_manual_has_all(void **state)
{
    (void)state;
    char *text = dump(POLICY_DUMP_MDOC);
    for (size_t i = 0; i < KEY_COUNT; i++) {
        char item[80];
        snprintf(item, sizeof item, ".It Cm %s No = Ar ", policy_keys[i].name);
        if (strstr(text, item) == NULL)
            fail_msg("%s is not in the manual", policy_keys[i].name);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_example_is_read), cmocka_unit_test(test_samples_are_good),
                                       cmocka_unit_test(test_manual_has_all)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
