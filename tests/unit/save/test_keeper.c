/* The keeper as a process: from the journal to the record, through deaths, full disks, lost stores and clocks set back.
 */
#include "unit/save/yard.h"

#include "event/news.h"

#include <sys/mount.h>

static void a_save_is_a_version(void **state)
{
    struct yard *y = *state;
    save(y, "acme.csv", "name,phone\nacme,1\n");
    assert_true(wait_kept(y));
    expect_log(y, "save acme.csv\n");
    expect_bytes(y, "acme.csv", "name,phone\nacme,1\n");
    expect_sound(y);
}

static int check_words(void *ctx, const struct record_version *v)
{
    (void)ctx;
    assert_string_equal(v->rep, "alice");
    assert_string_equal(v->email, "alice@example.com");
    assert_string_equal(v->device, "lt-0042");
    assert_string_equal(v->app, "/usr/bin/vi");
    assert_int_equal(v->pid, 4711);
    assert_int_equal(v->uid, 1000);
    assert_int_equal(v->session, 3);
    assert_int_equal(v->journal, 1);
    assert_int_equal(v->bytes, 6);
    assert_true(strncmp(v->mime, "text/", 5) == 0);
    assert_non_null(v->charset);
    return 0;
}

static void a_version_says_who_and_what(void **state)
{
    struct yard *y = *state;
    save(y, "a.txt", "hello\n");
    assert_true(wait_kept(y));
    run_log(y, NULL, check_words, NULL);
}

static void ten_saves_are_ten_versions(void **state)
{
    struct yard *y = *state;
    char bytes[16];
    buf_auto want = {0};
    for (int i = 0; i < 10; i++) {
        snprintf(bytes, sizeof bytes, "save %d", i);
        save(y, "a.csv", bytes);
        buf_puts(&want, "save a.csv\n");
    }
    assert_true(wait_kept(y));
    expect_log(y, want.data);
    expect_bytes(y, "a.csv", "save 9");
    lseek(y->spool_fd, 0, SEEK_SET);
    usleep(1200000);
    save(y, "b.csv", "b");
    assert_true(wait_kept(y));
    usleep(1200000);
    save(y, "b.csv", "bb");
    assert_true(wait_kept(y));
    assert_int_equal(count_files(y->spool_fd, "clone"), 0);
}

static void editors_make_one_version(void **state)
{
    struct yard *y = *state;
    save(y, "F", "one");
    assert_true(wait_kept(y));
    save(y, ".F.tmp", "two"); /* temp and rename */
    move(y, ".F.tmp", "F");
    assert_true(wait_kept(y));
    move(y, "F", "F~"); /* vim */
    save(y, "F", "three");
    delete (y, "F~");
    assert_true(wait_kept(y));
    move(y, "F", "F.bak"); /* backup kept */
    save(y, "F", "four");
    assert_true(wait_kept(y));
    save(y, "scratch", "x");
    delete (y, "scratch");
    assert_true(wait_kept(y));
    expect_log(y, "save F\nsave F\nsave F\nlink F.bak from F\nsave F\n");
    expect_bytes(y, "F", "four");
    expect_bytes(y, "F.bak", "three");
}

static void names_and_folders_move(void **state)
{
    struct yard *y = *state;
    mkdirat(y->store_fd, "d", 0755);
    save(y, "d/a", "a");
    save(y, "d/b", "b");
    assert_true(wait_kept(y));
    save(y, "d/b", "bb");
    move(y, "d", "e");
    move(y, "e/a", "e/c");
    link_to(y, "e/l", "c");
    delete (y, "e/b");
    assert_true(wait_kept(y));
    expect_log(y,
               "save d/a\nsave d/b\nsave d/b\nrename e from d\nrename e/c from e/a\nsymlink e/l from c\ndelete e/b\n");
    expect_bytes(y, "e/l", "c");
    expect_sound(y);
}

static void unchanged_saves_that_are_unsure_make_none(void **state)
{
    struct yard *y = *state;
    save(y, "a", "same");
    assert_true(wait_kept(y));
    save_with(y, "a", "same", JOURNAL_MAYBE);
    save_with(y, "a", "same", JOURNAL_INTERVAL);
    assert_true(wait_kept(y));
    save(y, "a", "same"); /* a definite one */
    save_with(y, "a", "other", JOURNAL_MAYBE);
    assert_true(wait_kept(y));
    expect_log(y, "save a\nsave a\nsave a\n");
}

static void facts_tell_the_mount(void **state)
{
    struct yard *y = *state;
    struct stat st;
    struct fact_table *facts = NULL;
    struct fact fact;
    uint64_t seq = save(y, "a", "x");
    assert_true(wait_kept(y));
    assert_int_equal(fstatat(y->store_fd, "a", &st, 0), 0);
    assert_int_equal(facts_open_reader(&facts, y->spool_fd), 0);
    assert_true(facts_get(facts, st.st_ino, &fact));
    assert_int_equal(fact.kept_seq, seq);
    assert_int_equal(fact.version, 1);
    assert_int_equal(fact.size, 1);
    assert_int_equal(fact.mtime_ns, clock_from_timespec(st.st_mtim));
    facts_close(facts);
}

static void sync_returns_when_all_is_kept(void **state)
{
    struct yard *y = *state;
    wait_scanned(y);
    for (int i = 0; i < 20; i++) {
        char path[16];
        snprintf(path, sizeof path, "f%d", i);
        save(y, path, "x");
    }
    assert_int_equal(sync_keeper(y), 'k');
    assert_int_equal(atomic_load(&y->board->keeper.journal_kept), 20);
    assert_int_equal(sync_keeper(y), 'k'); /* nothing to do */
}

static void a_lost_save_is_told(void **state)
{
    struct yard *y = *state;
    wait_scanned(y); /* else the scan may see the file missing, and says that too */
    save(y, "a", "kept");
    assert_true(wait_kept(y));
    kill(y->keeper, SIGSTOP); /* else it might read it in between */
    save(y, "a", "lost");
    unlinkat(y->store_fd, "a", 0); /* behind the mount's back: no clone, no event */
    kill(y->keeper, SIGCONT);
    assert_true(wait_kept(y));
    expect_log(y, "save a\ngap a\n");
}

/* A scratch file under a name that the record has a file at, which was moved away just before. */
static void a_scratch_file_in_a_known_place_is_no_loss(void **state)
{
    struct yard *y = *state;
    save(y, "a", "kept");
    assert_true(wait_kept(y));
    y->unprotected = true;
    move(y, "a", "b");
    save(y, "a", "scratch");
    delete (y, "a");
    assert_true(wait_kept(y));
    expect_log(y, "save a\nlink b from a\ndelete a\n"); /* and no gap */
}

static void clock_set_back_is_told_once(void **state)
{
    struct yard *y = *state;
    save(y, "a", "1");
    assert_true(wait_kept(y));
    y->clock_shift_ns = -3600 * NS_PER_SEC;
    save(y, "a", "2");
    save(y, "a", "3");
    assert_true(wait_kept(y));
    save(y, "a", "4");
    assert_true(wait_kept(y));
    expect_log(y, "save a\ngap \nsave a\nsave a\nsave a\n");
}

static void a_store_that_is_away_is_waited_for(void **state)
{
    struct yard *y = *state;
    char text[236];
    int64_t since;
    wait_scanned(y);
    y->away = ENOTCONN;
    save(y, "a", "1");
    for (int i = 0; i < 2000 && !board_get_trouble(&y->board->keeper.trouble, text, &since); i++)
        usleep(5000);
    assert_true(board_get_trouble(&y->board->keeper.trouble, text, &since));
    assert_int_equal(atomic_load(&y->board->keeper.journal_kept), 0);
    y->away = 0;
    assert_true(wait_kept(y));
    for (int i = 0; i < 2000 && board_get_trouble(&y->board->keeper.trouble, text, &since); i++)
        usleep(5000);
    assert_false(board_get_trouble(&y->board->keeper.trouble, text, &since));
    expect_log(y, "save a\n");
}

static void damage_in_the_journal_is_told_and_repaired(void **state)
{
    struct yard *y = *state;
    save(y, "a", "1");
    assert_true(wait_kept(y));
    wait_scanned(y);
    kill_keeper(y);
    save(y, "b", "2");
    save(y, "c", "3");
    fd_auto fd = openat(y->spool_fd, "journal/0000000000000001.seg", O_RDWR);
    char bytes[4096];
    assert_true(pread(fd, bytes, sizeof bytes, 0) > 600);
    char *second = memmem(bytes + 100, sizeof bytes - 100, "b\0\0/usr", 7);
    assert_non_null(second);
    assert_int_equal(pwrite(fd, "B", 1, second - bytes), 1);
    start_keeper(y);
    assert_true(wait_kept(y));
    wait_scanned(y);
    expect_log(y, "save a\ngap \nsave c\nrecovered b\n");
}

static void changes_while_away_are_found(void **state)
{
    struct yard *y = *state;
    struct stat st;
    save(y, "a", "1");
    save(y, "b", "2");
    save(y, "c", "3");
    link_to(y, "l", "a");
    assert_true(wait_kept(y));
    wait_scanned(y);
    drain_keeper(y);
    usleep(20000);
    write_file(y, "a", "changed", &st);
    write_file(y, "new", "new", &st);
    assert_int_equal(unlinkat(y->store_fd, "b", 0), 0);
    assert_int_equal(unlinkat(y->store_fd, "l", 0), 0);
    assert_int_equal(symlinkat("c", y->store_fd, "l"), 0);
    assert_int_equal(mkfifoat(y->store_fd, "fifo", 0600), 0);
    /* as long ago as the slack of the sign of life */
    struct timespec past[2] = {{.tv_sec = time(NULL) - 60}, {.tv_sec = time(NULL) - 60}};
    utimensat(y->spool_fd, "alive", past, 0);
    start_keeper(y);
    sync_keeper(y);
    wait_scanned(y);
    buf_auto got = {0};
    run_log(y, NULL, put_version, &got);
    assert_non_null(strstr(got.data, "unattended a\n"));
    assert_non_null(strstr(got.data, "unattended b\n"));
    assert_non_null(strstr(got.data, "unattended new\n"));
    assert_non_null(strstr(got.data, "unattended l\n"));
    assert_null(strstr(got.data, "fifo"));
    assert_null(strstr(got.data, "unattended c\n"));
    expect_bytes(y, "a", "changed");
    expect_bytes(y, "l", "c");
    expect_sound(y);
}

static void an_old_folder_is_taken_in(void **state)
{
    struct yard *y = *state;
    struct stat st;
    drain_keeper(y);
    unlinkat(y->spool_fd, "alive", 0);
    mkdirat(y->store_fd, "old", 0755);
    for (int i = 0; i < 300; i++) {
        char path[32];
        snprintf(path, sizeof path, "old/file-%d", i);
        write_file(y, path, path, &st);
    }
    usleep(20000);
    start_keeper(y);
    for (int i = 0; i < 6000 && atomic_load(&y->board->keeper.versions) < 300; i++)
        usleep(5000);
    wait_scanned(y);
    assert_int_equal(atomic_load(&y->board->keeper.versions), 300);
    expect_bytes(y, "old/file-299", "old/file-299");
    uint64_t before = atomic_load(&y->board->keeper.versions);
    kill_keeper(y);
    start_keeper(y);
    sync_keeper(y);
    wait_scanned(y);
    assert_int_equal(atomic_load(&y->board->keeper.versions), before); /* nothing new at the second look */
}

static void an_error_concludes_no_deletion(void **state)
{
    struct yard *y = *state;
    save(y, "a", "1");
    assert_true(wait_kept(y));
    wait_scanned(y);
    drain_keeper(y);
    y->away = EIO;
    start_keeper(y);
    usleep(500000);
    y->away = ETIMEDOUT;
    usleep(500000);
    expect_log(y, "save a\n");
}

static void a_new_spool_begins_anew(void **state)
{
    struct yard *y = *state;
    struct error e = {0};
    for (int i = 0; i < 5; i++)
        save(y, "a", "1");
    assert_true(wait_kept(y));
    wait_scanned(y);
    kill_keeper(y);
    pthread_mutex_lock(&y->journal_lock);
    journal_close(y->journal);
    char command[200];
    snprintf(command, sizeof command, "rm -rf %s/spool/*; mkdir %s/spool/clone", y->path, y->path);
    assert_int_equal(system(command), 0);
    assert_int_equal(journal_open_writer(&y->journal, y->spool_fd, &e), 0);
    pthread_mutex_unlock(&y->journal_lock);
    y->saved_count = 0;
    atomic_store(&y->board->keeper.journal_kept, 0);
    save(y, "b", "2");
    start_keeper(y);
    assert_true(wait_kept(y));
    kill_keeper(y);
    save(y, "c", "3");
    start_keeper(y);
    assert_true(wait_kept(y));
    expect_log(y, "save a\nsave a\nsave a\nsave a\nsave a\nsave b\nsave c\n");
}

/* Where this process was held up between a save and its rename, both are told: "save tmp", "rename f1 from tmp"; or
 * "link", where tmp was saved again at once. */
static void join_renames(char *log)
{
    buf_auto joined = {0};
    char *rest = NULL, name[16];
    for (char *line = strtok_r(log, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
        if (strcmp(line, "save tmp") == 0)
            continue;
        if (sscanf(line, "rename %15s from tmp", name) == 1 || sscanf(line, "link %15s from tmp", name) == 1)
            buf_printf(&joined, "save %s\n", name);
        else
            buf_printf(&joined, "%s\n", line);
    }
    strcpy(log, joined.data == NULL ? "" : joined.data); /* it only became shorter */
}

/* They are long: tell where they part. */
static void assert_same_lines(const char *got, const char *want)
{
    size_t line = 0, at = 0;
    for (; got[at] != 0 && got[at] == want[at]; at++)
        if (got[at] == '\n')
            line = at + 1;
    if (got[at] != want[at])
        fail_msg("behind %zu bytes the log goes on with\n%.120s\nand not with\n%.120s", line, got + line, want + line);
}

/* Killed at any moment: every save is there, once, and the record is sound. */
static void kills_lose_and_double_nothing(void **state)
{
    struct yard *y = *state;
    enum { ROUNDS = 40, FILES = 7 };
    int saves = 0;
    buf_auto want = {0};
    srand(7);
    for (int round = 0; round < ROUNDS; round++) {
        int many = 1 + rand() % 40;
        for (int i = 0; i < many; i++, saves++) {
            char path[16], bytes[16];
            snprintf(path, sizeof path, "f%d", rand() % FILES);
            snprintf(bytes, sizeof bytes, "%d", saves);
            if (rand() % 3 == 0) {
                save(y, "tmp", bytes);
                move(y, "tmp", path);
            } else {
                save(y, path, bytes);
            }
            buf_printf(&want, "save %s\n", path);
            if (rand() % 10 == 0)
                usleep(30000);
        }
        usleep((unsigned)(rand() % 300000));
        kill_keeper(y);
        start_keeper(y);
    }
    assert_true(wait_kept(y));
    wait_scanned(y);
    buf_auto got = {0};
    run_log(y, NULL, put_version, &got);
    join_renames(got.data);
    assert_same_lines(got.data, want.data);
    expect_sound(y);
}

static void drain_keeps_the_rest(void **state)
{
    struct yard *y = *state;
    for (int i = 0; i < 50; i++)
        save(y, "a", "x");
    drain_keeper(y);
    assert_int_equal(atomic_load(&y->board->keeper.journal_kept), 50);
    assert_int_equal(atomic_load(&y->board->keeper.versions), 50);
}

static void an_inspector_that_dies_costs_nothing_but_its_label(void **state)
{
    struct yard *y = *state;
    save(y, "a", "1");
    assert_true(wait_kept(y));
    kill(y->inspector, SIGKILL);
    waitpid(y->inspector, NULL, 0);
    save(y, "b", "2");
    start_inspector(y);
    save(y, "c", "3");
    assert_true(wait_kept(y));
    expect_log(y, "save a\nsave b\nsave c\n");
}

/* The repository on a file system of its own, which fills up. */
static void a_full_repository_loses_nothing(void **state)
{
    struct yard *y = *state;
    char command[512], text[236];
    int64_t since;
    drain_keeper(y);
    snprintf(command, sizeof command, "cp -a %s %s/copy && mount -t tmpfs -o size=4m none %s && cp -a %s/copy/. %s/",
             y->config.repository, y->path, y->config.repository, y->path, y->config.repository);
    if (geteuid() != 0 || system(command) != 0)
        skip();
    snprintf(command, sizeof command, "head -c 16m /dev/zero > %s/ballast 2>/dev/null", y->config.repository);
    (void)!system(command);
    start_keeper(y);
    save(y, "a", "1");
    save(y, "a", "2");
    usleep(3000000);
    assert_int_equal(atomic_load(&y->board->keeper.journal_kept), 0);
    assert_true(board_get_trouble(&y->board->keeper.trouble, text, &since));
    snprintf(command, sizeof command, "rm %s/ballast", y->config.repository);
    assert_int_equal(system(command), 0);
    bool kept = wait_kept(y);
    expect_log(y, "save a\nsave a\n");
    expect_sound(y);
    kill_keeper(y);
    umount2(y->config.repository, MNT_DETACH);
    assert_true(kept);
}

/* Takes one message, if there is one. */
static bool take_news(struct yard *y, struct news *out)
{
    static char message[NEWS_MESSAGE_BYTES];
    struct pollfd p = {.fd = y->news[1], .events = POLLIN};
    if (poll(&p, 1, 0) <= 0)
        return false;
    ssize_t len = fd_receive(y->news[1], message, sizeof message, NULL, NULL);
    assert_true(len > 0);
    assert_int_equal(news_decode(out, message, (size_t)len), 0);
    return true;
}

/* Told once it is in the record, what the record says; and nothing that no program wants to know. */
static void saves_are_told_where_wanted(void **state)
{
    struct yard *y = *state;
    struct news n;
    save(y, "a.txt", "hello\n");
    assert_true(wait_kept(y));
    assert_false(take_news(y, &n));
    atomic_store(&y->board->teller.wants, 1u << NEWS_ON_SAVE);
    save(y, "b.txt", "hello again\n");
    delete (y, "a.txt");
    assert_true(wait_kept(y));
    assert_int_equal(sync_keeper(y), 'k');
    bool told = take_news(y, &n);
    for (int i = 0; i < 2000 && !told; i++, told = take_news(y, &n))
        usleep(5000); /* it is sent behind the batch */
    assert_true(told);
    assert_string_equal(n.path, "b.txt");
    assert_int_equal(n.events, 1u << NEWS_ON_SAVE);
    assert_int_equal(n.mount, 0);
    assert_int_equal(n.seq, 2);
    assert_int_equal(strlen(n.commit), 40);
    assert_false(take_news(y, &n));
}

/* A teller that does not listen costs news, never a save. */
static void a_deaf_teller_delays_nothing(void **state)
{
    struct yard *y = *state;
    struct news n;
    char name[300];
    size_t told = 0;
    atomic_store(&y->board->teller.wants, 1u << NEWS_ON_SAVE);
    memset(name, 'x', 240);
    for (int i = 0; i < 2000; i++) {
        snprintf(name + 240, sizeof name - 240, "%d", i);
        save(y, name, "x");
    }
    assert_true(wait_kept(y));
    assert_int_equal(sync_keeper(y), 'k');
    _Atomic uint64_t *dropped = &y->board->keeper.news_dropped;
    for (int i = 0; i < 2000 && atomic_load(dropped) == 0; i++)
        usleep(5000); /* news are sent behind the batch that they are of */
    assert_true(atomic_load(dropped) > 0);
    for (int i = 0; i < 2000 && told + atomic_load(dropped) < 2000; i++) {
        while (take_news(y, &n))
            told++;
        usleep(5000);
    }
    assert_true(told > 0);
    assert_int_equal(told + atomic_load(dropped), 2000);
    expect_sound(y);
}

#define keeper_test(name) cmocka_unit_test_setup_teardown(name, yard_open, yard_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        keeper_test(a_save_is_a_version),
        keeper_test(a_version_says_who_and_what),
        keeper_test(ten_saves_are_ten_versions),
        keeper_test(editors_make_one_version),
        keeper_test(names_and_folders_move),
        keeper_test(unchanged_saves_that_are_unsure_make_none),
        keeper_test(facts_tell_the_mount),
        keeper_test(sync_returns_when_all_is_kept),
        keeper_test(a_lost_save_is_told),
        keeper_test(a_scratch_file_in_a_known_place_is_no_loss),
        keeper_test(clock_set_back_is_told_once),
        keeper_test(a_store_that_is_away_is_waited_for),
        keeper_test(damage_in_the_journal_is_told_and_repaired),
        keeper_test(changes_while_away_are_found),
        keeper_test(an_old_folder_is_taken_in),
        keeper_test(an_error_concludes_no_deletion),
        keeper_test(a_new_spool_begins_anew),
        keeper_test(drain_keeps_the_rest),
        keeper_test(an_inspector_that_dies_costs_nothing_but_its_label),
        keeper_test(a_full_repository_loses_nothing),
        keeper_test(kills_lose_and_double_nothing),
        keeper_test(saves_are_told_where_wanted),
        keeper_test(a_deaf_teller_delays_nothing),
    };
    if (getenv("KEEPER_TEST") != NULL)
        cmocka_set_test_filter(getenv("KEEPER_TEST"));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
