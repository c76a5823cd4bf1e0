/* Backing: reaching the store's files by handle and by path, with few descriptors. Needs root, as the mount child does.
 */
#include "base/fdio.h"
#include "ground.h"

#include <dirent.h>
#include <sys/stat.h>

struct store {
    struct ground *ground;
    struct backing backing;
    char path[64];
    int fd;
};

static int set_up(void **state)
{
    struct store *s = calloc(1, sizeof *s);
    struct stat root;
    struct journal_handle handle;
    ground_set_up((void **)&s->ground);
    strcpy(s->path, "/tmp/holdfast-backing-XXXXXX");
    assert_non_null(mkdtemp(s->path));
    s->fd = open(s->path, O_RDONLY | O_DIRECTORY);
    assert_int_equal(backing_open_store(&s->backing, s->fd, &root, &handle), 0);
    assert_true(s->backing.has_handles);
    backing_set_nodes(&s->backing, &s->ground->nodes);
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct store *s = *state;
    char command[96];
    for (size_t i = 0; i < BACKING_FOLDERS; i++)
        if (s->backing.folders[i].node != 0)
            close(s->backing.folders[i].fd);
    while (s->backing.pin_count > 0)
        backing_unpin(&s->backing, s->backing.pins[0].node);
    free(s->backing.pins);
    close(s->backing.store_fd);
    close(s->fd);
    snprintf(command, sizeof command, "rm -rf %s", s->path);
    assert_int_equal(system(command), 0);
    ground_tear_down((void **)&s->ground);
    free(s);
    return 0;
}

struct where {
    struct store *store;
    int dir_fd;
    const char *name;
};

static void get_handle(void *ctx, struct journal_handle *out)
{
    const struct where *w = ctx;
    backing_get_handle(&w->store->backing, w->dir_fd, w->name, out);
}

static uint32_t find(struct store *s, uint32_t parent, const char *path, const char *name)
{
    struct stat st;
    assert_int_equal(fstatat(s->fd, path, &st, AT_SYMLINK_NOFOLLOW), 0);
    struct where w = {s, s->fd, path};
    return node_lookup(&s->ground->nodes, parent, name, &st, get_handle, &w);
}

static void write_file(struct store *s, const char *path, const char *text)
{
    fd_auto fd = openat(s->fd, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
}

static void expect_text(int fd, const char *expected)
{
    char text[32] = {0};
    assert_true(fd >= 0);
    assert_int_equal(pread(fd, text, sizeof text - 1, 0), (ssize_t)strlen(expected));
    assert_string_equal(text, expected);
    close(fd);
}

static void opens_by_handle_whatever_the_name(void **state)
{
    struct store *s = *state;
    write_file(s, "a", "alpha");
    uint32_t a = find(s, NODE_ROOT, "a", "a");
    assert_true(node_at(&s->ground->nodes, a)->handle.len > 0);
    assert_int_equal(renameat(s->fd, "a", s->fd, "elsewhere"), 0);
    write_file(s, "a", "another");
    expect_text(backing_open(&s->backing, a, O_RDONLY), "alpha");
    assert_int_equal(unlinkat(s->fd, "elsewhere", 0), 0);
    assert_int_equal(backing_open(&s->backing, a, O_RDONLY), -ESTALE);
}

static void opens_by_path_without_handles(void **state)
{
    struct store *s = *state;
    s->backing.has_handles = false;
    mkdirat(s->fd, "d", 0700);
    write_file(s, "d/a", "alpha");
    uint32_t d = find(s, NODE_ROOT, "d", "d"), a = find(s, d, "d/a", "a");
    assert_int_equal(node_at(&s->ground->nodes, a)->handle.len, 0);
    expect_text(backing_open(&s->backing, a, O_RDONLY), "alpha");
    assert_int_equal(renameat(s->fd, "d", s->fd, "e"), 0);
    assert_int_equal(backing_open(&s->backing, a, O_RDONLY), -ENOENT);
    node_set_link(&s->ground->nodes, d, NODE_ROOT, "e");
    expect_text(backing_open(&s->backing, a, O_RDONLY), "alpha");
    node_drop_link(&s->ground->nodes, a, d, "a", true);
    assert_int_equal(backing_open(&s->backing, a, O_RDONLY), -ESTALE); /* no name, no handle */
}

static void never_leaves_the_store(void **state)
{
    struct store *s = *state;
    assert_int_equal(symlinkat("/etc", s->fd, "out"), 0);
    assert_int_equal(backing_open_path(&s->backing, "out/passwd", O_RDONLY), -ELOOP);
    assert_int_equal(backing_open_path(&s->backing, "../x", O_RDONLY), -EXDEV);
    assert_int_equal(backing_open_path(&s->backing, "/etc/passwd", O_RDONLY), -EXDEV);
}

static void does_not_wait_for_a_fifo(void **state)
{
    struct store *s = *state;
    assert_int_equal(mkfifoat(s->fd, "f", 0600), 0);
    int fd = backing_open(&s->backing, find(s, NODE_ROOT, "f", "f"), O_RDONLY);
    assert_true(fd >= 0);
    close(fd);
}

static void pinned_stays_reachable(void **state)
{
    struct store *s = *state;
    write_file(s, "a", "alpha");
    uint32_t a = find(s, NODE_ROOT, "a", "a");
    assert_int_equal(backing_pin(&s->backing, a, openat(s->fd, "a", O_PATH)), 0);
    node_at(&s->ground->nodes, a)->flags |= NODE_PINNED;
    unlinkat(s->fd, "a", 0);
    expect_text(backing_open(&s->backing, a, O_RDONLY), "alpha");
    int writer = backing_open(&s->backing, a, O_WRONLY | O_NOFOLLOW);
    assert_int_equal(write(writer, "omega", 5), 5);
    close(writer);
    expect_text(backing_open(&s->backing, a, O_RDONLY), "omega");
    assert_true(backing_unpin(&s->backing, a));
    assert_false(backing_unpin(&s->backing, a));
    assert_int_equal(backing_open(&s->backing, a, O_RDONLY), -ESTALE);
}

static size_t open_descriptors(void)
{
    DIR *dir = opendir("/proc/self/fd");
    size_t count = 0;
    while (readdir(dir) != NULL)
        count++;
    closedir(dir);
    return count;
}

enum { FOLDERS = 400 };

static void make_folders(struct store *s, uint32_t nodes[FOLDERS])
{
    for (int i = 0; i < FOLDERS; i++) {
        char name[16];
        snprintf(name, sizeof name, "d%d", i);
        mkdirat(s->fd, name, 0700);
        nodes[i] = find(s, NODE_ROOT, name, name);
    }
}

static void expect_folder(struct store *s, uint32_t node, int fd)
{
    struct stat st;
    assert_int_equal(fstat(fd, &st), 0);
    assert_int_equal(st.st_ino, node_at(&s->ground->nodes, node)->ino);
}

static void keeps_the_folders_used_last(void **state)
{
    struct store *s = *state;
    uint32_t nodes[FOLDERS];
    make_folders(s, nodes);
    size_t before = open_descriptors();
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < FOLDERS; i++) {
            int fd = backing_get_folder(&s->backing, nodes[i]);
            expect_folder(s, nodes[i], fd);
            backing_put_folder(&s->backing, nodes[i], fd);
        }
    assert_true(open_descriptors() <= before + BACKING_FOLDERS);
    int first = backing_get_folder(&s->backing, nodes[FOLDERS - 1]),
        again = backing_get_folder(&s->backing, nodes[FOLDERS - 1]);
    assert_int_equal(first, again);
    backing_put_folder(&s->backing, nodes[FOLDERS - 1], first);
    backing_put_folder(&s->backing, nodes[FOLDERS - 1], again);
}

/* A descriptor in use is never taken away, however many others are asked for; what does not fit is closed by its user.
 */
static void spares_folders_in_use(void **state)
{
    struct store *s = *state;
    uint32_t nodes[FOLDERS];
    int fds[FOLDERS];
    make_folders(s, nodes);
    size_t before = open_descriptors();
    for (int i = 0; i < FOLDERS; i++)
        fds[i] = backing_get_folder(&s->backing, nodes[i]);
    for (int i = 0; i < FOLDERS; i++)
        expect_folder(s, nodes[i], fds[i]);
    for (int i = 0; i < FOLDERS; i++)
        backing_put_folder(&s->backing, nodes[i], fds[i]);
    assert_true(open_descriptors() <= before + BACKING_FOLDERS);
}

static void forgets_a_folder_before_its_number_means_another(void **state)
{
    struct store *s = *state;
    mkdirat(s->fd, "one", 0700);
    mkdirat(s->fd, "two", 0700);
    uint32_t one = find(s, NODE_ROOT, "one", "one");
    backing_put_folder(&s->backing, one, backing_get_folder(&s->backing, one));
    struct node_record last;
    assert_true(node_forget(&s->ground->nodes, one, 1, &last));
    backing_forget(&s->backing, one);
    node_free_if_unused(&s->ground->nodes, one);
    assert_int_equal(find(s, NODE_ROOT, "two", "two"), one);
    int fd = backing_get_folder(&s->backing, one);
    expect_folder(s, one, fd);
    backing_put_folder(&s->backing, one, fd);
}

int main(void)
{
    if (geteuid() != 0) {
        puts("test_backing: left out: file handles are opened by root only");
        return 0;
    }
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(opens_by_handle_whatever_the_name),
        TEST(opens_by_path_without_handles),
        TEST(never_leaves_the_store),
        TEST(does_not_wait_for_a_fifo),
        TEST(pinned_stays_reachable),
        TEST(keeps_the_folders_used_last),
        TEST(spares_folders_in_use),
        TEST(forgets_a_folder_before_its_number_means_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
