/*
 * fsx: random operations, each done twice: below the mount and below a plain directory. Answers, errnos, bytes read
 * and, every so often, the whole trees must be the same. The plain directory is the judge; nothing here knows what is
 * right.
 *
 *   fsx MOUNT PLAIN OPERATIONS [SEED]
 *
 * Prints the seed first, so that a run can be repeated, and the last operations when the two part.
 */
#include "tool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { HANDLES = 10, NAMES = 14, FILE_MOST = 300 * 1024, PIECE_MOST = 70 * 1024, HISTORY = 24, LINE = 160 };

/* The two sides of everything: [0] the mount, [1] the plain directory. */
struct handle {
    int fd[2];
};

static struct {
    int root[2];
    struct handle open[HANDLES];
    uint64_t random;
    unsigned long done, moved; /* operations; of them: reads and writes of at least a byte */
    char history[HISTORY][LINE];
    unsigned char bytes[2][PIECE_MOST];
} run;

static const char *const names[NAMES] = {"a",     "b",     "c",   "d",     "e",     "one",      "one/a",
                                         "one/b", "one/c", "two", "two/a", "two/b", "two/deep", "two/deep/x"};

static unsigned pick(unsigned most) { return (unsigned)(random_next(&run.random) >> 20) % most; }

static const char *pick_name(void) { return names[pick(NAMES)]; }

static void note(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void note(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(run.history[run.done % HISTORY], LINE, format, args);
    va_end(args);
}

_Noreturn static void part(const char *what, const char *mount, const char *plain)
{
    for (unsigned long i = run.done >= HISTORY ? run.done - HISTORY + 1 : 0; i <= run.done; i++)
        fprintf(stderr, "%lu: %s\n", i, run.history[i % HISTORY]);
    fprintf(stderr, "DIFFERS at %lu: %s: mount %s, plain %s\n", run.done, what, mount, plain);
    exit(1);
}

/* Both answers must be equal; errnos too when both failed. True if they succeeded. */
static bool same(const char *what, long a, int a_errno, long b, int b_errno)
{
    char left[64], right[64];
    if (a == b && (a >= 0 || a_errno == b_errno)) {
        run.moved += a > 0;
        return a >= 0;
    }
    snprintf(left, sizeof left, "%ld %s", a, a < 0 ? strerrorname_np(a_errno) : "");
    snprintf(right, sizeof right, "%ld %s", b, b < 0 ? strerrorname_np(b_errno) : "");
    part(what, left, right);
}

/* Do `call` on both sides (it may use `side`); true if both succeeded alike. */
#define BOTH(what, call)                                                                                               \
    __extension__({                                                                                                    \
        long answer_[2];                                                                                               \
        int errno_[2];                                                                                                 \
        for (int side = 0; side < 2; side++) {                                                                         \
            errno = 0;                                                                                                 \
            answer_[side] = (long)(call);                                                                              \
            errno_[side] = errno;                                                                                      \
        }                                                                                                              \
        same(what, answer_[0], errno_[0], answer_[1], errno_[1]);                                                      \
    })

/* ---- handles ---- */

static struct handle *pick_handle(void)
{
    for (int tries = 0; tries < 5; tries++) {
        struct handle *h = &run.open[pick(HANDLES)];
        if (h->fd[0] >= 0)
            return h;
    }
    return NULL;
}

static void close_handle(struct handle *h)
{
    BOTH("close", close(h->fd[side]));
    h->fd[0] = h->fd[1] = -1;
}

static void op_open(void)
{
    static const int extras[] = {0, O_TRUNC, O_APPEND, O_EXCL, O_NOFOLLOW, O_TRUNC | O_APPEND};
    struct handle *h = &run.open[pick(HANDLES)];
    const char *name = pick_name();
    int flags = (pick(4) != 0 ? O_RDWR : (int)pick(2)) | (pick(3) != 0 ? O_CREAT : 0) | extras[pick(6)] | O_CLOEXEC;
    if ((flags & O_EXCL) != 0 && (flags & O_CREAT) == 0)
        flags &= ~O_EXCL;
    note("open %s %o", name, flags);
    if (h->fd[0] >= 0)
        close_handle(h);
    int fd[2];
    if (BOTH("open", (fd[side] = openat(run.root[side], name, flags, 0644)) < 0 ? -1 : 0))
        memcpy(h->fd, fd, sizeof fd);
}

static void op_close(void)
{
    struct handle *h = pick_handle();
    note("close");
    if (h != NULL)
        close_handle(h);
}

static void op_tmpfile(void)
{
    struct handle *h = &run.open[pick(HANDLES)];
    note("tmpfile");
    if (h->fd[0] >= 0)
        close_handle(h);
    int fd[2];
    if (BOTH("O_TMPFILE", (fd[side] = openat(run.root[side], ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0644)) < 0 ? -1 : 0))
        memcpy(h->fd, fd, sizeof fd);
}

static void op_link_handle(void)
{
    struct handle *h = pick_handle();
    const char *name = pick_name();
    note("link a handle to %s", name);
    char path[2][40];
    if (h == NULL)
        return;
    snprintf(path[0], sizeof path[0], "/proc/self/fd/%d", h->fd[0]);
    snprintf(path[1], sizeof path[1], "/proc/self/fd/%d", h->fd[1]);
    BOTH("linkat", linkat(AT_FDCWD, path[side], run.root[side], name, AT_SYMLINK_FOLLOW));
}

/* ---- data ---- */

static void fill_piece(size_t len)
{
    unsigned char seed = (unsigned char)random_next(&run.random);
    for (size_t i = 0; i < len; i++)
        run.bytes[0][i] = (unsigned char)(seed + i * 7 + i / 251);
}

static void op_pwrite(void)
{
    struct handle *h = pick_handle();
    size_t len = pick(PIECE_MOST);
    off_t at = pick(FILE_MOST - PIECE_MOST);
    note("pwrite %zu at %lld", len, (long long)at);
    fill_piece(len);
    if (h != NULL)
        BOTH("pwrite", pwrite(h->fd[side], run.bytes[0], len, at));
}

static void op_write(void)
{
    struct handle *h = pick_handle();
    size_t len = pick(5000);
    note("write %zu", len);
    fill_piece(len);
    struct stat st;
    if (h != NULL && fstat(h->fd[1], &st) == 0 && st.st_size < FILE_MOST)
        BOTH("write", write(h->fd[side], run.bytes[0], len));
}

static void op_pread(void)
{
    struct handle *h = pick_handle();
    size_t len = pick(PIECE_MOST);
    off_t at = pick(FILE_MOST);
    note("pread %zu at %lld", len, (long long)at);
    memset(run.bytes, 0, sizeof run.bytes);
    if (h == NULL)
        return;
    BOTH("pread", pread(h->fd[side], run.bytes[side], len, at));
    if (memcmp(run.bytes[0], run.bytes[1], len) != 0)
        part("bytes read", "other bytes", "-");
}

static void op_seek(void)
{
    static const int whence[] = {SEEK_SET, SEEK_CUR, SEEK_END, SEEK_DATA, SEEK_HOLE};
    struct handle *h = pick_handle();
    int from = whence[pick(5)];
    off_t at = (off_t)pick(FILE_MOST) - (from == SEEK_CUR || from == SEEK_END ? FILE_MOST / 2 : 0);
    note("seek %lld from %d", (long long)at, from);
    struct stat st; /* where a folder ends is each file system's own affair: tmpfs knows no end */
    if (h == NULL || fstat(h->fd[1], &st) != 0 || S_ISDIR(st.st_mode))
        return;
    if ((from == SEEK_DATA || from == SEEK_HOLE) && at < st.st_size) {
        /* What was reserved or punched is data once it is in the page cache, read ahead or not: only the bounds are
         * sure. */
        off_t found = lseek(h->fd[0], at, from);
        if (from == SEEK_HOLE ? found < at || found > st.st_size : found >= 0 && (found < at || found >= st.st_size))
            part("a hole", "out of bounds", "within");
        from = SEEK_SET;
    }
    BOTH("lseek", lseek(h->fd[side], at, from));
}

static void op_truncate(void)
{
    struct handle *h = pick_handle();
    off_t size = pick(FILE_MOST);
    const char *name = pick_name();
    bool by_name = h == NULL || pick(2) == 0;
    note("truncate %s to %lld", by_name ? name : "a handle", (long long)size);
    if (!by_name) {
        BOTH("ftruncate", ftruncate(h->fd[side], size));
        return;
    }
    int fd[2];
    if (BOTH("open to truncate",
             (fd[side] = openat(run.root[side], name, O_WRONLY | O_TRUNC | O_CLOEXEC)) < 0 ? -1 : 0))
        BOTH("close", close(fd[side]));
}

static void op_fallocate(void)
{
    static const int modes[] = {0, FALLOC_FL_KEEP_SIZE, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                                FALLOC_FL_ZERO_RANGE};
    struct handle *h = pick_handle();
    int mode = modes[pick(4)];
    off_t at = pick(FILE_MOST / 2), len = 1 + pick(FILE_MOST / 2);
    note("fallocate %x %lld at %lld", (unsigned)mode, (long long)len, (long long)at);
    if (h != NULL)
        BOTH("fallocate", fallocate(h->fd[side], mode, at, len));
}

/* Short copies are lawful and may differ: go on until nothing more comes. */
static long copy_all(int from, off_t from_at, int to, off_t to_at, size_t len)
{
    long total = 0;
    while (len > 0) {
        ssize_t n = copy_file_range(from, &from_at, to, &to_at, len, 0);
        if (n < 0)
            return total > 0 ? total : -1;
        if (n == 0)
            break;
        total += n;
        len -= (size_t)n;
    }
    return total;
}

static void op_copy(void)
{
    struct handle *from = pick_handle(), *to = pick_handle();
    off_t a = pick(FILE_MOST / 2), b = pick(FILE_MOST / 2);
    size_t len = pick(PIECE_MOST);
    note("copy_file_range %zu from %lld to %lld", len, (long long)a, (long long)b);
    if (from != NULL && to != NULL && from != to)
        BOTH("copy_file_range", copy_all(from->fd[side], a, to->fd[side], b, len));
}

/* A shared mapping of the pages that exist: write through it, or compare. */
static void op_map(void)
{
    struct handle *h = pick_handle();
    struct stat st;
    bool write_it = pick(2) == 0;
    note("mmap %s", write_it ? "write" : "read");
    if (h == NULL || fstat(h->fd[1], &st) < 0 || st.st_size == 0)
        return;
    size_t len = (size_t)st.st_size, at = pick((unsigned)len), some = 1 + pick((unsigned)(len - at));
    void *map[2];
    int protect = PROT_READ | (write_it ? PROT_WRITE : 0);
    if (!BOTH("mmap", (map[side] = mmap(NULL, len, protect, MAP_SHARED, h->fd[side], 0)) == MAP_FAILED ? -1 : 0))
        return;
    if (write_it)
        for (int side = 0; side < 2; side++)
            memset((char *)map[side] + at, (int)(run.done & 0xff), some);
    else if (memcmp(map[0], map[1], len) != 0)
        part("mapped bytes", "other bytes", "-");
    BOTH("munmap", munmap(map[side], len));
}

static void op_sync(void)
{
    struct handle *h = pick_handle();
    note("fsync");
    if (h != NULL)
        BOTH("fsync", run.done % 2 == 0 ? fsync(h->fd[side]) : fdatasync(h->fd[side]));
}

/* ---- names ---- */

static void op_rename(void)
{
    static const unsigned flags[] = {0, 0, 0, RENAME_NOREPLACE, RENAME_EXCHANGE};
    const char *from = pick_name(), *to = pick_name();
    unsigned flag = flags[pick(5)];
    note("rename %s %s flags %u", from, to, flag);
    BOTH("rename", renameat2(run.root[side], from, run.root[side], to, flag));
}

static void op_unlink(void)
{
    const char *name = pick_name();
    note("unlink %s", name);
    BOTH("unlink", unlinkat(run.root[side], name, 0));
}

static void op_link(void)
{
    const char *from = pick_name(), *to = pick_name();
    note("link %s %s", from, to);
    BOTH("link", linkat(run.root[side], from, run.root[side], to, 0));
}

static void op_mkdir(void)
{
    static const char *const folders[] = {"one", "two", "two/deep", "e"};
    const char *name = folders[pick(4)];
    note("mkdir %s", name);
    BOTH("mkdir", mkdirat(run.root[side], name, 0755));
}

static void op_rmdir(void)
{
    const char *name = pick_name();
    note("rmdir %s", name);
    BOTH("rmdir", unlinkat(run.root[side], name, AT_REMOVEDIR));
}

static void op_symlink(void)
{
    const char *target = pick_name(), *name = pick_name();
    note("symlink %s -> %s", name, target);
    BOTH("symlink", symlinkat(target, run.root[side], name));
}

static void op_chmod(void)
{
    const char *name = pick_name();
    mode_t mode = 0400 | pick(01000);
    note("chmod %s %o", name, mode);
    BOTH("chmod", fchmodat(run.root[side], name, mode, 0));
}

static void op_times(void)
{
    const char *name = pick_name();
    struct timespec times[2] = {{.tv_sec = pick(1u << 30), .tv_nsec = pick(999999999)},
                                {.tv_sec = pick(1u << 30), .tv_nsec = pick(999999999)}};
    note("utimens %s", name);
    BOTH("utimensat", utimensat(run.root[side], name, times, 0));
}

static void op_xattr(void)
{
    struct handle *h = pick_handle();
    char value[64] = "";
    unsigned way = pick(3), len = pick(sizeof value);
    note("xattr %u", way);
    if (h == NULL)
        return;
    if (way == 0)
        BOTH("fsetxattr", fsetxattr(h->fd[side], "user.fsx", value, len, 0));
    else if (way == 1)
        BOTH("fgetxattr", fgetxattr(h->fd[side], "user.fsx", run.bytes[side], sizeof value));
    else
        BOTH("fremovexattr", fremovexattr(h->fd[side], "user.fsx"));
}

/* ---- comparing ---- */

static void compare_stat(const char *name, const struct stat *a, const struct stat *b)
{
    char left[96], right[96];
    const struct stat *both[2] = {a, b};
    char *to[2] = {left, right};
    for (int side = 0; side < 2; side++)
        snprintf(to[side], sizeof left, "mode %o links %lu size %lld owner %u:%u", both[side]->st_mode,
                 (unsigned long)both[side]->st_nlink,
                 S_ISDIR(both[side]->st_mode) ? 0LL : (long long)both[side]->st_size, both[side]->st_uid,
                 both[side]->st_gid);
    if (strcmp(left, right) != 0)
        part(name, left, right);
}

static void op_stat(void)
{
    struct handle *h = pick_handle();
    const char *name = pick_name();
    struct stat st[2];
    note("stat %s", h != NULL ? "a handle" : name);
    bool there = h != NULL ? BOTH("fstat", fstat(h->fd[side], &st[side]))
                           : BOTH("stat", fstatat(run.root[side], name, &st[side], 0));
    if (there)
        compare_stat("stat", &st[0], &st[1]);
}

static void compare_file(int a_dir, int b_dir, const char *name)
{
    int dir[2] = {a_dir, b_dir}, fd[2];
    ssize_t n[2];
    if (!BOTH("open to compare", (fd[side] = openat(dir[side], name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) < 0 ? -1 : 0))
        return;
    do {
        for (int side = 0; side < 2; side++)
            n[side] = read(fd[side], run.bytes[side], PIECE_MOST);
        if (n[0] != n[1] || (n[0] > 0 && memcmp(run.bytes[0], run.bytes[1], (size_t)n[0]) != 0))
            part(name, "other bytes", "-");
    } while (n[0] > 0);
    close(fd[0]);
    close(fd[1]);
}

static int by_name(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

static void compare_trees(int a_dir, int b_dir);

static void compare_entry(int a_dir, int b_dir, const char *name)
{
    struct stat st[2];
    int dir[2] = {a_dir, b_dir};
    char target[2][256] = {"", ""};
    if (!BOTH("lstat", fstatat(dir[side], name, &st[side], AT_SYMLINK_NOFOLLOW)))
        return;
    compare_stat(name, &st[0], &st[1]);
    if (S_ISREG(st[0].st_mode))
        compare_file(a_dir, b_dir, name);
    if (S_ISLNK(st[0].st_mode) && BOTH("readlink", readlinkat(dir[side], name, target[side], 255)) &&
        strcmp(target[0], target[1]) != 0)
        part(name, target[0], target[1]);
    if (!S_ISDIR(st[0].st_mode))
        return;
    int below[2];
    if (BOTH("open a folder",
             (below[side] = openat(dir[side], name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0 ? -1 : 0)) {
        compare_trees(below[0], below[1]);
        close(below[0]);
        close(below[1]);
    }
}

static void compare_trees(int a_dir, int b_dir)
{
    struct dirent **list[2];
    int dir[2] = {a_dir, b_dir}, count[2];
    if (!BOTH("list", count[side] = scandirat(dir[side], ".", &list[side], NULL, by_name)))
        return;
    for (int i = 0; i < count[0]; i++) {
        const char *name = list[0][i]->d_name;
        if (strcmp(name, list[1][i]->d_name) != 0)
            part("a listing", name, list[1][i]->d_name);
        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
            compare_entry(a_dir, b_dir, name);
        free(list[0][i]);
        free(list[1][i]);
    }
    free(list[0]);
    free(list[1]);
}

static const struct {
    unsigned weight;
    void (*run)(void);
} operations[] = {
    {20, op_open},    {4, op_close},     {14, op_pwrite}, {5, op_write},   {12, op_pread},      {3, op_seek},
    {6, op_truncate}, {4, op_fallocate}, {4, op_copy},    {6, op_map},     {2, op_sync},        {6, op_rename},
    {7, op_unlink},   {3, op_link},      {3, op_mkdir},   {4, op_rmdir},   {1, op_symlink},     {3, op_chmod},
    {1, op_times},    {2, op_xattr},     {6, op_stat},    {1, op_tmpfile}, {1, op_link_handle},
};

static void step(void)
{
    unsigned total = 0, at;
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
        total += operations[i].weight;
    at = pick(total);
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        if (at < operations[i].weight) {
            operations[i].run();
            return;
        }
        at -= operations[i].weight;
    }
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    uint64_t seed = argc > 4 ? strtoull(argv[4], NULL, 10) : (uint64_t)getpid() * 7919 + (uint64_t)now_s();
    unsigned long most = strtoul(argv[3], NULL, 10);
    printf("fsx seed %llu\n", (unsigned long long)seed);
    fflush(stdout);
    umask(022);
    run.random = seed * 2654435761u + 88172645463325252u;
    for (int side = 0; side < 2; side++)
        if ((run.root[side] = open(argv[1 + side], O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
            die(argv[1 + side]);
    for (int i = 0; i < HANDLES; i++)
        run.open[i].fd[0] = run.open[i].fd[1] = -1;
    for (; run.done < most; run.done++) {
        step();
        if (run.done % 2000 == 1999)
            compare_trees(run.root[0], run.root[1]);
    }
    compare_trees(run.root[0], run.root[1]);
    printf("%lu operations, the same on both sides; %lu moved bytes\n", run.done, run.moved);
    return 0;
}
