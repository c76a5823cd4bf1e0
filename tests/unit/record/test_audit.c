/* The audit log: sealed, read back, found out when touched; and the id of rules before they are in the record. */
#include "record/audit_form.h"

#include "fixture.h"

static void seal(struct world *w, struct record_audit_state *s, const char *lines, uint64_t count)
{
    w->now_ns += 60 * NS_PER_SEC;
    const struct record_audit_seal what = {.lines = lines,
                                           .len = strlen(lines),
                                           .count = count,
                                           .oldest_ns = w->now_ns - NS_PER_SEC,
                                           .newest_ns = w->now_ns,
                                           .now_ns = w->now_ns};
    MUST(record_seal_audit(w->writer, s, &what, &e));
}

static void a_seal_is_a_signed_commit(void **state)
{
    struct world *w = *state;
    struct record_audit_state s = {0};
    MUST(record_read_audit(w->writer, &s, &e));
    assert_int_equal(s.seq, 0);
    begin(w);
    save(w, "a.csv", "a");
    finish(w);
    s.started_ns = T2026Q4;
    assert_int_equal(record_audit_set_source(&s, "work", "0123456789abcdef", 7), 0);
    seal(w, &s, "{\"one\":1}\n{\"two\":2}\n", 2);
    s.stopped = true;
    seal(w, &s, "{\"three\":3}\n", 1);
    assert_int_equal(s.seq, 3);
    assert_sh(w, "",
              "for c in $(git -C $R rev-list refs/heads/audit/lt-0042); do git -C $R verify-commit $c 2>/dev/null || "
              "echo bad $c; done");
    assert_fsck_clean(w);
    assert_sh(w, "2026/11/18/0000000000000001.jsonl\n2026/11/18/0000000000000003.jsonl\n",
              "git -C $R ls-tree -r --name-only refs/heads/audit/lt-0042");
    assert_sh(w, "{\"one\":1}\n{\"two\":2}\n", "git -C $R show audit/lt-0042:2026/11/18/0000000000000001.jsonl");
    assert_sh(w, "audit|lt-0042|3-3|1|work 0123456789abcdef 7|2026-11-18T11:06:40.000000000Z stopped\n",
              "git -C $R log -1 --format='%(trailers:key=Event,valueonly,separator=)|"
              "%(trailers:key=Device,valueonly,separator=)|%(trailers:key=Seq,valueonly,separator=)|"
              "%(trailers:key=Events,valueonly,separator=)|%(trailers:key=Journal,valueonly,separator=)|"
              "%(trailers:key=Session,valueonly,separator=)' audit/lt-0042");
    assert_sh(w, "same\n",
              "[ \"$(git -C $R log -1 --format='%(trailers:key=Tip,valueonly,separator=)' audit/lt-0042)\" = "
              "\"refs/heads/rep/alice/lt-0042/2026Q4 $(git -C $R rev-parse rep/alice/lt-0042/2026Q4)\" ] && echo same");
    record_audit_free(&s);
}

static void a_new_writer_goes_on(void **state)
{
    struct world *w = *state;
    struct record_audit_state s = {.started_ns = T2026Q4};
    assert_int_equal(record_audit_set_source(&s, "work", "0123456789abcdef", 7), 0);
    assert_int_equal(record_audit_set_source(&s, "home", "fedcba9876543210", 9), 0);
    seal(w, &s, "{}\n{}\n", 2);
    world_close(w);
    world_open(w);
    struct record_audit_state again = {0};
    MUST(record_read_audit(w->writer, &again, &e));
    assert_int_equal(again.seq, 2);
    assert_int_equal(again.saved_ns, w->now_ns);
    assert_int_equal(again.started_ns, T2026Q4);
    assert_false(again.stopped);
    assert_int_equal(again.source_count, 2);
    assert_int_equal(record_audit_source(&again, "home")->seq, 9);
    assert_string_equal(record_audit_source(&again, "work")->id, "0123456789abcdef");
    assert_int_equal(record_audit_set_source(&again, "work", "1111111111111111", 1), 0);
    assert_int_equal(again.source_count, 2);
    seal(w, &again, "{}\n", 1);
    const struct record_audit_seal stale = {"{}\n", 3, 1, 1, 1, w->now_ns};
    struct error why = {0};
    assert_int_equal(record_seal_audit(w->writer, &s, &stale, &why), -ESTALE); /* `s` knows nothing of the last seal */
    seal(w, &again, "{}\n", 1);
    assert_int_equal(again.seq, 4);
    record_audit_free(&s);
    record_audit_free(&again);
}

struct seen {
    char text[512];
    size_t most, count;
};

static int note(void *ctx, const struct record_segment *s)
{
    struct seen *seen = ctx;
    size_t len = strlen(seen->text);
    snprintf(seen->text + len, sizeof seen->text - len, "%s %d-%d %.*s", s->device, (int)s->first, (int)s->last,
             (int)s->len, s->lines);
    return ++seen->count == seen->most ? 7 : 0;
}

static void expect_segments(struct world *w, const struct record_audit_query *q, size_t most, int answer,
                            const char *expected)
{
    struct record_reader *r = NULL;
    struct seen seen = {.most = most};
    struct error why = {0};
    MUST(record_open_reader(&r, w->repo, &e));
    assert_int_equal(record_each_segment(r, q, note, &seen, &why), answer);
    assert_string_equal(seen.text, expected);
    record_close_reader(r);
}

static void segments_are_told_newest_first(void **state)
{
    struct world *w = *state;
    struct record_audit_state s = {.started_ns = T2026Q4}, other = {.started_ns = T2026Q4};
    struct record_audit_query q = {0};
    expect_segments(w, &q, 0, 0, "");
    seal(w, &s, "a\n", 1);
    seal(w, &s, "b\nc\n", 2);
    int64_t second_ns = w->now_ns;
    seal(w, &s, "d\n", 1);
    world_close(w);
    w->setup.device = "lt-2";
    world_open(w);
    seal(w, &other, "x\n", 1);
    expect_segments(w, &q, 0, 0, "lt-2 1-1 x\nlt-0042 4-4 d\nlt-0042 2-3 b\nc\nlt-0042 1-1 a\n");
    expect_segments(w, &q, 2, 7, "lt-2 1-1 x\nlt-0042 4-4 d\n");
    q.device = "lt-0042";
    q.after_seq = 2;
    expect_segments(w, &q, 0, 0, "lt-0042 4-4 d\nlt-0042 2-3 b\nc\n");
    q = (struct record_audit_query){.until_ns = second_ns};
    expect_segments(w, &q, 0, 0, "lt-0042 2-3 b\nc\nlt-0042 1-1 a\n");
    q = (struct record_audit_query){.since_ns = second_ns - NS_PER_SEC, .until_ns = second_ns};
    expect_segments(w, &q, 0, 0, "lt-0042 2-3 b\nc\n");
    buf_auto out = {0};
    assert_int_equal(sh(w, &out, "git clone -q $R $D/clone"), 0);
    snprintf(w->repo, sizeof w->repo, "%s/clone", w->dir);
    q = (struct record_audit_query){.device = "lt-2"};
    expect_segments(w, &q, 0, 0, "lt-2 1-1 x\n");
}

static void what_is_no_seal_is_refused(void **state)
{
    struct world *w = *state;
    struct record_audit_state s = {.started_ns = T2026Q4};
    struct record_audit_query q = {0};
    buf_auto out = {0};
    seal(w, &s, "a\n", 1);
    seal(w, &s, "b\n", 1);
    assert_int_equal(sh(w, &out,
                        "export GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x;"
                        "c=$(git -C $R commit-tree -m 'no seal' -p audit/lt-0042 'audit/lt-0042^{tree}') && "
                        "git -C $R update-ref refs/heads/audit/lt-0042 $c"),
                     0);
    expect_segments(w, &q, 0, -EUCLEAN, "");
    struct record_audit_state again = {0};
    struct error why = {0};
    assert_int_equal(record_read_audit(w->writer, &again, &why), -EUCLEAN);
    assert_int_equal(again.seq, 0);
    record_audit_free(&s);
}

#define HEAD "tree 0123456789012345678901234567890123456789\nauthor a <b> 1 +0000\n\naudit 1-2\n\n"
#define BODY                                                                                                           \
    "Event: audit\nSeq: 1-2\nSegment: 2026/11/18/0000000000000001.jsonl\nOldest: 2026-11-18T06:27:39Z\n"               \
    "Newest: 2026-11-18T06:27:39Z\nSaved: 2026-11-18T06:27:39Z\n"
#define TAIL "Session: 2026-11-18T06:26:40Z running\n"

static void only_a_seal_is_parsed(void **state)
{
    static const char *const wrong[] = {
        "",
        HEAD,
        HEAD BODY,
        HEAD BODY TAIL TAIL,
        HEAD BODY TAIL "Journal: work\n",
        HEAD BODY TAIL "Journal: work 01 x\n",
        HEAD BODY TAIL "Journal: work 01 1\nJournal: work 02 2\n",
        HEAD BODY "Session: 2026-11-18T06:26:40Z sleeping\n",
        HEAD "Event: save\n" BODY TAIL,
        HEAD "Seq: 2-1\n" BODY TAIL,
    };
    struct audit_form f = {0};
    (void)state;
    assert_int_equal(audit_form_parse(HEAD BODY TAIL, strlen(HEAD BODY TAIL), &f), 0);
    assert_int_equal(f.last, 2);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(audit_form_parse(wrong[i], strlen(wrong[i]), &f), -EINVAL);
    buf_auto many = {0};
    buf_puts(&many, HEAD BODY TAIL);
    for (int i = 0; i < RECORD_AUDIT_SOURCES_MOST + 1; i++)
        buf_printf(&many, "Journal: m%d 01 1\n", i);
    assert_int_equal(audit_form_parse(many.data, many.len, &f), -EINVAL);
    audit_form_free(&f);
}

static void rules_are_known_by_their_tree(void **state)
{
    struct world *w = *state;
    struct record_file files[] = {{"20-b.policy", "b", 1}, {"10-a.policy", "a", 1}, {".gitmodules", "m", 1}};
    struct record_oid id, commit, found;
    char hex[RECORD_OID_HEX];
    MUST(record_policy_id(files, 3, &id, &e));
    assert_int_equal(record_find_policy(w->writer, &id, &found, NULL), 0);
    MUST(record_keep_policy(w->writer, files, 3, w->now_ns, &commit, &e));
    buf_auto expected = {0};
    buf_printf(&expected, "%s\n", record_oid_hex(&id, hex));
    assert_sh(w, expected.data, "git -C $R rev-parse 'policy/lt-0042^{tree}'");
    struct record_oid second;
    MUST(record_keep_policy(w->writer, files, 2, w->now_ns, &second, &e));
    assert_int_equal(record_find_policy(w->writer, &id, &found, NULL), 1);
    assert_memory_equal(&found, &commit, sizeof found);
    files[1].name = "a/b.policy";
    assert_int_equal(record_policy_id(files, 3, &id, NULL), -EINVAL);
    files[1].name = "20-b.policy";
    assert_int_equal(record_policy_id(files, 3, &id, NULL), -EINVAL);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_seal_is_a_signed_commit),  TEST(a_new_writer_goes_on),  TEST(segments_are_told_newest_first),
        TEST(what_is_no_seal_is_refused), TEST(only_a_seal_is_parsed), TEST(rules_are_known_by_their_tree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
