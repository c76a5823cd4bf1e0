/* Gate and notice: what is journaled as a save, and whose bytes are cloned before they change. Needs root, as the mount
 * child does. */
#include "base/clock.h"
#include "base/fdio.h"
#include "ground.h"
#include "mount/gate.h"
#include "mount/notice.h"

#include <pthread.h>
#include <sys/stat.h>

/* A mount with a store and a spool, and nobody but the test to ask it. */
struct yard {
    struct ground *ground;
    struct mount mount;
    struct mount_start start;
    struct config config;
    struct config_mount config_mount;
    char *personal[1];
    char path[64];
    int store_fd, spool_fd, board_fd;
    uint64_t read_seq;
};

static int open_folder(const struct yard *y, const char *name)
{
    char path[96];
    snprintf(path, sizeof path, "%s/%s", y->path, name);
    assert_int_equal(mkdir(path, 0700), 0);
    return open(path, O_RDONLY | O_DIRECTORY);
}

static void open_mount(struct yard *y)
{
    struct mount *m = &y->mount;
    struct stat root;
    struct journal_handle handle;
    *m = (struct mount){.start = &y->start, .shared = y->ground->shared, .local = true};
    assert_int_equal(backing_open_store(&m->backing, y->store_fd, &root, &handle), 0);
    m->nodes = y->ground->nodes;
    m->handles = y->ground->handles;
    m->handles.nodes = &m->nodes;
    backing_set_nodes(&m->backing, &m->nodes);
    m->board = board_map(y->board_fd);
    m->board->keeper.reconciled = 1; /* the scan of the start is through */
    m->clone_fd = openat(y->spool_fd, "clone", O_RDONLY | O_DIRECTORY);
    pthread_mutex_init(&m->facts_lock, NULL);
    gate_open(m);
    recheck_open(&m->recheck);
    carried_open(&m->carried);
    m->carried.is_filled = true;
    assert_int_equal(journal_open_writer(&m->journal, y->spool_fd, NULL), 0);
}

static int set_up(void **state)
{
    struct yard *y = calloc(1, sizeof *y);
    ground_set_up((void **)&y->ground);
    strcpy(y->path, "/tmp/holdfast-gate-XXXXXX");
    assert_non_null(mkdtemp(y->path));
    y->store_fd = open_folder(y, "store");
    y->spool_fd = open_folder(y, "spool");
    mkdirat(y->spool_fd, "clone", 0700);
    close(openat(y->spool_fd, "clone/tmp-0000000000000001", O_CREAT | O_WRONLY, 0600));
    y->board_fd = board_create();
    y->config.spool = y->path;
    static char personal[] = "Private/**";
    y->personal[0] = personal;
    y->config_mount.personal = (struct config_globs){y->personal, 1};
    y->start = (struct mount_start){.config = &y->config, .mount = &y->config_mount, .spool_fd = y->spool_fd};
    open_mount(y);
    *state = y;
    return 0;
}

static int tear_down(void **state)
{
    struct yard *y = *state;
    char command[96];
    journal_close(y->mount.journal);
    munmap(y->mount.board, BOARD_BYTES);
    free(y->mount.carried.saves);
    free(y->mount.backing.pins);
    close(y->mount.clone_fd);
    close(y->mount.backing.store_fd);
    close(y->store_fd);
    close(y->spool_fd);
    close(y->board_fd);
    snprintf(command, sizeof command, "rm -rf %s", y->path);
    assert_int_equal(system(command), 0);
    y->ground->nodes = y->mount.nodes; /* it may have grown */
    y->ground->handles = y->mount.handles;
    ground_tear_down((void **)&y->ground);
    free(y);
    return 0;
}

/* ---- what an application does ---- */

static void put(struct yard *y, const char *name, const char *text, int flags)
{
    fd_auto fd = openat(y->store_fd, name, O_WRONLY | O_CREAT | flags, 0600);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
}

static void get_handle(void *ctx, struct journal_handle *out)
{
    struct yard *y = *(struct yard **)ctx;
    const char *name = ((const char **)ctx)[1];
    backing_get_handle(&y->mount.backing, y->store_fd, name, out);
}

static uint32_t find(struct yard *y, uint32_t parent, const char *path, const char *name)
{
    struct stat st;
    assert_int_equal(fstatat(y->store_fd, path, &st, AT_SYMLINK_NOFOLLOW), 0);
    const void *ctx[2] = {y, path};
    return node_lookup(&y->mount.nodes, parent, name, &st, get_handle, ctx);
}

static struct stat look(struct yard *y, const char *path)
{
    struct stat st;
    assert_int_equal(fstatat(y->store_fd, path, &st, AT_SYMLINK_NOFOLLOW), 0);
    return st;
}

/* Open for writing, as open_writer does. */
static uint64_t begin_writing(struct yard *y, uint32_t node, const char *path)
{
    struct mount *m = &y->mount;
    struct stat st = look(y, path);
    gate_enter(m, node);
    if (node_writers(&m->nodes, node) == 0) {
        notice_unseen(m, node, &st);
        assert_int_equal(gate_protect(m, node), 0);
        notice_begin(m, node, &st);
    } else {
        assert_int_equal(gate_protect(m, node), 0);
    }
    _Atomic uint64_t made;
    struct handle_record facts = {.node = node, .flags = HANDLE_WRITER, .open_flags = O_WRONLY};
    uint64_t fh = handle_make(&m->handles, &facts, &made);
    gate_leave(m, node);
    return fh;
}

static void finish_writing(struct yard *y, uint64_t fh)
{
    struct mount *m = &y->mount;
    struct handle_record *h = handle_at(&m->handles, fh);
    int fd = handle_fd(&m->handles, &m->backing, fh);
    notice_save(m, h->node, h, fd, NOTICE_CLOSE);
    handle_close(&m->handles, fh);
}

/* A file that is there and known, with a save (unkept) of `text`; its sequence number in *seq. */
static uint32_t saved_file(struct yard *y, const char *name, const char *text, uint64_t *seq)
{
    put(y, name, "", 0);
    uint32_t node = find(y, NODE_ROOT, name, name);
    uint64_t fh = begin_writing(y, node, name);
    put(y, name, text, O_TRUNC);
    finish_writing(y, fh);
    *seq = node_at(&y->mount.nodes, node)->save_seq;
    return node;
}

/* ---- what the keeper sees ---- */

static bool next(struct yard *y, struct journal_record *out)
{
    static struct journal_reader *reader;
    if (reader != NULL)
        journal_close_reader(reader);
    reader = NULL;
    assert_int_equal(journal_open_reader(&reader, y->spool_fd, y->read_seq + 1, NULL), 0);
    int got = journal_read(reader, out, NULL);
    assert_true(got >= 0);
    y->read_seq += got == 1;
    return got == 1;
}

static void expect_record(struct yard *y, enum journal_type type, const char *path, uint32_t flags)
{
    struct journal_record r;
    assert_true(next(y, &r));
    assert_int_equal(r.type, type);
    assert_string_equal(r.path, path);
    assert_int_equal(r.flags, flags);
}

static void expect_no_record(struct yard *y)
{
    struct journal_record r;
    assert_false(next(y, &r));
}

static void expect_clone(struct yard *y, uint64_t seq, const char *expected)
{
    char name[32], text[64] = {0};
    snprintf(name, sizeof name, "clone/%016llx", (unsigned long long)seq);
    fd_auto fd = openat(y->spool_fd, name, O_RDONLY);
    assert_int_equal(fd >= 0, expected != NULL);
    if (expected == NULL)
        return;
    assert_true(read(fd, text, sizeof text - 1) >= 0);
    assert_string_equal(text, expected);
}

static void rest(void) { usleep(30 * 1000); } /* longer than a timestamp's grain */

/* ---- the tests ---- */

static void a_dead_childs_temporary_copies_are_swept(void **state)
{
    struct yard *y = *state;
    assert_int_equal(faccessat(y->spool_fd, "clone/tmp-0000000000000001", F_OK, 0), -1);
}

static void a_save_costs_no_copy(void **state)
{
    struct yard *y = *state;
    uint64_t seq;
    uint32_t node = saved_file(y, "a", "one", &seq);
    expect_record(y, JOURNAL_SAVE, "a", 0);
    assert_int_equal(seq, 1);
    expect_clone(y, seq, NULL);
    assert_int_equal(node_writers(&y->mount.nodes, node), 0);
}

static void the_next_writer_clones_it(void **state)
{
    struct yard *y = *state;
    uint64_t seq;
    uint32_t node = saved_file(y, "a", "one", &seq);
    uint64_t fh = begin_writing(y, node, "a");
    expect_clone(y, seq, "one");
    put(y, "a", "two!", O_TRUNC);
    finish_writing(y, fh);
    expect_record(y, JOURNAL_SAVE, "a", 0);
    expect_record(y, JOURNAL_SAVE, "a", 0);
    expect_clone(y, seq, "one");
    assert_int_equal(node_at(&y->mount.nodes, node)->save_seq, 2);
}

static void what_is_kept_is_not_cloned(void **state)
{
    struct yard *y = *state;
    uint64_t seq;
    uint32_t node = saved_file(y, "a", "one", &seq);
    y->mount.board->keeper.journal_kept = seq;
    finish_writing(y, begin_writing(y, node, "a"));
    expect_clone(y, seq, NULL);
}

static void closing_without_a_change_is_no_save(void **state)
{
    struct yard *y = *state;
    uint64_t seq;
    uint32_t node = saved_file(y, "a", "one", &seq);
    expect_record(y, JOURNAL_SAVE, "a", 0);
    rest();
    finish_writing(y, begin_writing(y, node, "a"));
    expect_no_record(y);
}

static void times_set_back_hide_nothing(void **state)
{
    struct yard *y = *state;
    uint64_t seq;
    uint32_t node = saved_file(y, "a", "one", &seq);
    expect_record(y, JOURNAL_SAVE, "a", 0);
    rest();
    struct stat before = look(y, "a");
    uint64_t fh = begin_writing(y, node, "a");
    put(y, "a", "two", 0);
    assert_int_equal(utimensat(y->store_fd, "a", (struct timespec[]){before.st_atim, before.st_mtim}, 0), 0);
    finish_writing(y, fh);
    expect_record(y, JOURNAL_SAVE, "a", JOURNAL_MAYBE);
}

static void beside_another_writer_it_is_cloned_at_once(void **state)
{
    struct yard *y = *state;
    uint64_t seq;
    uint32_t node = saved_file(y, "a", "one", &seq);
    uint64_t first = begin_writing(y, node, "a"), second = begin_writing(y, node, "a");
    put(y, "a", "first!", O_TRUNC);
    finish_writing(y, first);
    put(y, "a", "second!", O_TRUNC);
    finish_writing(y, second);
    expect_record(y, JOURNAL_SAVE, "a", 0);
    expect_record(y, JOURNAL_SAVE, "a", JOURNAL_CLONED);
    expect_record(y, JOURNAL_SAVE, "a", 0);
    expect_clone(y, seq, "one");
    expect_clone(y, seq + 1, "first!");
    expect_clone(y, seq + 2, NULL);
}

/* Same size, and perhaps the same time: only the content can tell. */
static void a_change_within_a_tick_is_not_missed(void **state)
{
    struct yard *y = *state;
    uint64_t seq;
    uint32_t node = saved_file(y, "a", "one", &seq);
    uint64_t first = begin_writing(y, node, "a"), second = begin_writing(y, node, "a");
    put(y, "a", "first!", O_TRUNC);
    finish_writing(y, first);
    finish_writing(y, second);
    expect_record(y, JOURNAL_SAVE, "a", 0);
    expect_record(y, JOURNAL_SAVE, "a", JOURNAL_CLONED);
    expect_record(y, JOURNAL_SAVE, "a", JOURNAL_MAYBE);
}

static void a_change_that_nobody_made_is_noticed_first(void **state)
{
    struct yard *y = *state;
    uint64_t seq;
    uint32_t node = saved_file(y, "a", "one", &seq);
    y->mount.board->keeper.journal_kept = seq;
    rest();
    put(y, "a", "by a mapping", O_TRUNC);
    uint64_t fh = begin_writing(y, node, "a");
    put(y, "a", "two", O_TRUNC);
    finish_writing(y, fh);
    expect_record(y, JOURNAL_SAVE, "a", 0);
    expect_record(y, JOURNAL_SAVE, "a", JOURNAL_MAYBE | JOURNAL_INTERVAL);
    expect_record(y, JOURNAL_SAVE, "a", 0);
    expect_clone(y, seq + 1, "by a mapping");
}

static void what_goes_on_changing_after_its_close_is_saved_again(void **state)
{
    struct yard *y = *state;
    uint64_t seq;
    uint32_t node = saved_file(y, "a", "one", &seq);
    expect_record(y, JOURNAL_SAVE, "a", 0);
    recheck_note(&y->mount, node);
    recheck_note(&y->mount, node);
    assert_int_equal(y->mount.recheck.next, 1);
    recheck_all(&y->mount);
    expect_no_record(y);
    rest();
    put(y, "a", "by a mapping", O_TRUNC);
    recheck_all(&y->mount);
    expect_record(y, JOURNAL_SAVE, "a", JOURNAL_INTERVAL);
    expect_clone(y, seq, "by a mapping"); /* the best there is: the mapping changed it before it was kept */
    recheck_all(&y->mount);
    expect_no_record(y);
    assert_int_equal(node_at(&y->mount.nodes, node)->lookups, 1);
}

static void a_forgotten_file_is_not_rechecked(void **state)
{
    struct yard *y = *state;
    uint64_t seq;
    uint32_t node = saved_file(y, "a", "one", &seq);
    recheck_note(&y->mount, node);
    struct node_record last;
    node_forget(&y->mount.nodes, node, 1, &last);
    node_free_if_unused(&y->mount.nodes, node);
    put(y, "b", "other", 0);
    assert_int_equal(find(y, NODE_ROOT, "b", "b"), node); /* its number is another's */
    expect_record(y, JOURNAL_SAVE, "a", 0);
    recheck_all(&y->mount);
    expect_no_record(y);
}

static void a_scratch_file_goes_without_a_copy(void **state)
{
    struct yard *y = *state;
    uint64_t seq;
    uint32_t node = saved_file(y, "a", "one", &seq);
    node_at(&y->mount.nodes, node)->born_seq = seq;
    assert_int_equal(gate_protect_removal(&y->mount, node, false), 0);
    expect_clone(y, seq, NULL);
    assert_int_equal(gate_protect_removal(&y->mount, node, true), 0); /* a rename over it */
    expect_clone(y, seq, "one");
}

static void a_file_of_old_is_cloned_before_it_goes(void **state)
{
    struct yard *y = *state;
    uint64_t seq;
    uint32_t node = saved_file(y, "a", "one", &seq);
    assert_int_equal(gate_protect_removal(&y->mount, node, false), 0);
    expect_clone(y, seq, "one");
}

static void personal_files_leave_no_trace(void **state)
{
    struct yard *y = *state;
    mkdirat(y->store_fd, "Private", 0700);
    put(y, "Private/diary", "dear", 0);
    uint32_t d = find(y, NODE_ROOT, "Private", "Private"), node = find(y, d, "Private/diary", "diary");
    uint64_t fh = begin_writing(y, node, "Private/diary");
    put(y, "Private/diary", "dear diary", O_TRUNC);
    finish_writing(y, fh);
    expect_no_record(y);
    assert_int_equal(node_at(&y->mount.nodes, node)->save_seq, 0);
    assert_int_equal(y->mount.board->mount.personal, 1);
}

static void leaving_a_personal_folder_is_a_save(void **state)
{
    struct yard *y = *state;
    put(y, "public", "text", 0);
    uint32_t node = find(y, NODE_ROOT, "public", "public");
    struct stat st = look(y, "public");
    struct notice_who who = {.pid = getpid()};
    notice_rename(&y->mount, &(struct notice_move){.from = "Private/x", .to = "public", .st = &st, .who = &who});
    expect_record(y, JOURNAL_SAVE, "public", 0);
    assert_int_equal(node_at(&y->mount.nodes, node)->save_seq, 1);
    notice_rename(&y->mount, &(struct notice_move){.from = "public", .to = "Private/x", .st = &st, .who = &who});
    expect_record(y, JOURNAL_DELETE, "public", 0);
}

/* A failed append must not pass for a save: its number will be another record's. */
static void a_failed_append_is_tried_again(void **state)
{
    struct yard *y = *state;
    uint64_t seq;
    uint32_t node = saved_file(y, "a", "one", &seq), at = NODE_ROOT;
    for (uint64_t i = 0; i < 1900; i++) { /* a path longer than a record may hold */
        struct stat st = {.st_dev = 77, .st_ino = 1000 + i, .st_mode = S_IFDIR};
        at = node_lookup(&y->mount.nodes, at, "ddd", &st, ground_no_handle, NULL);
    }
    node_set_link(&y->mount.nodes, node, at, "a");
    uint64_t fh = begin_writing(y, node, "a");
    put(y, "a", "two!", O_TRUNC);
    atomic_fetch_or(&node_at(&y->mount.nodes, node)->flags, NODE_TOUCHED);
    struct handle_record *h = handle_at(&y->mount.handles, fh);
    notice_save(&y->mount, node, h, handle_fd(&y->mount.handles, &y->mount.backing, fh), NOTICE_FLUSH);
    char text[236];
    int64_t since;
    assert_true(board_get_trouble(&y->mount.board->mount.trouble, text, &since));
    assert_int_equal(journal_head(y->mount.journal), seq);
    assert_int_equal(node_at(&y->mount.nodes, node)->save_seq, 0);
    assert_true(node_at(&y->mount.nodes, node)->flags & NODE_TOUCHED);
    node_set_link(&y->mount.nodes, node, NODE_ROOT, "a");
    finish_writing(y, fh);
    assert_int_equal(node_at(&y->mount.nodes, node)->save_seq, seq + 1);
    assert_false(board_get_trouble(&y->mount.board->mount.trouble, text, &since));
}

/* Where no clone can be made the change has to wait, and goes on as soon as the keeper has the save. */
static void *keep_soon(void *arg)
{
    struct yard *y = arg;
    usleep(100 * 1000);
    y->mount.board->keeper.journal_kept = 1;
    return NULL;
}

static void waits_for_the_keeper_where_it_cannot_clone(void **state)
{
    struct yard *y = *state;
    uint64_t seq;
    uint32_t node = saved_file(y, "a", "one", &seq);
    close(y->mount.clone_fd);
    y->mount.clone_fd = open("/proc", O_RDONLY | O_DIRECTORY); /* nothing can be made there */
    pthread_t keeper;
    pthread_create(&keeper, NULL, keep_soon, y);
    int64_t begun = clock_mono_ns();
    assert_int_equal(gate_protect(&y->mount, node), 0);
    assert_true(clock_mono_ns() - begun >= 80 * NS_PER_MS);
    assert_int_equal(node_at(&y->mount.nodes, node)->save_seq, 0);
    pthread_join(keeper, NULL);
}

struct closing {
    struct yard *yard;
    uint32_t node;
    _Atomic bool noticed;
};

static void *close_slowly(void *arg)
{
    struct closing *c = arg;
    usleep(50 * 1000);
    c->noticed = true;
    gate_end_close(&c->yard->mount, c->node);
    return NULL;
}

static void waits_for_a_close_that_was_overtaken(void **state)
{
    struct yard *y = *state;
    uint64_t seq;
    struct closing c = {.yard = y, .node = saved_file(y, "a", "one", &seq)};
    gate_await_closes(&y->mount, c.node); /* none: at once */
    pthread_t thread;
    gate_begin_close(&y->mount, c.node);
    pthread_create(&thread, NULL, close_slowly, &c);
    gate_await_closes(&y->mount, c.node);
    assert_true(c.noticed);
    pthread_join(thread, NULL);
}

int main(void)
{
    if (geteuid() != 0) {
        puts("test_gate: left out: file handles are opened by root only");
        return 0;
    }
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_dead_childs_temporary_copies_are_swept),
        TEST(a_save_costs_no_copy),
        TEST(the_next_writer_clones_it),
        TEST(what_is_kept_is_not_cloned),
        TEST(closing_without_a_change_is_no_save),
        TEST(times_set_back_hide_nothing),
        TEST(beside_another_writer_it_is_cloned_at_once),
        TEST(a_change_within_a_tick_is_not_missed),
        TEST(a_change_that_nobody_made_is_noticed_first),
        TEST(what_goes_on_changing_after_its_close_is_saved_again),
        TEST(a_forgotten_file_is_not_rechecked),
        TEST(a_scratch_file_goes_without_a_copy),
        TEST(a_file_of_old_is_cloned_before_it_goes),
        TEST(personal_files_leave_no_trace),
        TEST(leaving_a_personal_folder_is_a_save),
        TEST(a_failed_append_is_tried_again),
        TEST(waits_for_the_keeper_where_it_cannot_clone),
        TEST(waits_for_a_close_that_was_overtaken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
