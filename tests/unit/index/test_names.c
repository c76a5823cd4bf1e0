/* Events: a file's lineage goes with it, whatever its path; what is removed or replaced is told until when it was. */
#include "folder.h"

static const struct index_stream alice = {"alice", "lt-1"}, bob = {"bob", "lt-1"};

static void apply_to(struct index *x, const struct index_stream *s, struct index_event ev)
{
    struct error e = {0};
    ev.mount = "work";
    memset(ev.mark, (int)ev.number, sizeof ev.mark);
    if (index_apply(x, s, &ev, &e) != 0)
        fail_msg("%s", e.text);
}

static void put_to(struct index *x, const struct index_stream *s, uint64_t number, const char *path, uint64_t first,
                   size_t count)
{
    struct index_row_key *keys = contacts_from(first, count);
    struct index_event ev = {
        .kind = INDEX_PUT, .number = number, .path = path, .keys = keys, .key_count = count * ROW_KEYS};
    memset(ev.blob, (int)number, sizeof ev.blob);
    apply_to(x, s, ev);
    free(keys);
}

static void put(struct index *x, uint64_t number, const char *path, uint64_t first, size_t count)
{
    put_to(x, &alice, number, path, first, count);
}

static void happen(struct index *x, enum index_event_kind kind, uint64_t number, const char *path, const char *from)
{
    apply_to(x, &alice, (struct index_event){.kind = kind, .number = number, .path = path, .from = from});
}

/* "1-3 " for each run of versions that holds this contact's email. */
static int note_run(void *ctx, const struct index_holding *h)
{
    char *to = ctx;
    to += strlen(to);
    to += sprintf(to, "%llu-", (unsigned long long)h->since.number);
    sprintf(to, h->until ? "%llu " : " ", (unsigned long long)h->until);
    return 0;
}

static void expect_runs(struct index *x, uint64_t who, const char *expected)
{
    char got[1024] = "";
    assert_int_equal(index_find(x, key_of(EMAIL, who), note_run, got, NULL), 0);
    assert_string_equal(got, expected);
}

/* The lineage at the path; 0: none. */
static uint64_t at(struct index *x, const char *path)
{
    struct index_version v;
    int found = index_find_file(x, &alice, "work", path, &v, NULL);
    assert_true(found >= 0);
    return found ? v.lineage : 0;
}

static void test_a_lineage_goes_with_its_file(void **state)
{
    (void)state;
    struct index *x = open_writer();
    begin(x);
    put(x, 1, "a/b/list.csv", 0, 3);
    uint64_t list = at(x, "a/b/list.csv");
    assert_int_not_equal(list, 0);
    happen(x, INDEX_MOVE, 2, "a/b/other.csv", "a/b/list.csv");
    assert_int_equal(at(x, "a/b/list.csv"), 0);
    happen(x, INDEX_MOVE, 3, "z", "a");
    happen(x, INDEX_MOVE, 4, "deep/er/still", "z/b");
    assert_int_equal(at(x, "deep/er/still/other.csv"), list);
    put(x, 5, "deep/er//still/other.csv", 1, 3);
    assert_int_equal(at(x, "deep/er/still/other.csv"), list);
    commit(x);
    expect_runs(x, 0, "1-5 ");
    expect_runs(x, 1, "1- ");
    expect_runs(x, 3, "5- ");
    index_close(x);
}

static void test_what_is_removed_or_replaced_ends(void **state)
{
    (void)state;
    struct index *x = open_writer();
    begin(x);
    put(x, 1, "d/one", 10, 1);
    put(x, 2, "d/e/f/two", 20, 1);
    put(x, 3, "three", 30, 1);
    put(x, 4, "four", 40, 1);
    happen(x, INDEX_REMOVE, 5, "d", NULL);
    happen(x, INDEX_MOVE, 6, "three", "four");
    happen(x, INDEX_REMOVE, 7, "nothing/there", NULL);
    put(x, 8, "d/one", 10, 1);       /* another file of that name */
    put(x, 9, "three/below", 50, 1); /* a folder in a file's place */
    put(x, 10, "d", 60, 1);          /* and a file in a folder's */
    commit(x);
    expect_runs(x, 10, "1-5 8-10 ");
    expect_runs(x, 20, "2-5 ");
    expect_runs(x, 30, "3-6 ");
    expect_runs(x, 40, "4-9 ");
    expect_runs(x, 50, "9- ");
    expect_runs(x, 60, "10- ");
    assert_int_equal(at(x, "d/one"), 0);
    index_close(x);
}

static void test_exchanges(void **state)
{
    (void)state;
    struct index *x = open_writer();
    begin(x);
    put(x, 1, "d/one", 1, 1);
    put(x, 2, "two", 2, 1);
    uint64_t one = at(x, "d/one"), two = at(x, "two");
    happen(x, INDEX_EXCHANGE, 3, "two", "d");
    assert_int_equal(at(x, "two/one"), one);
    assert_int_equal(at(x, "d"), two);
    happen(x, INDEX_EXCHANGE, 4, "two/one", "d");
    assert_int_equal(at(x, "d"), one);
    assert_int_equal(at(x, "two/one"), two);
    happen(x, INDEX_EXCHANGE, 5, "two/one", "two"); /* makes no sense */
    happen(x, INDEX_EXCHANGE, 6, "two", "two/one");
    happen(x, INDEX_EXCHANGE, 7, "two", "nothing");
    assert_int_equal(at(x, "two/one"), two);
    commit(x);
    index_close(x);
}

static void test_moves_that_make_no_sense(void **state)
{
    (void)state;
    struct index *x = open_writer();
    begin(x);
    put(x, 1, "d/e/one", 1, 1);
    put(x, 2, "two", 2, 1);
    uint64_t one = at(x, "d/e/one");
    happen(x, INDEX_MOVE, 3, "d/e/f", "d"); /* into itself */
    happen(x, INDEX_MOVE, 4, "d//e/f", "/d/");
    happen(x, INDEX_MOVE, 5, "d", "d");
    happen(x, INDEX_MOVE, 6, "two/below", "two");
    happen(x, INDEX_MOVE, 7, "two", "nothing");
    happen(x, INDEX_MOVE, 8, "", "two");
    happen(x, INDEX_MOVE, 9, "///", "two");
    assert_int_equal(at(x, "d/e/one"), one);
    assert_int_not_equal(at(x, "two"), 0);
    happen(x, INDEX_REMOVE, 10, "d/e/one", NULL);
    happen(x, INDEX_MOVE, 11, "two", "d"); /* an empty folder is none */
    assert_int_not_equal(at(x, "two"), 0);
    put(x, 12, "d/e/one", 3, 1);
    happen(x, INDEX_MOVE, 13, "d", "d/e"); /* over what it lies in */
    commit(x);
    expect_runs(x, 3, "12-13 ");
    index_close(x);
}

static void test_a_stream_takes_each_event_once(void **state)
{
    (void)state;
    uint64_t newest;
    unsigned char mark[20];
    struct index *x = open_writer();
    for (int again = 0; again < 2; again++) {
        begin(x);
        put(x, 1, "a", 1, 2);
        happen(x, INDEX_MOVE, 2, "b", "a");
        put(x, 3, "a", 5, 1);
        put_to(x, &bob, 1, "a", 1, 1);
        commit(x);
    }
    assert_int_equal(index_newest(x, &alice, &newest, mark, NULL), 0);
    assert_int_equal(newest, 3);
    assert_int_equal(mark[19], 3);
    assert_int_equal(index_newest(x, &bob, &newest, mark, NULL), 0);
    assert_int_equal(newest, 1);
    assert_int_equal(index_newest(x, &(struct index_stream){"bob", "lt-2"}, &newest, mark, NULL), 0);
    assert_int_equal(newest, 0);
    expect_runs(x, 1, "1- 1- ");
    struct index_place place;
    assert_int_equal(index_find_place(x, at(x, "b"), &place, NULL), 0);
    assert_string_equal(place.rep, "alice");
    assert_string_equal(place.mount, "work");
    struct index_counts counts;
    assert_int_equal(index_count(x, &counts, NULL), 0);
    assert_int_equal(counts.lineages, 3);
    assert_int_equal(counts.versions, 3);
    assert_int_equal(counts.keys, 4 * ROW_KEYS);
    index_close(x);
}

static void test_same_content_and_what_would_change(void **state)
{
    (void)state;
    uint64_t came, went;
    struct index *x = open_writer();
    begin(x);
    put(x, 1, "a", 0, 5);
    struct index_event again = {.kind = INDEX_PUT, .number = 2, .path = "a", .same = true};
    apply_to(x, &alice, again);
    struct index_row_key *keys = contacts_from(2, 6);
    memmove(keys, keys + ROW_KEYS, ROW_KEYS * sizeof *keys); /* one of them twice */
    assert_int_equal(index_compare(x, at(x, "a"), keys, (size_t)6 * ROW_KEYS, &came, &went, NULL), 0);
    assert_int_equal(came, 3);
    assert_int_equal(went, 3);
    free(keys);
    put(x, 3, "a", 4, 3);
    commit(x);
    expect_runs(x, 0, "1-3 ");
    expect_runs(x, 4, "1- ");
    expect_runs(x, 5, "3- ");
    index_close(x);
}

/* A folder of many files, in folders as deep as nobody's, goes in parts, and can go again. */
static void test_a_large_folder(void **state)
{
    (void)state;
    enum { FILES = 3000, DEPTH = 1500 };
    struct index *x = open_writer();
    char path[2 * DEPTH + 16] = "";
    begin(x);
    for (int i = 0; i < DEPTH; i++)
        strcpy(path + 2 * i, "d/");
    strcpy(path + (size_t)2 * DEPTH, "file");
    put(x, 1, path, 1, 1);
    for (uint64_t i = 0; i < FILES; i++) {
        sprintf(path, "d/%llu", (unsigned long long)i);
        put(x, i + 2, path, i + 100, 1);
    }
    happen(x, INDEX_MOVE, FILES + 2, "e", "d");
    apply_to(x, &alice, (struct index_event){.kind = INDEX_REMOVE, .number = FILES + 3, .path = "e", .more = true});
    happen(x, INDEX_REMOVE, FILES + 3, "e", NULL);
    commit(x);
    expect_runs(x, 1, "1-3003 ");
    expect_runs(x, 100 + FILES - 1, "3001-3003 ");
    index_close(x);
    x = open_writer(); /* looks at every page */
    assert_int_equal(at(x, "e/7"), 0);
    index_close(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_lineage_goes_with_its_file, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_what_is_removed_or_replaced_ends, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_exchanges, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_moves_that_make_no_sense, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_a_stream_takes_each_event_once, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_same_content_and_what_would_change, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_a_large_folder, make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
