/* Names: short strings in shared memory, whose free space is worked out anew after a death. */
#include "ground.h"

static void fill(char *text, size_t len, char with)
{
    memset(text, with, len);
    text[len] = 0;
}

static void keeps_what_was_put(void **state)
{
    struct ground *g = *state;
    static const size_t lengths[] = {0, 1, 15, 16, 17, 31, 32, 255, 271, 272, 273, 4000, 4095};
    char text[NAME_BYTES_MOST + 1];
    uint32_t names[sizeof lengths / sizeof *lengths];
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        fill(text, lengths[i], (char)('a' + i));
        names[i] = names_put(g->nodes.names, text);
        assert_int_not_equal(names[i], 0);
    }
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        fill(text, lengths[i], (char)('a' + i));
        assert_string_equal(names_get(g->nodes.names, names[i]), text);
    }
}

static void cuts_what_is_too_long(void **state)
{
    struct ground *g = *state;
    char text[NAME_BYTES_MOST + 100];
    fill(text, sizeof text - 1, 'x');
    assert_int_equal(strlen(names_get(g->nodes.names, names_put(g->nodes.names, text))), NAME_BYTES_MOST);
}

static void none_is_empty(void **state)
{
    struct ground *g = *state;
    assert_string_equal(names_get(g->nodes.names, 0), "");
    names_free(g->nodes.names, 0);
    assert_int_not_equal(names_put(g->nodes.names, "first"), 0);
}

static void uses_freed_space_again(void **state)
{
    struct ground *g = *state;
    uint32_t a = names_put(g->nodes.names, "a name of some length, two grains");
    names_free(g->nodes.names, a);
    assert_int_equal(names_put(g->nodes.names, "another one of the same length .."), a);
}

static void splits_long_runs(void **state)
{
    struct ground *g = *state;
    char text[NAME_BYTES_MOST + 1];
    fill(text, NAME_BYTES_MOST, 'l');
    names_free(g->nodes.names, names_put(g->nodes.names, text));
    uint32_t top = g->shared->names_top;
    uint32_t names[100];
    for (int i = 0; i < 100; i++) {
        snprintf(text, sizeof text, "short %d", i);
        names[i] = names_put(g->nodes.names, text);
    }
    assert_int_equal(g->shared->names_top, top); /* all from the one freed run */
    for (int i = 0; i < 100; i++) {
        snprintf(text, sizeof text, "short %d", i);
        assert_string_equal(names_get(g->nodes.names, names[i]), text);
    }
}

/* Live names survive; nothing that was free is lost; nothing live is given out. */
static void finds_free_space_after_death(void **state)
{
    struct ground *g = *state;
    char text[400];
    uint32_t nodes[500];
    for (unsigned i = 0; i < 500; i++) {
        snprintf(text, sizeof text, "%u%*s", i, (int)(i % 300), "");
        nodes[i] = ground_look_up(g, NODE_ROOT, text, 100 + i, S_IFREG);
    }
    for (unsigned i = 0; i < 500; i += 2)
        ground_forget(g, nodes[i], 1);
    uint32_t top = g->shared->names_top;
    ground_die(g);
    for (unsigned i = 0; i < 500; i += 2) {
        snprintf(text, sizeof text, "%u%*s", i, (int)(i % 300), "");
        nodes[i] = ground_look_up(g, NODE_ROOT, text, 1000 + i, S_IFREG);
    }
    assert_true(g->shared->names_top <= top + 200); /* the tops of runs may not fit; the bulk does */
    for (unsigned i = 0; i < 500; i++) {
        snprintf(text, sizeof text, "%u%*s", i, (int)(i % 300), "");
        ground_expect_path(g, nodes[i], text);
    }
}

/* A thousand deaths with names coming and going must not eat the memory. */
static void does_not_grow_over_deaths(void **state)
{
    struct ground *g = *state;
    uint32_t top = 0;
    for (unsigned death = 0; death < 40; death++) {
        uint32_t nodes[200];
        for (unsigned i = 0; i < 200; i++) {
            char text[64];
            snprintf(text, sizeof text, "%0*u", (int)(1 + (i * 7 + death) % 40), i);
            nodes[i] = ground_look_up(g, NODE_ROOT, text, 1000 + i, S_IFREG);
        }
        for (unsigned i = 0; i < 200; i++)
            ground_forget(g, nodes[i], 1);
        if (death == 4)
            top = g->shared->names_top;
        ground_die(g);
    }
    assert_true(g->shared->names_top <= top + 64);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, ground_set_up, ground_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(keeps_what_was_put),        TEST(cuts_what_is_too_long), TEST(none_is_empty),
        TEST(uses_freed_space_again),    TEST(splits_long_runs),      TEST(finds_free_space_after_death),
        TEST(does_not_grow_over_deaths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
