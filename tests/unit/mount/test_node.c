/* Nodes: what the kernel refers to, by number and by inode, over deaths of the child. */
#include "ground.h"

static void finds_the_same_file_again(void **state)
{
    struct ground *g = *state;
    uint32_t a = ground_look_up(g, NODE_ROOT, "a", 10, S_IFREG);
    assert_int_equal(ground_look_up(g, NODE_ROOT, "a", 10, S_IFREG), a);
    assert_int_equal(node_at(&g->nodes, a)->lookups, 2);
    assert_int_equal(node_find(&g->nodes, 1, 10), a);
    assert_int_equal(node_find(&g->nodes, 2, 10), 0); /* another device */
    assert_int_not_equal(ground_look_up(g, NODE_ROOT, "b", 11, S_IFREG), a);
}

static void refuses_numbers_that_are_none(void **state)
{
    struct ground *g = *state;
    assert_true(node_known(&g->nodes, NODE_ROOT));
    assert_false(node_known(&g->nodes, 0));
    assert_false(node_known(&g->nodes, 2));
    assert_false(node_known(&g->nodes, UINT64_MAX));
    assert_false(node_known(&g->nodes, NODES_MOST));
}

static void builds_paths(void **state)
{
    struct ground *g = *state;
    uint32_t d = ground_look_up(g, NODE_ROOT, "Prospects", 10, S_IFDIR);
    uint32_t e = ground_look_up(g, d, "2026", 11, S_IFDIR);
    uint32_t f = ground_look_up(g, e, "acme.csv", 12, S_IFREG);
    ground_expect_path(g, NODE_ROOT, "");
    ground_expect_path(g, f, "Prospects/2026/acme.csv");
    node_set_link(&g->nodes, e, NODE_ROOT, "old"); /* a rename above it */
    ground_expect_path(g, f, "old/acme.csv");
    buf_auto child = {0};
    assert_true(node_child_path(&g->nodes, e, "new", &child));
    assert_string_equal(child.data, "old/new");
    buf_auto top = {0};
    assert_true(node_child_path(&g->nodes, NODE_ROOT, "x", &top));
    assert_string_equal(top.data, "x");
}

static void builds_deep_paths(void **state)
{
    struct ground *g = *state;
    uint32_t at = NODE_ROOT;
    for (uint64_t i = 0; i < 2000; i++)
        at = ground_look_up(g, at, "d", 100 + i, S_IFDIR);
    buf_auto path = {0};
    assert_true(node_path(&g->nodes, at, &path));
    assert_int_equal(path.len, 3999);
    for (uint64_t i = 2000; i < 2100; i++)
        at = ground_look_up(g, at, "d", 100 + i, S_IFDIR);
    buf_auto more = {0};
    assert_false(node_path(&g->nodes, at, &more)); /* longer than any path may be */
}

static void follows_the_name_looked_up_last(void **state)
{
    struct ground *g = *state;
    uint32_t a = ground_look_up(g, NODE_ROOT, "a", 10, S_IFREG);
    assert_int_equal(ground_look_up(g, NODE_ROOT, "b", 10, S_IFREG), a);
    ground_expect_path(g, a, "b");
}

static void one_of_two_names_goes(void **state)
{
    struct ground *g = *state;
    uint32_t a = ground_look_up(g, NODE_ROOT, "a", 10, S_IFREG);
    node_drop_link(&g->nodes, a, NODE_ROOT, "b", false); /* not how it is known */
    ground_expect_path(g, a, "a");
    node_drop_link(&g->nodes, a, NODE_ROOT, "a", false);
    ground_expect_path(g, a, NULL);
    assert_int_equal(node_find(&g->nodes, 1, 10), a); /* one file, one node */
    ground_die(g);
    assert_int_equal(node_find(&g->nodes, 1, 10), a);
    assert_int_equal(ground_look_up(g, NODE_ROOT, "b", 10, S_IFREG), a);
    ground_expect_path(g, a, "b");
}

static void last_name_goes(void **state)
{
    struct ground *g = *state;
    uint32_t a = ground_look_up(g, NODE_ROOT, "a", 10, S_IFREG);
    node_drop_link(&g->nodes, a, NODE_ROOT, "a", true);
    assert_int_equal(node_find(&g->nodes, 1, 10), 0);
    uint32_t b = ground_look_up(g, NODE_ROOT, "b", 10, S_IFREG); /* the store gave its inode number to a new file */
    assert_int_not_equal(b, a);
    ground_die(g);
    assert_int_equal(node_find(&g->nodes, 1, 10), b);
    assert_true(node_known(&g->nodes, a));
    ground_expect_path(g, a, NULL);
    assert_true(ground_forget(g, a, 1));
    assert_int_equal(node_find(&g->nodes, 1, 10), b);
}

static void a_removal_fails(void **state)
{
    struct ground *g = *state;
    uint32_t a = ground_look_up(g, NODE_ROOT, "a", 10, S_IFREG);
    node_drop_link(&g->nodes, a, NODE_ROOT, "a", true);
    node_set_link(&g->nodes, a, NODE_ROOT, "a");
    assert_int_equal(node_find(&g->nodes, 1, 10), a);
    ground_expect_path(g, a, "a");
}

static void a_nameless_file_gets_a_name(void **state)
{
    struct ground *g = *state;
    uint32_t t = ground_look_up(g, NODE_ROOT, NULL, 10, S_IFREG);
    assert_int_not_equal(t, 0);
    assert_int_equal(node_find(&g->nodes, 1, 10), 0);
    ground_die(g);
    assert_int_equal(node_find(&g->nodes, 1, 10), 0);
    node_set_link(&g->nodes, t, NODE_ROOT, "named");
    assert_int_equal(ground_look_up(g, NODE_ROOT, "named", 10, S_IFREG), t);
    ground_die(g);
    ground_expect_path(g, t, "named");
    assert_int_equal(node_find(&g->nodes, 1, 10), t);
}

/* More of them at once than the index has room for. */
static void many_nameless_files_get_names(void **state)
{
    struct ground *g = *state;
    enum { MANY = 6000 };
    static uint32_t nodes[MANY];
    for (uint32_t i = 0; i < MANY; i++)
        nodes[i] = ground_look_up(g, NODE_ROOT, NULL, 100 + i, S_IFREG);
    for (uint32_t i = 0; i < MANY; i++) {
        char name[16];
        snprintf(name, sizeof name, "%u", i);
        node_set_link(&g->nodes, nodes[i], NODE_ROOT, name);
    }
    for (uint32_t i = 0; i < MANY; i++)
        assert_int_equal(node_find(&g->nodes, 1, 100 + i), nodes[i]);
}

static void another_type_takes_the_inode(void **state)
{
    struct ground *g = *state;
    uint32_t a = ground_look_up(g, NODE_ROOT, "a", 10, S_IFREG);
    uint32_t b = ground_look_up(g, NODE_ROOT, "a", 10, S_IFDIR);
    assert_int_not_equal(a, b);
    assert_int_equal(node_find(&g->nodes, 1, 10), b);
    ground_die(g);
    assert_int_equal(node_find(&g->nodes, 1, 10), b);
}

static void numbers_are_used_again(void **state)
{
    struct ground *g = *state;
    uint32_t a = ground_look_up(g, NODE_ROOT, "a", 10, S_IFREG);
    node_at(&g->nodes, a)->save_seq = 7;
    node_at(&g->nodes, a)->born_seq = 6;
    node_at(&g->nodes, a)->backing_id = 5;
    node_at(&g->nodes, a)->noticed_ctime_ns = 4;
    node_at(&g->nodes, a)->flags |= NODE_TOUCHED | NODE_PINNED;
    assert_true(ground_forget(g, a, 1));
    assert_false(node_known(&g->nodes, a));
    assert_int_equal(ground_look_up(g, NODE_ROOT, "b", 11, S_IFREG), a);
    const struct node_record *r = node_at(&g->nodes, a);
    assert_int_equal(r->save_seq | r->born_seq | (uint64_t)r->backing_id | (uint64_t)r->noticed_ctime_ns | r->flags, 0);
    assert_int_equal(g->nodes.live, 2);
}

static void references_are_counted(void **state)
{
    struct ground *g = *state;
    uint32_t a = ground_look_up(g, NODE_ROOT, "a", 10, S_IFREG);
    ground_look_up(g, NODE_ROOT, "a", 10, S_IFREG);
    assert_false(ground_forget(g, a, 1));
    assert_true(node_hold(&g->nodes, a, 10));
    assert_false(node_hold(&g->nodes, a, 11)); /* another file by that number */
    assert_false(ground_forget(g, a, 1));
    assert_true(ground_forget(g, a, 100)); /* more than there are */
    assert_false(node_hold(&g->nodes, a, 10));
    assert_false(ground_forget(g, NODE_ROOT, 100));
    assert_true(node_known(&g->nodes, NODE_ROOT));
}

static void looked_up_again_before_it_was_freed(void **state)
{
    struct ground *g = *state;
    struct node_record last;
    uint32_t a = ground_look_up(g, NODE_ROOT, "a", 10, S_IFREG);
    assert_true(node_forget(&g->nodes, a, 1, &last));
    assert_int_equal(ground_look_up(g, NODE_ROOT, "a", 10, S_IFREG), a);
    node_free_if_unused(&g->nodes, a);
    assert_true(node_known(&g->nodes, a));
}

static void folders_stay_for_their_children(void **state)
{
    struct ground *g = *state;
    uint32_t d = ground_look_up(g, NODE_ROOT, "d", 10, S_IFDIR);
    uint32_t e = ground_look_up(g, d, "e", 11, S_IFDIR);
    uint32_t f = ground_look_up(g, e, "f", 12, S_IFREG);
    ground_forget(g, d, 1);
    ground_forget(g, e, 1);
    ground_expect_path(g, f, "d/e/f");
    ground_die(g);
    ground_expect_path(g, f, "d/e/f");
    assert_int_equal(g->nodes.live, 4);
    ground_forget(g, f, 1);
    assert_false(node_known(&g->nodes, d) || node_known(&g->nodes, e));
    assert_int_equal(g->nodes.live, 1);
}

static void moved_away_the_old_folder_goes(void **state)
{
    struct ground *g = *state;
    uint32_t d = ground_look_up(g, NODE_ROOT, "d", 10, S_IFDIR);
    uint32_t f = ground_look_up(g, d, "f", 12, S_IFREG);
    ground_forget(g, d, 1);
    node_set_link(&g->nodes, f, NODE_ROOT, "f");
    assert_false(node_known(&g->nodes, d));
    ground_expect_path(g, f, "f");
}

/* Every second of many is removed, then all are asked for: the index closes up behind what is taken out. */
static void many_come_and_go(void **state)
{
    struct ground *g = *state;
    enum { MANY = 20000 };
    static uint32_t nodes[MANY];
    char name[16];
    for (uint32_t i = 0; i < MANY; i++) {
        snprintf(name, sizeof name, "%u", i);
        nodes[i] = ground_look_up(g, NODE_ROOT, name, 1000 + i * 4096ull, S_IFREG);
    }
    for (uint32_t i = 0; i < MANY; i += 2)
        ground_forget(g, nodes[i], 1);
    for (int death = 0; death < 2; death++) {
        for (uint32_t i = 0; i < MANY; i++)
            assert_int_equal(node_find(&g->nodes, 1, 1000 + i * 4096ull), i % 2 ? nodes[i] : 0);
        ground_die(g);
    }
    assert_int_equal(g->nodes.live, MANY / 2 + 1);
}

/* A record half written when its writer died does not exist. */
static void half_made_is_not_there(void **state)
{
    struct ground *g = *state;
    ground_look_up(g, NODE_ROOT, "a", 10, S_IFREG);
    uint32_t top = g->shared->nodes_top;
    g->shared->nodes[top].ino = 99;
    g->shared->nodes[top].dev = 1;
    g->shared->nodes_top = top + 1;
    ground_die(g);
    assert_false(node_known(&g->nodes, top));
    assert_int_equal(node_find(&g->nodes, 1, 99), 0);
    assert_int_equal(ground_look_up(g, NODE_ROOT, "b", 11, S_IFREG), top);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, ground_set_up, ground_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(finds_the_same_file_again),
        TEST(refuses_numbers_that_are_none),
        TEST(builds_paths),
        TEST(builds_deep_paths),
        TEST(follows_the_name_looked_up_last),
        TEST(one_of_two_names_goes),
        TEST(last_name_goes),
        TEST(a_removal_fails),
        TEST(a_nameless_file_gets_a_name),
        TEST(many_nameless_files_get_names),
        TEST(another_type_takes_the_inode),
        TEST(numbers_are_used_again),
        TEST(references_are_counted),
        TEST(looked_up_again_before_it_was_freed),
        TEST(folders_stay_for_their_children),
        TEST(moved_away_the_old_folder_goes),
        TEST(many_come_and_go),
        TEST(half_made_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
