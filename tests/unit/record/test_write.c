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
    assert_sh(w, "name,email\nAda,ada@acme.example\n", "git -C $R show rep/alice/lt-0042/2026Q4:work/Prospects/acme.csv");
    assert_sh(w, "", "git -C $R verify-commit rep/alice/lt-0042/2026Q4 2>&1 | grep -v '^Good \"git\" signature for lt-0042@device.holdfast' || true");
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
              "Event: save\nRep: alice\nDevice: lt-0042\nMount: work\nPath: a b.txt\nSeq: 1\nClass: post-draft\nMime: text/plain\n"
              "Charset: utf-8\nBytes: 1\nSHA256: 2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881\n"
              "XXH3: bf0c1abe1c1b1c8b\nBlob: c1b0730e01334b4fc0b5aed5c6d4b6c3a1f7d0a0\nMode: 100644\nRecords: none\nApp: /usr/bin/vim\n"
              "Pid: 77\nUid: 1000\nSaved: 2026-11-18T11:06:40.001000000Z\nPolicy: none\nRule: none\nFinding: none\nJournal: 7\n"
              "Note: \"two\\nlines\"\n",
              "git -C $R log -1 --format=%B rep/alice/lt-0042/2026Q4 | git interpret-trailers --parse | "
              "sed 's/^XXH3: .*/XXH3: bf0c1abe1c1b1c8b/; s/^Blob: .*/Blob: c1b0730e01334b4fc0b5aed5c6d4b6c3a1f7d0a0/'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_first_save, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_trailers, world_setup, world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
