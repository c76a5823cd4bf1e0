#include "save/spool.h"

#include "base/clock.h"
#include "base/fdio.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#define CURSOR_MAGIC UINT64_C(0x3130525543534648) /* "HFSCUR01" */

enum { CLONE_NAME_BYTES = 32 };

static const char *clone_name(uint64_t seq, char to[static CLONE_NAME_BYTES])
{
    snprintf(to, CLONE_NAME_BYTES, "clone/%016" PRIx64, seq);
    return to;
}

int spool_open_clone(int dir_fd, uint64_t seq)
{
    char name[CLONE_NAME_BYTES];
    int fd = openat(dir_fd, clone_name(seq, name), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

bool spool_has_clone(int dir_fd, uint64_t seq)
{
    char name[CLONE_NAME_BYTES];
    struct stat st;
    return fstatat(dir_fd, clone_name(seq, name), &st, AT_SYMLINK_NOFOLLOW) == 0;
}

void spool_remove_clone(int dir_fd, uint64_t seq)
{
    char name[CLONE_NAME_BYTES];
    unlinkat(dir_fd, clone_name(seq, name), 0);
}

static int64_t allocated_bytes(int dir_fd, const char *name)
{
    struct stat st;
    return fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 ? (int64_t)st.st_blocks * 512 : 0;
}

int64_t spool_sweep_clones(int dir_fd, uint64_t kept)
{
    int fd = openat(dir_fd, "clone", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (dir == NULL) {
        fd_close(&fd);
        return 0;
    }
    int64_t bytes = 0;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        uint64_t seq;
        int end = 0;
        if (entry->d_name[0] == '.')
            continue;
        bool is_clone = strspn(entry->d_name, "0123456789abcdef") == 16 &&
                        sscanf(entry->d_name, "%16" SCNx64 "%n", &seq, &end) == 1 && entry->d_name[end] == 0;
        if (is_clone && seq <= kept)
            unlinkat(fd, entry->d_name, 0);
        else
            bytes += allocated_bytes(fd, entry->d_name);
    }
    closedir(dir);
    return bytes;
}

static uint64_t sum_cursor(const struct cursor *c) { return XXH3_64bits(c, offsetof(struct cursor, checksum)); }

int spool_read_cursor(int dir_fd, struct cursor *out)
{
    struct cursor c;
    fd_auto fd = openat(dir_fd, "cursor", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || fd_pread_full(fd, &c, sizeof c, 0) != (ssize_t)sizeof c || c.magic != CURSOR_MAGIC ||
        c.checksum != sum_cursor(&c))
        return -ENOENT;
    *out = c;
    return 0;
}

int spool_write_cursor(int dir_fd, struct cursor *c)
{
    c->magic = CURSOR_MAGIC;
    c->checksum = sum_cursor(c);
    fd_auto fd = openat(dir_fd, "cursor.new", O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return -errno;
    int err = fd_write_all(fd, c, sizeof *c);
    if (err == 0 && renameat(dir_fd, "cursor.new", dir_fd, "cursor") < 0)
        err = -errno;
    return err;
}

int64_t spool_last_alive(int dir_fd, bool *orderly)
{
    struct stat st;
    char first = 0;
    fd_auto fd = openat(dir_fd, "alive", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    *orderly = false;
    if (fd < 0 || fstat(fd, &st) < 0)
        return 0;
    *orderly = fd_pread_full(fd, &first, 1, 0) == 1 && first == '1';
    return clock_from_timespec(st.st_mtim);
}

void spool_show_alive(int dir_fd, bool orderly)
{
    fd_auto fd = openat(dir_fd, "alive", O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd >= 0)
        (void)fd_pwrite_all(fd, orderly ? "1" : "0", 1, 0);
}
