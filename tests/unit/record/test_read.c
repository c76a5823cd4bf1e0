/* The way back: log over volumes and renames, one version found, bytes streamed. */
#include "unit/record/fixture.h"

#include <sys/mman.h>

static int put_line(void *ctx, const struct record_version *v)
{
    struct buf *to = ctx;
    buf_printf(to, "%llu %s %s %s\n", (unsigned long long)v->seq, v->volume ? v->volume : "?",
               record_event_name(v->event), v->path ? v->path : "-");
    return 0;
}

static void assert_log(struct world *w, const char *repo, const struct record_query *q, const char *expected)
{
    struct record_reader *r;
    char path[200];
    buf_auto text = {0};
    snprintf(path, sizeof path, "%s/%s", w->dir, repo);
    MUST(record_open_reader(&r, path, &e));
    MUST(record_log(r, q, put_line, &text, &e));
    record_close_reader(r);
    assert_string_equal(text.data ? text.data : "", expected);
}

/* Seq 1 to 3 in 2026Q4, 4 is the volume, 5 to 8 in 2027Q1. */
static void write_history(struct world *w)
{
    begin(w);
    save(w, "drafts/post.md", "one");
    save(w, "drafts/post.md", "two");
    save(w, "other.txt", "x");
    finish(w);
    w->now_ns = INT64_C(1798761600) * NS_PER_SEC;
    begin(w);
    event(w, RECORD_RENAME, "drafts/final.md", "drafts/post.md"); /* 5 */
    event(w, RECORD_RENAME, "done", "drafts");                    /* 6 */
    save(w, "done/final.md", "three");                            /* 7 */
    event(w, RECORD_GAP, NULL, NULL);                             /* 8 */
    finish(w);
}

static void test_log_over_volumes(void **state)
{
    struct world *w = *state;
    write_history(w);
    assert_fsck_clean(w);
    assert_log(w, "company.git", &(struct record_query){.events = true},
               "8 2027Q1 gap -\n7 2027Q1 save done/final.md\n6 2027Q1 rename done\n5 2027Q1 rename drafts/final.md\n4 "
               "2027Q1 volume -\n"
               "3 2026Q4 save other.txt\n2 2026Q4 save drafts/post.md\n1 2026Q4 save drafts/post.md\n");
    assert_log(w, "company.git", &(struct record_query){.path = "done/final.md"},
               "7 2027Q1 save done/final.md\n6 2027Q1 rename done\n5 2027Q1 rename drafts/final.md\n2 2026Q4 save "
               "drafts/post.md\n1 2026Q4 save drafts/post.md\n");
    assert_log(w, "company.git", &(struct record_query){.path = "done/"},
               "7 2027Q1 save done/final.md\n6 2027Q1 rename done\n5 2027Q1 rename drafts/final.md\n2 2026Q4 save "
               "drafts/post.md\n1 2026Q4 save drafts/post.md\n");
    assert_log(w, "company.git", &(struct record_query){.path = "drafts/post.md", .most = 3},
               "6 2027Q1 rename done\n5 2027Q1 rename drafts/final.md\n2 2026Q4 save drafts/post.md\n");
    assert_log(w, "company.git", &(struct record_query){.after_seq = 5},
               "7 2027Q1 save done/final.md\n6 2027Q1 rename done\n");
    assert_log(w, "company.git", &(struct record_query){.rep = "bob"}, "");
    assert_log(w, "company.git", &(struct record_query){.until_ns = T2026Q4 + 2000000},
               "2 2026Q4 save drafts/post.md\n1 2026Q4 save drafts/post.md\n");
    assert_log(w, "company.git", &(struct record_query){.since_ns = T2026Q4 + 2000000, .until_ns = T2026Q4 + 2000000},
               "2 2026Q4 save drafts/post.md\n");
}

static void test_volume_commit(void **state)
{
    struct world *w = *state;
    write_history(w);
    assert_sh(
        w, "3\n5\n",
        "git -C $R rev-list --count rep/alice/lt-0042/2026Q4; git -C $R rev-list --count rep/alice/lt-0042/2027Q1");
    assert_sh(w, "same\n",
              "first=$(git -C $R rev-list --max-parents=0 rep/alice/lt-0042/2027Q1); old=$(git -C $R rev-parse "
              "rep/alice/lt-0042/2026Q4); "
              "[ \"$(git -C $R log -1 --format='%(trailers:key=Previous,valueonly)' $first | head -1)\" = $old ] && "
              "[ $(git -C $R rev-parse $first^{tree}) = $(git -C $R rev-parse $old^{tree}) ] && git -C $R "
              "verify-commit $first 2>/dev/null && echo same");
}

/* Clones keep the branches elsewhere; a clone of the newest volume alone ends where it ends. */
static void test_log_of_clones(void **state)
{
    struct world *w = *state;
    write_history(w);
    assert_int_equal(sh(w, NULL,
                        "git clone -q --no-local $R $D/clone; git clone -q --bare --no-local $R $D/bare.git; git -C "
                        "$D/bare.git pack-refs --all; "
                        "git clone -q --no-local --bare --single-branch -b rep/alice/lt-0042/2027Q1 $R $D/part.git"),
                     0);
    const char *all =
        "7 2027Q1 save done/final.md\n6 2027Q1 rename done\n5 2027Q1 rename drafts/final.md\n3 2026Q4 save other.txt\n";
    assert_log(w, "clone", &(struct record_query){.most = 4}, all);
    assert_log(w, "bare.git", &(struct record_query){.most = 4}, all);
    assert_log(w, "part.git", &(struct record_query){0},
               "7 2027Q1 save done/final.md\n6 2027Q1 rename done\n5 2027Q1 rename drafts/final.md\n");
}

static void test_reader_sees_what_comes_later(void **state)
{
    struct world *w = *state;
    struct record_reader *r;
    MUST(record_open_reader(&r, w->repo, &e));
    for (int i = 1; i <= 3; i++) {
        buf_auto text = {0};
        char expected[64];
        begin(w);
        save(w, "f", "x");
        finish(w);
        if (i == 2)
            MUST(record_maintain(w->repo, true, &e));
        MUST(record_log(r, &(struct record_query){.most = 1}, put_line, &text, &e));
        snprintf(expected, sizeof expected, "%d 2026Q4 save f\n", i);
        assert_string_equal(text.data, expected);
    }
    record_close_reader(r);
}

static void assert_found(struct world *w, const char *path, const char *at, int expected, const char *text)
{
    struct record_reader *r;
    struct error why = {0};
    struct record_version v;
    buf_auto hold = {0};
    MUST(record_open_reader(&r, w->repo, &e));
    int err = record_find_version(r, &(struct record_query){.path = path}, at, &v, &hold, &why);
    if (err != expected)
        fail_msg("%s at %s: %d %s", path, at, err, why.text);
    if (err < 0) {
        if (strstr(why.text, text) == NULL)
            fail_msg("%s at %s says: %s", path, at, why.text);
    } else {
        char got[64] = "";
        int fd = memfd_create("blob", 0);
        MUST(record_write_blob(r, &v.blob, fd, &e));
        assert_true(fd_pread_full(fd, got, sizeof got - 1, 0) >= 0);
        close(fd);
        assert_string_equal(got, text);
        assert_string_equal(v.rep, "alice");
        assert_string_equal(v.mime, "text/plain");
    }
    record_close_reader(r);
}

static void test_find_version(void **state)
{
    struct world *w = *state;
    char hex[RECORD_OID_HEX];
    write_history(w);
    begin(w);
    struct record_version gone = event(w, RECORD_DELETE, "done", NULL); /* 9 */
    finish(w);
    assert_found(w, "done/final.md", "8", 0, "three");
    assert_found(w, "done/final.md", "6", 0, "two");
    assert_found(w, "done/final.md", "1", 0, "one");
    assert_found(w, "done/final.md", "2026-11-18T11:06:40.0015Z", 0, "one");
    assert_found(w, "done/final.md", "2026-12-01", 0, "two");
    assert_found(w, "done/final.md", NULL, -ENOENT, "the nearest before is 7 ");
    assert_found(w, "done/final.md", "0", -ENOENT, "the nearest after is 1 ");
    assert_found(w, "drafts/post.md", "2", 0, "two");
    assert_found(w, "drafts/post.md", NULL, -ENOENT, "was gone");
    assert_found(w, "nothing", NULL, -ENOENT, "has no version");
    assert_found(w, "done", NULL, -ENOENT, "");
    assert_found(w, "done/final.md", "yesterday", -EINVAL, "is not a version");
    assert_found(w, "done/final.md", "0123abcdef", -ENOENT, "there is no version");
    assert_found(w, "done/final.md", "10", -ENOENT, "there is no version 10 yet; the newest is 9");
    record_oid_hex(&gone.commit, hex);
    hex[10] = 0;
    assert_found(w, "done/final.md", hex, -ENOENT, "gone");
}

/* What was read outlives the reader, every word of it. */
static void test_a_version_found_keeps_its_words(void **state)
{
    struct world *w = *state;
    struct record_reader *r;
    struct record_version v, got, by_commit;
    buf_auto hold = {0}, other = {0};
    begin(w);
    v = version(w, RECORD_SAVE, "list.csv");
    v.mime = "text/csv";
    v.charset = "utf-8";
    v.class_name = "prospect-list";
    v.records = "412 +12 -3";
    v.policy = "0123456789012345678901234567890123456789";
    v.rule = "sales-intelligence/prospect-list";
    v.finding = "error p/grave 3:14";
    v.note = "a note";
    commit(w, v, "x", 1);
    finish(w);
    MUST(record_open_reader(&r, w->repo, &e));
    MUST(record_find_version(r, &(struct record_query){.path = "list.csv"}, NULL, &got, &hold, &e));
    MUST(record_get_version(r, &got.commit, &by_commit, &other, &e));
    record_close_reader(r);
    const struct record_version *const both[] = {&got, &by_commit};
    for (size_t i = 0; i < 2; i++) {
        const struct buf *b = i == 0 ? &hold : &other;
        for (size_t t = 0; t < RECORD_TEXTS; t++) {
            const char *text = *(const char *const *)((const char *)both[i] + record_texts[t].offset);
            assert_true(text == NULL || (text >= b->data && text < b->data + b->len));
        }
        assert_string_equal(both[i]->records, "412 +12 -3");
        assert_string_equal(both[i]->policy, "0123456789012345678901234567890123456789");
        assert_string_equal(both[i]->rule, "sales-intelligence/prospect-list");
        assert_string_equal(both[i]->finding, "error p/grave 3:14");
        assert_string_equal(both[i]->class_name, "prospect-list");
        assert_string_equal(both[i]->note, "a note");
    }
}

static void test_exchange_is_followed(void **state)
{
    struct world *w = *state;
    begin(w);
    save(w, "a", "a1");
    save(w, "b", "b1");
    struct record_version v = version(w, RECORD_RENAME, "a");
    v.from = "b";
    MUST(record_batch_exchange(w->batch, &v, &e)); /* 3 */
    save(w, "a", "b2");
    finish(w);
    assert_log(w, "company.git", &(struct record_query){.path = "a"},
               "4 2026Q4 save a\n3 2026Q4 rename a\n2 2026Q4 save b\n");
    assert_log(w, "company.git", &(struct record_query){.path = "b"}, "3 2026Q4 rename a\n1 2026Q4 save a\n");
    assert_found(w, "b", NULL, 0, "a1");
    assert_sh(w, "a1", "git -C $R show rep/alice/lt-0042/2026Q4:work/b");
}

static void test_large_content(void **state)
{
    struct world *w = *state;
    enum { SIZE = 40 * 1024 * 1024 + 17 };
    struct record_content c, again;
    char path[200];
    snprintf(path, sizeof path, "%s/large", w->dir);
    assert_int_equal(
        sh(w, NULL, "yes holdfast | head -c 20971520 > $D/large; head -c 20971537 /dev/urandom >> $D/large"), 0);
    int fd = open(path, O_RDWR);
    begin(w);
    assert_int_equal(record_batch_add_file(w->batch, fd, SIZE - 1, &c, NULL), -ESTALE);
    assert_int_equal(record_batch_add_file(w->batch, fd, SIZE + 1, &c, NULL), -ESTALE);
    save(w, "small", "between");
    MUST(record_batch_add_file(w->batch, fd, SIZE, &c, &e));
    MUST(record_batch_add_file(w->batch, fd, SIZE, &again, &e)); /* twice the same: once in the pack */
    struct record_version v = version(w, RECORD_SAVE, "large");
    take_content(&v, &c);
    MUST(record_batch_commit(w->batch, &v, &e));
    finish(w);
    assert_fsck_clean(w);
    assert_sh(w, "same\n",
              "git -C $R cat-file blob rep/alice/lt-0042/2026Q4:work/large | cmp - $D/large && "
              "[ $(git -C $R log -1 --format='%(trailers:key=SHA256,valueonly)' rep/alice/lt-0042/2026Q4 | head -1) = "
              "$(sha256sum < $D/large | cut -c1-64) ] && echo same");
    assert_sh(w, "8\n", "git -C $R count-objects -v | sed -n 's/^in-pack: //p'"); /* 2 blobs, 2 commits, 4 trees */
    struct record_reader *r;
    snprintf(path, sizeof path, "%s/copy", w->dir);
    int copy = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    MUST(record_open_reader(&r, w->repo, &e));
    MUST(record_write_blob(r, &c.blob, copy, &e));
    record_close_reader(r);
    close(copy);
    assert_sh(w, "", "cmp $D/copy $D/large");
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_log_over_volumes, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_volume_commit, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_log_of_clones, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_reader_sees_what_comes_later, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_find_version, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_a_version_found_keeps_its_words, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_exchange_is_followed, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_large_content, world_setup, world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
