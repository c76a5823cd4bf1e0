/*
 * record_bench [saves [bytes [files [DIR]]]]: the record alone beside `git fast-import` of the same saves, in the same
 * folder, in turn; then the record again with 100,000 files and 100,000 versions in it (record_bench with "large" as a
 * fifth word).
 *
 * Built like a unit test: make build/bench/record_bench.
 */
#include "base/clock.h"
#include "base/fdio.h"
#include "record/record.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

struct plan {
    unsigned saves, bytes, files;
    char dir[160];
};

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st, (void)flag, (void)ftw;
    return remove(path);
}

static void die(const char *what, const struct error *e)
{
    fprintf(stderr, "record_bench: %s: %s\n", what, e ? e->text : strerror(errno));
    exit(3);
}

/* A row of a table of contacts. */
enum { ROW_BYTES = 80, CHANGED_ROWS = 3 };

static void put_row(char *to, unsigned file, unsigned row, unsigned version)
{
    unsigned x = (file * 2654435761U) ^ (row * 40503U) ^ (version * 97U);
    x ^= x >> 13, x *= 0x5bd1e995, x ^= x >> 15;
    char text[160];
    snprintf(text, sizeof text,
             "%08x,Contact %u,p.%x@company-%u.example,+44 20 7%06u,open,%u.%02u,,,,,,,,,,,,,,,,,,,,,,,,,,", x, row,
             x & 0xffff, x % 977, x % 1000000U, x % 90000U, x % 100U);
    memcpy(to, text, ROW_BYTES - 1);
    to[ROW_BYTES - 1] = '\n';
}

/* All files as they were before the first save. */
static char *make_tables(const struct plan *p)
{
    char *tables = malloc((size_t)p->files * p->bytes + 1);
    if (tables == NULL)
        die("tables", NULL);
    memset(tables, '.', (size_t)p->files * p->bytes);
    for (unsigned file = 0; file < p->files; file++)
        for (unsigned row = 0; row < p->bytes / ROW_BYTES; row++)
            put_row(tables + (size_t)file * p->bytes + row * ROW_BYTES, file, row, 0);
    return tables;
}

/* The next version of a file differs in a few rows, as people's edits do. */
static const char *edit(char *tables, const struct plan *p, unsigned file, unsigned version)
{
    char *table = tables + (size_t)file * p->bytes;
    unsigned rows = p->bytes / ROW_BYTES;
    for (unsigned i = 0; rows > 0 && i < CHANGED_ROWS; i++) {
        unsigned row = (version * 31 + i * 7) % rows;
        put_row(table + row * ROW_BYTES, file, row, version + 1);
    }
    return table;
}

/* ---- the record ---- */

static void save_all(struct record_writer *w, const struct plan *p, const char *folder, unsigned first)
{
    struct error e = {0};
    char *tables = make_tables(p), path[64];
    struct record_batch *batch;
    for (unsigned i = 0; i < p->saves;) {
        if (record_batch_begin(w, &batch, &e) < 0)
            die("begin", &e);
        for (unsigned end = i + 1000; i < end && i < p->saves; i++) {
            struct record_content c;
            snprintf(path, sizeof path, "%s/list-%u.csv", folder, i % p->files);
            const char *bytes = edit(tables, p, i % p->files, first + i / p->files);
            struct record_version v = {.event = RECORD_SAVE,
                                       .rep = "alice",
                                       .email = "alice@northwind.example",
                                       .mount = "work",
                                       .path = path,
                                       .has_content = true,
                                       .mime = "text/csv",
                                       .charset = "utf-8",
                                       .mode = 0100644,
                                       .app = "/usr/bin/soffice.bin",
                                       .pid = 4711,
                                       .uid = 1000,
                                       .session = 3,
                                       .saved_ns = INT64_C(1795000000000000000) + i * INT64_C(1000000),
                                       .journal = i + 1};
            if (record_batch_add_bytes(batch, bytes, p->bytes, &c, &e) < 0)
                die("add", &e);
            v.bytes = c.bytes, v.xxh3 = c.xxh3, v.blob = c.blob;
            memcpy(v.sha256, c.sha256, sizeof v.sha256);
            if (record_batch_commit(batch, &v, &e) < 0)
                die("commit", &e);
        }
        if (record_batch_finish(batch, &e) < 0)
            die("finish", &e);
    }
    free(tables);
}

/* 100,000 files in folders of 500, and as many versions, in tiny saves. */
static void grow(struct record_writer *w)
{
    struct error e = {0};
    struct record_batch *batch;
    for (unsigned i = 0; i < 100000;) {
        if (record_batch_begin(w, &batch, &e) < 0)
            die("begin", &e);
        for (unsigned end = i + 2000; i < end; i++) {
            char text[32], path[64];
            struct record_content c;
            snprintf(path, sizeof path, "archive/%u/file-%u.txt", i / 500, i);
            snprintf(text, sizeof text, "file %u\n", i);
            struct record_version v = {.event = RECORD_SAVE,
                                       .rep = "alice",
                                       .email = "alice@northwind.example",
                                       .mount = "work",
                                       .path = path,
                                       .has_content = true,
                                       .saved_ns = INT64_C(1794900000000000000) + i * INT64_C(1000000),
                                       .journal = i + 1};
            if (record_batch_add_bytes(batch, text, strlen(text), &c, &e) < 0)
                die("add", &e);
            v.bytes = c.bytes, v.xxh3 = c.xxh3, v.blob = c.blob;
            memcpy(v.sha256, c.sha256, sizeof v.sha256);
            if (record_batch_commit(batch, &v, &e) < 0)
                die("commit", &e);
        }
        if (record_batch_finish(batch, &e) < 0)
            die("finish", &e);
    }
}

static struct record_writer *open_writer(const struct plan *p, const char *name)
{
    static char repo[256], key[256];
    struct error e = {0};
    struct record_writer *w;
    snprintf(repo, sizeof repo, "%s/%s", p->dir, name);
    snprintf(key, sizeof key, "%s/key", p->dir);
    struct record_setup setup = {.repository = repo, .device = "lt-1", .device_key = key, .volume = "quarter"};
    if (record_init(&setup, NULL, NULL, &e) < 0 || record_open_writer(&w, &setup, &e) < 0)
        die(repo, &e);
    return w;
}

static double rate(unsigned saves, int64_t begin_ns) { return saves * 1e9 / (double)(clock_mono_ns() - begin_ns); }

static double bench_record(const struct plan *p, const char *name)
{
    struct record_writer *w = open_writer(p, name);
    int64_t begin = clock_mono_ns();
    save_all(w, p, "Prospects", 0);
    double result = rate(p->saves, begin);
    record_close_writer(w);
    return result;
}

/* ---- git fast-import ---- */

static double bench_import(const struct plan *p, const char *name)
{
    char line[512];
    snprintf(line, sizeof line, "git init -q --bare %s/%s && git -C %s/%s fast-import --quiet", p->dir, name, p->dir,
             name);
    int64_t begin = clock_mono_ns();
    FILE *git = popen(line, "we");
    char *tables = make_tables(p);
    for (unsigned i = 0; git != NULL && i < p->saves; i++) {
        const char *bytes = edit(tables, p, i % p->files, i / p->files);
        fprintf(git, "blob\nmark :1\ndata %u\n", p->bytes);
        fwrite(bytes, 1, p->bytes, git);
        fprintf(git,
                "\ncommit refs/heads/rep\ncommitter a <a@b> %u +0000\ndata 4\nsave\nM 100644 :1 "
                "work/Prospects/list-%u.csv\n\n",
                1795000000 + i, i % p->files);
    }
    if (git == NULL || pclose(git) != 0)
        die("git fast-import", NULL);
    free(tables);
    return rate(p->saves, begin);
}

static void bench_large(const struct plan *p)
{
    struct rusage use;
    double before = bench_record(p, "small.git");
    struct record_writer *w = open_writer(p, "large.git");
    int64_t begin = clock_mono_ns();
    grow(w);
    printf("growing to 100,000 files and versions: %.0f saves/s\n", rate(100000, begin));
    begin = clock_mono_ns();
    save_all(w, p, "Prospects", 0);
    double after = rate(p->saves, begin);
    getrusage(RUSAGE_SELF, &use);
    printf("empty record %.0f/s, with 100,000 files and versions %.0f/s: %.2f x (target 0.8); peak memory %ld KiB\n",
           before, after, after / before, use.ru_maxrss);
    record_close_writer(w);
}

int main(int argc, char **argv)
{
    struct plan p = {.saves = argc > 1 ? (unsigned)atoi(argv[1]) : 10000,
                     .bytes = argc > 2 ? (unsigned)atoi(argv[2]) : 20000,
                     .files = argc > 3 ? (unsigned)atoi(argv[3]) : 200};
    snprintf(p.dir, sizeof p.dir, "%s/record-bench-XXXXXX", argc > 4 ? argv[4] : "/dev/shm");
    if (mkdtemp(p.dir) == NULL)
        die(p.dir, NULL);
    if (argc > 5) {
        bench_large(&p);
    } else {
        printf("%u saves of %u bytes over %u files\n%8s %12s %16s %7s\n", p.saves, p.bytes, p.files, "round",
               "record/s", "fast-import/s", "ratio");
        for (int round = 1; round <= 3; round++) {
            char ours[16], theirs[16];
            snprintf(ours, sizeof ours, "r%d.git", round);
            snprintf(theirs, sizeof theirs, "i%d.git", round);
            double record = bench_record(&p, ours), import = bench_import(&p, theirs);
            printf("%8d %12.0f %16.0f %7.2f\n", round, record, import, record / import);
        }
    }
    if (getenv("RECORD_BENCH_KEEP") == NULL)
        nftw(p.dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return 0;
}
