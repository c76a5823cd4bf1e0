/* Upkeep: when the repository is to be repacked, and that it then is. */
#include "base/clock.h"
#include "save/upkeep.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#define NOW (INT64_C(3600) * NS_PER_SEC)

static char repository[] = "/tmp/holdfast-upkeep-XXXXXX";

static void sh(const char *command)
{
    char line[512];
    snprintf(line, sizeof line, "cd %s && { %s; } >/dev/null 2>&1", repository, command);
    assert_int_equal(system(line), 0);
}

static int set_up(void **state)
{
    (void)state;
    strcpy(repository + strlen(repository) - 6, "XXXXXX");
    assert_non_null(mkdtemp(repository));
    sh("git init -q --bare . && git config user.name a && git config user.email a@b");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char line[128];
    snprintf(line, sizeof line, "rm -rf %s", repository);
    return system(line);
}

static void make_packs(int count, const char *bytes)
{
    char line[256];
    snprintf(line, sizeof line, "for i in $(seq %d); do truncate -s %s objects/pack/pack-$i.pack; done", count, bytes);
    sh(line);
}

static void a_few_packs_are_left_alone(void **state)
{
    bool full;
    struct upkeep u = {.repository = repository};
    (void)state;
    assert_false(upkeep_is_due(&u, NOW, UPKEEP_IDLE_MS, &full));
    make_packs(UPKEEP_PACKS, "1k");
    assert_false(upkeep_is_due(&u, NOW, UPKEEP_IDLE_MS, &full));
}

static void many_are_due_when_nothing_goes_on(void **state)
{
    bool full = false;
    struct upkeep u = {.repository = repository};
    (void)state;
    make_packs(UPKEEP_PACKS + 1, "1k");
    assert_false(upkeep_is_due(&u, NOW, UPKEEP_IDLE_MS - 1, &full));
    assert_true(upkeep_is_due(&u, NOW, UPKEEP_IDLE_MS, &full));
    assert_true(full);
    u.last_ns = NOW - 1;
    assert_false(upkeep_is_due(&u, NOW, UPKEEP_IDLE_MS, &full));
    u.last_ns = NOW - UPKEEP_APART_MS * NS_PER_MS;
    assert_true(upkeep_is_due(&u, NOW, UPKEEP_IDLE_MS, &full));
    u.running = true;
    assert_false(upkeep_is_due(&u, NOW, UPKEEP_IDLE_MS, &full));
}

static void all_anew_is_seldom_and_not_of_large_ones(void **state)
{
    bool full = true;
    struct upkeep u = {.repository = repository};
    (void)state;
    make_packs(UPKEEP_PACKS + 1, "1k");
    sh("touch holdfast-repacked");
    assert_true(upkeep_is_due(&u, NOW, UPKEEP_IDLE_MS, &full));
    assert_false(full);
    sh("touch -d '25 hours ago' holdfast-repacked");
    assert_true(upkeep_is_due(&u, NOW, UPKEEP_IDLE_MS, &full));
    assert_true(full);
    make_packs(UPKEEP_PACKS + 1, "64M");
    assert_true(upkeep_is_due(&u, NOW, UPKEEP_IDLE_MS, &full));
    assert_false(full);
}

/* Real commits, each in its own pack, become one pack; an object that no branch reaches stays. */
static void it_packs_and_prunes_nothing(void **state)
{
    struct upkeep u = {.repository = repository};
    (void)state;
    sh("tree=$(git mktree </dev/null); for i in $(seq 25); do c=$(git commit-tree -m $i ${c:+-p $c} $tree); "
       "git update-ref refs/heads/a $c; git repack -dq; done; echo lost | git hash-object -w --stdin; git repack -dq; "
       "[ $(ls objects/pack/*.pack | wc -l) -ge 25 ]");
    upkeep_start(&u, NOW, true);
    for (int i = 0; i < 1000 && u.running; i++)
        usleep(20000);
    assert_false(u.running);
    sh("[ $(ls objects/pack/*.pack | wc -l) = 1 ] && git cat-file -e $(echo lost | git hash-object --stdin) && "
       "[ $(git rev-list --count a) = 25 ] && test -e holdfast-repacked");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_few_packs_are_left_alone),
        TEST(many_are_due_when_nothing_goes_on),
        TEST(all_anew_is_seldom_and_not_of_large_ones),
        TEST(it_packs_and_prunes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
