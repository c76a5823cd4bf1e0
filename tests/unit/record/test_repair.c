/* Bad days: locks and packs of a crash, torn and missing refs, a full disk, a second writer, kill -9 in the middle. */
#include "unit/record/fixture.h"

#include <signal.h>
#include <sys/mount.h>
#include <time.h>

static void save_some(struct world *w, int count)
{
    begin(w);
    for (int i = 0; i < count; i++)
        save(w, "f", i % 2 ? "odd" : "even");
    finish(w);
}

static void assert_count(struct world *w, const char *count)
{
    assert_sh(w, count, "git -C $R rev-list --count rep/alice/lt-0042/2026Q4");
}

static void assert_refused(struct world *w, int code, const char *words)
{
    struct error e = {0};
    int err = record_open_writer(&w->writer, &w->setup, &e);
    if (err != code || strstr(e.text, words) == NULL)
        fail_msg("%d %s", err, e.text);
    w->writer = NULL;
}

static void test_one_writer(void **state)
{
    struct world *w = *state;
    struct record_writer *first = w->writer;
    assert_refused(w, -EBUSY, "another holdfastd");
    w->writer = first;
}

static void test_stale_files(void **state)
{
    struct world *w = *state;
    save_some(w, 2);
    world_close(w);
    assert_int_equal(
        sh(w, NULL,
           "cd $R && touch HEAD.lock config.lock packed-refs.lock refs/heads/rep/alice/lt-0042/2026Q4.lock && "
           "echo torn > objects/pack/tmp_holdfast_99 && echo x > objects/pack/tmp_pack_old && touch -d '2 hours ago' "
           "objects/pack/tmp_pack_old && "
           "touch objects/pack/tmp_pack_new && rm HEAD"),
        0);
    world_open(w);
    save_some(w, 2);
    assert_count(w, "4\n");
    assert_sh(w, "tmp_pack_new\n",
              "cd $R && ls objects/pack | grep -v '^pack-'; find . -name '*.lock' ! -name holdfast.lock");
    assert_fsck_clean(w);
}

static void test_pack_without_index(void **state)
{
    struct world *w = *state;
    save_some(w, 3);
    world_close(w);
    assert_int_equal(sh(w, NULL,
                        "cd $R/objects/pack && rm *.idx && head -c 100 pack-*.pack > "
                        "pack-0000000000000000000000000000000000000000.pack"),
                     0);
    world_open(w); /* the whole one is indexed again, the torn one put aside */
    assert_count(w, "3\n");
    assert_sh(w, "pack-0000000000000000000000000000000000000000.pack.damaged\n", "ls $R/objects/pack | grep damaged");
    assert_fsck_clean(w);
}

static void test_torn_pack_is_refused(void **state)
{
    struct world *w = *state;
    save_some(w, 3);
    world_close(w);
    assert_int_equal(sh(w, NULL, "cd $R/objects/pack && chmod u+w *.pack && truncate -s -10 *.pack"), 0);
    assert_refused(w, -EUCLEAN, "is torn");
}

static void test_missing_tip_is_refused(void **state)
{
    struct world *w = *state;
    save_some(w, 3);
    world_close(w);
    assert_int_equal(sh(w, NULL, "rm $R/objects/pack/pack-*"), 0);
    assert_refused(w, -EUCLEAN, "git fsck");
    assert_int_equal(
        sh(w, NULL, "echo 0123456789012345678901234567890123456789 > $R/refs/heads/rep/alice/lt-0042/2026Q4"), 0);
    assert_refused(w, -EUCLEAN, "refs/heads/rep/alice/lt-0042/2026Q4");
}

static void test_lost_refs_come_back(void **state)
{
    struct world *w = *state;
    static const char *const damages[] = {": >", "printf 0123 >", "head -c 41 /dev/zero >", "rm"};
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        char count[16];
        save_some(w, 2);
        world_close(w);
        assert_int_equal(sh(w, NULL, "%s $R/refs/heads/rep/alice/lt-0042/2026Q4", damages[i]), 0);
        world_open(w);
        snprintf(count, sizeof count, "%zu\n", 2 * (i + 1));
        assert_count(w, count);
    }
    save_some(w, 1);
    assert_sh(w, "9\n", "git -C $R log -1 --format='%(trailers:key=Seq,valueonly)' rep/alice/lt-0042/2026Q4 | head -1");
}

static void test_torn_ref_without_note_is_refused(void **state)
{
    struct world *w = *state;
    save_some(w, 2);
    world_close(w);
    assert_int_equal(sh(w, NULL, ": > $R/holdfast.lock; : > $R/refs/heads/rep/alice/lt-0042/2026Q4"), 0);
    assert_refused(w, -EUCLEAN, "fetch that branch");
}

static void test_moved_ref_is_noticed(void **state)
{
    struct world *w = *state;
    struct error e = {0};
    save_some(w, 2);
    assert_int_equal(sh(w, NULL, "git -C $R update-ref refs/heads/rep/alice/lt-0042/2026Q4 rep/alice/lt-0042/2026Q4~1"),
                     0);
    begin(w);
    save(w, "f", "x");
    assert_int_equal(record_batch_finish(w->batch, &e), -EUCLEAN);
    assert_sh(w, "", "find $R -name '*.lock' ! -name holdfast.lock; ls $R/objects/pack | grep tmp_ || true");
}

/* A repository on a small file system of its own. */
static void test_full_disk(void **state)
{
    struct world *w = *state;
    struct error e = {0};
    world_close(w);
    char *noise = malloc(400000);
    FILE *random_bytes = fopen("/dev/urandom", "re");
    assert_int_equal(fread(noise, 1, 400000, random_bytes), 400000);
    fclose(random_bytes);
    if (mount("tmpfs", w->repo, "tmpfs", 0, "size=3m") < 0)
        skip();
    assert_int_equal(record_init(&w->setup, NULL, NULL, &e), 0);
    world_open(w);
    save_some(w, 2);
    int full = 0;
    for (int i = 0; i < 40; i++) {
        struct record_content c;
        begin(w);
        int err = 0;
        noise[i]++;
        if ((err = record_batch_add_bytes(w->batch, noise, (size_t)(i % 7) * 50000 + 30000, &c, NULL)) == 0) {
            struct record_version v = version(w, RECORD_SAVE, "noise");
            take_content(&v, &c);
            err = record_batch_commit(w->batch, &v, NULL);
        }
        int end = record_batch_finish(w->batch, NULL);
        assert_true(err == 0 ? end == 0 || end == -ENOSPC : err == -ENOSPC && end == -ENOSPC);
        full += end != 0;
    }
    assert_true(full > 5 && full < 40);
    assert_fsck_clean(w);
    assert_sh(w, "", "find $R -name '*.lock' ! -name holdfast.lock; ls $R/objects/pack | grep tmp_ || true");
    assert_int_equal(sh(w, NULL, "mount -o remount,size=6m $R"), 0);
    save_some(w, 2); /* without a restart */
    assert_fsck_clean(w);
    assert_sh(w, "gapless\n",
              "git -C $R log --reverse --format='%(trailers:key=Seq,valueonly)' rep/alice/lt-0042/2026Q4 | grep . | "
              "awk '$1 != NR { bad = 1 } END { print bad ? \"gap\" : \"gapless\" }'");
    world_close(w);
    umount(w->repo);
    free(noise);
}

/* A writer that dies at any moment: what was finished is there, nothing is half there. */
static void test_kill(void **state)
{
    struct world *w = *state;
    char note[200];
    snprintf(note, sizeof note, "%s/finished", w->dir);
    world_close(w);
    unsigned long finished = 0;
    for (int round = 0; round < 40; round++) {
        pid_t child = fork();
        if (child == 0) {
            int fd = open(note, O_WRONLY | O_CREAT, 0600);
            world_open(w);
            for (unsigned long seq = 0;; seq++) {
                begin(w);
                struct record_version v = save(w, "f", "some text that is saved");
                v = save(w, "g", "more");
                finish(w);
                if (pwrite(fd, &v.seq, sizeof v.seq, 0) < 0)
                    _exit(1);
            }
        }
        nanosleep(&(struct timespec){0, 5000000 + round * 700000}, NULL);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        int fd = open(note, O_RDONLY | O_CREAT, 0600);
        unsigned long noted = 0;
        assert_true(read(fd, &noted, sizeof noted) >= 0);
        close(fd);
        world_open(w);
        begin(w);
        struct record_version v = save(w, "h", "after");
        finish(w);
        world_close(w);
        assert_true(v.seq > noted && v.seq > finished);
        assert_true((v.seq - 1 - finished) % 2 == 0); /* batches of two, whole */
        finished = v.seq;
    }
    assert_fsck_clean(w);
    assert_sh(w, "gapless\n",
              "git -C $R log --reverse --format='%(trailers:key=Seq,valueonly)' rep/alice/lt-0042/2026Q4 | grep . | "
              "awk '$1 != NR { bad = 1 } END { print bad ? \"gap\" : \"gapless\" }'");
    assert_sh(w, "", "find $R -name '*.lock' ! -name holdfast.lock; ls $R/objects/pack | grep tmp_ || true");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_one_writer, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_stale_files, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_pack_without_index, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_torn_pack_is_refused, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_missing_tip_is_refused, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_lost_refs_come_back, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_torn_ref_without_note_is_refused, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_moved_ref_is_noticed, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_full_disk, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_kill, world_setup, world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
