/* Events that wait: oldest first, bounded for each mount, one mount never behind another. And the JSON of them. */
#include "tell/json.h"
#include "tell/waiting.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static bool add(struct waiting *w, uint32_t mount, uint64_t seq)
{
    const struct told t = {NEWS_ON_SAVE, mount, seq, strdup("{}")};
    return waiting_add(w, &t);
}

static bool is_free(void *ctx, uint32_t mount) { return (*(const uint32_t *)ctx >> mount & 1) != 0; }

static uint64_t take(struct waiting *w, uint32_t free_mounts)
{
    struct told t;
    if (!waiting_take(w, is_free, &free_mounts, &t))
        return 0;
    free(t.json);
    return t.seq;
}

static void bounded_for_each_mount(void **state)
{
    (void)state;
    struct waiting *w = calloc(1, sizeof *w);
    for (uint64_t seq = 1; seq <= WAITING_PER_MOUNT; seq++)
        assert_true(add(w, 0, seq));
    assert_false(add(w, 0, 999));
    assert_true(add(w, 1, 1000)); /* another's flood is not ours */
    assert_int_equal(take(w, 2), 1000);
    assert_int_equal(take(w, 2), 0);
    assert_int_equal(take(w, 3), 1);
    assert_true(add(w, 0, 33));
    for (uint64_t seq = 2; seq <= 33; seq++)
        assert_int_equal(take(w, 1), seq);
    assert_int_equal(w->count, 0);
    for (uint32_t mount = 0; mount < 20; mount++)
        for (uint64_t seq = 1; seq <= WAITING_PER_MOUNT; seq++)
            assert_int_equal(add(w, mount, seq), w->count <= WAITING_MOST && mount < 8);
    while (take(w, UINT32_MAX) != 0)
        ;
    free(w);
}

static const char *text_of(json_t *o, const char *key) { return json_string_value(json_object_get(o, key)); }

static void json_says_what_is_known(void **state)
{
    (void)state;
    struct config_mount mount = {.name = (char *)"work", .rep = (char *)"alice"};
    struct config config = {.device_name = (char *)"lt-1", .mounts = &mount, .mount_count = 1};
    struct news n = {.seq = 412,
                     .path = "a\n\xff.md",
                     .commit = "00ff",
                     .class_name = "post-draft",
                     .records = "",
                     .more = 3,
                     .finding_count = 1,
                     .findings = {{.level = 2,
                                   .line = 3,
                                   .column = 14,
                                   .rule = "p/r",
                                   .sheet = "",
                                   .excerpt = "\"x\"",
                                   .say = "No.",
                                   .repair = "",
                                   .replace = "",
                                   .cite = ""}}};
    char *line = json_of_news(&n, NEWS_ON_FINDING, &config);
    assert_non_null(line);
    assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
    json_t *o = json_loads(line, 0, NULL), *f = json_array_get(json_object_get(o, "findings"), 0);
    assert_string_equal(text_of(o, "event"), "on-finding");
    assert_string_equal(text_of(o, "mount"), "work");
    assert_string_equal(text_of(o, "rep"), "alice");
    assert_string_equal(text_of(o, "device"), "lt-1");
    assert_string_equal(text_of(o, "path"), "\"a\\n\\377.md\"");
    assert_string_equal(text_of(o, "saved"), "1970-01-01T00:00:00.000000000Z");
    assert_null(json_object_get(o, "records"));
    assert_int_equal(json_integer_value(json_object_get(o, "seq")), 412);
    assert_int_equal(json_integer_value(json_object_get(o, "more")), 3);
    assert_string_equal(text_of(f, "level"), "error");
    assert_string_equal(text_of(f, "excerpt"), "\"x\"");
    assert_int_equal(json_integer_value(json_object_get(f, "column")), 14);
    assert_null(json_object_get(f, "row"));
    json_decref(o);
    free(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(bounded_for_each_mount),
                                       cmocka_unit_test(json_says_what_is_known)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
