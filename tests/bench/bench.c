/*
 * bench: load generators. One client process, one number on the standard output: operations (or MiB) a second.
 *
 *   bench prepare CASE DIR    DIR is fresh and empty: make there what the case needs
 *   bench CASE DIR            count what it does there until the time is over
 *   bench saves DIR FROM TO   saves FROM..TO-1 of the save series (20 kB over 200 files): truncate, write, close
 *   bench stream FROM TO      the same saves as input for git fast-import, on the standard output
 *   bench small DIR COUNT     COUNT files of a line each, 1,000 a folder
 */
#include "e2e/tool.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MIB = 1 << 20,
    FILE_MIB = 64,
    SMALL = 4096,
    KNOWN = 2000,
    LISTED = 10000,
    SAVE_FILES = 200,
    SAVE_BYTES = 20000,
    ROW = 50
};
static const double seconds = 0.8; /* a case counts for so long */

static char page[MIB];

static int must_open(int dir, const char *name, int flags)
{
    int fd = openat(dir, name, flags | O_CLOEXEC, 0644);
    if (fd < 0)
        die(name);
    return fd;
}

static void save(int dir, const char *name, const void *bytes, size_t len)
{
    int fd = must_open(dir, name, O_WRONLY | O_CREAT | O_TRUNC);
    write_whole(fd, bytes, len);
    if (close(fd) < 0)
        die("close");
}

/* ---- cases ---- */

static double rate_of(double count, double start) { return count / (now_s() - start); }

static void fill(int dir)
{
    int fd = must_open(dir, "big", O_WRONLY | O_CREAT | O_TRUNC);
    for (int i = 0; i < FILE_MIB; i++)
        write_whole(fd, page, MIB);
    close(fd);
}

static double seq_read(int dir)
{
    int fd = must_open(dir, "big", O_RDONLY);
    double start = now_s(), count = 0;
    for (; now_s() < start + seconds; count++)
        if (pread(fd, page, MIB, (off_t)((unsigned)count % FILE_MIB) * MIB) != MIB)
            die("pread");
    return rate_of(count, start);
}

static double seq_write(int dir)
{
    int fd = must_open(dir, "big", O_WRONLY);
    double start = now_s(), count = 0;
    for (; now_s() < start + seconds; count++)
        if (pwrite(fd, page, MIB, (off_t)((unsigned)count % FILE_MIB) * MIB) != MIB)
            die("pwrite");
    return rate_of(count, start);
}

static off_t random_page(uint64_t *state)
{
    return (off_t)((random_next(state) >> 16) % (FILE_MIB * (MIB / SMALL))) * SMALL;
}

static double rand_read(int dir)
{
    int fd = must_open(dir, "big", O_RDONLY);
    uint64_t state = 42;
    double start = now_s(), count = 0;
    for (; now_s() < start + seconds; count += 64)
        for (int i = 0; i < 64; i++)
            if (pread(fd, page, SMALL, random_page(&state)) != SMALL)
                die("pread");
    return rate_of(count, start);
}

static double rand_write(int dir)
{
    int fd = must_open(dir, "big", O_WRONLY);
    uint64_t state = 42;
    double start = now_s(), count = 0;
    for (; now_s() < start + seconds; count += 64)
        for (int i = 0; i < 64; i++)
            if (pwrite(fd, page, SMALL, random_page(&state)) != SMALL)
                die("pwrite");
    return rate_of(count, start);
}

static const char *known_name(int i)
{
    static char name[16];
    snprintf(name, sizeof name, "f%05d", i);
    return name;
}

static void make_known(int dir, int count, size_t len)
{
    for (int i = 0; i < count; i++)
        save(dir, known_name(i), page, len);
}

static void make_some(int dir) { make_known(dir, KNOWN, SMALL); }

static void make_many(int dir) { make_known(dir, LISTED, 0); }

static double stat_known(int dir)
{
    struct stat st;
    for (int i = 0; i < KNOWN; i++)
        fstatat(dir, known_name(i), &st, 0);
    double start = now_s(), count = 0;
    for (; now_s() < start + seconds; count += KNOWN)
        for (int i = 0; i < KNOWN; i++)
            if (fstatat(dir, known_name(i), &st, 0) < 0)
                die("stat");
    return rate_of(count, start);
}

/* Listings of a folder of 10,000 a second. */
static double list(int dir)
{
    double start = now_s(), count = 0;
    for (; now_s() < start + seconds; count++) {
        DIR *d = fdopendir(must_open(dir, ".", O_RDONLY | O_DIRECTORY));
        int entries = 0;
        while (readdir(d) != NULL)
            entries++;
        if (entries != LISTED + 2)
            die("readdir");
        closedir(d);
    }
    return rate_of(count, start);
}

static double create(int dir)
{
    double start = now_s(), count = 0;
    for (int i = 0; now_s() < start + seconds; i++, count++)
        save(dir, known_name(i), page, SMALL);
    return rate_of(count, start);
}

/* The same with what rules have most to say about. */
static double create_draft(int dir)
{
    static const char post[] = "Guaranteed results for every team that signs this week!\n\nI learned this from a "
                               "customer, and it changed how we sell.\n\nWhat do you think? #sales #growth\n\n";
    for (size_t i = 0; i < SMALL; i++)
        page[i] = post[i % (sizeof post - 1)];
    return create(dir);
}

static double open_read(int dir)
{
    double start = now_s(), count = 0;
    for (int i = 0; now_s() < start + seconds; i++, count++) {
        int fd = must_open(dir, known_name(i % KNOWN), O_RDONLY);
        if (read(fd, page, SMALL) != SMALL)
            die("read");
        close(fd);
    }
    return rate_of(count, start);
}

/* ---- the save series: 200 lists of 400 rows; each save changes three rows of one list ---- */

static char lists[SAVE_FILES][SAVE_BYTES];

static void write_row(int file, unsigned row, uint64_t value)
{
    char text[ROW + 1];
    snprintf(text, sizeof text, "%04u,%016llx,%08x@example.com", row, (unsigned long long)value,
             (unsigned)(value >> 7));
    memset(lists[file] + row * ROW, ' ', ROW);
    memcpy(lists[file] + row * ROW, text, strlen(text) < ROW ? strlen(text) : ROW - 1);
    lists[file][row * ROW + ROW - 1] = '\n';
}

static void make_lists(void)
{
    uint64_t state = 7;
    for (int file = 0; file < SAVE_FILES; file++)
        for (unsigned row = 0; row < SAVE_BYTES / ROW; row++)
            write_row(file, row, random_next(&state));
}

/* The k-th save: the number of the list that it changes. */
static int change_list(int k)
{
    uint64_t state = (uint64_t)k * 2654435761u + 99;
    int file = (int)((random_next(&state) >> 20) % SAVE_FILES);
    for (int i = 0; i < 3; i++)
        write_row(file, (unsigned)(random_next(&state) >> 20) % (SAVE_BYTES / ROW), random_next(&state));
    return file;
}

static void list_name(int file, char name[static 32]) { snprintf(name, 32, "list-%03d.csv", file); }

static int run_saves(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    int dir = must_open(AT_FDCWD, argv[2], O_RDONLY | O_DIRECTORY), from = atoi(argv[3]), to = atoi(argv[4]);
    make_lists();
    double start = now_s();
    for (int k = 0; k < to; k++) {
        char name[32];
        int file = change_list(k);
        list_name(file, name);
        if (k >= from)
            save(dir, name, lists[file], SAVE_BYTES);
    }
    printf("%.1f\n", rate_of(to - from, start));
    return 0;
}

static int run_stream(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    int from = atoi(argv[2]), to = atoi(argv[3]);
    make_lists();
    for (int k = 0; k < to; k++) {
        char name[32];
        int file = change_list(k);
        list_name(file, name);
        if (k < from)
            continue;
        printf("commit refs/heads/main\ncommitter bench <bench@example.com> %d +0000\ndata 4\nsave\n", 1700000000 + k);
        printf("M 100644 inline work/%s\ndata %d\n", name, SAVE_BYTES);
        fwrite(lists[file], 1, SAVE_BYTES, stdout);
        putchar('\n');
    }
    printf("done\n");
    return ferror(stdout) ? 1 : 0;
}

static int run_small(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    int top = must_open(AT_FDCWD, argv[2], O_RDONLY | O_DIRECTORY), dir = -1, count = atoi(argv[3]);
    double start = now_s();
    for (int i = 0; i < count; i++) {
        char name[32];
        if (i % 1000 == 0) {
            snprintf(name, sizeof name, "d%04d", i / 1000);
            mkdirat(top, name, 0755);
            close(dir);
            dir = must_open(top, name, O_RDONLY | O_DIRECTORY);
        }
        int len = snprintf(page, sizeof page, "file %d\n", i);
        save(dir, known_name(i % 1000), page, (size_t)len);
    }
    printf("%.1f\n", rate_of(count, start));
    return 0;
}

static const struct {
    const char *name;
    void (*prepare)(int dir); /* NULL: nothing */
    double (*run)(int dir);
} cases[] = {
    {"seq_read", fill, seq_read},     {"seq_write", fill, seq_write},      {"rand_read", fill, rand_read},
    {"rand_write", fill, rand_write}, {"stat", make_some, stat_known},     {"list", make_many, list},
    {"create", NULL, create},         {"open_read", make_some, open_read}, {"create_draft", NULL, create_draft},
};

static int run_case(const char *name, int dir, bool prepare)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (strcmp(name, cases[i].name) != 0)
            continue;
        if (!prepare)
            printf("%.1f\n", cases[i].run(dir));
        else if (cases[i].prepare != NULL)
            cases[i].prepare(dir);
        return 0;
    }
    return 2;
}

int main(int argc, char **argv)
{
    uint64_t state = 1;
    for (size_t i = 0; i < sizeof page; i += sizeof state) {
        uint64_t value = random_next(&state);
        memcpy(page + i, &value, sizeof value);
    }
    if (argc > 1 && strcmp(argv[1], "saves") == 0)
        return run_saves(argc, argv);
    if (argc > 1 && strcmp(argv[1], "stream") == 0)
        return run_stream(argc, argv);
    if (argc > 1 && strcmp(argv[1], "small") == 0)
        return run_small(argc, argv);
    if (argc == 4 && strcmp(argv[1], "prepare") == 0)
        return run_case(argv[2], must_open(AT_FDCWD, argv[3], O_RDONLY | O_DIRECTORY), true);
    return argc == 3 ? run_case(argv[1], must_open(AT_FDCWD, argv[2], O_RDONLY | O_DIRECTORY), false) : 2;
}
