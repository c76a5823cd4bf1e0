/* Handles: open files, told apart by serial, counted again after a death. */
#include "ground.h"

static uint64_t open_one(struct ground *g, uint32_t node, uint32_t flags)
{
    _Atomic uint64_t made = 0;
    struct handle_record facts = {.node = node, .flags = flags};
    uint64_t fh = handle_make(&g->handles, &facts, &made);
    assert_int_equal(made, fh);
    return fh;
}

static void counts_opens_and_writers(void **state)
{
    struct ground *g = *state;
    uint32_t a = ground_look_up(g, NODE_ROOT, "a", 10, S_IFREG);
    uint64_t reader = open_one(g, a, 0), writer = open_one(g, a, HANDLE_WRITER);
    assert_int_equal(node_opens(&g->nodes, a), 2);
    assert_int_equal(node_writers(&g->nodes, a), 1);
    ground_die(g);
    assert_int_equal(node_opens(&g->nodes, a), 2);
    assert_int_equal(node_writers(&g->nodes, a), 1);
    assert_int_equal(g->handles.live, 2);
    assert_non_null(handle_at(&g->handles, reader));
    assert_int_equal(handle_close(&g->handles, writer), 0);
    assert_int_equal(node_opens(&g->nodes, a), 1);
    assert_int_equal(node_writers(&g->nodes, a), 0);
}

static void an_old_number_is_not_the_new_handle(void **state)
{
    struct ground *g = *state;
    uint32_t a = ground_look_up(g, NODE_ROOT, "a", 10, S_IFREG);
    uint64_t first = open_one(g, a, HANDLE_WRITER);
    handle_close(&g->handles, first);
    uint64_t second = open_one(g, a, HANDLE_WRITER);
    assert_int_equal((uint32_t)first, (uint32_t)second); /* the index is used again */
    assert_null(handle_at(&g->handles, first));
    assert_int_equal(handle_close(&g->handles, first), 0); /* no effect */
    assert_non_null(handle_at(&g->handles, second));
    assert_int_equal(node_opens(&g->nodes, a), 1);
    ground_die(g);
    assert_null(handle_at(&g->handles, first));
    handle_close(&g->handles, second);
    ground_die(g);
    assert_int_not_equal(open_one(g, a, 0), second);
}

static void refuses_what_is_none(void **state)
{
    struct ground *g = *state;
    assert_null(handle_at(&g->handles, 0));
    assert_null(handle_at(&g->handles, UINT64_MAX));
    assert_null(handle_at(&g->handles, HANDLES_MOST));
}

static void an_open_file_outlives_the_kernels_references(void **state)
{
    struct ground *g = *state;
    uint32_t a = ground_look_up(g, NODE_ROOT, "a", 10, S_IFREG);
    uint64_t fh = open_one(g, a, 0);
    assert_false(ground_forget(g, a, 1));
    assert_true(node_known(&g->nodes, a));
    handle_close(&g->handles, fh);
    node_free_if_unused(&g->nodes, a);
    assert_false(node_known(&g->nodes, a));
}

static void stops_at_the_most(void **state)
{
    struct ground *g = *state;
    uint32_t a = ground_look_up(g, NODE_ROOT, "a", 10, S_IFREG);
    uint64_t last = 0;
    for (int i = 1; i < HANDLES_MOST; i++)
        last = open_one(g, a, 0);
    assert_int_not_equal(last, 0);
    assert_int_equal(open_one(g, a, 0), 0);
    assert_int_equal(node_opens(&g->nodes, a), HANDLES_MOST - 1);
    handle_close(&g->handles, last);
    assert_int_not_equal(open_one(g, a, 0), 0);
}

static void its_subject_goes_with_it(void **state)
{
    struct ground *g = *state;
    uint32_t a = ground_look_up(g, NODE_ROOT, "a", 10, S_IFREG);
    _Atomic uint64_t made;
    struct handle_record facts = {.node = a, .app = names_put(g->nodes.names, "/usr/bin/vim")};
    uint64_t fh = handle_make(&g->handles, &facts, &made);
    ground_die(g);
    assert_string_equal(names_get(g->nodes.names, handle_at(&g->handles, fh)->app), "/usr/bin/vim");
    handle_close(&g->handles, fh);
    assert_int_equal(names_put(g->nodes.names, "/usr/bin/sed"), facts.app); /* its place is free */
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, ground_set_up, ground_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(counts_opens_and_writers), TEST(an_old_number_is_not_the_new_handle),
        TEST(refuses_what_is_none),     TEST(an_open_file_outlives_the_kernels_references),
        TEST(stops_at_the_most),        TEST(its_subject_goes_with_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
