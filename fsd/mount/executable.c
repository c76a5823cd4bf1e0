#include "mount/executable.h"

#include "base/clock.h"
#include "base/fdio.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { REMEMBERED = 128, PIECE_BYTES = 64 * 1024 };

struct seen {
    uint64_t dev, ino, size;
    int64_t mtime_ns, ctime_ns;
    char hex[65]; /* "": an empty place */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* around `remembered` */
static struct seen remembered[REMEMBERED];               /* each at the place that its inode names */
static _Atomic int readers;

static struct seen seen_of(const struct stat *st)
{
    return (struct seen){.dev = st->st_dev,
                         .ino = st->st_ino,
                         .size = (uint64_t)st->st_size,
                         .mtime_ns = clock_from_timespec(st->st_mtim),
                         .ctime_ns = clock_from_timespec(st->st_ctim)};
}

static bool is_same(const struct seen *a, const struct seen *b)
{
    return a->dev == b->dev && a->ino == b->ino && a->size == b->size && a->mtime_ns == b->mtime_ns &&
           a->ctime_ns == b->ctime_ns;
}

static struct seen *place_of(const struct seen *s) { return &remembered[(s->ino ^ s->dev) % REMEMBERED]; }

static bool recall(struct seen *s)
{
    pthread_mutex_lock(&lock);
    const struct seen *known = place_of(s);
    bool found = known->hex[0] != 0 && is_same(known, s);
    if (found)
        memcpy(s->hex, known->hex, sizeof s->hex);
    pthread_mutex_unlock(&lock);
    return found;
}

static void remember(const struct seen *s)
{
    pthread_mutex_lock(&lock);
    *place_of(s) = *s;
    pthread_mutex_unlock(&lock);
}

/* `hex` stays "" if it cannot be read to its end. */
static void digest(int fd, uint64_t size, char hex[static 65])
{
    unsigned char sum[32];
    char *piece = malloc(PIECE_BYTES);
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    bool good = piece != NULL && c != NULL && EVP_DigestInit_ex(c, EVP_sha256(), NULL) == 1;
    for (uint64_t at = 0; good && at < size;) {
        ssize_t got = pread(fd, piece, PIECE_BYTES, (off_t)at);
        good = got > 0 && EVP_DigestUpdate(c, piece, (size_t)got) == 1;
        at += good ? (uint64_t)got : 0;
    }
    if (good && EVP_DigestFinal_ex(c, sum, NULL) == 1)
        for (size_t i = 0; i < sizeof sum; i++)
            snprintf(hex + 2 * i, 3, "%02x", sum[i]);
    EVP_MD_CTX_free(c);
    free(piece);
}

/* What runs cannot be written to, but may be replaced between two looks: so what is told is of what was read. */
static void read_and_remember(int fd, char hex[static 65])
{
    struct stat st, after;
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > EXECUTABLE_BYTES_MOST)
        return;
    struct seen s = seen_of(&st);
    if (!recall(&s)) {
        digest(fd, s.size, s.hex);
        struct seen then = fstat(fd, &after) == 0 ? seen_of(&after) : (struct seen){0};
        if (s.hex[0] == 0 || !is_same(&s, &then))
            return;
        remember(&s);
    }
    memcpy(hex, s.hex, sizeof s.hex);
}

void executable_hash(const struct mount *m, int32_t pid, char hex[static 65])
{
    char name[32];
    hex[0] = 0;
    if (pid <= 0 || atomic_fetch_add(&readers, 1) >= EXECUTABLE_READERS_MOST) {
        if (pid > 0)
            atomic_fetch_sub(&readers, 1);
        return;
    }
    snprintf(name, sizeof name, "%d/exe", pid);
    fd_auto fd = openat(m->proc_fd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0)
        read_and_remember(fd, hex);
    atomic_fetch_sub(&readers, 1);
}
