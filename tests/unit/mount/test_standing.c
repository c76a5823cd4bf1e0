/* What class a file is taken for: its own, that of what it replaced, or none. The keeper's part is played here. */
#include "base/clock.h"
#include "ground.h"
#include "mount/gate.h"
#include "mount/standing.h"

#include <sys/stat.h>

/* A store with one file, the facts of a keeper, and a mount over both. */
struct yard {
    struct ground *ground;
    struct mount mount;
    struct mount_start start;
    char path[64];
    int store_fd, spool_fd, board_fd;
    struct fact_table *keeper;
};

static int open_folder(const struct yard *y, const char *name)
{
    char path[96];
    snprintf(path, sizeof path, "%s/%s", y->path, name);
    assert_int_equal(mkdir(path, 0700), 0);
    return open(path, O_RDONLY | O_DIRECTORY);
}

static int set_up(void **state)
{
    struct yard *y = calloc(1, sizeof *y);
    struct mount *m = &y->mount;
    struct stat root;
    struct journal_handle handle;
    ground_set_up((void **)&y->ground);
    strcpy(y->path, "/tmp/holdfast-standing-XXXXXX");
    assert_non_null(mkdtemp(y->path));
    y->store_fd = open_folder(y, "store");
    y->spool_fd = open_folder(y, "spool");
    y->board_fd = board_create();
    *m = (struct mount){.start = &y->start, .shared = y->ground->shared, .local = true};
    assert_int_equal(backing_open_store(&m->backing, y->store_fd, &root, &handle), 0);
    m->nodes = y->ground->nodes;
    backing_set_nodes(&m->backing, &m->nodes);
    m->board = board_map(y->board_fd);
    pthread_mutex_init(&m->facts_lock, NULL);
    gate_open(m);
    assert_int_equal(facts_open_writer(&y->keeper, y->spool_fd, NULL), 0);
    assert_int_equal(facts_open_reader(&m->facts, y->spool_fd), 0);
    *state = y;
    return 0;
}

static int tear_down(void **state)
{
    struct yard *y = *state;
    char command[96];
    facts_close(y->mount.facts);
    facts_close(y->keeper);
    munmap(y->mount.board, BOARD_BYTES);
    close(y->mount.backing.store_fd);
    close(y->store_fd);
    close(y->spool_fd);
    close(y->board_fd);
    snprintf(command, sizeof command, "rm -rf %s", y->path);
    assert_int_equal(system(command), 0);
    y->ground->nodes = y->mount.nodes;
    ground_tear_down((void **)&y->ground);
    free(y);
    return 0;
}

static struct stat put(struct yard *y, const char *name, const char *text)
{
    struct stat st;
    int fd = openat(y->store_fd, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(fstat(fd, &st), 0);
    close(fd);
    return st;
}

static void get_handle(void *ctx, struct journal_handle *out)
{
    struct yard *y = ((void **)ctx)[0];
    backing_get_handle(&y->mount.backing, y->store_fd, ((const char **)ctx)[1], out);
}

static uint32_t look_up(struct yard *y, const char *name)
{
    struct stat st;
    const void *ctx[2] = {y, name};
    assert_int_equal(fstatat(y->store_fd, name, &st, 0), 0);
    return node_lookup(&y->mount.nodes, NODE_ROOT, name, &st, get_handle, ctx);
}

/* The keeper has this file, as it is, for one of that class. */
static void keep(struct yard *y, const struct stat *st, const char *class_name, uint64_t seq)
{
    struct fact f = {.ino = st->st_ino,
                     .kept_seq = seq,
                     .version = seq,
                     .size = (uint64_t)st->st_size,
                     .mtime_ns = clock_from_timespec(st->st_mtim),
                     .ctime_ns = clock_from_timespec(st->st_ctim)};
    snprintf(f.class_name, sizeof f.class_name, "%s", class_name);
    assert_int_equal(facts_put(y->keeper, &f), 0);
    if (y->mount.board->keeper.journal_kept < seq)
        y->mount.board->keeper.journal_kept = seq;
}

static void expect(struct yard *y, uint32_t node, const char *class_name, bool current)
{
    struct standing s;
    uint64_t size = 0;
    standing_look(&y->mount, node, &s);
    assert_string_equal(s.class_name, class_name);
    assert_int_equal(standing_is_current(&y->mount, node, &s, &size), current);
}

static void from_save_to_save(void **state)
{
    struct yard *y = *state;
    put(y, "f", "one");
    uint32_t node = look_up(y, "f");
    expect(y, node, "unclassified", false);
    struct stat st = put(y, "f", "one two");
    keep(y, &st, "prospect-list", 1);
    expect(y, node, "prospect-list", true);
    node_at(&y->mount.nodes, node)->save_seq = 2; /* saved, and not kept yet */
    expect(y, node, "prospect-list", false);
    keep(y, &st, "post-draft", 2);
    expect(y, node, "post-draft", true);
    put(y, "f", "one two three"); /* as a passthrough write that nobody has told of */
    expect(y, node, "post-draft", false);
}

static void while_somebody_writes(void **state)
{
    struct yard *y = *state;
    struct stat st = put(y, "f", "one");
    uint32_t node = look_up(y, "f");
    keep(y, &st, "prospect-list", 1);
    node_count_open(&y->mount.nodes, node, 1, 1);
    expect(y, node, "prospect-list", false);
    node_count_open(&y->mount.nodes, node, -1, -1);
    expect(y, node, "prospect-list", true);
}

/* Another name or mode moves the ctime. Once what was changed while nobody looked is accounted for, that is no change.
 */
static void renamed(void **state)
{
    struct yard *y = *state;
    struct stat st = put(y, "f", "one");
    uint32_t node = look_up(y, "f");
    st.st_ctim.tv_sec -= 10;
    keep(y, &st, "prospect-list", 1);
    expect(y, node, "prospect-list", false);
    y->mount.board->keeper.reconciled = 1;
    expect(y, node, "prospect-list", true);
}

/* A new file may have the number of one that is gone, of which facts are left. */
static void number_used_again(void **state)
{
    struct yard *y = *state;
    struct stat st = put(y, "f", "one");
    uint32_t node = look_up(y, "f");
    struct node_record *r = node_at(&y->mount.nodes, node);
    keep(y, &st, "prospect-list", 1);
    r->flags |= NODE_BORN;
    expect(y, node, "unclassified", false);
    r->flags &= ~(uint32_t)NODE_BORN;
    r->born_seq = r->save_seq = 5;
    expect(y, node, "unclassified", false);
    keep(y, &st, "post-draft", 5);
    expect(y, node, "post-draft", true);
}

static void is_heir_to_a_class(void **state)
{
    struct yard *y = *state;
    struct stat old = put(y, "list", "one"), next;
    uint32_t node = look_up(y, "list");
    char heritage[FACT_CLASS_BYTES];
    keep(y, &old, "prospect-list", 1);
    put(y, "temporary", "two");
    uint32_t heir = look_up(y, "temporary");
    assert_true(standing_of_replaced(&y->mount, old.st_dev, old.st_ino, heritage));
    standing_inherit(&y->mount, heir, heritage);
    expect(y, heir, "prospect-list", false);
    facts_remove(y->keeper, old.st_ino);
    expect(y, heir, "prospect-list", false);
    expect(y, node, "unclassified", false);

    /* Replaced again before anybody has inspected it. */
    assert_int_equal(fstatat(y->store_fd, "temporary", &next, 0), 0);
    assert_true(standing_of_replaced(&y->mount, next.st_dev, next.st_ino, heritage));
    put(y, "third", "three");
    uint32_t third = look_up(y, "third");
    standing_inherit(&y->mount, third, heritage);
    expect(y, third, "prospect-list", false);
    struct stat st = put(y, "third", "four");
    keep(y, &st, "unclassified", 7); /* now it has a class, and that it is none is one */
    expect(y, third, "unclassified", true);
    assert_false(standing_of_replaced(&y->mount, st.st_dev, st.st_ino, heritage));
}

/* The next child knows whose heir a file is, and where room for names is. */
static void heir_outlives_us(void **state)
{
    struct yard *y = *state;
    struct nodes *nodes = &y->mount.nodes;
    put(y, "f", "one");
    uint32_t node = look_up(y, "f");
    standing_inherit(&y->mount, node, "some-class-with-a-name-of-more-than-one-grain");
    y->ground->nodes = *nodes;
    ground_die(y->ground);
    y->mount.shared = y->ground->shared;
    *nodes = y->ground->nodes;
    pthread_mutex_lock(&nodes->lock);
    for (int i = 0; i < 100; i++)
        assert_int_not_equal(names_put(nodes->names, "another name of about that length, or a little more"), 0);
    pthread_mutex_unlock(&nodes->lock);
    expect(y, node, "some-class-with-a-name-of-more-than-one-grain", false);
    standing_inherit(&y->mount, node, "other");
    expect(y, node, "other", false);
    node_forget(nodes, node, 1, &(struct node_record){0});
    node_free_if_unused(nodes, node);
    assert_int_equal(node_at(nodes, node)->heir, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(from_save_to_save), TEST(while_somebody_writes), TEST(renamed),
        TEST(number_used_again), TEST(is_heir_to_a_class),    TEST(heir_outlives_us),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
