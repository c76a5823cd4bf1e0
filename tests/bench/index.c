/*
 * index [contacts [DIR]]: the figures of the index: bytes on disk, rates, times, and the writer's own memory.
 *
 * A million contacts with an email, a phone, a name and one of fifty thousand companies, in lists of 400 rows; then a
 * thousand versions of one list; then what `find --contact` and the guard ask. Build: make build/bench/index.
 */
#include "base/clock.h"
#include "index/index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LIST_ROWS = 400, ROW_KEYS = 4, COMPANIES = 50000, VERSIONS = 1000, ASKED_ROWS = 1000, ASKS = 100, GROUP = 20 };
enum { LISTS_IN_COMMON = 200 };

static char path[300];

static void die(const char *what, const struct error *e)
{
    fprintf(stderr, "index: %s: %s\n", what, e->text);
    exit(3);
}

static uint64_t mixed(uint64_t x)
{
    x = (x ^ x >> 31) * UINT64_C(0x7fb5d329728ea185);
    x = (x ^ x >> 27) * UINT64_C(0x81dadef4bc2dd44d);
    return x ^ x >> 33;
}

static void put_contact(struct index_row_key *keys, uint32_t row, uint64_t who)
{
    static const unsigned kinds[ROW_KEYS] = {0, 1, 3, 4}; /* email, phone, name, company */
    for (size_t i = 0; i < ROW_KEYS; i++) {
        uint64_t value = i == ROW_KEYS - 1 ? mixed(who) % COMPANIES : who;
        keys[i].key = (mixed(value * 8 + kinds[i] + 1) & ~UINT64_C(7)) | kinds[i];
        keys[i].row = row;
    }
}

static long status_kb(const char *name)
{
    char line[200];
    long kb = -1;
    FILE *f = fopen("/proc/self/status", "r");
    while (f != NULL && kb < 0 && fgets(line, sizeof line, f) != NULL)
        if (strncmp(line, name, strlen(name)) == 0)
            kb = atol(line + strlen(name) + 1);
    if (f != NULL)
        fclose(f);
    return kb;
}

static double data_mb(void)
{
    char data[320];
    struct stat st = {0};
    snprintf(data, sizeof data, "%s/data.mdb", path);
    stat(data, &st);
    return (double)st.st_size / 1e6;
}

static void begin(struct index *x)
{
    struct error e = {0};
    if (index_begin(x, &e) < 0)
        die("begin", &e);
}

static void commit(struct index *x)
{
    struct error e = {0};
    if (index_commit(x, &e) < 0)
        die("commit", &e);
}

static void add(struct index *x, uint64_t lineage, uint64_t number, const struct index_row_key *keys, size_t count)
{
    struct index_version v = {.lineage = lineage, .number = number};
    struct error e = {0};
    if (index_add(x, &v, keys, count, NULL, 0, &e) < 0)
        die("add", &e);
}

static void add_lists(struct index *x, uint64_t contacts)
{
    struct index_row_key keys[LIST_ROWS * ROW_KEYS];
    uint64_t lists = contacts / LIST_ROWS;
    long most_kb = 0;
    int64_t since = clock_mono_ns();
    for (uint64_t list = 0; list < lists; list++) {
        if (list % GROUP == 0)
            begin(x);
        for (uint32_t i = 0; i < LIST_ROWS; i++)
            put_contact(keys + i * ROW_KEYS, i, list * LIST_ROWS + i);
        add(x, list + 1, 1, keys, LIST_ROWS * ROW_KEYS);
        if (list % GROUP == GROUP - 1 || list + 1 == lists) {
            long kb = status_kb("RssAnon:");
            most_kb = kb > most_kb ? kb : most_kb;
            commit(x);
        }
    }
    double seconds = (double)(clock_mono_ns() - since) / 1e9;
    printf("%-44s %10.1f MB\n", "data.mdb, distinct contacts in lists", data_mb());
    printf("%-44s %10.0f contacts/s\n", "added, twenty lists of 400 a group", (double)contacts / seconds);
    printf("%-44s %10.1f MiB\n", "writer's anonymous memory, at most", (double)most_kb / 1024);
}

static void add_versions(struct index *x, uint64_t contacts)
{
    struct index_row_key keys[LIST_ROWS * ROW_KEYS];
    for (uint32_t i = 0; i < LIST_ROWS; i++)
        put_contact(keys + i * ROW_KEYS, i, contacts + i);
    double before = data_mb();
    int64_t since = clock_mono_ns();
    for (uint64_t v = 1; v <= VERSIONS; v++) {
        put_contact(keys + v % LIST_ROWS * ROW_KEYS, (uint32_t)(v % LIST_ROWS), contacts + LIST_ROWS + v);
        begin(x);
        add(x, UINT64_C(1) << 40, v, keys, LIST_ROWS * ROW_KEYS);
        commit(x);
    }
    printf("%-44s %10.2f MB more\n", "a thousand versions of a list of 400", data_mb() - before);
    printf("%-44s %10.2f ms\n", "one version, a group of its own", (double)(clock_mono_ns() - since) / VERSIONS / 1e6);
}

static int compare_times(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static void print_times(const char *what, int64_t *times)
{
    qsort(times, ASKS, sizeof *times, compare_times);
    printf("%-44s %10.2f ms median, %.2f most\n", what, (double)times[ASKS / 2] / 1e6, (double)times[ASKS - 1] / 1e6);
}

/* `from` of the asked rows are known, from lists all over the index. */
static void ask(struct index *x, const char *what, uint64_t contacts, size_t known, uint64_t first)
{
    static struct index_row_key keys[ASKED_ROWS * ROW_KEYS];
    static struct index_match found[1024];
    int64_t times[ASKS];
    size_t count = 0;
    for (uint64_t i = 0; i < ASKS; i++) {
        for (uint32_t row = 0; row < ASKED_ROWS; row++)
            put_contact(keys + row * ROW_KEYS, row,
                        row < known ? (first ? first + row % LIST_ROWS : mixed(i * ASKED_ROWS + row) % contacts)
                                    : contacts * 4 + mixed(i * ASKED_ROWS + row) % contacts);
        struct error e = {0};
        int64_t since = clock_mono_ns();
        if (index_match(x, keys, ASKED_ROWS * ROW_KEYS, NULL, 0, found, 1024, &count, &e) < 0)
            die("match", &e);
        times[i] = clock_mono_ns() - since;
    }
    print_times(what, times);
}

static int ignore(void *ctx, const struct index_holding *h)
{
    (void)ctx, (void)h;
    return 0;
}

static void find(struct index *x, uint64_t contacts)
{
    int64_t times[ASKS];
    for (uint64_t i = 0; i < ASKS; i++) {
        struct index_row_key keys[ROW_KEYS];
        put_contact(keys, 0, mixed(i) % contacts);
        struct error e = {0};
        int64_t since = clock_mono_ns();
        if (index_find(x, keys[0].key, ignore, NULL, &e) < 0)
            die("find", &e);
        times[i] = clock_mono_ns() - since;
    }
    print_times("find an email", times);
}

/* The same list in the folders of two hundred reps: the dearest that a match can meet. */
static void add_common_list(struct index *x, uint64_t first)
{
    struct index_row_key keys[LIST_ROWS * ROW_KEYS];
    for (uint32_t i = 0; i < LIST_ROWS; i++)
        put_contact(keys + i * ROW_KEYS, i, first + i);
    begin(x);
    for (uint64_t i = 0; i < LISTS_IN_COMMON; i++)
        add(x, (UINT64_C(1) << 41) + i, 1, keys, LIST_ROWS * ROW_KEYS);
    commit(x);
}

static void open_again(struct index **x)
{
    struct error e = {0};
    int64_t since = clock_mono_ns();
    index_close(*x);
    int64_t closed = clock_mono_ns();
    if (index_open_reader(x, path, &e) < 0)
        die("open", &e);
    printf("%-44s %10.1f ms\n", "close and sync", (double)(closed - since) / 1e6);
    printf("%-44s %10.1f ms\n", "open, every page looked at", (double)(clock_mono_ns() - closed) / 1e6);
}

int main(int argc, char **argv)
{
    uint64_t contacts = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
    snprintf(path, sizeof path, "%s/holdfast-bench-index.%d", argc > 2 ? argv[2] : "/var/tmp", getpid());
    struct index *x;
    struct error e = {0};
    if (index_open_writer(&x, path, &e) < 0)
        die("open", &e);
    printf("%llu contacts, %d keys each\n", (unsigned long long)contacts, ROW_KEYS);
    add_lists(x, contacts);
    add_versions(x, contacts * 2);
    add_common_list(x, contacts * 3);
    open_again(&x);
    ask(x, "match 1,000 rows, none known", contacts, 0, 0);
    ask(x, "match 1,000 rows, all known, of 1,000 lists", contacts, ASKED_ROWS, 0);
    ask(x, "match 400 rows that 200 lists share", contacts, ASKED_ROWS, contacts * 3);
    find(x, contacts);
    printf("%-44s %10.1f MiB\n", "reader's anonymous memory", (double)status_kb("RssAnon:") / 1024);
    index_close(x);
    index_remove(path, NULL);
    rmdir(path);
    return 0;
}
