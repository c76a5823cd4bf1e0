/* What the writer writes, as stock git sees it. */
#include "unit/record/fixture.h"

static void test_first_save(void **state)
{
    struct world *w = *state;
    begin(w);
    struct record_version v = save(w, "Prospects/acme.csv", "name,email\nAda,ada@acme.example\n");
    assert_int_equal(v.seq, 1);
    finish(w);
    assert_fsck_clean(w);
    assert_sh(w, "save Prospects/acme.csv\n", "git -C $R log --format=%s rep/alice/lt-0042/2026Q4");
    assert_sh(w, "alice alice@northwind.example 1795000000 +0000 lt-0042 lt-0042@device.holdfast 1795000000 +0000\n",
              "git -C $R log --date=raw --format='%an %ae %ad %cn %ce %cd' rep/alice/lt-0042/2026Q4");
    assert_sh(w, "name,email\nAda,ada@acme.example\n",
              "git -C $R show rep/alice/lt-0042/2026Q4:work/Prospects/acme.csv");
    assert_sh(w, "",
              "git -C $R verify-commit rep/alice/lt-0042/2026Q4 2>&1 | grep -v '^Good \"git\" signature for "
              "lt-0042@device.holdfast' || true");
    assert_sh(w, "1\n", "git -C $R verify-commit rep/alice/lt-0042/2026Q4 2>&1 | grep -c '^Good \"git\" signature'");
}

static void test_trailers(void **state)
{
    struct world *w = *state;
    begin(w);
    struct record_version v = version(w, RECORD_SAVE, "a b.txt");
    v.journal = 7;
    v.note = "two\nlines";
    v.class_name = "post-draft";
    commit(w, v, "x", 1);
    finish(w);
    assert_sh(w,
              "Event: save\nRep: alice\nDevice: lt-0042\nMount: work\nPath: a b.txt\nSeq: 1\nClass: post-draft\nMime: "
              "text/plain\n"
              "Charset: utf-8\nBytes: 1\nSHA256: 2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881\n"
              "XXH3: bf0c1abe1c1b1c8b\nBlob: c1b0730e01334b4fc0b5aed5c6d4b6c3a1f7d0a0\nMode: 100644\nRecords: "
              "none\nApp: /usr/bin/vim\n"
              "Pid: 77\nUid: 1000\nSaved: 2026-11-18T11:06:40.001000000Z\nPolicy: none\nRule: none\nFinding: "
              "none\nJournal: 7\n"
              "Note: \"two\\nlines\"\n",
              "git -C $R log -1 --format=%B rep/alice/lt-0042/2026Q4 | git interpret-trailers --parse | "
              "sed 's/^XXH3: .*/XXH3: bf0c1abe1c1b1c8b/; s/^Blob: .*/Blob: c1b0730e01334b4fc0b5aed5c6d4b6c3a1f7d0a0/'");
}

static void test_events(void **state)
{
    struct world *w = *state;
    begin(w);
    save(w, "a/x", "x");
    save(w, "a/y", "y");
    event(w, RECORD_SYMLINK, "link", "../a b\n");
    event(w, RECORD_LINK, "hard", "a/x");
    struct record_version v = version(w, RECORD_CHMOD, "a/x");
    v.mode = 0100755;
    commit(w, v, NULL, 0);
    event(w, RECORD_RENAME, "b/c/d", "a");
    event(w, RECORD_DELETE, "b/c/d/y", NULL);
    event(w, RECORD_DELETE, "never/was", NULL);
    event(w, RECORD_RENAME, "here", "nothing there");
    event(w, RECORD_UNATTENDED, "hard", NULL);
    save(w, "link/below", "a file's place becomes a folder");
    v = version(w, RECORD_RECOVERED, "b/c");
    v = commit(w, v, "and back", 8);
    event(w, RECORD_GAP, NULL, NULL);
    finish(w);
    assert_fsck_clean(w);
    assert_sh(w, "100644 work/b/c\n100644 work/link/below\n",
              "git -C $R ls-tree -r --format='%(objectmode) %(path)' rep/alice/lt-0042/2026Q4");
    assert_sh(w, "100755 work/b/c/d/x\n100644 work/b/c/d/y\n100644 work/hard\n120000 work/link\n",
              "git -C $R ls-tree -r --format='%(objectmode) %(path)' rep/alice/lt-0042/2026Q4~7");
    assert_sh(w, "../a b\n", "git -C $R show rep/alice/lt-0042/2026Q4~7:work/link | head -1");
}

static void test_all_deleted(void **state)
{
    struct world *w = *state;
    begin(w);
    save(w, "a", "x");
    event(w, RECORD_DELETE, "a", NULL);
    finish(w);
    assert_fsck_clean(w);
    world_close(w);
    world_open(w);
    begin(w);
    save(w, "b", "x");
    finish(w);
    assert_sh(w, "work/b\n", "git -C $R ls-tree -r --name-only rep/alice/lt-0042/2026Q4");
    assert_fsck_clean(w);
}

static void test_take_back(void **state)
{
    struct world *w = *state;
    struct record_content first, second, third;
    static char big[600000];
    memset(big, 'b', sizeof big);
    begin(w);
    MUST(record_batch_add_bytes(w->batch, "kept", 4, &first, &e));
    MUST(record_batch_add_bytes(w->batch, big, sizeof big, &second, &e));
    MUST(record_batch_take_back(w->batch, &second, &e));
    assert_int_equal(record_batch_take_back(w->batch, &second, NULL), -EINVAL);
    MUST(record_batch_add_bytes(w->batch, "kept", 4, &third, &e)); /* already there: taking it back keeps the first */
    MUST(record_batch_take_back(w->batch, &third, &e));
    assert_int_equal(record_batch_take_back(w->batch, &first, NULL), -EINVAL);
    struct record_version v = version(w, RECORD_SAVE, "f");
    take_content(&v, &first);
    MUST(record_batch_commit(w->batch, &v, &e));
    finish(w);
    assert_fsck_clean(w);
    assert_sh(w, "in-pack: 4\n", "git -C $R count-objects -v | grep in-pack"); /* blob, two trees, commit */
}

static void test_reps_and_journals(void **state)
{
    struct world *w = *state;
    uint64_t journal;
    MUST(record_last_journal(w->writer, "alice", "work", &journal, &e));
    assert_int_equal(journal, 0);
    begin(w);
    for (uint64_t i = 1; i <= 6; i++) {
        struct record_version v = version(w, RECORD_SAVE, "f");
        v.rep = i % 2 ? "alice" : "bob";
        v.mount = i == 3 ? "second" : "work";
        v.journal = i * 10;
        v = commit(w, v, "x", 1);
        assert_int_equal(v.seq, (i + 1) / 2);
    }
    finish(w);
    world_close(w);
    world_open(w);
    MUST(record_last_journal(w->writer, "alice", "work", &journal, &e));
    assert_int_equal(journal, 50);
    MUST(record_last_journal(w->writer, "alice", "second", &journal, &e));
    assert_int_equal(journal, 30);
    MUST(record_last_journal(w->writer, "bob", "work", &journal, &e));
    assert_int_equal(journal, 60);
    MUST(record_last_journal(w->writer, "bob", "second", &journal, &e));
    assert_int_equal(journal, 0);
    assert_sh(w, "refs/heads/rep/alice/lt-0042/2026Q4\nrefs/heads/rep/bob/lt-0042/2026Q4\n",
              "git -C $R for-each-ref --format='%(refname)'");
}

static void test_clock_and_volumes(void **state)
{
    struct world *w = *state;
    begin(w);
    save(w, "f", "1");
    w->now_ns = INT64_C(1798761600) * NS_PER_SEC - 2000000;
    save(w, "f", "last of the year");
    save(w, "f", "first of the next");
    w->now_ns = T2026Q4;
    save(w, "f", "the clock went back: the volume does not");
    w->now_ns = -5000000000;
    struct record_version v = save(w, "f", "before 1970");
    assert_int_equal(v.seq, 6);
    finish(w);
    assert_fsck_clean(w);
    assert_sh(
        w, "2\n4\n",
        "git -C $R rev-list --count rep/alice/lt-0042/2026Q4; git -C $R rev-list --count rep/alice/lt-0042/2027Q1");
}

/* The admin goes from quarters to months and back: no old branch begins anew. */
static void test_scheme_changes(void **state)
{
    struct world *w = *state;
    static const char *const schemes[] = {"quarter", "month", "quarter"};
    for (size_t i = 0; i < 3; i++) {
        world_close(w);
        w->setup.volume = schemes[i];
        world_open(w);
        begin(w);
        w->now_ns =
            (INT64_C(1783900800) + (int64_t)i * 31 * 86400 * 2) * NS_PER_SEC; /* 2026-07-13, and two months on each */
        save(w, "f", "x");
        finish(w);
    }
    w->setup.volume = "month";
    world_close(w);
    world_open(w);
    begin(w);
    w->now_ns = INT64_C(1783900800) * NS_PER_SEC;
    save(w, "f", "y");
    finish(w);
    assert_fsck_clean(w);
    assert_sh(w, "2026Q3\n2026Q4\n", "git -C $R for-each-ref --format='%(refname:lstrip=5)'");
}

static void test_maintain(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < 30; i++) {
        char text[3000];
        begin(w);
        memset(text, 'a' + i, sizeof text);
        commit(w, version(w, RECORD_SAVE, "f"), text, sizeof text);
        finish(w);
    }
    struct record_content c;
    begin(w);
    MUST(record_batch_add_bytes(w->batch, "belongs to no commit", 20, &c, &e));
    save(w, "f", "x");
    finish(w);
    MUST(record_maintain(w->repo, false, &e));
    buf_auto packs = {0};
    sh(w, &packs, "ls $R/objects/pack/*.pack | wc -l");
    assert_true(atoi(packs.data) < 6);
    begin(w);
    save(w, "f", "after");
    finish(w);
    MUST(record_maintain(w->repo, true, &e));
    assert_sh(w, "1\n", "ls $R/objects/pack/*.pack | wc -l");
    assert_sh(w, "belongs to no commit",
              "git -C $R cat-file blob $(printf 'belongs to no commit' | git hash-object --stdin)");
    assert_fsck_clean(w);
    struct record_entry entry;
    assert_true(record_tip_find(w->writer, "alice", "work", "f", &entry));
    assert_int_equal(record_maintain("/nonexistent", false, NULL), -ENOENT);
}

static void test_init_is_safe_to_repeat(void **state)
{
    struct world *w = *state;
    buf_auto done = {0};
    begin(w);
    save(w, "f", "x");
    finish(w);
    world_close(w);
    MUST(record_init(&w->setup, NULL, &done, &e));
    assert_int_equal(done.len, 0); /* nothing was to do */
    assert_int_equal(sh(w, NULL, "cd $R && rm -r config description refs/tags allowed_signers"), 0);
    MUST(record_init(&w->setup, NULL, &done, &e));
    assert_non_null(strstr(done.data, "config"));
    assert_int_equal(sh(w, NULL, "git -C $R verify-commit rep/alice/lt-0042/2026Q4"), 0);
    assert_sh(w, "600\n", "stat -c %a $D/etc/device.key");
    assert_fsck_clean(w);
    assert_int_equal(sh(w, NULL, "cd $D && printf 'else@x ssh-ed25519 AAAA' > etc/allowed_signers"), 0);
    MUST(record_init(&w->setup, NULL, NULL, &e));
    assert_sh(w, "2\n", "wc -l < $D/etc/allowed_signers");
}

/* Tampering with a commit breaks its signature. */
static void test_signature_covers_all(void **state)
{
    struct world *w = *state;
    begin(w);
    save(w, "f", "x");
    finish(w);
    static const char *const changes[] = {"s/^tree ..../tree 0000/", "s/^author alice/author mallo/",
                                          "s/^Seq: 1/Seq: 2/", "s/^committer \\(.*\\) +0000/committer \\1 +0100/"};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        assert_int_equal(sh(w, NULL,
                            "bad=$(git -C $R cat-file commit rep/alice/lt-0042/2026Q4 | sed '%s' | git -C $R "
                            "hash-object -t commit -w --literally --stdin) && "
                            "! git -C $R verify-commit $bad",
                            changes[i]),
                         0);
}

static void test_refused(void **state)
{
    struct world *w = *state;
    struct record_batch *second;
    begin(w);
    assert_int_equal(record_batch_begin(w->writer, &second, NULL), -EBUSY);
    record_batch_abort(w->batch);
    struct record_writer *other;
    struct error e = {0};
    struct record_setup setup = w->setup;
    setup.repository = "/nonexistent/company.git";
    assert_int_equal(record_open_writer(&other, &setup, &e), -ENOENT);
    assert_non_null(strstr(e.text, "holdfast init"));
    setup = w->setup;
    setup.volume = "week";
    assert_int_equal(record_open_writer(&other, &setup, NULL), -EINVAL);
    setup = w->setup;
    setup.device = "a/b";
    assert_int_equal(record_open_writer(&other, &setup, NULL), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_first_save, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_trailers, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_events, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_all_deleted, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_take_back, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_reps_and_journals, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_clock_and_volumes, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_scheme_changes, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_maintain, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_init_is_safe_to_repeat, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_signature_covers_all, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_refused, world_setup, world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
