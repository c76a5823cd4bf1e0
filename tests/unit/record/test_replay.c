/* History oldest first: from anywhere, over volumes, and over more versions than are held at once. */
#include "unit/record/fixture.h"

static struct record_oid tip, fifth;
static uint64_t tip_seq;

static int note_stream(void *ctx, const struct record_stream *s)
{
    (void)ctx;
    assert_string_equal(s->rep, "alice");
    assert_string_equal(s->device, "lt-0042");
    tip = s->tip;
    tip_seq = s->seq;
    return 0;
}

static struct record_reader *open_reader(struct world *w)
{
    struct record_reader *r = NULL;
    MUST(record_open_reader(&r, w->repo, &e));
    MUST(record_each_stream(r, note_stream, NULL, &e));
    return r;
}

/* Each Seq from `first` to the tip, once, in order; or the error. */
static int replay(struct record_reader *r, const struct record_oid *after, uint64_t after_seq)
{
    struct record_replay *p = NULL;
    struct record_version v;
    struct error e = {0};
    uint64_t expected = after_seq;
    assert_int_equal(record_replay_open(&p, r, &tip, after, after_seq, &e), 0);
    int more;
    while ((more = record_replay_next(p, &v, &e)) == 1 || more == -EAGAIN) {
        if (more == 1)
            assert_int_equal(v.seq, ++expected);
        if (more == 1 && v.seq == 5)
            fifth = v.commit;
    }
    record_replay_close(p);
    if (more == 0)
        assert_int_equal(expected, tip_seq);
    return more;
}

static void test_every_version_once(void **state)
{
    struct world *w = *state;
    begin(w);
    for (int i = 0; i < 2500; i++)
        event(w, RECORD_GAP, NULL, NULL);
    finish(w);
    w->now_ns = INT64_C(1798761600) * NS_PER_SEC;
    begin(w);
    for (int i = 0; i < 1100; i++)
        event(w, RECORD_GAP, NULL, NULL);
    finish(w);
    struct record_reader *r = open_reader(w);
    const struct record_oid none = {{0}};
    assert_int_equal(tip_seq, 3601);
    assert_int_equal(replay(r, &none, 0), 0);
    assert_int_equal(replay(r, &fifth, 5), 0);
    assert_int_equal(replay(r, &tip, tip_seq), 0);
    assert_int_equal(replay(r, &tip, 5), -ESTALE);
    assert_int_equal(replay(r, &none, 7), -ESTALE);
    record_close_reader(r);
}

static int note_name(void *ctx, const char *name, const struct record_entry *entry)
{
    buf_printf(ctx, "%s%s ", name, entry->git_mode == 0040000 ? "/" : "");
    return 0;
}

static void test_a_tree_and_a_dropped_volume(void **state)
{
    struct world *w = *state;
    begin(w);
    save(w, "d/.git", "x");
    save(w, "e", "y");
    finish(w);
    w->now_ns = INT64_C(1798761600) * NS_PER_SEC;
    begin(w);
    save(w, "f", "z");
    finish(w);
    assert_int_equal(sh(w, NULL, "git clone -q --bare --single-branch -b rep/alice/lt-0042/2027Q1 file://$R $D/part"),
                     0);
    char part[200];
    snprintf(part, sizeof part, "%s/part", w->dir);
    struct record_reader *r = NULL;
    struct record_replay *p = NULL;
    struct record_version v;
    buf_auto names = {0};
    MUST(record_open_reader(&r, part, &e));
    MUST(record_each_stream(r, note_stream, NULL, &e));
    MUST(record_replay_open(&p, r, &tip, &tip, 0, &e));
    assert_int_equal(record_replay_next(p, &v, NULL), 1);
    assert_int_equal(v.event, RECORD_VOLUME);
    assert_int_equal(v.seq, 3);
    MUST(record_list_folder(r, &v.commit, "", note_name, &names, &e));
    MUST(record_list_folder(r, &v.commit, "work", note_name, &names, &e));
    MUST(record_list_folder(r, &v.commit, "work/d", note_name, &names, &e));
    assert_string_equal(names.data, "work/ d/ e .git ");
    record_replay_close(p);
    record_close_reader(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_version_once, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_a_tree_and_a_dropped_volume, world_setup, world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
