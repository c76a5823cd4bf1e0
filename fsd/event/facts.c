/*
 * A table of slots in a mapped file, open addressing with linear probing; a removed entry leaves a tombstone, so that
 * nothing ever moves under a reader.
 *
 * The file is trusted only while the kernel that wrote it runs, or after it was closed in order: a power cut may have
 * kept some of its pages and lost others, and a wrong fact is worse than none. So its head names the boot, or says
 * `clean`.
 */
#include "event/facts_form.h"

#include "base/fdio.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* ---- the writer ---- */

/* The writer's own look at what it wrote. */
static struct facts_entry entry_of(const struct facts_slot *s)
{
    struct facts_entry entry;
    memcpy(&entry, (const void *)s->word, sizeof entry);
    return entry;
}

static bool is_entry(const struct facts_entry *e) { return e->ino != 0 && e->ino != FACTS_TOMBSTONE; }

static void count_slot(struct facts_file *t, const struct facts_slot *s, int by)
{
    const struct facts_entry entry = entry_of(s);
    if (is_entry(&entry))
        facts_tally(t, &entry, by);
}

/* Exchange what a slot holds, in the counts too. */
static void replace(struct facts_file *t, struct facts_slot *s, const struct facts_entry *entry)
{
    count_slot(t, s, -1);
    facts_write_slot(s, entry);
    count_slot(t, s, 1);
}

static void set_mark(unsigned char *marks, const struct facts_file *t, const struct facts_slot *s)
{
    size_t i = (size_t)(s - t->slots);
    if (marks != NULL)
        marks[i / 8] = (unsigned char)(marks[i / 8] | 1u << i % 8);
}

static bool has_mark(const unsigned char *marks, size_t i) { return marks[i / 8] >> i % 8 & 1; }

/* Count what is there, and free what a writer died in. */
static void take_over(struct fact_table *f)
{
    static const struct facts_entry removed = {.ino = FACTS_TOMBSTONE};
    facts_forget_tally(f->table);
    for (size_t i = 0; i < (size_t)1 << f->table->bits; i++) {
        struct facts_slot *s = &f->table->slots[i];
        if (atomic_load_explicit(&s->lock, memory_order_relaxed) % 2 != 0)
            facts_write_slot(s, &removed);
        uint64_t key = atomic_load_explicit(&s->word[0], memory_order_relaxed);
        f->taken += key != 0;
        f->used += key != 0 && key != FACTS_TOMBSTONE;
        count_slot(f->table, s, 1);
    }
    facts_read_boot(f->table->boot);
    atomic_store(&f->table->clean, 0);
    atomic_store(&f->table->superseded, 0);
}

static int open_existing(struct fact_table *f)
{
    fd_auto fd = openat(f->dir_fd, FACTS_NAME, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    f->table = facts_map(fd, true, &f->mapped_bytes);
    if (f->table == NULL)
        return -EILSEQ;
    if (!atomic_load(&f->table->clean) && !facts_is_of_this_boot(f->table)) {
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
        err = facts_create(f->dir_fd, FACTS_FIRST_BITS, &f->table, &f->mapped_bytes);
        if (err == 0)
            err = facts_put_in_place(f->dir_fd);
    }
    if (err < 0) {
        facts_close(f);
        return error_sys(e, err, "cannot make the table of facts");
    }
    *out = f;
    return 0;
}

/* One entry into a larger file, in that file's words, with its mark. */
static void move_entry(struct fact_table *f, size_t i, struct facts_file *fresh, unsigned char *marks)
{
    struct fact fact;
    struct facts_slot *gap = NULL;
    struct facts_entry entry = entry_of(&f->table->slots[i]);
    if (!is_entry(&entry) || facts_find_slot(fresh, entry.ino, &gap) != NULL || gap == NULL)
        return;
    facts_unpack(f->table, &entry, &fact);
    facts_pack(fresh, &fact, &entry); /* there is room: its words are some of the old ones */
    facts_write_slot(gap, &entry);
    facts_tally(fresh, &entry, 1);
    if (f->marks != NULL && has_mark(f->marks, i))
        set_mark(marks, fresh, gap);
}

/* Move the entries into a new table, twice as large unless tombstones, or words that nothing uses, filled this one. */
static int grow(struct fact_table *f)
{
    struct facts_file *fresh;
    size_t bytes, slots = (size_t)1 << f->table->bits;
    uint32_t bits = f->table->bits + (f->used > slots / 2 ? 1 : 0);
    if (bits > FACTS_MOST_BITS)
        return -ENOSPC;
    int err = facts_create(f->dir_fd, bits, &fresh, &bytes);
    if (err < 0)
        return err;
    unsigned char *marks = f->marks != NULL ? calloc(1, ((size_t)1 << bits) / 8) : NULL;
    for (size_t i = 0; i < slots; i++)
        move_entry(f, i, fresh, marks);
    atomic_store(&f->table->superseded, 1);
    err = facts_put_in_place(f->dir_fd);
    if (err < 0) {
        atomic_store(&f->table->superseded, 0);
        facts_discard(f->dir_fd, fresh, bytes);
        free(marks);
        return err;
    }
    munmap(f->table, f->mapped_bytes);
    free(f->marks);
    f->marks = marks;
    f->table = fresh;
    f->mapped_bytes = bytes;
    f->taken = f->used;
    return 0;
}

/* In the file's words; where they have run out, in those of another file, which has only what is in use. */
static int pack(struct fact_table *f, const struct fact *fact, struct facts_entry *entry)
{
    if (facts_pack(f->table, fact, entry))
        return 0;
    int err = grow(f);
    return err < 0 ? err : facts_pack(f->table, fact, entry) ? 0 : -ENOSPC;
}

int facts_put(struct fact_table *f, const struct fact *fact)
{
    if (fact->ino == 0 || fact->ino == FACTS_TOMBSTONE)
        return -EINVAL;
    bool is_full = (f->taken + 1) * 5 > ((size_t)1 << f->table->bits) * 4;
    int err = is_full && facts_find_slot(f->table, fact->ino, NULL) == NULL ? grow(f) : 0;
    struct facts_entry entry;
    err = err < 0 ? err : pack(f, fact, &entry);
    if (err < 0)
        return err;
    struct facts_slot *gap = NULL, *s = facts_find_slot(f->table, fact->ino, &gap);
    if (s == NULL && gap == NULL)
        return -ENOSPC;
    if (s == NULL) {
        f->taken += atomic_load_explicit(&gap->word[0], memory_order_relaxed) == 0;
        f->used++;
        s = gap;
    }
    replace(f->table, s, &entry);
    set_mark(f->marks, f->table, s);
    return 0;
}

static void remove_slot(struct fact_table *f, struct facts_slot *s)
{
    static const struct facts_entry removed = {.ino = FACTS_TOMBSTONE};
    replace(f->table, s, &removed);
    f->used--;
}

void facts_remove(struct fact_table *f, uint64_t ino)
{
    struct facts_slot *s = ino == 0 || ino == FACTS_TOMBSTONE ? NULL : facts_find_slot(f->table, ino, NULL);
    if (s != NULL)
        remove_slot(f, s);
}

void facts_clear(struct fact_table *f)
{
    static const struct facts_entry empty = {0};
    for (size_t i = 0; i < (size_t)1 << f->table->bits; i++)
        if (atomic_load_explicit(&f->table->slots[i].word[0], memory_order_relaxed) != 0)
            facts_write_slot(&f->table->slots[i], &empty);
    facts_forget_tally(f->table);
    f->used = f->taken = 0;
}

size_t facts_count(const struct fact_table *f) { return f->used; }

/* ---- sweeping ---- */

int facts_begin_sweep(struct fact_table *f)
{
    free(f->marks);
    f->marks = calloc(1, ((size_t)1 << f->table->bits) / 8);
    return f->marks == NULL ? -ENOMEM : 0;
}

void facts_mark(struct fact_table *f, uint64_t ino)
{
    struct facts_slot *s =
        f->marks == NULL || ino == 0 || ino == FACTS_TOMBSTONE ? NULL : facts_find_slot(f->table, ino, NULL);
    if (s != NULL)
        set_mark(f->marks, f->table, s);
}

size_t facts_end_sweep(struct fact_table *f, bool complete)
{
    size_t removed = 0;
    for (size_t i = 0; complete && f->marks != NULL && i < (size_t)1 << f->table->bits; i++) {
        const struct facts_entry entry = entry_of(&f->table->slots[i]);
        if (!is_entry(&entry) || has_mark(f->marks, i))
            continue;
        remove_slot(f, &f->table->slots[i]);
        removed++;
    }
    free(f->marks);
    f->marks = NULL;
    return removed;
}
