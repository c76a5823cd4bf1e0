/*
 * tool_load: applications that keep going while our processes die: one that keeps a ledger of its saves, and seven that
 * check at every step that the file system still holds what it held. See tool.h.
 */
#include "tool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/sha.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES = 20, SAVE_MOST = 200 * 1024 };

/* One saver: everything about it is in here, so that its next save is a function of its state. */
struct saver {
    const char *dir;
    int ledger;
    bool tolerant; /* errors are expected now and then (the whole daemon is killed): wait, go on */
    uint64_t random, count;
    size_t len[FILES]; /* bytes that each file holds, as far as acknowledged */
    char *content[FILES];
    char fresh[SAVE_MOST];
};

/* Text that no other save has: a header that counts, then filler that zlib cannot fold away altogether. */
static size_t make_content(struct saver *s)
{
    size_t want = 200 + random_next(&s->random) % (random_next(&s->random) % 16 == 0 ? SAVE_MOST - 300 : 20000);
    size_t len =
        (size_t)snprintf(s->fresh, sizeof s->fresh, "saver %s save %llu\n", s->dir, (unsigned long long)++s->count);
    while (len + 40 < want)
        len += (size_t)snprintf(s->fresh + len, sizeof s->fresh - len, "row,%016llx@example.com\n",
                                (unsigned long long)random_next(&s->random));
    return len;
}

static void acknowledge(struct saver *s, const char *name, const char *bytes, size_t len)
{
    unsigned char digest[SHA256_DIGEST_LENGTH];
    char line[512];
    SHA256((const unsigned char *)bytes, len, digest);
    int n = snprintf(line, sizeof line, "%s\t", name);
    for (size_t i = 0; i < sizeof digest; i++)
        n += snprintf(line + n, sizeof line - (size_t)n, "%02x", digest[i]);
    line[n++] = '\n';
    write_whole(s->ledger, line, (size_t)n);
}

static const char *failed_call; /* the last that failed, for the message */

static int put(const char *path, int flags, const char *bytes, size_t len)
{
    failed_call = "open";
    int fd = open(path, flags | O_CLOEXEC, 0644);
    if (fd < 0)
        return -errno;
    failed_call = "write";
    for (size_t done = 0; done < len;) {
        ssize_t n = write(fd, bytes + done, len - done);
        if (n < 0) {
            int error = errno;
            close(fd);
            return -error;
        }
        done += (size_t)n;
    }
    failed_call = "close";
    return close(fd) < 0 ? -errno : 0;
}

/* Save file `i` in one of three ways: over itself, beside and renamed, or a line behind. 0 or -errno. */
static int save_once(struct saver *s, int i, const char *path, const char *temp)
{
    unsigned way = (unsigned)(random_next(&s->random) % 3);
    if (way == 2 && s->content[i] != NULL && s->len[i] + 64 < SAVE_MOST) {
        char line[64];
        int n = snprintf(line, sizeof line, "appended %llu\n", (unsigned long long)++s->count);
        memcpy(s->fresh, s->content[i], s->len[i]);
        memcpy(s->fresh + s->len[i], line, (size_t)n);
        int err = put(path, O_WRONLY | O_APPEND, line, (size_t)n);
        if (err == 0)
            s->len[i] += (size_t)n;
        return err;
    }
    size_t len = make_content(s);
    int err = put(way == 1 ? temp : path, O_WRONLY | O_CREAT | O_TRUNC, s->fresh, len);
    if (err == 0 && way == 1 && rename(temp, path) < 0) {
        failed_call = "rename";
        err = -errno;
    }
    if (err == 0)
        s->len[i] = len;
    return err;
}

static int saver_step(struct saver *s)
{
    char path[512], temp[512];
    int i = (int)(random_next(&s->random) % FILES);
    snprintf(path, sizeof path, "%s/file-%02d.csv", s->dir, i);
    snprintf(temp, sizeof temp, "%s/.file-%02d.tmp", s->dir, i);
    int err = save_once(s, i, path, temp);
    if (err < 0) {
        free(s->content[i]); /* what it holds now is unknown: no append on top of it */
        s->content[i] = NULL;
        return err;
    }
    free(s->content[i]);
    s->content[i] = malloc(s->len[i]);
    if (s->content[i] == NULL)
        die("malloc");
    memcpy(s->content[i], s->fresh, s->len[i]);
    const char *name = strstr(path, "/work/");
    acknowledge(s, name != NULL ? name + 6 : path, s->fresh, s->len[i]);
    return 0;
}

/* saver DIR SEED SECONDS LEDGER [tolerant]: DIR lies below .../work/. The ledger has a line a save whose last call
 * returned. */
int cmd_saver(int argc, char **argv)
{
    static struct saver s;
    if (argc < 5)
        return 2;
    s.dir = argv[1];
    s.random = strtoull(argv[2], NULL, 10) * 2654435761u + 1;
    s.tolerant = argc > 5;
    s.ledger = open(argv[4], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (s.ledger < 0)
        die(argv[4]);
    double end = now_s() + atof(argv[3]);
    while (now_s() < end) {
        int err = saver_step(&s);
        if (err == 0)
            continue;
        errno = -err;
        if (!s.tolerant) {
            fprintf(stderr, "saver %s: after %llu saves: ", s.dir, (unsigned long long)s.count);
            die(failed_call);
        }
        usleep(20000);
        if (mkdir(s.dir, 0755) < 0 && errno != EEXIST)
            usleep(20000);
    }
    printf("%llu saves\n", (unsigned long long)s.count);
    return 0;
}

/* ---- work: one step each, which fails loudly ---- */

struct work {
    char a[512], b[512];
    int dir, fd;
    uint64_t step;
    char *map;
};

static void expect(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "work: %s (errno %s)\n", what, strerrorname_np(errno));
        exit(1);
    }
}

static void step_write(struct work *w)
{
    char text[64], back[64];
    int len = snprintf(text, sizeof text, "step %llu", (unsigned long long)w->step);
    expect(put(w->a, O_RDWR | O_CREAT | O_TRUNC, text, (size_t)len) == 0, "write a file");
    int fd = open(w->a, O_RDONLY | O_CLOEXEC);
    expect(fd >= 0, "open it again");
    expect(read(fd, back, sizeof back) == len && memcmp(text, back, (size_t)len) == 0, "read back what was written");
    expect(close(fd) == 0, "close");
}

static void step_read(struct work *w)
{
    char byte;
    if (w->fd < 0) {
        char page[8192];
        memset(page, 'r', sizeof page);
        expect(put(w->a, O_WRONLY | O_CREAT | O_TRUNC, page, sizeof page) == 0, "write a file");
        w->fd = open(w->a, O_RDONLY | O_CLOEXEC);
        expect(w->fd >= 0, "open");
    }
    struct stat st;
    expect(pread(w->fd, &byte, 1, (off_t)(w->step % 8192)) == 1 && byte == 'r', "read from a file held open");
    expect(fstat(w->fd, &st) == 0 && st.st_size == 8192, "fstat of a file held open");
}

static void step_rename(struct work *w)
{
    struct stat st;
    if (w->step == 0)
        expect(put(w->a, O_WRONLY | O_CREAT, "x", 1) == 0, "write a file");
    const char *from = w->step % 2 == 0 ? w->a : w->b, *to = w->step % 2 == 0 ? w->b : w->a;
    expect(rename(from, to) == 0, "rename");
    expect(stat(to, &st) == 0, "stat of the new name");
    expect(stat(from, &st) < 0 && errno == ENOENT, "the old name is gone");
}

static void step_unlinked(struct work *w)
{
    char text[32], back[32];
    if (w->fd >= 0 && w->step % 50 == 0) {
        close(w->fd);
        w->fd = -1;
    }
    if (w->fd < 0) {
        w->fd = open(w->a, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
        expect(w->fd >= 0, "create");
        expect(unlink(w->a) == 0, "unlink");
    }
    int len = snprintf(text, sizeof text, "step %llu", (unsigned long long)w->step);
    expect(pwrite(w->fd, text, (size_t)len, 0) == len, "write to an unlinked file");
    expect(pread(w->fd, back, (size_t)len, 0) == len && memcmp(text, back, (size_t)len) == 0, "read an unlinked file");
    struct stat st;
    expect(fstat(w->fd, &st) == 0 && st.st_nlink == 0, "fstat of an unlinked file");
}

/* Two descriptions of one file: while one holds the lock the other must not get it. */
static void step_lock(struct work *w)
{
    if (w->fd < 0) {
        w->fd = open(w->a, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        expect(w->fd >= 0, "create");
        expect(flock(w->fd, LOCK_EX) == 0, "flock");
    }
    int other = open(w->a, O_RDWR | O_CLOEXEC);
    expect(other >= 0, "open");
    expect(flock(other, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK, "a held flock still holds");
    struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 10};
    expect(fcntl(w->fd, F_OFD_SETLK, &range) == 0, "take a range lock");
    expect(fcntl(other, F_OFD_SETLK, &range) < 0 && errno == EAGAIN, "a held range lock still holds");
    range.l_type = F_UNLCK;
    expect(fcntl(w->fd, F_OFD_SETLK, &range) == 0, "release a range lock");
    expect(close(other) == 0, "close");
}

static void step_list(struct work *w)
{
    char name[600];
    snprintf(name, sizeof name, "%s-%llu", w->a, (unsigned long long)(w->step % 40));
    int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    expect(fd >= 0 && close(fd) == 0, "create");
    DIR *dir = fdopendir(dup(w->dir));
    expect(dir != NULL, "opendir");
    rewinddir(dir);
    bool seen = false;
    errno = 0;
    for (struct dirent *e; (e = readdir(dir)) != NULL;)
        seen |= strcmp(e->d_name, strrchr(name, '/') + 1) == 0;
    expect(errno == 0, "readdir");
    expect(seen, "a listing shows a file just made");
    closedir(dir);
    if (w->step % 3 == 0)
        expect(unlink(name) == 0, "unlink");
}

static void step_map(struct work *w)
{
    enum { BYTES = 4096 * 4 };
    if (w->map == NULL) {
        w->fd = open(w->a, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        expect(w->fd >= 0 && ftruncate(w->fd, BYTES) == 0, "make a file to map");
        w->map = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, w->fd, 0);
        expect(w->map != MAP_FAILED, "mmap");
    }
    size_t at = (size_t)(w->step * 997 % BYTES);
    char byte;
    w->map[at] = (char)w->step;
    expect(pread(w->fd, &byte, 1, (off_t)at) == 1 && byte == (char)w->step, "read what a mapping wrote");
    if (w->step % 100 == 0)
        expect(msync(w->map, BYTES, MS_SYNC) == 0, "msync");
}

static const struct kind {
    const char *name;
    void (*step)(struct work *w);
} kinds[] = {
    {"write", step_write}, {"read", step_read}, {"rename", step_rename}, {"unlinked", step_unlinked},
    {"lock", step_lock},   {"list", step_list}, {"map", step_map},
};

/* work KIND DIR SECONDS: repeat one kind of step; the first that goes wrong ends it with status 1. */
int cmd_work(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    struct work w = {.fd = -1, .dir = open(argv[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    snprintf(w.a, sizeof w.a, "%s/%s-%d", argv[2], argv[1], getpid());
    snprintf(w.b, sizeof w.b, "%s/%s-%d.b", argv[2], argv[1], getpid());
    expect(w.dir >= 0, "open the directory");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kinds[i].name, argv[1]) != 0)
            continue;
        double slowest = 0;
        for (double end = now_s() + atof(argv[3]), start; (start = now_s()) < end; w.step++) {
            kinds[i].step(&w);
            double took = now_s() - start;
            slowest = took > slowest ? took : slowest;
            usleep(500);
        }
        printf("%s: %llu steps, slowest %.0f ms\n", argv[1], (unsigned long long)w.step, slowest * 1e3);
        return 0;
    }
    return 2;
}
