/* Files told newest first, through renames, folders and exchanges: which versions are of one file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "cli/lineage.h"

#include <stdlib.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct told {
    enum record_event event;
    const char *path, *from; /* from "!": an exchange with what stands behind it */
};

/* Events as they happened, oldest first, number 1 on. Says each file's versions, newest first, and its removal or where
 * it is now. */
static void expect(const struct told *events, size_t count, const char *expected)
{
    lineages_auto *l = NULL;
    buf_auto said = {0};
    uint32_t line_count, version_count;
    assert_int_equal(lineages_open(&l), 0);
    for (size_t i = count; i-- > 0;) {
        const struct told *t = &events[i];
        bool exchanged = t->from != NULL && t->from[0] == '!';
        const struct record_version v = {.event = t->event,
                                         .rep = "alice",
                                         .device = "lt-1",
                                         .mount = "work",
                                         .path = t->path,
                                         .from = exchanged ? t->from + 1 : t->from,
                                         .note = exchanged ? "exchanged" : NULL,
                                         .seq = i + 1,
                                         .has_content = t->event == RECORD_SAVE};
        assert_int_equal(lineages_add(l, &v, true), 0);
    }
    const struct lineage *lines = lineages_list(l, &line_count);
    const struct lineage_version *versions = lineages_versions(l, &version_count);
    for (uint32_t i = 0; i < line_count; i++) {
        for (uint32_t v = lines[i].newest; v != LINEAGE_NONE; v = versions[v].older) {
            assert_int_equal(versions[v].lineage, i);
            buf_printf(&said, "%s@%d ", versions[v].path, (int)versions[v].seq);
        }
        char *now = lineages_path_now(l, &lines[i]);
        if (lines[i].removed_seq != 0)
            buf_printf(&said, "-%d", (int)lines[i].removed_seq);
        else
            buf_printf(&said, "=%s", now);
        free(now);
        buf_puts(&said, "|");
    }
    assert_string_equal(said.data ? said.data : "", expected);
}
#define EXPECT(expected, ...)                                                                                          \
    expect((struct told[]){__VA_ARGS__}, sizeof((struct told[]){__VA_ARGS__}) / sizeof(struct told), expected)
#define SAVE(path)                                                                                                     \
    {                                                                                                                  \
        RECORD_SAVE, path, NULL                                                                                        \
    }
#define DELETE(path)                                                                                                   \
    {                                                                                                                  \
        RECORD_DELETE, path, NULL                                                                                      \
    }
#define RENAME(from, to)                                                                                               \
    {                                                                                                                  \
        RECORD_RENAME, to, from                                                                                        \
    }

static void test_saves_and_removals(void **state)
{
    (void)state;
    EXPECT("b@3 =b|a@2 a@1 =a|", SAVE("a"), SAVE("a"), SAVE("b"));
    EXPECT("a@3 =a|a@1 -2|", SAVE("a"), DELETE("a"), SAVE("a"));
    EXPECT("a/b@4 =a/b|a/b@2 a/b@1 -3|", SAVE("a/b"), SAVE("a/b"), DELETE("a"), SAVE("a/b"));
}

static void test_renames(void **state)
{
    (void)state;
    EXPECT("b@3 a@1 =b|", SAVE("a"), RENAME("a", "b"), SAVE("b"));
    EXPECT("a@3 =a|a@1 =b|", SAVE("a"), RENAME("a", "b"), SAVE("a"));
    EXPECT("b@4 a@2 =b|b@1 -3|", SAVE("b"), SAVE("a"), RENAME("a", "b"), SAVE("b"));
    EXPECT("y/f@4 x/f@1 =y/f|y/g@2 -3|", SAVE("x/f"), SAVE("y/g"), RENAME("x", "y"), SAVE("y/f"));
    EXPECT("z/f@4 x/f@1 =z/f|", SAVE("x/f"), RENAME("x", "y"), RENAME("y", "z"), SAVE("z/f"));
}

static void test_folders_move_with_all_in_them(void **state)
{
    (void)state;
    EXPECT("c/d/f@4 a/b/f@1 =c/d/f|", SAVE("a/b/f"), RENAME("a", "c"), RENAME("c/b", "c/d"), SAVE("c/d/f"));
    EXPECT("a/f@1 =c/d/f|", SAVE("a/f"), RENAME("a", "b"), RENAME("b", "c/d"));
    EXPECT("b/f@2 =c/f|a/f@1 =g|", SAVE("a/f"), SAVE("b/f"), RENAME("a/f", "g"), RENAME("b", "c"));
    EXPECT("a/f@3 =a/f|a/f@1 =b/f|", SAVE("a/f"), RENAME("a", "b"), SAVE("a/f"));
}

static void test_exchange(void **state)
{
    (void)state;
    EXPECT("b@5 a@1 =b|a@4 b@2 =a|", SAVE("a"), SAVE("b"), {RECORD_RENAME, "b", "!a"}, SAVE("a"), SAVE("b"));
}

/* No record says so, but one that was tampered with may: nothing goes round in circles. */
static void test_moves_that_cannot_be(void **state)
{
    (void)state;
    EXPECT("a/b/c@4 =a/b/c|a@1 =a|", SAVE("a"), RENAME("a/b", "a"), RENAME("a", "a/b"), SAVE("a/b/c"));
    EXPECT("a@3 a@1 =a|", SAVE("a"), RENAME("a", "a"), SAVE("a"));
}

static void test_many(void **state)
{
    (void)state;
    lineages_auto *l = NULL;
    char path[32];
    uint32_t count;
    assert_int_equal(lineages_open(&l), 0);
    for (unsigned i = 0; i < 30000; i++) {
        snprintf(path, sizeof path, "d%u/f%u", i % 100, i % 10000);
        const struct record_version v = {.event = RECORD_SAVE, .path = path, .seq = 30000 - i, .has_content = true};
        assert_int_equal(lineages_add(l, &v, i % 2 == 0), 0);
    }
    lineages_list(l, &count);
    assert_int_equal(count, 10000);
    const struct lineage_version *versions = lineages_versions(l, &count);
    assert_int_equal(count, 30000);
    assert_string_equal(versions[versions[29999].newer].path, versions[29999].path);
    assert_true(versions[0].chosen && !versions[1].chosen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_saves_and_removals),
        cmocka_unit_test(test_renames),
        cmocka_unit_test(test_folders_move_with_all_in_them),
        cmocka_unit_test(test_exchange),
        cmocka_unit_test(test_moves_that_cannot_be),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
