/*
 * fuzz_index: an index in whose file some bytes are others, in pages, records and values, opened, asked and written to:
 * refused, or it answers (wrongly, maybe), but it ends without a crash.
 *
 * The input: 0 a small index, else a larger one; whether it is written to; then by fours: a page, where in it (two
 * bytes), and what is added to the byte there.
 */
#include "index/index.h"

#include "base/fdio.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAGE = 4096, KINDS = 4, ROWS = 16, PRINTS = 24, PATH_BYTES = 64, PIECE = 256, ASKED_MOST = 100000 };

static char folder[] = "/dev/shm/fuzz-index.XXXXXX";
static char data_path[PATH_BYTES], lock_path[PATH_BYTES];

struct base {
    unsigned char *bytes;
    size_t len;
};
static struct base bases[2];

/* ---- what is in it ---- */

static uint64_t mixed(uint64_t x)
{
    x = (x ^ x >> 31) * UINT64_C(0x7fb5d329728ea185);
    return x ^ x >> 29;
}

static void make_rows(struct index_row_key *keys, uint64_t first)
{
    for (uint32_t i = 0; i < ROWS * KINDS; i++) {
        uint64_t who =
            i % KINDS == 3 ? 0 : first + i / KINDS; /* all of one company: its places are a tree of their own */
        keys[i] = (struct index_row_key){.key = (mixed(who * KINDS + i % KINDS) & ~UINT64_C(7)) | i % KINDS,
                                         .row = i / KINDS};
    }
}

static void make_prints(uint64_t *prints, uint64_t first)
{
    for (size_t i = 0; i < PRINTS; i++)
        prints[i] = mixed(first * 8 + i);
}

static const struct index_stream alice = {"alice", "lt-1"}, bob = {"bob", "lt-2"};

static int put(struct index *x, const struct index_stream *s, uint64_t number, const char *path)
{
    struct index_row_key keys[ROWS * KINDS];
    uint64_t prints[PRINTS];
    make_rows(keys, number);
    make_prints(prints, number);
    struct index_event e = {.kind = INDEX_PUT,
                            .mount = "work",
                            .path = path,
                            .number = number,
                            .blob = {(unsigned char)number},
                            .keys = keys,
                            .key_count = ROWS * KINDS,
                            .text = prints,
                            .text_count = PRINTS,
                            .text_whole = true};
    return index_apply(x, s, &e, NULL);
}

static int move(struct index *x, uint64_t number, enum index_event_kind kind, const char *from, const char *to)
{
    struct index_event e = {.kind = kind, .mount = "work", .path = to, .from = from, .number = number};
    return index_apply(x, &alice, &e, NULL);
}

static void fill(struct index *x, unsigned versions)
{
    char path[PATH_BYTES];
    for (unsigned i = 1; i <= versions; i++) {
        snprintf(path, sizeof path, "Leads/%u/list-%u.csv", i % 5, i % 13);
        if (index_begin(x, NULL) < 0 || put(x, &alice, i * 2, path) < 0 || put(x, &bob, i, path) < 0 ||
            index_commit(x, NULL) < 0)
            abort();
    }
    if (index_begin(x, NULL) < 0 || move(x, versions * 2 + 1, INDEX_MOVE, "Leads/1", "Old") < 0 ||
        move(x, versions * 2 + 2, INDEX_REMOVE, NULL, "Leads/2") < 0 || index_commit(x, NULL) < 0)
        abort();
}

static void keep_bytes(struct base *b)
{
    struct stat st;
    fd_auto fd = open(data_path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0 || (b->bytes = malloc((size_t)st.st_size)) == NULL)
        abort();
    b->len = (size_t)st.st_size;
    if (fd_pread_full(fd, b->bytes, b->len, 0) != st.st_size)
        abort();
}

static void make_bases(void)
{
    static const unsigned versions[] = {2, 36};
    if (mkdtemp(folder) == NULL)
        abort();
    snprintf(data_path, sizeof data_path, "%s/data.mdb", folder);
    snprintf(lock_path, sizeof lock_path, "%s/lock.mdb", folder);
    for (size_t i = 0; i < 2; i++) {
        struct index *x;
        if (index_remove(folder, NULL) < 0 || index_open_writer(&x, folder, NULL) < 0)
            abort();
        fill(x, versions[i]);
        index_close(x);
        keep_bytes(&bases[i]);
    }
}

static void remove_folder(void)
{
    index_remove(folder, NULL);
    rmdir(folder);
}

/* ---- what is asked ---- */

/* A damaged number may make an answer long: it is enough to see that it goes on. */
static int count_down(void *ctx) { return --*(int *)ctx > 0 ? 0 : 1; }

static int take_holding(void *ctx, const struct index_holding *h)
{
    (void)h;
    return count_down(ctx);
}
static int take_version(void *ctx, const struct index_version *v)
{
    (void)v;
    return count_down(ctx);
}
static int take_place(void *ctx, uint64_t key, uint32_t number)
{
    (void)key;
    (void)number;
    return count_down(ctx);
}

static void walk(struct index *x)
{
    uint64_t from = 0;
    int most = ASKED_MOST;
    while (index_walk_keys(x, &from, PIECE, take_place, &most, NULL) == 1 && most > 0)
        ;
    from = 0;
    while (index_walk_text(x, &from, PIECE, take_place, &most, NULL) == 1 && most > 0)
        ;
}

static void ask(struct index *x)
{
    struct index_row_key keys[ROWS * KINDS];
    uint64_t prints[PRINTS], number;
    unsigned char mark[20];
    struct index_match matches[8];
    struct index_version first, newest;
    struct index_place place;
    struct index_lineage line;
    struct index_counts counts;
    int most = ASKED_MOST;
    size_t found;
    make_rows(keys, 30);
    make_prints(prints, 30);
    for (size_t i = 0; i < ROWS * KINDS; i += 13)
        index_find(x, keys[i].key, take_holding, &most, NULL);
    for (size_t i = 0; i < PRINTS; i += 7)
        index_find_text(x, prints[i], take_holding, &most, NULL);
    index_match(x, keys, ROWS * KINDS, prints, PRINTS, matches, 8, &found, NULL);
    for (uint32_t i = 0; i < 4; i++)
        index_versions_without(x, i, prints, 3, take_version, &most, NULL);
    for (uint32_t i = 0; i < 4; i++)
        if (index_look_up(x, i, &line, NULL) == 0) {
            index_versions(x, line.lineage, take_version, &most, NULL);
            index_bounds(x, line.lineage, &first, &newest, NULL);
            index_find_place(x, line.lineage, &place, NULL);
        }
    index_newest(x, &alice, &number, mark, NULL);
    index_find_file(x, &bob, "work", "Leads/3/list-3.csv", &newest, NULL);
    index_count(x, &counts, NULL);
    walk(x);
}

static void change(struct index *x)
{
    struct index_row_key keys[ROWS * KINDS];
    uint64_t came, went;
    struct index_version file;
    make_rows(keys, 31);
    if (index_begin(x, NULL) < 0)
        return;
    int err = put(x, &alice, 1000, "Leads/3/list-3.csv");
    if (err == 0)
        err = put(x, &alice, 1001, "New/list.csv");
    if (err == 0)
        err = move(x, 1002, INDEX_MOVE, "Old", "Leads/3/Older");
    if (err == 0)
        err = move(x, 1003, INDEX_EXCHANGE, "New", "Leads/4");
    if (err == 0)
        err = move(x, 1004, INDEX_REMOVE, NULL, "Leads");
    if (err == 0 && index_find_file(x, &bob, "work", "Leads/3/list-3.csv", &file, NULL) == 1)
        err = index_compare(x, file.lineage, keys, ROWS * KINDS, &came, &went, NULL);
    if (err == 0 || err == -ENOENT)
        index_commit(x, NULL);
    else
        index_abort(x);
}

/* ---- one damaged file ---- */

static int write_damaged(const struct base *b, const uint8_t *data, size_t size)
{
    fd_auto fd = open(data_path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || fd_pwrite_all(fd, b->bytes, b->len, 0) < 0)
        abort();
    for (size_t at = 0; at + 4 <= size; at += 4) {
        size_t where = data[at] * (size_t)PAGE % b->len + (size_t)(data[at + 1] << 8 | data[at + 2]) % PAGE;
        unsigned char byte = (unsigned char)(b->bytes[where] + data[at + 3]);
        if (pwrite(fd, &byte, 1, (off_t)where) != 1)
            abort();
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (bases[0].bytes == NULL) {
        make_bases();
        atexit(remove_folder);
    }
    if (size < 2)
        return 0;
    struct index *x;
    bool writes = data[1] & 1;
    unlink(lock_path);
    if (write_damaged(&bases[data[0] != 0], data + 2, size - 2) < 0)
        return 0;
    int err = index_open_writer(&x, folder, NULL);
    if (err < 0 && err != -EILSEQ)
        abort();
    if (err < 0)
        return 0;
    ask(x);
    if (writes) {
        change(x);
        ask(x);
    }
    index_close(x);
    return 0;
}
