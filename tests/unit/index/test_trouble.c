/* Killed writers, damaged files, full disks, readers that die: what is committed stays, and nobody crashes. */
#include "folder.h"

#include "base/fdio.h"
#include "index/lmdb_format.h"

#include <signal.h>
#include <sys/mount.h>
#include <time.h>
#include <xxhash.h>

static char data_path[120];

static int make_data_folder(void **state)
{
    int err = make_folder(state);
    snprintf(data_path, sizeof data_path, "%s/data.mdb", index_path);
    return err;
}

static void sleep_us(long us) { nanosleep(&(struct timespec){.tv_nsec = us * 1000}, NULL); }

static int wait_for(pid_t child)
{
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

/* ---- kill -9 ---- */

enum { KILLED_LISTS = 4, KILLED_ROWS = 300 };

/* Version v of a list holds the contacts from v * 7 on. */
static void write_for_ever(void)
{
    struct index *x;
    if (index_open_writer(&x, index_path, NULL) != 0)
        _exit(1);
    for (uint64_t v = 1;; v++) {
        if (index_begin(x, NULL) != 0)
            _exit(1);
        for (uint64_t list = 0; list < KILLED_LISTS; list++) {
            struct index_version version = version_named(list + 1, v);
            struct index_row_key *keys = contacts_from(list * 1000000 + v * 7, KILLED_ROWS);
            if (index_add(x, &version, keys, (size_t)KILLED_ROWS * ROW_KEYS, NULL, 0, NULL) != 0)
                _exit(1);
            free(keys);
        }
        if (index_commit(x, NULL) != 0 || (v % 16 == 0 && index_sync(x, NULL) != 0))
            _exit(1);
    }
}

static int note_newest(void *ctx, const struct index_version *v)
{
    *(uint64_t *)ctx = v->number;
    return 0;
}

static uint64_t expect_whole_versions(struct index *x)
{
    uint64_t sum = 0;
    for (uint64_t list = 0; list < KILLED_LISTS; list++) {
        uint64_t newest = 0, first = list * 1000000;
        assert_int_equal(index_versions(x, list + 1, note_newest, &newest, NULL), 0);
        for (uint64_t i = 0; newest > 0 && i < KILLED_ROWS; i += 13) {
            char expected[80];
            uint64_t who = newest * 7 + i, came = who < KILLED_ROWS + 7 ? 1 : (who - KILLED_ROWS) / 7 + 1;
            snprintf(expected, sizeof expected, "%llu:%llu- ", (unsigned long long)list + 1, (unsigned long long)came);
            expect_holdings(x, key_of(PHONE, first + who), expected);
        }
        if (newest > 1) {
            char expected[80];
            snprintf(expected, sizeof expected, "%llu:1-2 ", (unsigned long long)list + 1);
            expect_holdings(x, key_of(EMAIL, first + 10), expected);
        }
        sum += newest;
    }
    return sum;
}

static void test_killed_at_any_moment(void **state)
{
    (void)state;
    uint64_t before = 0;
    for (unsigned i = 0; i < 25; i++) {
        pid_t child = fork();
        if (child == 0)
            write_for_ever();
        sleep_us(5000 + (long)(mixed(i) % 60000));
        kill(child, SIGKILL);
        assert_int_equal(wait_for(child), SIGKILL);
        struct index *x = open_writer();
        uint64_t now = expect_whole_versions(x);
        assert_true(now >= before);
        before = now;
        index_close(x);
    }
    assert_true(before > 0);
}

/* A version of many transactions, killed between them: it is not in, and its rows are nobody's. */
static void test_killed_inside_a_large_version(void **state)
{
    (void)state;
    struct index *x = open_writer();
    begin(x);
    add_contacts(x, 1, 1, 0, 100);
    commit(x);
    index_close(x);
    for (unsigned i = 0; i < 6; i++) {
        pid_t child = fork();
        if (child == 0) {
            x = open_writer();
            begin(x);
            for (uint64_t v = 2;; v++)
                add_contacts(x, 1, v, 50 + v * 100000, 100000);
        }
        sleep_us(30000 + (long)i * 15000);
        kill(child, SIGKILL);
        assert_int_equal(wait_for(child), SIGKILL);
    }
    x = open_writer();
    uint64_t newest = 0;
    assert_int_equal(index_versions(x, 1, note_newest, &newest, NULL), 0);
    if (newest == 1) {
        expect_holdings(x, key_of(EMAIL, 99), "1:1- ");
        for (uint64_t who = 200050; who < 300050; who += 997)
            expect_holdings(x, key_of(EMAIL, who), "");
        begin(x);
        add_contacts(x, 1, 2, 50, 100);
        commit(x);
        expect_holdings(x, key_of(EMAIL, 49), "1:1-2 ");
        expect_holdings(x, key_of(EMAIL, 149), "1:2- ");
        expect_holdings(x, key_of(EMAIL, 200051), "");
    }
    index_close(x);
}

/* ---- damage ---- */

static int ignore_holding(void *ctx, const struct index_holding *h)
{
    (void)ctx, (void)h;
    return 0;
}

/* All that is done with an index, for an index that may be damaged. Answers do not matter, living does. */
static void use(struct index *x, bool writes)
{
    struct index_row_key *keys = contacts_from(900, 300);
    struct index_match m[8];
    uint64_t prints[100], number = 0;
    size_t count;
    for (size_t i = 0; i < 100; i++)
        prints[i] = mixed(i);
    index_match(x, keys, (size_t)300 * ROW_KEYS, prints, 100, m, 8, &count, NULL);
    for (size_t i = 0; i < (size_t)300 * ROW_KEYS; i++)
        index_find(x, keys[i].key, ignore_holding, NULL, NULL);
    for (uint64_t list = 1; list < 12; list++)
        index_versions(x, list, note_newest, &number, NULL);
    for (uint64_t v = 1000; writes && v < 1010; v++) {
        struct index_version version = version_named(v % 12, v);
        if (index_begin(x, NULL) == 0 &&
            index_add(x, &version, keys + v % 100 * ROW_KEYS, (size_t)200 * ROW_KEYS, prints, 100, NULL) == 0)
            index_commit(x, NULL);
    }
    free(keys);
}

static void fill(void)
{
    struct index *x = open_writer();
    uint64_t prints[2000];
    for (size_t i = 0; i < 2000; i++)
        prints[i] = mixed(i);
    for (uint64_t v = 1; v < 40; v++) {
        struct index_version version = version_named(v % 10, v);
        struct index_row_key *keys = contacts_from(v % 10 * 150 + v, 200);
        begin(x);
        assert_int_equal(index_add(x, &version, keys, (size_t)200 * ROW_KEYS, prints + v * 40, 300, NULL), 0);
        commit(x);
        free(keys);
    }
    index_close(x);
}

static char *read_data(size_t *len)
{
    fd_auto fd = open(data_path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    assert_int_equal(fstat(fd, &st), 0);
    char *bytes = malloc((size_t)st.st_size);
    assert_non_null(bytes);
    assert_int_equal(fd_pread_full(fd, bytes, (size_t)st.st_size, 0), st.st_size);
    *len = (size_t)st.st_size;
    return bytes;
}

static void write_data(const char *bytes, size_t len)
{
    fd_auto fd = open(data_path, O_WRONLY | O_TRUNC | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(fd_write_all(fd, bytes, len), 0);
}

/* A few bytes anywhere, a few in one page's head, a page from elsewhere, or an end that is missing. */
static size_t damage(char *bytes, size_t len, unsigned seed)
{
    size_t pages = len / 4096;
    uint64_t r = mixed(seed);
    size_t page = r % pages * 4096;
    switch (seed % 5) {
    case 0:
        for (unsigned i = 0; i < 1 + r % 64; i++)
            bytes[mixed(r + i) % len] = (char)mixed(r + i + 99);
        return len;
    case 1:
        for (unsigned i = 0; i < 4; i++)
            bytes[page + mixed(r + i) % 64] = (char)mixed(r + i + 99);
        return len;
    case 2:
        memmove(bytes + page, bytes + mixed(r) % pages * 4096, 4096);
        return len;
    case 3:
        bytes[mixed(r) % 2 * 4096 + mixed(r + 1) % 160] = (char)mixed(r + 2); /* the heads */
        return len;
    default:
        return len - mixed(r) % (len / 2);
    }
}

static void open_and_use(bool as_writer)
{
    alarm(60); /* going round in circles is no better than a crash */
    struct index *x;
    int err = as_writer ? index_open_writer(&x, index_path, NULL) : index_open_reader(&x, index_path, NULL);
    if (err == 0) {
        use(x, as_writer);
        index_close(x);
    }
    _exit(err == 0 ? 0 : err == -EILSEQ ? 1 : 2);
}

static void test_damaged_files_crash_nobody(void **state)
{
    (void)state;
    fill();
    size_t len, refused = 0, changed;
    char *whole = read_data(&len), *bytes = malloc(len);
    assert_non_null(bytes);
    for (unsigned i = 0; i < 300; i++) {
        memcpy(bytes, whole, len);
        changed = damage(bytes, len, i);
        write_data(bytes, changed);
        pid_t child = fork();
        if (child == 0)
            open_and_use(i % 3 != 0);
        int status = wait_for(child);
        if (!WIFEXITED(status) || WEXITSTATUS(status) > 1)
            fail_msg("damage %u: status %x", i, (unsigned)status);
        refused += WEXITSTATUS(status) == 1;
    }
    print_message("%zu of 300 refused\n", refused);
    assert_true(refused > 100);
    write_data(whole, len);
    pid_t child = fork();
    if (child == 0)
        open_and_use(true);
    assert_int_equal(wait_for(child), 0);
    free(whole);
    free(bytes);
}

/* Adds to the 16-bit word `at` bytes into each leaf page's first set of places that has a node behind it. */
static void add_in_sets(char *bytes, size_t len, size_t at, uint16_t more)
{
    for (char *page = bytes + HEAD_PAGES * 4096; page < bytes + len; page += 4096) {
        struct page p;
        struct node_view n = {.flags = 0};
        uint16_t word;
        memcpy(&p, page, sizeof p);
        size_t count = p.flags == PAGE_LEAF ? page_count(&p) : 0, i = 0;
        while (i < count && (!node_at(&n, (const struct page *)page, 4096, i, false) || n.flags != NODE_SET ||
                             n.key + n.size > (const unsigned char *)page + 4096 - 64))
            i++;
        if (i == count)
            continue;
        char *where = page + (n.key - (const unsigned char *)page) - NODE_HEAD + at;
        memcpy(&word, where, sizeof word);
        word = (uint16_t)(word + more);
        memcpy(where, &word, sizeof word);
    }
}

/* What LMDB only trips over as it writes: a node that reaches into the next one, a set with more room than it has. */
static void test_lengths_that_reach_too_far_are_refused(void **state)
{
    (void)state;
    enum { SIZE_AT = 0, UPPER_AT = NODE_HEAD + sizeof(uint64_t) + 14 };
    static const struct {
        size_t at;
        uint16_t more;
    } changes[] = {{SIZE_AT, 16}, {UPPER_AT, 8}};
    fill();
    size_t len;
    char *whole = read_data(&len);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct index *x;
        char *bytes = read_data(&len);
        add_in_sets(bytes, len, changes[i].at, changes[i].more);
        write_data(bytes, len);
        assert_int_equal(index_open_writer(&x, index_path, NULL), -EILSEQ);
        write_data(whole, len);
        index_close(open_writer());
        free(bytes);
    }
    free(whole);
}

/* LMDB goes by the head's place as well as by its number: the pages looked at would not be those used. */
static void test_a_head_in_the_other_ones_place_is_refused(void **state)
{
    (void)state;
    fill();
    struct index *x;
    size_t len;
    char *bytes = read_data(&len);
    bytes[offsetof(struct head, transaction)] ^= 1;
    write_data(bytes, len);
    assert_int_equal(index_open_writer(&x, index_path, NULL), -EILSEQ);
    free(bytes);
}

static void change_state(off_t at, char to)
{
    char state_path[120];
    snprintf(state_path, sizeof state_path, "%s/state", index_path);
    fd_auto fd = open(state_path, O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(fd_pwrite_all(fd, &to, 1, at), 0);
}

/* As a release that read other formats left it. */
static void test_another_edition_is_not_believed(void **state)
{
    (void)state;
    struct {
        uint64_t magic;
        uint32_t word, edition;
        char boot[40];
        uint64_t sum;
    } s;
    char path[120];
    fill();
    snprintf(path, sizeof path, "%s/state", index_path);
    fd_auto fd = open(path, O_RDWR | O_CLOEXEC);
    assert_int_equal(fd_pread_full(fd, &s, sizeof s, 0), sizeof s);
    assert_int_equal(s.edition, INDEX_EDITION);
    s.edition++;
    s.sum = XXH3_64bits(&s, offsetof(typeof(s), sum));
    assert_int_equal(fd_pwrite_all(fd, &s, sizeof s, 0), 0);
    struct index *x = NULL;
    struct error e = {0};
    assert_int_equal(index_open_writer(&x, index_path, &e), -EILSEQ);
    assert_non_null(strstr(e.text, "another version"));
}

static void test_a_state_that_says_nothing(void **state)
{
    (void)state;
    fill();
    change_state(20, 'x');
    struct index *x = NULL;
    struct error e = {0};
    assert_int_equal(index_open_writer(&x, index_path, &e), -EILSEQ);
    assert_non_null(strstr(e.text, "index rebuild"));
    assert_int_equal(index_open_reader(&x, index_path, NULL), -EILSEQ);
    assert_null(x);
    assert_int_equal(index_remove(index_path, NULL), 0);
    x = open_writer();
    expect_holdings(x, key_of(EMAIL, 900), "");
    index_close(x);
    write_data("", 0); /* clean, but without its data */
    assert_int_equal(index_open_writer(&x, index_path, NULL), -EILSEQ);
}

/* As state.c lays it out: magic, word, boot, sum. */
struct state_file {
    uint64_t magic;
    uint32_t word, reserved;
    char boot[40];
    uint64_t sum;
};

static void write_state(uint32_t word, bool of_this_boot)
{
    char state_path[120];
    snprintf(state_path, sizeof state_path, "%s/state", index_path);
    fd_auto fd = open(state_path, O_RDWR | O_CLOEXEC);
    struct state_file s;
    assert_int_equal(fd_pread_full(fd, &s, sizeof s, 0), sizeof s);
    s.word = word;
    s.boot[0] = of_this_boot ? s.boot[0] : (char)(s.boot[0] ^ 1);
    s.sum = XXH3_64bits(&s, offsetof(struct state_file, sum));
    assert_int_equal(fd_pwrite_all(fd, &s, sizeof s, 0), 0);
}

/* Nothing lost by a killed process; by a machine that stopped, if there were commits that nobody synced. */
static void test_a_machine_that_stopped(void **state)
{
    (void)state;
    enum { CLEAN = 1, MARKED = 2 };
    fill();
    write_state(MARKED, true);
    index_close(open_writer());
    write_state(CLEAN, false);
    index_close(open_writer());
    write_state(MARKED, false);
    struct index *x = NULL;
    struct error e = {0};
    assert_int_equal(index_open_writer(&x, index_path, &e), -EILSEQ);
    assert_non_null(strstr(e.text, "machine stopped"));
    assert_int_equal(index_open_reader(&x, index_path, NULL), -EILSEQ);
}

/* ---- other processes ---- */

static void test_one_writer(void **state)
{
    (void)state;
    struct index *x = open_writer();
    pid_t child = fork();
    if (child == 0) {
        struct index *second;
        bool refused = index_open_writer(&second, index_path, NULL) == -EBUSY &&
                       index_remove(index_path, NULL) == -EBUSY && index_open_reader(&second, index_path, NULL) == 0;
        _exit(refused ? 0 : 1);
    }
    assert_int_equal(wait_for(child), 0);
    index_close(x);
}

/* A row stands in all versions; readers see it whenever they look, and the map grows under them. */
static void read_until_stopped(int pipe_end)
{
    struct index *x;
    if (index_open_reader(&x, index_path, NULL) != 0)
        _exit(1);
    char got[64], byte;
    for (;;) {
        got[0] = 0;
        if (index_find(x, key_of(EMAIL, 1), note_holding, got, NULL) != 0 || strcmp(got, "1:1- ") != 0)
            _exit(2);
        if (read(pipe_end, &byte, 1) == 0)
            _exit(0);
        sleep_us(200);
    }
}

static void test_readers_while_it_grows(void **state)
{
    (void)state;
    struct index *x = open_writer();
    begin(x);
    add_contacts(x, 1, 1, 1, 1);
    commit(x);
    int pipe_ends[2];
    assert_int_equal(pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK), 0);
    pid_t readers[3];
    for (size_t i = 0; i < 3; i++)
        if ((readers[i] = fork()) == 0) {
            close(pipe_ends[1]);
            read_until_stopped(pipe_ends[0]);
        }
    for (uint64_t list = 2; list < 14; list++) {
        begin(x);
        add_contacts(x, list, list, list * 100000, 10000);
        commit(x);
    }
    kill(readers[2], SIGKILL); /* its slot is taken back, below */
    wait_for(readers[2]);
    close(pipe_ends[1]);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(wait_for(readers[i]), 0);
    close(pipe_ends[0]);
    struct stat st;
    assert_int_equal(stat(data_path, &st), 0);
    print_message("grown to %lld bytes\n", (long long)st.st_size);
    assert_true(st.st_size > 17 << 20); /* more than the first map allows with its spare room */
    assert_int_equal(index_sync(x, NULL), 0);
    index_close(x);
}

static off_t rewrite_and_measure(struct index *x, uint64_t from)
{
    struct stat st;
    for (uint64_t v = from; v < from + 30; v++) {
        begin(x);
        add_contacts(x, 5, v, v * 20, 500);
        commit(x);
    }
    assert_int_equal(index_sync(x, NULL), 0);
    assert_int_equal(stat(data_path, &st), 0);
    return st.st_size;
}

static int stop_at_first(void *ctx, const struct index_holding *h)
{
    (void)ctx, (void)h;
    kill(getpid(), SIGKILL); /* in the middle of reading */
    return 0;
}

static void test_dead_readers_hold_nothing_back(void **state)
{
    (void)state;
    struct index *x = open_writer();
    begin(x);
    add_contacts(x, 1, 1, 0, 10);
    commit(x);
    for (int i = 0; i < 200; i++) { /* more than there are slots */
        pid_t child = fork();
        if (child == 0) {
            struct index *r;
            if (index_open_reader(&r, index_path, NULL) == 0)
                index_find(r, key_of(EMAIL, 1), stop_at_first, NULL, NULL);
            _exit(1);
        }
        assert_int_equal(wait_for(child), SIGKILL);
        if (i % 50 == 49) {
            begin(x);
            commit(x);
        }
    }
    assert_int_equal(index_sync(x, NULL), 0);
    off_t first = rewrite_and_measure(x, 1), second = rewrite_and_measure(x, 31);
    print_message("%lld, then %lld bytes\n", (long long)first, (long long)second);
    assert_true(second < first * 3);
    index_close(x);
}

/* ---- disk full ---- */

static void test_a_full_disk(void **state)
{
    (void)state;
    if (mkdir(index_path, 0700) != 0 || mount("none", index_path, "tmpfs", 0, "size=2m") != 0) {
        rmdir(index_path);
        skip(); /* only root mounts; CI is root */
    }
    struct index *x = open_writer();
    int err = 0;
    uint64_t kept = 0;
    for (uint64_t v = 1; v < 500 && err == 0; v++) {
        struct index_row_key *keys = contacts_from(v * 1000, 100);
        struct index_version version = version_named(v, v);
        begin(x);
        err = index_add(x, &version, keys, (size_t)100 * ROW_KEYS, NULL, 0, NULL);
        if (err == 0)
            err = index_commit(x, NULL);
        if (err == 0)
            kept = v;
        free(keys);
    }
    index_abort(x);
    assert_int_equal(err, -ENOSPC);
    assert_true(kept > 2);
    char expected[64];
    snprintf(expected, sizeof expected, "%llu:%llu- ", (unsigned long long)kept, (unsigned long long)kept);
    expect_holdings(x, key_of(EMAIL, kept * 1000 + 99), expected);
    expect_holdings(x, key_of(EMAIL, (kept + 1) * 1000), "");
    index_close(x);
    x = open_writer();
    expect_holdings(x, key_of(EMAIL, kept * 1000 + 99), expected);
    index_close(x);
    assert_int_equal(umount(index_path), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_data_folder, remove_folder)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_killed_at_any_moment),
        TEST(test_killed_inside_a_large_version),
        TEST(test_damaged_files_crash_nobody),
        TEST(test_lengths_that_reach_too_far_are_refused),
        TEST(test_a_head_in_the_other_ones_place_is_refused),
        TEST(test_another_edition_is_not_believed),
        TEST(test_a_state_that_says_nothing),
        TEST(test_a_machine_that_stopped),
        TEST(test_one_writer),
        TEST(test_readers_while_it_grows),
        TEST(test_dead_readers_hold_nothing_back),
        TEST(test_a_full_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
