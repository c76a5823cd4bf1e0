/* Survive: what a request's second execution knows of the first. The first child is a process that ends in the middle.
 */
#include "ground.h"
#include "mount/survive.h"

#include <sys/wait.h>

struct life {
    struct ground *ground;
    struct mount mount;
    struct worker worker;
};

static int set_up(void **state)
{
    struct life *l = calloc(1, sizeof *l);
    ground_set_up((void **)&l->ground);
    *state = l;
    return 0;
}

static int tear_down(void **state)
{
    struct life *l = *state;
    ground_tear_down((void **)&l->ground);
    free(l);
    return 0;
}

/* A worker of this process; a request is handed to it. */
static struct worker *worker(struct life *l)
{
    l->mount.shared = l->ground->shared;
    l->mount.handles = l->ground->handles;
    l->mount.nodes = l->ground->nodes;
    l->mount.handles.nodes = &l->mount.nodes;
    worker_enter(&l->worker, &l->mount);
    return &l->worker;
}

static void run_and_die(struct life *l, void (*first_life)(struct life *l))
{
    pid_t pid = fork();
    if (pid == 0) {
        worker(l);
        first_life(l);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    ground_die(l->ground);
}

static void begun(struct life *l) { survive_begin(&l->worker, 100); }

static void intended(struct life *l)
{
    survive_begin(&l->worker, 100);
    survive_intend(7, 8);
    survive_note_journal(41);
}

static void answered(struct life *l)
{
    intended(l);
    survive_reach(SURVIVE_NOTICED);
    survive_end(&l->worker);
}

static void comes_for_the_first_time(void **state)
{
    struct life *l = *state;
    struct worker *w = worker(l);
    survive_begin(w, 100);
    assert_int_equal(survive_reached(), SURVIVE_BEGUN);
    survive_reach(SURVIVE_DONE);
    assert_int_equal(survive_reached(), SURVIVE_BEGUN); /* what counts is an earlier execution */
    assert_int_equal(survive_journal(), 0);
    survive_end(w);
    assert_int_equal(l->ground->shared->slots[0].unique, 0);
}

static void remembers_how_far_it_came(void **state)
{
    struct life *l = *state;
    run_and_die(l, intended);
    struct worker *w = worker(l);
    survive_begin(w, 100 | SURVIVE_RESENT);
    assert_int_equal(survive_reached(), SURVIVE_INTENDED);
    assert_int_equal(survive_ino(), 7);
    assert_int_equal(survive_other_ino(), 8);
    assert_int_equal(survive_journal(), 41);
    survive_end(w);
}

static void a_third_child_knows_it_too(void **state)
{
    struct life *l = *state;
    run_and_die(l, intended);
    run_and_die(l, begun); /* number 100 anew, not sent again: takes another slot */
    struct worker *w = worker(l);
    survive_begin(w, 100 | SURVIVE_RESENT);
    assert_int_equal(survive_reached(), SURVIVE_INTENDED);
    survive_end(w);
}

static void was_read_but_not_begun(void **state)
{
    struct life *l = *state;
    struct worker *w = worker(l);
    survive_begin(w, 100 | SURVIVE_RESENT);
    assert_int_equal(survive_reached(), SURVIVE_BEGUN);
    survive_end(w);
}

static void what_was_answered_leaves_nothing(void **state)
{
    struct life *l = *state;
    run_and_die(l, answered);
    struct worker *w = worker(l);
    survive_begin(w, 102);
    assert_int_equal(survive_reached(), SURVIVE_BEGUN);
    assert_int_equal(w->slot->step, SURVIVE_BEGUN);
    assert_int_equal(w->slot->journal, 0);
    survive_end(w);
}

static void made_a_handle(struct life *l)
{
    uint32_t node = ground_look_up(l->ground, NODE_ROOT, "a", 10, S_IFREG);
    struct handle_record facts = {.node = node, .flags = HANDLE_WRITER};
    survive_begin(&l->worker, 100);
    assert_int_not_equal(handle_make(&l->mount.handles, &facts, survive_handle()), 0);
}

static void closes_the_handle_that_nobody_was_told_of(void **state)
{
    struct life *l = *state;
    run_and_die(l, made_a_handle);
    uint32_t node = node_find(&l->ground->nodes, 1, 10);
    assert_int_equal(node_writers(&l->ground->nodes, node), 1);
    struct worker *w = worker(l);
    survive_begin(w, 100 | SURVIVE_RESENT);
    assert_int_equal(node_writers(&l->mount.nodes, node), 0);
    assert_int_equal(w->slot->handle, 0);
    survive_end(w);
}

static void made_a_handle_and_answered(struct life *l)
{
    made_a_handle(l); /* the answer is out, the slot was not yet let go of */
}

/* Its slot is taken for other requests once all are full; the handle belongs to the application. */
static void leaves_an_answered_handle_alone(void **state)
{
    struct life *l = *state;
    run_and_die(l, made_a_handle_and_answered);
    uint32_t node = node_find(&l->ground->nodes, 1, 10);
    struct worker *w = worker(l);
    for (uint64_t unique = 200; unique < 200 + SLOTS_MOST; unique++) {
        l->ground->shared->slots[unique - 200].unique =
            l->ground->shared->slots[unique - 200].unique ?: unique; /* all full */
    }
    survive_begin(w, 1000);
    assert_int_equal(node_writers(&l->mount.nodes, node), 1);
    assert_int_equal(w->slot->handle, 0);
    assert_int_equal(w->slot->step, SURVIVE_BEGUN);
    survive_end(w);
}

static void only_our_own_requests_are_busy(void **state)
{
    struct life *l = *state;
    uint64_t busy[SLOTS_MOST];
    run_and_die(l, intended);
    struct worker *w = worker(l);
    survive_list_busy(l->ground->shared, busy);
    for (size_t i = 0; i < SLOTS_MOST; i++)
        assert_int_equal(busy[i], 0);
    survive_begin(w, 300);
    survive_list_busy(l->ground->shared, busy);
    size_t count = 0;
    for (size_t i = 0; i < SLOTS_MOST; i++)
        count += busy[i] == 300;
    assert_int_equal(count, 1);
    survive_end(w);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(comes_for_the_first_time),         TEST(remembers_how_far_it_came),
        TEST(a_third_child_knows_it_too),       TEST(was_read_but_not_begun),
        TEST(what_was_answered_leaves_nothing), TEST(closes_the_handle_that_nobody_was_told_of),
        TEST(leaves_an_answered_handle_alone),  TEST(only_our_own_requests_are_busy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
