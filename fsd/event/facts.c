/*
 * A table of slots in a mapped file, open addressing with linear probing; a removed entry leaves a tombstone, so that
 * nothing ever moves under a reader.
 *
 * The file is trusted only while the kernel that wrote it runs, or after it was closed in order: a power cut may have
 * kept some of its pages and lost others, and a wrong fact is worse than none. So its head names the boot, or says
 * `clean`.
 */
#include "event/facts.h"

#include "base/clock.h"
#include "base/fdio.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define FACTS_MAGIC UINT64_C(0x3130535443414648) /* "HFACTS01" */

static const char facts_name[] = "facts", fresh_name[] = "facts.new";

enum {
    FACT_WORDS = sizeof(struct fact) / sizeof(uint64_t),
    FIRST_BITS = 10,   /* slots of a new table: 2^10 */
    MOST_BITS = 32,    /* and never more than that */
    BOOT_BYTES = 40,   /* /proc/sys/kernel/random/boot_id */
    ODD_TRIES = 10000, /* then the writer has died in the middle of that entry */
    REOPEN_MS = 5,
};
#define TOMBSTONE UINT64_MAX

_Static_assert(sizeof(struct fact) % sizeof(uint64_t) == 0 && offsetof(struct fact, ino) == 0, "a fact is whole words");

/* word[0] is the inode: 0 free, TOMBSTONE removed. It changes while `lock` is odd, as all the words do. */
struct slot {
    _Atomic uint64_t lock;
    _Atomic uint64_t word[FACT_WORDS];
};

struct table {
    uint64_t magic;
    uint32_t slot_bytes;
    uint32_t bits;
    char boot[BOOT_BYTES]; /* the kernel under which it is, or was, written */
    _Atomic uint32_t clean;
    _Atomic uint32_t superseded; /* a larger one is there, or will be in a moment */
    unsigned char reserved[4096 - 64];
    struct slot slots[];
};
_Static_assert(sizeof(struct table) == 4096, "slots begin on a page");

struct fact_table {
    int dir_fd;
    bool writer;
    struct table *table; /* NULL: a reader that found none yet */
    size_t mapped_bytes;
    size_t used;  /* entries; writer only */
    size_t taken; /* entries and tombstones; writer only */
    int64_t tried_ns;
};

static size_t table_bytes(uint32_t bits) { return sizeof(struct table) + (sizeof(struct slot) << bits); }

static void read_boot(char to[static BOOT_BYTES])
{
    memset(to, 0, BOOT_BYTES);
    fd_auto fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    if (fd >= 0)
        (void)fd_pread_full(fd, to, BOOT_BYTES - 4, 0);
}

/* ---- slots ---- */

static size_t first_slot(const struct table *t, uint64_t ino)
{
    return (size_t)((ino * UINT64_C(0x9e3779b97f4a7c15)) >> (64 - t->bits));
}

static size_t next_slot(const struct table *t, size_t i) { return (i + 1) & (((size_t)1 << t->bits) - 1); }

/* The slot of `ino`, or NULL; then *free_slot is where it would go (NULL: the table is full). */
static struct slot *find_slot(struct table *t, uint64_t ino, struct slot **free_slot)
{
    struct slot *gap = NULL;
    size_t i = first_slot(t, ino);
    for (size_t looked = 0; looked < (size_t)1 << t->bits; looked++, i = next_slot(t, i)) {
        struct slot *s = &t->slots[i];
        uint64_t key = atomic_load_explicit(&s->word[0], memory_order_acquire);
        if (key == ino)
            return s;
        if (gap == NULL && (key == 0 || key == TOMBSTONE))
            gap = s;
        if (key == 0)
            break;
    }
    if (free_slot != NULL)
        *free_slot = gap;
    return NULL;
}

static void write_slot(struct slot *s, const struct fact *fact)
{
    uint64_t words[FACT_WORDS];
    memcpy(words, fact, sizeof words);
    uint64_t lock = atomic_load_explicit(&s->lock, memory_order_relaxed) | 1;
    atomic_store_explicit(&s->lock, lock, memory_order_relaxed);
    atomic_thread_fence(memory_order_release);
    for (size_t i = 0; i < FACT_WORDS; i++)
        atomic_store_explicit(&s->word[i], words[i], memory_order_relaxed);
    atomic_store_explicit(&s->lock, lock + 1, memory_order_release);
}

/* False: somebody writes there, or died doing it. */
static bool read_slot(const struct slot *s, struct fact *out)
{
    for (int tries = 0; tries < ODD_TRIES; tries++) {
        uint64_t before = atomic_load_explicit(&s->lock, memory_order_acquire), words[FACT_WORDS];
        if (before % 2 != 0)
            continue;
        for (size_t i = 0; i < FACT_WORDS; i++)
            words[i] = atomic_load_explicit(&s->word[i], memory_order_relaxed);
        atomic_thread_fence(memory_order_acquire);
        if (atomic_load_explicit(&s->lock, memory_order_relaxed) != before)
            continue;
        memcpy(out, words, sizeof words);
        return true;
    }
    return false;
}

/* ---- files ---- */

static struct table *map_file(int fd, bool writer, size_t *bytes)
{
    struct table head;
    struct stat st;
    if (fstat(fd, &st) < 0 || fd_pread_full(fd, &head, sizeof head, 0) != (ssize_t)sizeof head)
        return NULL;
    if (head.magic != FACTS_MAGIC || head.slot_bytes != sizeof(struct slot) || head.bits < FIRST_BITS ||
        head.bits > MOST_BITS || (uint64_t)st.st_size != table_bytes(head.bits))
        return NULL;
    void *mapped = mmap(NULL, table_bytes(head.bits), writer ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd, 0);
    if (mapped == MAP_FAILED)
        return NULL;
    *bytes = table_bytes(head.bits);
    return mapped;
}

static bool is_of_this_boot(const struct table *t)
{
    char boot[BOOT_BYTES];
    read_boot(boot);
    return memcmp(t->boot, boot, sizeof boot) == 0;
}

/* Make an empty table under the name "facts.new". The whole file is allocated: a write into the mapping must not meet a
 * full disk. */
static int create_table(int dir_fd, uint32_t bits, struct table **out, size_t *bytes)
{
    unlinkat(dir_fd, fresh_name, 0);
    fd_auto fd = openat(dir_fd, fresh_name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return -errno;
    struct table head = {.magic = FACTS_MAGIC, .slot_bytes = sizeof(struct slot), .bits = bits};
    read_boot(head.boot);
    int err = -posix_fallocate(fd, 0, (off_t)table_bytes(bits));
    if (err == 0)
        err = fd_pwrite_all(fd, &head, sizeof head, 0);
    struct table *mapped = err == 0 ? map_file(fd, true, bytes) : NULL;
    if (mapped == NULL) {
        unlinkat(dir_fd, fresh_name, 0);
        return err < 0 ? err : -ENOMEM;
    }
    *out = mapped;
    return 0;
}

static int put_in_place(int dir_fd) { return renameat(dir_fd, fresh_name, dir_fd, facts_name) < 0 ? -errno : 0; }

/* ---- the writer ---- */

/* Count what is there, and free what a writer died in. */
static void take_over(struct fact_table *f)
{
    static const struct fact removed = {.ino = TOMBSTONE};
    for (size_t i = 0; i < (size_t)1 << f->table->bits; i++) {
        struct slot *s = &f->table->slots[i];
        if (atomic_load_explicit(&s->lock, memory_order_relaxed) % 2 != 0)
            write_slot(s, &removed);
        uint64_t key = atomic_load_explicit(&s->word[0], memory_order_relaxed);
        f->taken += key != 0;
        f->used += key != 0 && key != TOMBSTONE;
    }
    read_boot(f->table->boot);
    atomic_store(&f->table->clean, 0);
    atomic_store(&f->table->superseded, 0);
}

static int open_existing(struct fact_table *f)
{
    fd_auto fd = openat(f->dir_fd, facts_name, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    f->table = map_file(fd, true, &f->mapped_bytes);
    if (f->table == NULL)
        return -EILSEQ;
    if (!atomic_load(&f->table->clean) && !is_of_this_boot(f->table)) {
        munmap(f->table, f->mapped_bytes);
        f->table = NULL;
        return -ESTALE;
    }
    take_over(f);
    return 0;
}

int facts_open_writer(struct fact_table **out, int dir_fd, struct error *e)
{
    struct fact_table *f = calloc(1, sizeof *f);
    if (f == NULL)
        return error_sys(e, ENOMEM, "facts");
    f->writer = true;
    f->dir_fd = fcntl(dir_fd, F_DUPFD_CLOEXEC, 0);
    int err = f->dir_fd < 0 ? -errno : open_existing(f);
    if (err < 0 && f->dir_fd >= 0) {
        err = create_table(f->dir_fd, FIRST_BITS, &f->table, &f->mapped_bytes);
        if (err == 0)
            err = put_in_place(f->dir_fd);
    }
    if (err < 0) {
        facts_close(f);
        return error_sys(e, err, "cannot make the table of facts");
    }
    *out = f;
    return 0;
}

/* Copy the entries into a new table, twice as large unless tombstones were what filled this one. */
static int grow(struct fact_table *f)
{
    struct table *fresh;
    size_t bytes, slots = (size_t)1 << f->table->bits;
    uint32_t bits = f->table->bits + (f->used > slots / 2 ? 1 : 0);
    if (bits > MOST_BITS)
        return -ENOSPC;
    int err = create_table(f->dir_fd, bits, &fresh, &bytes);
    if (err < 0)
        return err;
    for (size_t i = 0; i < slots; i++) {
        struct slot *gap;
        struct fact fact;
        memcpy(&fact, (const void *)f->table->slots[i].word, sizeof fact);
        if (fact.ino != 0 && fact.ino != TOMBSTONE && find_slot(fresh, fact.ino, &gap) == NULL && gap != NULL)
            write_slot(gap, &fact);
    }
    atomic_store(&f->table->superseded, 1);
    err = put_in_place(f->dir_fd);
    if (err < 0) {
        atomic_store(&f->table->superseded, 0);
        munmap(fresh, bytes);
        return err;
    }
    munmap(f->table, f->mapped_bytes);
    f->table = fresh;
    f->mapped_bytes = bytes;
    f->taken = f->used;
    return 0;
}

int facts_put(struct fact_table *f, const struct fact *fact)
{
    if (fact->ino == 0 || fact->ino == TOMBSTONE)
        return -EINVAL;
    struct slot *gap = NULL, *s = find_slot(f->table, fact->ino, &gap);
    if (s == NULL && (f->taken + 1) * 5 > ((size_t)1 << f->table->bits) * 4) {
        int err = grow(f);
        if (err < 0)
            return err;
        find_slot(f->table, fact->ino, &gap);
    }
    if (s == NULL) {
        if (gap == NULL)
            return -ENOSPC;
        f->taken += atomic_load_explicit(&gap->word[0], memory_order_relaxed) == 0;
        f->used++;
        s = gap;
    }
    write_slot(s, fact);
    return 0;
}

void facts_remove(struct fact_table *f, uint64_t ino)
{
    static const struct fact removed = {.ino = TOMBSTONE};
    struct slot *s = ino == 0 || ino == TOMBSTONE ? NULL : find_slot(f->table, ino, NULL);
    if (s == NULL)
        return;
    write_slot(s, &removed);
    f->used--;
}

void facts_clear(struct fact_table *f)
{
    static const struct fact empty = {0};
    for (size_t i = 0; i < (size_t)1 << f->table->bits; i++)
        if (atomic_load_explicit(&f->table->slots[i].word[0], memory_order_relaxed) != 0)
            write_slot(&f->table->slots[i], &empty);
    f->used = f->taken = 0;
}

size_t facts_count(const struct fact_table *f) { return f->used; }

/* ---- readers ---- */

static void forget_table(struct fact_table *f)
{
    if (f->table != NULL)
        munmap(f->table, f->mapped_bytes);
    f->table = NULL;
}

/* Map what is there now; keep the old table where there is nothing better. */
static void reopen(struct fact_table *f)
{
    int64_t now = clock_mono_ns();
    if (f->tried_ns != 0 && now - f->tried_ns < REOPEN_MS * NS_PER_MS)
        return;
    f->tried_ns = now;
    fd_auto fd = openat(f->dir_fd, facts_name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    size_t bytes;
    struct table *found = fd < 0 ? NULL : map_file(fd, false, &bytes);
    if (found == NULL)
        return;
    if (!is_of_this_boot(found)) {
        munmap(found, bytes); /* the keeper has not been at it yet */
        return;
    }
    forget_table(f);
    f->table = found;
    f->mapped_bytes = bytes;
}

int facts_open_reader(struct fact_table **out, int dir_fd)
{
    struct fact_table *f = calloc(1, sizeof *f);
    if (f == NULL)
        return -ENOMEM;
    f->dir_fd = fcntl(dir_fd, F_DUPFD_CLOEXEC, 0);
    if (f->dir_fd < 0) {
        int err = -errno;
        free(f);
        return err;
    }
    reopen(f);
    *out = f;
    return 0;
}

bool facts_get(struct fact_table *f, uint64_t ino, struct fact *out)
{
    if (!f->writer && (f->table == NULL || atomic_load_explicit(&f->table->superseded, memory_order_relaxed)))
        reopen(f);
    if (f->table == NULL || ino == 0 || ino == TOMBSTONE)
        return false;
    struct slot *s = find_slot(f->table, ino, NULL);
    struct fact found;
    if (s == NULL || !read_slot(s, &found) || found.ino != ino)
        return false;
    *out = found;
    return true;
}

void facts_close(struct fact_table *f)
{
    if (f == NULL)
        return;
    if (f->writer && f->table != NULL && msync(f->table, f->mapped_bytes, MS_SYNC) == 0) {
        atomic_store(&f->table->clean, 1);
        msync(f->table, sizeof *f->table, MS_SYNC);
    }
    forget_table(f);
    fd_close(&f->dir_fd);
    free(f);
}
