/* The packs that are shipped: they load, their own tests hold, and every rule has tests enough to be trusted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "policy/open.h"
#include "policy/policy_test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PACKS "policy/packs" /* from the top of the tree, where unit tests run */

enum { FILES_MOST = 32, CASES_LEAST = 2 };

struct shelf {
    struct policy_file files[FILES_MOST];
    size_t count;
};

static struct shelf packs, tests;

/* ---- files ---- */

static int is_pack(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot != NULL && strcmp(dot, ".policy") == 0;
}

static int is_test(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot != NULL && strcmp(dot, ".test") == 0;
}

static char *read_file(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, PACKS "/%s", name);
    FILE *f = fopen(path, "re");
    assert_non_null(f);
    struct buf text = {0};
    char piece[4096];
    for (size_t got = 0; (got = fread(piece, 1, sizeof piece, f)) > 0;)
        buf_put(&text, piece, got);
    fclose(f);
    assert_false(text.failed);
    return buf_steal(&text);
}

static void fill(struct shelf *s, int (*is_wanted)(const struct dirent *))
{
    struct dirent **entries = NULL;
    int count = scandir(PACKS, &entries, is_wanted, alphasort);
    assert_in_range(count, 1, FILES_MOST);
    for (int i = 0; i < count; i++) {
        char *text = read_file(entries[i]->d_name);
        s->files[s->count++] = (struct policy_file){strdup(entries[i]->d_name), text, strlen(text)};
        free(entries[i]);
    }
    free(entries);
}

static int read_all(void **state)
{
    (void)state;
    fill(&packs, is_pack);
    fill(&tests, is_test);
    return 0;
}

static void clear(struct shelf *s)
{
    for (size_t i = 0; i < s->count; i++) {
        free((char *)s->files[i].name);
        free((char *)s->files[i].text);
    }
}

static int free_all(void **state)
{
    (void)state;
    clear(&packs);
    clear(&tests);
    return 0;
}

static struct policy *load(const struct policy_file *files, size_t count)
{
    struct policy *p = NULL;
    buf_auto problems = {0};
    if (policy_load(&p, files, count, &problems) != 0)
        fail_msg("%s", problems.data != NULL ? problems.data : "no memory");
    return p;
}

/* ---- the packs ---- */

/* A firm takes the packs that it needs: the classes, and any one of the others. */
static void test_each_pack_loads_beside_the_classes(void **state)
{
    (void)state;
    assert_string_equal(packs.files[0].name, "10-sales-intelligence.policy");
    for (size_t i = 1; i < packs.count; i++) {
        struct policy *p = load((struct policy_file[]){packs.files[0], packs.files[i]}, 2);
        assert_true(policy_has_findings(p, "post-draft") || policy_open_wants(p, "prospect-list") != 0);
        assert_false(policy_has_findings(p, "prospect-list"));
        policy_free(p);
    }
}

struct tally {
    size_t ran, failed;
};

static int count_result(void *ctx, const struct policy_test_result *r)
{
    struct tally *t = ctx;
    t->ran++;
    t->failed += !r->held;
    if (!r->held)
        print_error("%s:%u: %s: %s\n", r->file, r->line, r->name, r->text);
    return 0;
}

static void test_their_own_tests_hold(void **state)
{
    (void)state;
    struct policy *p = load(packs.files, packs.count);
    struct tally tally = {0};
    buf_auto problems = {0};
    int err =
        policy_test_run(p, tests.files, tests.count, &(struct policy_test_source){0}, count_result, &tally, &problems);
    if (err != 0)
        fail_msg("%s", problems.data != NULL ? problems.data : "no memory");
    assert_int_equal(tally.failed, 0);
    assert_true(tally.ran > 0);
    policy_free(p);
}

/* ---- their tests ---- */

static size_t count_in_tests(const char *words)
{
    size_t count = 0;
    for (size_t i = 0; i < tests.count; i++)
        for (const char *at = tests.files[i].text; (at = strstr(at, words)) != NULL; at += strlen(words))
            count++;
    return count;
}

static void expect_cases(const char *rule, const char *what)
{
    char words[256];
    snprintf(words, sizeof words, "\n[test \"%s %s, ", rule, what);
    size_t count = count_in_tests(words);
    if (count < CASES_LEAST)
        fail_msg("finding \"%s\": %zu tests of which it \"%s\", at least %d are due", rule, count, what, CASES_LEAST);
}

static void test_each_finding_is_tried_both_ways(void **state)
{
    (void)state;
    static const char heading[] = "\n[finding \"";
    size_t rules = 0;
    for (size_t i = 0; i < packs.count; i++)
        for (const char *at = packs.files[i].text; (at = strstr(at, heading)) != NULL; rules++) {
            char rule[128];
            at += strlen(heading);
            assert_int_equal(sscanf(at, "%127[^\"]", rule), 1);
            expect_cases(rule, "speaks");
            expect_cases(rule, "is silent");
        }
    assert_true(rules >= 45);
}

/* What is shipped looks on: a company that copies the packs has blocked nothing. */
static void test_open_rules_stop_nobody(void **state)
{
    (void)state;
    static const char heading[] = "\n[open \"";
    size_t rules = 0;
    for (size_t i = 0; i < packs.count; i++)
        for (const char *at = packs.files[i].text; (at = strstr(at, heading)) != NULL; rules++) {
            char rule[128], words[160];
            at += strlen(heading);
            assert_int_equal(sscanf(at, "%127[^\"]", rule), 1);
            const char *end = strstr(at, heading), *mode = strstr(at, "= audit\n");
            if (mode == NULL || (end != NULL && mode > end))
                fail_msg("open \"%s\": expected mode = audit", rule);
            snprintf(words, sizeof words, "= open/%s\n", rule);
            if (count_in_tests(words) < CASES_LEAST)
                fail_msg("open \"%s\": at least %d tests are due", rule, CASES_LEAST);
        }
    assert_true(rules >= 5);
}

/* A finding that only blames is of no use: each tells how to mend it. */
static int expect_repair(void *ctx, const struct policy_finding *f)
{
    size_t *found = ctx;
    (*found)++;
    assert_true(strlen(f->say) >= 20);
    if (f->repair[0] == 0 && f->replace[0] == 0)
        fail_msg("finding \"%s\" tells no repair", f->rule->name);
    assert_true((f->where[0] == 0) || f->cite[0] != 0);
    return 0;
}

static void test_findings_teach(void **state)
{
    (void)state;
    struct policy *p = load(packs.files, packs.count);
    size_t found = 0;
    for (size_t i = 0; i < tests.count; i++) { /* their texts hold a match of every rule */
        const struct policy_rule *given_up = NULL;
        const struct facts all = {.marks = 1, .cards = 1, .ibans = 1, .ids = 1, .contacts = 3, .prospects = 1};
        assert_int_equal(policy_find(p, "post-draft", &all, tests.files[i].text, tests.files[i].len, expect_repair,
                                     &found, &given_up),
                         0);
        assert_null(given_up);
    }
    assert_true(found >= 45);
    policy_free(p);
}

int main(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test(test_each_pack_loads_beside_the_classes),
        cmocka_unit_test(test_their_own_tests_hold),
        cmocka_unit_test(test_each_finding_is_tried_both_ways),
        cmocka_unit_test(test_open_rules_stop_nobody),
        cmocka_unit_test(test_findings_teach),
    };
    return cmocka_run_group_tests(all, read_all, free_all);
}
