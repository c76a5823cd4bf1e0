#include "event/facts_form.h"

#include "base/clock.h"
#include "base/fdio.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { REOPEN_MS = 5 };

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
    fd_auto fd = openat(f->dir_fd, FACTS_NAME, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    size_t bytes;
    struct facts_file *found = fd < 0 ? NULL : facts_map(fd, false, &bytes);
    if (found == NULL)
        return;
    if (!facts_is_of_this_boot(found)) {
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

/* A reader: to the table that took the place of this one, or that was not there yet. */
static void follow(struct fact_table *f)
{
    if (!f->writer && (f->table == NULL || atomic_load_explicit(&f->table->superseded, memory_order_relaxed)))
        reopen(f);
}

bool facts_get(struct fact_table *f, uint64_t ino, struct fact *out)
{
    follow(f);
    if (f->table == NULL || ino == 0 || ino == FACTS_TOMBSTONE)
        return false;
    struct facts_slot *s = facts_find_slot(f->table, ino, NULL);
    struct facts_entry found;
    if (s == NULL || !facts_read_slot(s, &found) || found.ino != ino)
        return false;
    facts_unpack(f->table, &found, out);
    return true;
}

bool facts_find_blob(struct fact_table *f, const unsigned char oid[static 20], struct fact *out)
{
    enum { OID_WORD = offsetof(struct facts_entry, oid) / sizeof(uint64_t) };
    uint64_t want;
    struct facts_entry found;
    memcpy(&want, oid, sizeof want);
    follow(f);
    for (size_t i = 0; f->table != NULL && i < (size_t)1 << f->table->bits; i++) {
        const struct facts_slot *s = &f->table->slots[i];
        if (atomic_load_explicit(&s->word[OID_WORD], memory_order_relaxed) != want || !facts_read_slot(s, &found) ||
            found.ino == 0 || found.ino == FACTS_TOMBSTONE || memcmp(found.oid, oid, sizeof found.oid) != 0)
            continue;
        facts_unpack(f->table, &found, out);
        return true;
    }
    return false;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct fact_class *)a)->name, ((const struct fact_class *)b)->name);
}

bool facts_get_counts(struct fact_table *f, struct fact_counts *out)
{
    follow(f);
    struct fact_class *classes = f->table == NULL ? NULL : calloc(FACTS_WORDS_MOST, sizeof *classes);
    if (classes == NULL)
        return false;
    *out = (struct fact_counts){.classes = classes};
    for (size_t i = 1; i < FACTS_WORDS_MOST; i++) {
        uint32_t files = atomic_load_explicit(&f->table->words[i].files, memory_order_relaxed);
        const char *name = facts_word(f->table, (uint16_t)i);
        if (files == 0 || name[0] == 0)
            continue;
        struct fact_class *c = &classes[out->class_count++];
        snprintf(c->name, sizeof c->name, "%s", name);
        c->files = files;
    }
    for (size_t level = 0; level < FACT_LEVELS; level++)
        out->levels[level] = atomic_load_explicit(&f->table->levels[level], memory_order_relaxed);
    qsort(classes, out->class_count, sizeof *classes, by_name);
    return true;
}

void facts_free_counts(struct fact_counts *c)
{
    free(c->classes);
    *c = (struct fact_counts){0};
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
    free(f->marks);
    free(f);
}
