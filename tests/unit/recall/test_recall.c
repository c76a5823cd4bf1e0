/* The index of a real record, with a real inspector: caught up with, fed, begun anew; always what the record says. */
#include "unit/record/fixture.h"

#include "analyse/fingerprint.h"
#include "recall/known.h"
#include "recall/recall.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>

struct scene {
    struct world *w;
    char index[160];
    int ends[2];
    pid_t pid; /* of the inspector; 0: none */
    bool replaces;
    struct inspector *inspector;
    struct recall *r;
};

static const unsigned char secret[FINGERPRINT_SECRET_BYTES] = "of the test";

static void start_inspector(struct scene *s)
{
    s->pid = fork();
    if (s->pid != 0)
        return;
    close(s->ends[0]);
    struct inspector_start start = {.socket = s->ends[1], .uid = geteuid(), .gid = getegid()};
    if (geteuid() == 0)
        start.uid = start.gid = 65534;
    memcpy(start.secret, secret, sizeof secret);
    _exit(inspector_main(&start));
}

static void stop_inspector(struct scene *s)
{
    if (s->pid != 0) {
        kill(s->pid, SIGKILL);
        waitpid(s->pid, NULL, 0);
    }
    s->pid = 0;
}

static void replace_inspector(void *ctx)
{
    struct scene *s = ctx;
    stop_inspector(s);
    if (s->replaces)
        start_inspector(s);
}

static int open_scene(void **state)
{
    struct scene *s = calloc(1, sizeof *s);
    world_setup((void **)&s->w);
    snprintf(s->index, sizeof s->index, "%s/index", s->w->dir);
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, s->ends), 0);
    s->replaces = true;
    MUST(inspector_open(&s->inspector, s->ends[0], replace_inspector, s, &e));
    start_inspector(s);
    MUST(recall_open(&s->r, s->w->repo, s->index, &e));
    *state = s;
    return 0;
}

static int close_scene(void **state)
{
    struct scene *s = *state;
    recall_close(s->r);
    inspector_close(s->inspector);
    stop_inspector(s);
    close(s->ends[0]);
    close(s->ends[1]);
    world_teardown((void **)&s->w);
    free(s);
    return 0;
}

static void catch_up(struct scene *s)
{
    int more;
    struct error why = {0};
    recall_look_again(s->r);
    while ((more = recall_step(s->r, s->inspector, 5, &why)) == 1)
        ;
    must(more, &why, "recall_step");
    struct recall_state is;
    MUST(recall_get_state(s->r, &is, &e));
    assert_true(is.in_step);
    assert_int_equal(is.behind, 0);
    assert_string_equal(is.trouble, "");
}

/* A list of the contacts from `first` to `last`. */
static const char *list(int first, int last)
{
    static char text[8192];
    int at = sprintf(text, "name,email,phone\n");
    for (int i = first; i <= last; i++)
        at += sprintf(text + at, "Ann Hill%c,ann.%d@firm%d.example,+49 30 55501%03d\n", 'a' + i, i, i, i);
    return text;
}

static int note_run(void *ctx, const struct recall_holding *h)
{
    assert_string_equal(h->rep, "alice");
    assert_string_equal(h->device, "lt-0042");
    assert_string_equal(h->mount, "work");
    assert_true(h->first <= h->since);
    buf_printf(ctx, "%llu/%llu-", (unsigned long long)h->first, (unsigned long long)h->since);
    buf_printf(ctx, h->until ? "%llu " : " ", (unsigned long long)h->until);
    return 0;
}

/* "1/1-5 ": of a file that began with version 1, the versions from 1 to before 5 hold it. */
static void put_runs(struct scene *s, int who, struct buf *to)
{
    char email[64], text[CONTACT_KEY_BYTES];
    snprintf(email, sizeof email, "ann.%d@firm%d.example", who, who);
    struct contact_key key = {.kind = CONTACT_EMAIL, .text = text};
    key.len = (uint32_t)contact_normalise(CONTACT_EMAIL, email, strlen(email), text, sizeof text);
    MUST(recall_find(s->r, fingerprint_key(secret, &key), note_run, to, &e));
}

static void expect_runs(struct scene *s, int who, const char *expected)
{
    buf_auto got = {0};
    put_runs(s, who, &got);
    assert_string_equal(got.data ? got.data : "", expected);
}

static void test_caught_up(void **state)
{
    struct scene *s = *state;
    catch_up(s); /* an empty record */
    begin(s->w);
    save(s->w, "d/list.csv", list(1, 3));               /* 1 */
    event(s->w, RECORD_RENAME, "e", "d");               /* 2 */
    save(s->w, "e/list.csv", list(2, 5));               /* 3 */
    event(s->w, RECORD_GAP, NULL, NULL);                /* 4 */
    event(s->w, RECORD_LINK, "copy.csv", "e/list.csv"); /* 5: its content is the origin's */
    finish(s->w);
    catch_up(s);
    expect_runs(s, 1, "1/1-3 ");
    expect_runs(s, 2, "1/1- 5/5- ");
    begin(s->w);
    save(s->w, "e/list.csv", list(2, 5));        /* 6: the same again */
    event(s->w, RECORD_DELETE, "e", NULL);       /* 7 */
    save(s->w, "copy.csv/list.csv", list(4, 4)); /* 8: a folder where the file was */
    finish(s->w);
    catch_up(s);
    expect_runs(s, 3, "1/1-7 5/5-8 ");
    expect_runs(s, 4, "1/3-7 5/5-8 8/8- ");
    struct recall_state is;
    MUST(recall_get_state(s->r, &is, &e));
    assert_int_equal(is.lineages, 3);
    assert_int_equal(is.versions, 7); /* with two that end files */
}

/* ---- fed ---- */

static struct inspection inspect(struct scene *s, const char *text)
{
    uint64_t ticket;
    struct inspection found;
    fd_auto fd = memfd_create("list", MFD_CLOEXEC);
    assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
    assert_int_equal(inspector_ask(s->inspector, fd, "list.csv", 7), 0);
    assert_int_equal(inspector_answer(s->inspector, &ticket, &found), 1);
    return found;
}

/* As the keeper does: compared, committed, held. `records`: "+3 -0", or "?" */
static void keep(struct scene *s, const char *path, const char *text, const char *records)
{
    char got[64] = "?";
    uint64_t came, went;
    struct inspection found = inspect(s, text);
    struct record_version v = version(s->w, RECORD_SAVE, path);
    v.device = "lt-0042";
    if (recall_compare(s->r, &v, &found, &came, &went))
        sprintf(got, "+%llu -%llu", (unsigned long long)came, (unsigned long long)went);
    assert_string_equal(got, records);
    v = commit(s->w, v, text, strlen(text));
    recall_hold(s->r, &v, &found);
    fd_close(&found.report_fd);
}

static void happen(struct scene *s, enum record_event what, const char *path, const char *from)
{
    struct record_version v = event(s->w, what, path, from);
    recall_hold(s->r, &v, NULL);
}

static void exchange(struct scene *s, const char *path, const char *from)
{
    struct record_version v = version(s->w, RECORD_RENAME, path);
    v.from = from;
    MUST(record_batch_exchange(s->w->batch, &v, &e));
    recall_hold(s->r, &v, NULL);
}

static void keep_history(struct scene *s)
{
    begin(s->w);
    keep(s, "d/list.csv", list(1, 3), "+3 -0");
    keep(s, "d/list.csv", list(2, 5), "+2 -1"); /* in the same batch */
    happen(s, RECORD_RENAME, "e/f", "d");
    keep(s, "e/f/list.csv", list(2, 6), "+1 -0");
    keep(s, "d/list.csv", list(2, 3), "+2 -0"); /* another file */
    finish(s->w);
    recall_feed(s->r);
    begin(s->w);
    exchange(s, "d", "e");
    keep(s, "e/list.csv", list(3, 3), "+0 -1");
    keep(s, "d/f/list.csv", list(9, 9), "+1 -5");
    happen(s, RECORD_DELETE, "d", NULL);
    keep(s, "d/f/list.csv", list(9, 9), "+1 -0");
    keep(s, "d/f/list.csv", "no contacts at all\n", "+0 -1");
    finish(s->w);
    recall_feed(s->r);
}

static void test_fed_is_what_is_caught_up_with(void **state)
{
    struct scene *s = *state;
    buf_auto fed = {0}, rebuilt = {0};
    catch_up(s);
    keep_history(s);
    struct recall_state is;
    MUST(recall_get_state(s->r, &is, &e));
    assert_true(is.in_step); /* nothing was left to be caught up with */
    for (int i = 0; i < 10; i++)
        put_runs(s, i, &fed);
    assert_non_null(fed.data);
    recall_rebuild(s->r);
    catch_up(s);
    for (int i = 0; i < 10; i++)
        put_runs(s, i, &rebuilt);
    assert_string_equal(fed.data, rebuilt.data);
}

static void test_what_is_not_in_the_record_is_not_told(void **state)
{
    struct scene *s = *state;
    catch_up(s);
    begin(s->w);
    keep(s, "a.csv", list(1, 1), "+1 -0");
    record_batch_abort(s->w->batch);
    recall_drop(s->r);
    expect_runs(s, 1, "");
    begin(s->w);
    keep(s, "a.csv", list(1, 2), "+2 -0");
    finish(s->w);
    recall_drop(s->r); /* killed before it was fed */
    recall_look_again(s->r);
    begin(s->w);
    keep(s, "a.csv", list(1, 3), "?");
    finish(s->w);
    recall_feed(s->r);
    expect_runs(s, 3, "");
    catch_up(s);
    expect_runs(s, 1, "1/1- ");
    expect_runs(s, 3, "1/2- ");
    begin(s->w);
    keep(s, "a.csv", list(2, 4), "+1 -1");
    finish(s->w);
    recall_feed(s->r);
    expect_runs(s, 1, "1/1-3 ");
}

/* ---- begun anew ---- */

static void reopen(struct scene *s)
{
    recall_close(s->r);
    s->r = NULL;
    MUST(recall_open(&s->r, s->w->repo, s->index, &e));
}

static void test_another_history(void **state)
{
    struct scene *s = *state;
    begin(s->w);
    save(s->w, "a.csv", list(1, 2));
    finish(s->w);
    assert_int_equal(sh(s->w, NULL, "cp -a $R $D/backup"), 0);
    begin(s->w);
    save(s->w, "a.csv", list(2, 3));
    finish(s->w);
    catch_up(s);
    expect_runs(s, 1, "1/1-2 ");
    world_close(s->w);
    assert_int_equal(sh(s->w, NULL, "rm -rf $R && mv $D/backup $R"), 0);
    catch_up(s); /* shorter */
    expect_runs(s, 1, "1/1- ");
    expect_runs(s, 3, "");
    world_open(s->w);
    begin(s->w);
    save(s->w, "a.csv", list(5, 5));
    save(s->w, "a.csv", list(6, 6));
    finish(s->w);
    catch_up(s);
    expect_runs(s, 5, "1/2-3 ");
}

static void test_damage(void **state)
{
    struct scene *s = *state;
    begin(s->w);
    save(s->w, "a.csv", list(1, 2));
    finish(s->w);
    catch_up(s);
    recall_close(s->r);
    s->r = NULL;
    assert_int_equal(sh(s->w, NULL, "printf damage | dd of=$D/index/data.mdb bs=1 seek=8200 conv=notrunc status=none"),
                     0);
    MUST(recall_open(&s->r, s->w->repo, s->index, &e));
    catch_up(s);
    expect_runs(s, 1, "1/1- ");
    reopen(s); /* sound now, and goes on */
    expect_runs(s, 1, "1/1- ");
    catch_up(s);
}

static void test_older_volumes_dropped(void **state)
{
    struct scene *s = *state;
    begin(s->w);
    save(s->w, "d/a.csv", list(1, 2));
    save(s->w, "d/e/b.csv", list(2, 3));
    event(s->w, RECORD_SYMLINK, "l", "d/a.csv");
    finish(s->w);
    s->w->now_ns = INT64_C(1798761600) * NS_PER_SEC;
    begin(s->w); /* 4 is the volume */
    event(s->w, RECORD_DELETE, "d/a.csv", NULL);
    save(s->w, "d/e/b.csv", list(3, 3));
    finish(s->w);
    assert_int_equal(
        sh(s->w, NULL, "git clone -q --bare --single-branch -b rep/alice/lt-0042/2027Q1 file://$R $D/part"), 0);
    recall_close(s->r);
    char part[200];
    snprintf(part, sizeof part, "%s/part", s->w->dir);
    MUST(recall_open(&s->r, part, s->index, &e));
    catch_up(s);
    expect_runs(s, 1, "4/4-5 ");
    expect_runs(s, 2, "4/4-5 4/4-6 ");
    expect_runs(s, 3, "4/4- ");
}

/* ---- inspectors ---- */

static void test_without_an_inspector_it_waits(void **state)
{
    struct scene *s = *state;
    struct error e = {0};
    int more;
    inspector_set_deadline(s->inspector, 200);
    s->replaces = false;
    stop_inspector(s);
    begin(s->w);
    save(s->w, "a.csv", list(1, 2));
    finish(s->w);
    recall_look_again(s->r);
    while ((more = recall_step(s->r, s->inspector, 5, &e)) == 1)
        ;
    assert_int_equal(more, -EAGAIN);
    expect_runs(s, 1, "");
    s->replaces = true;
    start_inspector(s);
    inspector_set_deadline(s->inspector, 5000);
    while ((more = recall_step(s->r, s->inspector, 5, NULL)) != 0) /* -EAGAIN until it says that it is there */
        if (more < 0)
            usleep(10000);
    catch_up(s);
    expect_runs(s, 1, "1/1- ");
}

static void test_place_of_a_clone(void **state)
{
    struct scene *s = *state;
    struct recall_place one, again, other;
    setenv("XDG_CACHE_HOME", s->w->dir, 1);
    MUST(recall_place_of_clone(&one, s->w->repo, NULL, &e));
    MUST(recall_place_of_clone(&again, s->w->repo, "/nonexistent", &e));
    assert_string_equal(one.index, again.index);
    assert_memory_equal(one.secret, again.secret, sizeof one.secret);
    char path[160];
    snprintf(path, sizeof path, "%s/secret", s->w->dir);
    int fd = open(path, O_CREAT | O_WRONLY, 0600);
    assert_int_equal(fd_write_all(fd, secret, sizeof secret), 0);
    close(fd);
    MUST(recall_place_of_clone(&other, s->w->repo, path, &e));
    assert_string_not_equal(one.index, other.index);
    assert_memory_equal(other.secret, secret, sizeof secret);
    recall_place_free(&one);
    recall_place_free(&again);
    recall_place_free(&other);
}

/* ---- what an inspector compares files with ---- */

static const char draft[] = "Three things I learned this week about loading a ship.\n\n"
                            "First, ask the people who do it. Ann Hillc showed me hers, and Ann Hillj did not.\n\n"
                            "Second, write it down. Third, do it again tomorrow.\n\nWhat would you add?\n\n"
                            "#logistics #shipping #learning\n";

static struct facts ask_about(struct scene *s, struct recall_known *k, const char *path)
{
    uint64_t ticket;
    struct inspector_known known;
    struct inspection found;
    fd_auto fd = memfd_create("draft", MFD_CLOEXEC);
    assert_int_equal(fd_write_all(fd, draft, strlen(draft)), 0);
    assert_true(recall_known_about(k, "alice", "lt-0042", "work", path, &known));
    assert_int_equal(inspector_ask_knowing(s->inspector, fd, path, &known, 9), 0);
    assert_int_equal(inspector_answer(s->inspector, &ticket, &found), 1);
    fd_close(&found.report_fd);
    return found.facts;
}

static void make_tables(struct recall_known *k, int64_t now_ns)
{
    struct error why = {0};
    int more;
    while ((more = recall_known_step(k, now_ns, 1, &why)) == 1)
        ;
    must(more, &why, "recall_known_step");
}

static void test_tables_of_what_is_known(void **state)
{
    struct scene *s = *state;
    static const char *const reps[] = {"bob", "alice"};
    struct recall_known *k = NULL;
    struct inspector_known none;
    assert_int_equal(recall_known_open(&k, s->r, reps, 2), 0);
    begin(s->w);
    save(s->w, "list.csv", list(1, RECALL_LIST_ROWS));
    save(s->w, "card.csv", list(9, 9)); /* one contact is no list */
    save(s->w, "a.md", draft);
    finish(s->w);
    catch_up(s);
    assert_false(recall_known_about(k, "alice", "lt-0042", "work", "a.md", &none));
    int64_t now_ns = clock_mono_ns();
    make_tables(k, now_ns);
    assert_false(recall_known_about(k, "carol", "lt-0042", "work", "a.md", &none));
    struct facts f = ask_about(s, k, "new.md");
    assert_int_equal(f.compared, 1);
    assert_int_equal(f.prospects, 1);
    assert_int_equal(f.twins, 1);
    assert_int_equal(f.shared, 100);
    assert_int_equal(ask_about(s, k, "a.md").twins, 0); /* it is no twin of itself */

    begin(s->w);
    save(s->w, "b.md", draft);
    save(s->w, "more.csv", list(9, 20));
    finish(s->w);
    catch_up(s);
    make_tables(k, now_ns); /* not due yet */
    assert_int_equal(ask_about(s, k, "new.md").twins, 1);
    make_tables(k, now_ns + 3600 * NS_PER_SEC);
    f = ask_about(s, k, "new.md");
    assert_int_equal(f.twins, 2);
    assert_int_equal(f.prospects, 2);
    recall_known_close(k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_caught_up, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(test_fed_is_what_is_caught_up_with, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(test_what_is_not_in_the_record_is_not_told, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(test_another_history, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(test_damage, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(test_older_volumes_dropped, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(test_without_an_inspector_it_waits, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(test_place_of_a_clone, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(test_tables_of_what_is_known, open_scene, close_scene),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
