/* What the index knows: since when, until when, in which lineage; and which lists a file's rows come from. */
#include "folder.h"

static void test_nothing_yet(void **state)
{
    (void)state;
    struct index *x = NULL;
    struct error e = {0};
    assert_int_equal(index_open_reader(&x, index_path, &e), -ENOENT);
    assert_null(x);
    x = open_writer();
    expect_holdings(x, key_of(EMAIL, 1), "");
    struct index_match match;
    struct index_row_key key = {.key = key_of(EMAIL, 1)};
    size_t count = 9;
    assert_int_equal(index_match(x, &key, 1, NULL, 0, &match, 1, &count, NULL), 0);
    assert_int_equal(count, 0);
    index_close(x);
}

static void test_found_since_and_until(void **state)
{
    (void)state;
    struct index *x = open_writer();
    begin(x);
    add_contacts(x, 50, 10, 0, 400);  /* 0..399 */
    add_contacts(x, 50, 11, 5, 400);  /* 0..4 went, 400..404 came */
    add_contacts(x, 60, 12, 300, 10); /* another list */
    add_contacts(x, 50, 13, 0, 400);  /* back again */
    expect_holdings(x, key_of(EMAIL, 3), "50:10-11 50:13- ");
    commit(x);
    expect_holdings(x, key_of(EMAIL, 3), "50:10-11 50:13- ");
    expect_holdings(x, key_of(PHONE, 7), "50:10- ");
    expect_holdings(x, key_of(NAME, 402), "50:11-13 ");
    expect_holdings(x, key_of(EMAIL, 305), "50:10- 60:12- ");
    expect_holdings(x, key_of(COMPANY, 3), "50:10- 60:12- "); /* other rows have held it all the time */
    expect_holdings(x, key_of(EMAIL, 999), "");
    index_close(x);
    x = open_writer();
    expect_holdings(x, key_of(EMAIL, 305), "50:10- 60:12- ");
    index_close(x);
}

/* A row whose phone changed is another row, but its email was there without a break. */
static void test_a_changed_row(void **state)
{
    (void)state;
    struct index *x = open_writer();
    struct index_row_key keys[2 * ROW_KEYS];
    put_contact(keys, 0, 1);
    put_contact(keys + ROW_KEYS, 1, 2);
    begin(x);
    add(x, 1, 1, keys, 2 * ROW_KEYS);
    keys[1].key = key_of(PHONE, 77);
    add(x, 1, 2, keys, 2 * ROW_KEYS);
    add(x, 1, 3, keys + ROW_KEYS, ROW_KEYS);
    add(x, 1, 4, NULL, 0);
    commit(x);
    expect_holdings(x, key_of(EMAIL, 1), "1:1-3 ");
    expect_holdings(x, key_of(PHONE, 1), "1:1-2 ");
    expect_holdings(x, key_of(PHONE, 77), "1:2-3 ");
    expect_holdings(x, key_of(EMAIL, 2), "1:1-4 ");
    index_close(x);
}

static void test_known_versions_are_left_as_they_are(void **state)
{
    (void)state;
    struct index *x = open_writer();
    for (int twice = 0; twice < 2; twice++) {
        begin(x);
        add_contacts(x, 1, 5, 0, 10);
        add_contacts(x, 1, 6, 2, 10);
        add_contacts(x, 1, 4, 90, 10); /* older than what is known */
        commit(x);
    }
    expect_holdings(x, key_of(EMAIL, 0), "1:5-6 ");
    expect_holdings(x, key_of(EMAIL, 5), "1:5- ");
    expect_holdings(x, key_of(EMAIL, 95), "");
    struct index_version zero = version_named(1, 0);
    begin(x);
    assert_int_equal(index_add(x, &zero, NULL, 0, NULL, 0, NULL), -EINVAL);
    index_abort(x);
    index_close(x);
}

static int count_version(void *ctx, const struct index_version *v)
{
    uint64_t *last = ctx;
    assert_true(v->number > *last);
    *last = v->number;
    return v->number == 40 ? 7 : 0;
}

static void test_versions_of_a_lineage(void **state)
{
    (void)state;
    struct index *x = open_writer();
    begin(x);
    for (uint64_t i = 1; i < 50; i++)
        add_contacts(x, 9, i, i, 3);
    commit(x);
    uint64_t last = 0;
    assert_int_equal(index_versions(x, 9, count_version, &last, NULL), 7);
    assert_int_equal(last, 40);
    last = 0;
    assert_int_equal(index_versions(x, 8, count_version, &last, NULL), 0);
    assert_int_equal(last, 0);
    index_close(x);
}

/* Random edits of random lists; every key's versions are what a plain model says. */
enum { MODEL_LISTS = 3, MODEL_VERSIONS = 30, MODEL_PEOPLE = 40 };

static void describe_model(char *to, const unsigned char holds[][MODEL_VERSIONS + 2][MODEL_PEOPLE], size_t who)
{
    for (unsigned list = 0; list < MODEL_LISTS; list++)
        for (unsigned v = 1; v <= MODEL_VERSIONS; v++) {
            if (holds[list][v][who] && !holds[list][v - 1][who])
                to += sprintf(to, "%u:%u-", list + 1, v);
            if (holds[list][v][who] && (v == MODEL_VERSIONS || !holds[list][v + 1][who]))
                to += v == MODEL_VERSIONS ? sprintf(to, " ") : sprintf(to, "%u ", v + 1);
        }
    *to = 0;
}

static void test_random_edits_against_a_model(void **state)
{
    (void)state;
    static unsigned char holds[MODEL_LISTS][MODEL_VERSIONS + 2][MODEL_PEOPLE];
    memset(holds, 0, sizeof holds);
    struct index *x = open_writer();
    for (unsigned v = 1; v <= MODEL_VERSIONS; v++)
        for (unsigned list = 0; list < MODEL_LISTS; list++) {
            struct index_row_key keys[MODEL_PEOPLE * ROW_KEYS];
            size_t count = 0;
            for (unsigned who = 0; who < MODEL_PEOPLE; who++) {
                bool flips = mixed(v * 1000 + list * 100 + who + 5) % 8 == 0;
                holds[list][v][who] = (holds[list][v - 1][who] != 0) != flips;
                if (holds[list][v][who])
                    count += put_contact(keys + count, who, who);
            }
            begin(x);
            add(x, list + 1, v, keys, count);
            if (mixed(v + list) % 5 == 0) { /* aborted, and added again */
                index_abort(x);
                begin(x);
                add(x, list + 1, v, keys, count);
            }
            commit(x);
        }
    for (size_t who = 0; who < MODEL_PEOPLE; who++) {
        char expected[4096];
        describe_model(expected, holds, who);
        expect_holdings(x, key_of(EMAIL, who), expected);
    }
    index_close(x);
}

/* ---- text ---- */

static void test_text_is_found_since(void **state)
{
    (void)state;
    struct index *x = open_writer();
    uint64_t prints[500];
    for (size_t i = 0; i < 500; i++)
        prints[i] = mixed(i + 77);
    begin(x);
    struct index_version v = version_named(3, 1);
    assert_int_equal(index_add(x, &v, NULL, 0, prints, 300, NULL), 0);
    v = version_named(3, 2);
    assert_int_equal(index_add(x, &v, NULL, 0, prints, 500, NULL), 0);
    v = version_named(4, 3);
    assert_int_equal(index_add(x, &v, NULL, 0, prints + 290, 20, NULL), 0);
    commit(x);
    char got[200] = "";
    assert_int_equal(index_find_text(x, prints[295], note_holding, got, NULL), 0);
    assert_string_equal(got, "3:1- 4:3- ");
    got[0] = 0;
    assert_int_equal(index_find_text(x, prints[400], note_holding, got, NULL), 0);
    assert_string_equal(got, "3:2- ");
    struct index_match m[4];
    size_t count;
    uint64_t asked[] = {prints[299], prints[300], prints[300], prints[450], 12345};
    assert_int_equal(index_match(x, NULL, 0, asked, 5, m, 4, &count, NULL), 0);
    assert_int_equal(count, 2);
    assert_int_equal(m[0].last.lineage, 3);
    assert_int_equal(m[0].last.number, 2);
    assert_int_equal(m[0].text, 3);
    assert_int_equal(m[1].text, 2);
    index_close(x);
}

/* ---- where a text does not stand ---- */

static int note_without(void *ctx, const struct index_version *v)
{
    char *to = ctx;
    assert_true(v->text_whole);
    sprintf(to + strlen(to), "%llu:%llu ", (unsigned long long)v->lineage, (unsigned long long)v->number);
    return 0;
}

static void expect_without(struct index *x, const uint64_t *prints, size_t count, const char *expected)
{
    char got[200] = "";
    uint32_t number = 1;
    int err;
    while ((err = index_versions_without(x, number, prints, count, note_without, got, NULL)) == 0)
        number++;
    assert_int_equal(err, -ENOENT);
    assert_string_equal(got, expected);
}

static void add_text(struct index *x, uint64_t lineage, uint64_t number, bool whole, const uint64_t *prints,
                     size_t count)
{
    struct index_version v = version_named(lineage, number);
    v.text_whole = whole;
    assert_int_equal(index_add(x, &v, NULL, 0, prints, count, NULL), 0);
}

static void test_versions_that_a_text_is_not_in(void **state)
{
    (void)state;
    struct index *x = open_writer();
    const uint64_t prints[] = {mixed(1), mixed(2), mixed(3), mixed(4)};
    begin(x);
    add_text(x, 7, 1, true, prints, 1);
    add_text(x, 7, 2, true, prints, 3); /* the other two come */
    add_text(x, 7, 3, true, prints, 1); /* and go, which is not known */
    add_text(x, 8, 4, true, prints + 1, 1);
    add_text(x, 8, 5, false, prints + 1, 1); /* rows, say */
    struct index_version same = version_named(8, 6);
    assert_int_equal(index_add_same(x, &same, NULL), 0);
    add_text(x, 8, 7, true, prints, 4);
    same = version_named(8, 8);
    assert_int_equal(index_add_same(x, &same, NULL), 0);
    add_text(x, 9, 9, true, NULL, 0);
    same = version_named(9, 10);
    assert_int_equal(index_add_same(x, &same, NULL), 0);
    commit(x);
    expect_without(x, prints, 3, "7:1 8:4 9:9 9:10 ");
    expect_without(x, prints, 1, "8:4 9:9 9:10 ");
    expect_without(x, prints + 3, 1, "7:1 7:2 7:3 8:4 9:9 9:10 ");
    expect_without(x, prints, 0, "");
    index_close(x);
}

/* ---- matching ---- */

static void test_match_counts_distinct_rows_with_two_kinds(void **state)
{
    (void)state;
    struct index *x = open_writer();
    begin(x);
    add_contacts(x, 1, 1, 0, 100);
    add_contacts(x, 2, 2, 50, 100);
    add_contacts(x, 3, 3, 5000, 100);
    commit(x);
    struct index_row_key keys[64];
    size_t count = 0, found;
    for (uint32_t i = 0; i < 10; i++)
        count += put_contact(keys + count, i, 45 + i);                           /* 45..54 */
    count += put_contact(keys + count, 10, 45);                                  /* again: the same row */
    keys[count++] = (struct index_row_key){.key = key_of(EMAIL, 60), .row = 11}; /* one kind only */
    keys[count++] = (struct index_row_key){.key = key_of(EMAIL, 61), .row = 12}; /* two kinds, but of two people */
    keys[count++] = (struct index_row_key){.key = key_of(PHONE, 62), .row = 12};
    struct index_match m[8];
    assert_int_equal(index_match(x, keys, count, NULL, 0, m, 8, &found, NULL), 0);
    assert_int_equal(found, 2); /* the third has companies only, in rows of other people */
    assert_int_equal(m[0].last.lineage, 1);
    assert_int_equal(m[0].rows, 10);
    assert_int_equal(m[0].emails, 12);
    assert_int_equal(m[1].last.lineage, 2);
    assert_int_equal(m[1].rows, 5);
    assert_int_equal(m[1].emails, 7);
    assert_int_equal(index_match(x, keys, count, NULL, 0, m, 1, &found, NULL), 0);
    assert_int_equal(found, 1);
    index_close(x);
}

/* A company and a name that are everywhere do not hide the list that holds this row, nor make one of another's. */
static void test_match_of_common_keys(void **state)
{
    (void)state;
    struct index *x = open_writer();
    begin(x);
    for (uint64_t list = 1; list <= 300; list++) {
        struct index_row_key keys[] = {
            {.key = key_of(EMAIL, list)}, {.key = key_of(COMPANY, 1)}, {.key = key_of(NAME, 1)}};
        add(x, list, list, keys, list == 200 ? 3 : 2);
    }
    commit(x);
    struct index_match m[INDEX_COMMON * 2];
    size_t found;
    struct index_row_key asked[] = {{.key = key_of(COMPANY, 1)}, {.key = key_of(EMAIL, 250)}};
    assert_int_equal(index_match(x, asked, 2, NULL, 0, m, INDEX_COMMON * 2, &found, NULL), 0);
    assert_int_equal(found, 1);
    assert_int_equal(m[0].last.lineage, 250);
    assert_int_equal(m[0].rows, 1);
    struct index_row_key named[] = {{.key = key_of(COMPANY, 1)}, {.key = key_of(NAME, 1)}};
    assert_int_equal(index_match(x, named, 2, NULL, 0, m, INDEX_COMMON * 2, &found, NULL), 0);
    assert_int_equal(found, 1);
    assert_int_equal(m[0].last.lineage, 200);
    assert_int_equal(m[0].emails, 0);
    index_close(x);
}

/* The same list in more places than are looked at: the oldest are told. */
static void test_match_of_a_list_that_everybody_has(void **state)
{
    (void)state;
    struct index *x = open_writer();
    begin(x);
    for (uint64_t list = 1; list <= INDEX_COMMON + 20; list++)
        add_contacts(x, list, list, 0, 6);
    commit(x);
    struct index_row_key *asked = contacts_from(0, 6);
    struct index_match m[INDEX_COMMON * 2];
    size_t found;
    assert_int_equal(index_match(x, asked, 6 * ROW_KEYS, NULL, 0, m, INDEX_COMMON * 2, &found, NULL), 0);
    assert_int_equal(found, INDEX_COMMON);
    for (size_t i = 0; i < found; i++) {
        assert_int_equal(m[i].last.lineage, i + 1);
        assert_int_equal(m[i].rows, 6);
    }
    free(asked);
    index_close(x);
}

/* ---- size ---- */

static off_t data_bytes(void)
{
    char data[120];
    struct stat st;
    snprintf(data, sizeof data, "%s/data.mdb", index_path);
    assert_int_equal(stat(data, &st), 0);
    return st.st_size;
}

/* A thousand versions of a list that each change a row cost what changed. */
static void test_versions_add_only_what_is_new(void **state)
{
    (void)state;
    enum { ROWS = 400, VERSIONS = 1000 };
    struct index *x = open_writer();
    struct index_row_key *keys = contacts_from(0, ROWS);
    begin(x);
    add(x, 1, 1, keys, ROWS * ROW_KEYS);
    commit(x);
    off_t one = data_bytes();
    for (uint64_t v = 2; v <= VERSIONS; v++) {
        put_contact(keys + v % ROWS * ROW_KEYS, (uint32_t)(v % ROWS), 10000 + v);
        if (v % 50 == 2)
            begin(x);
        add(x, 1, v, keys, ROWS * ROW_KEYS);
        if (v % 50 == 1 || v == VERSIONS)
            commit(x);
    }
    print_message("one version %lld bytes, a thousand %lld\n", (long long)one, (long long)data_bytes());
    assert_true(data_bytes() < one + 2000000);
    expect_holdings(x, key_of(EMAIL, 10000 + VERSIONS), "1:1000- ");
    expect_holdings(x, key_of(EMAIL, 10300), "1:300-700 ");
    expect_holdings(x, key_of(EMAIL, 399), "1:1-399 ");
    free(keys);
    index_close(x);
}

/* More than fits into one transaction, and a row with more keys than are looked at together. */
static void test_a_large_version(void **state)
{
    (void)state;
    enum { ROWS = 60000 };
    struct index *x = open_writer();
    begin(x);
    add_contacts(x, 1, 1, 0, ROWS);
    add_contacts(x, 1, 2, 10, ROWS);
    struct index_row_key wide[50];
    for (size_t i = 0; i < 50; i++)
        wide[i] = (struct index_row_key){.key = key_of(EMAIL, 900000 + i), .row = 3};
    add(x, 2, 3, wide, 50);
    commit(x);
    expect_holdings(x, key_of(EMAIL, 9), "1:1-2 ");
    expect_holdings(x, key_of(EMAIL, 10), "1:1- ");
    expect_holdings(x, key_of(EMAIL, ROWS + 9), "1:2- ");
    expect_holdings(x, key_of(EMAIL, 900049), "2:3- ");
    index_close(x);
    x = open_writer(); /* the check of all pages agrees with what LMDB wrote */
    expect_holdings(x, key_of(EMAIL, ROWS + 9), "1:2- ");
    index_close(x);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_nothing_yet),
        TEST(test_found_since_and_until),
        TEST(test_a_changed_row),
        TEST(test_known_versions_are_left_as_they_are),
        TEST(test_versions_of_a_lineage),
        TEST(test_random_edits_against_a_model),
        TEST(test_text_is_found_since),
        TEST(test_versions_that_a_text_is_not_in),
        TEST(test_match_counts_distinct_rows_with_two_kinds),
        TEST(test_match_of_common_keys),
        TEST(test_match_of_a_list_that_everybody_has),
        TEST(test_versions_add_only_what_is_new),
        TEST(test_a_large_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
