#include "event/facts_form.h"

#include "base/fdio.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char fresh_name[] = "facts.new";

enum {
    ODD_TRIES = 10000, /* then the writer has died in the middle of that entry */
};

static size_t table_bytes(uint32_t bits) { return sizeof(struct facts_file) + (sizeof(struct facts_slot) << bits); }

void facts_read_boot(char to[static FACTS_BOOT_BYTES])
{
    memset(to, 0, FACTS_BOOT_BYTES);
    fd_auto fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    if (fd >= 0)
        (void)fd_pread_full(fd, to, FACTS_BOOT_BYTES - 4, 0);
}

/* ---- slots ---- */

static size_t first_slot(const struct facts_file *t, uint64_t ino)
{
    return (size_t)((ino * UINT64_C(0x9e3779b97f4a7c15)) >> (64 - t->bits));
}

static size_t next_slot(const struct facts_file *t, size_t i) { return (i + 1) & (((size_t)1 << t->bits) - 1); }

/* The slot of `ino`, or NULL; then *free_slot is where it would go (NULL: the table is full). */
struct facts_slot *facts_find_slot(struct facts_file *t, uint64_t ino, struct facts_slot **free_slot)
{
    struct facts_slot *gap = NULL;
    size_t i = first_slot(t, ino);
    for (size_t looked = 0; looked < (size_t)1 << t->bits; looked++, i = next_slot(t, i)) {
        struct facts_slot *s = &t->slots[i];
        uint64_t key = atomic_load_explicit(&s->word[0], memory_order_acquire);
        if (key == ino)
            return s;
        if (gap == NULL && (key == 0 || key == FACTS_TOMBSTONE))
            gap = s;
        if (key == 0)
            break;
    }
    if (free_slot != NULL)
        *free_slot = gap;
    return NULL;
}

void facts_write_slot(struct facts_slot *s, const struct facts_entry *entry)
{
    uint64_t words[FACTS_ENTRY_WORDS];
    memcpy(words, entry, sizeof words);
    uint64_t lock = atomic_load_explicit(&s->lock, memory_order_relaxed) | 1;
    atomic_store_explicit(&s->lock, lock, memory_order_relaxed);
    atomic_thread_fence(memory_order_release);
    for (size_t i = 0; i < FACTS_ENTRY_WORDS; i++)
        atomic_store_explicit(&s->word[i], words[i], memory_order_relaxed);
    atomic_store_explicit(&s->lock, lock + 1, memory_order_release);
}

/* False: somebody writes there, or died doing it. */
bool facts_read_slot(const struct facts_slot *s, struct facts_entry *out)
{
    for (int tries = 0; tries < ODD_TRIES; tries++) {
        uint64_t before = atomic_load_explicit(&s->lock, memory_order_acquire), words[FACTS_ENTRY_WORDS];
        if (before % 2 != 0)
            continue;
        for (size_t i = 0; i < FACTS_ENTRY_WORDS; i++)
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

struct facts_file *facts_map(int fd, bool writer, size_t *bytes)
{
    struct facts_file head;
    struct stat st;
    if (fstat(fd, &st) < 0 || fd_pread_full(fd, &head, sizeof head, 0) != (ssize_t)sizeof head)
        return NULL;
    if (head.magic != FACTS_MAGIC || head.slot_bytes != sizeof(struct facts_slot) || head.bits < FACTS_FIRST_BITS ||
        head.bits > FACTS_MOST_BITS || (uint64_t)st.st_size != table_bytes(head.bits))
        return NULL;
    void *mapped = mmap(NULL, table_bytes(head.bits), writer ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd, 0);
    if (mapped == MAP_FAILED)
        return NULL;
    *bytes = table_bytes(head.bits);
    return mapped;
}

bool facts_is_of_this_boot(const struct facts_file *t)
{
    char boot[FACTS_BOOT_BYTES];
    facts_read_boot(boot);
    return memcmp(t->boot, boot, sizeof boot) == 0;
}

/* Make an empty table under the name "facts.new". The whole file is allocated: a write into the mapping must not meet a
 * full disk. */
int facts_create(int dir_fd, uint32_t bits, struct facts_file **out, size_t *bytes)
{
    unlinkat(dir_fd, fresh_name, 0);
    fd_auto fd = openat(dir_fd, fresh_name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return -errno;
    struct facts_file head = {.magic = FACTS_MAGIC, .slot_bytes = sizeof(struct facts_slot), .bits = bits};
    facts_read_boot(head.boot);
    int err = -posix_fallocate(fd, 0, (off_t)table_bytes(bits));
    if (err == 0)
        err = fd_pwrite_all(fd, &head, sizeof head, 0);
    struct facts_file *mapped = err == 0 ? facts_map(fd, true, bytes) : NULL;
    if (mapped == NULL) {
        unlinkat(dir_fd, fresh_name, 0);
        return err < 0 ? err : -ENOMEM;
    }
    *out = mapped;
    return 0;
}

int facts_put_in_place(int dir_fd) { return renameat(dir_fd, fresh_name, dir_fd, FACTS_NAME) < 0 ? -errno : 0; }

void facts_discard(int dir_fd, struct facts_file *fresh, size_t bytes)
{
    munmap(fresh, bytes);
    unlinkat(dir_fd, fresh_name, 0);
}
