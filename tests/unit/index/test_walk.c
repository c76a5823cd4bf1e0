/* A walk over all keys: ascending, in pieces of any size, each key once for each lineage that has it. */
#include "folder.h"

struct heard {
    uint64_t last_key;
    uint32_t last_number;
    size_t places, keys;
    unsigned kinds[8];
    size_t stop_at; /* 0: never */
};

static int hear(void *ctx, uint64_t key, uint32_t number)
{
    struct heard *h = ctx;
    assert_true(h->places == 0 || key > h->last_key || (key == h->last_key && number > h->last_number));
    h->keys += h->places == 0 || key != h->last_key;
    h->kinds[key & INDEX_KIND]++;
    h->last_key = key;
    h->last_number = number;
    return ++h->places == h->stop_at ? 42 : 0;
}

static struct heard walk(struct index *x, size_t piece)
{
    struct heard h = {0};
    struct error e = {0};
    uint64_t from = 0;
    int more;
    while ((more = index_walk_keys(x, &from, piece, hear, &h, &e)) == 1)
        ;
    if (more != 0)
        fail_msg("%s", e.text);
    return h;
}

/* Lists of 300, 5 and 1 contacts; the second shares its contacts with the first, and all have some company. */
static struct index *fill(void)
{
    struct index *x = open_writer();
    begin(x);
    add_contacts(x, 70, 1, 0, 300);
    add_contacts(x, 50, 2, 10, 5);
    add_contacts(x, 90, 3, 1000, 1);
    commit(x);
    return x;
}

static void test_all_is_told_in_pieces(void **state)
{
    (void)state;
    static const size_t pieces[] = {1, 7, 4096};
    struct index *x = fill();
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        struct heard h = walk(x, pieces[i]);
        assert_int_equal(h.keys, 301 * 3 + 100);
        assert_int_equal(h.kinds[EMAIL], 306); /* five of them in two lists */
        assert_int_equal(h.kinds[COMPANY], 106);
    }
    index_close(x);
}

static void test_listener_may_stop(void **state)
{
    (void)state;
    struct index *x = fill();
    struct heard h = {.stop_at = 3};
    uint64_t from = 0;
    assert_int_equal(index_walk_keys(x, &from, 4096, hear, &h, NULL), 42);
    assert_int_equal(h.places, 3);
    from = 0;
    assert_int_equal(index_walk_text(x, &from, 4096, hear, &h, NULL), 0); /* there is none */
    index_close(x);
}

/* A key that is in more lineages than anybody asks for. */
static void test_common_keys_are_cut(void **state)
{
    (void)state;
    struct index *x = open_writer();
    begin(x);
    for (uint64_t lineage = 1; lineage <= INDEX_COMMON + 20; lineage++)
        add_contacts(x, lineage, lineage, 3, 1);
    commit(x);
    struct heard h = walk(x, 10);
    assert_int_equal(h.keys, ROW_KEYS);
    assert_int_equal(h.places, ROW_KEYS * INDEX_COMMON);
    index_close(x);
}

static void test_lineages_are_looked_up(void **state)
{
    (void)state;
    struct index *x = fill();
    struct index_lineage l;
    assert_int_equal(index_look_up(x, 1, &l, NULL), 0);
    assert_int_equal(l.lineage, 70);
    assert_int_equal(l.rows, 300);
    assert_int_equal(index_look_up(x, 2, &l, NULL), 0);
    assert_int_equal(l.rows, 5);
    assert_int_equal(index_look_up(x, 9, &l, NULL), -ENOENT);
    begin(x);
    add_contacts(x, 70, 4, 0, 2); /* the newest version counts */
    commit(x);
    assert_int_equal(index_look_up(x, 1, &l, NULL), 0);
    assert_int_equal(l.rows, 2);
    index_close(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_all_is_told_in_pieces, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_listener_may_stop, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_common_keys_are_cut, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_lineages_are_looked_up, make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
