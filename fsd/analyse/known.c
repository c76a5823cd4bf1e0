#include "analyse/known.h"

#include "base/fdio.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { BUFFERED = 4096 };

static size_t size_of(enum known_kind kind)
{
    return kind == KNOWN_NAMES ? sizeof(uint64_t) : sizeof(struct known_text);
}

static uint64_t most_of(enum known_kind kind) { return kind == KNOWN_NAMES ? KNOWN_NAMES_MOST : KNOWN_TEXTS_MOST; }

/* ---- making ---- */

struct known_writer {
    enum known_kind kind;
    int fd;
    uint64_t count; /* those in `waiting` too */
    uint64_t whole; /* of the head */
    struct known_text last;
    size_t words; /* in `waiting` */
    uint64_t waiting[BUFFERED];
};

int known_begin(struct known_writer **out, enum known_kind kind)
{
    const struct known_head none = {.kind = kind};
    struct known_writer *w = calloc(1, sizeof *w);
    if (w == NULL)
        return -ENOMEM;
    w->kind = kind;
    w->whole = UINT64_MAX;
    w->fd = memfd_create("known", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    int err = w->fd < 0 ? -errno : fd_write_all(w->fd, &none, sizeof none);
    if (err < 0)
        known_drop(w);
    else
        *out = w;
    return err;
}

static int flush(struct known_writer *w)
{
    int err = fd_write_all(w->fd, w->waiting, w->words * sizeof w->waiting[0]);
    if (err == 0)
        w->words = 0;
    return err;
}

static int add(struct known_writer *w, struct known_text entry)
{
    if (w->count > 0 && entry.print < w->last.print)
        return -EINVAL;
    if (w->count > 0 && entry.print == w->last.print && entry.draft == w->last.draft)
        return 0;
    if (w->count == most_of(w->kind)) {
        w->whole = entry.print < w->whole ? entry.print : w->whole;
        return 1;
    }
    int err = w->words + 2 > BUFFERED ? flush(w) : 0;
    if (err < 0)
        return err;
    w->waiting[w->words++] = entry.print;
    if (w->kind == KNOWN_TEXTS)
        w->waiting[w->words++] = entry.draft;
    w->last = entry;
    w->count++;
    return 0;
}

int known_add_name(struct known_writer *w, uint64_t key) { return add(w, (struct known_text){key, 0}); }

int known_add_text(struct known_writer *w, uint64_t print, uint64_t draft)
{
    return add(w, (struct known_text){print, draft});
}

int known_seal(struct known_writer *w)
{
    const struct known_head head = {.kind = w->kind, .count = w->count, .whole = w->whole};
    int err = flush(w);
    if (err == 0)
        err = fd_pwrite_all(w->fd, &head, sizeof head, 0);
    if (err == 0 && fcntl(w->fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0)
        err = -errno;
    return err < 0 ? err : fd_steal(&w->fd);
}

void known_drop(struct known_writer *w)
{
    if (w == NULL)
        return;
    fd_close(&w->fd);
    free(w);
}

/* ---- reading ---- */

int known_map(struct known *out, int fd, enum known_kind kind)
{
    off_t end = lseek(fd, 0, SEEK_END); /* the sandbox has no newfstatat, which fstat may be */
    if (end < 0)
        return -errno;
    uint64_t bytes = (uint64_t)end;
    if (bytes < sizeof(struct known_head) || bytes > sizeof(struct known_head) + most_of(kind) * size_of(kind))
        return -EBADMSG;
    /* Private: a sealed file may not be mapped shared before Linux 6.7. */
    void *map = mmap(NULL, (size_t)bytes, PROT_READ, MAP_PRIVATE, fd, 0);
    if (map == MAP_FAILED)
        return -errno;
    const struct known_head *head = map;
    if (head->kind != (uint32_t)kind || head->count != (bytes - sizeof *head) / size_of(kind) ||
        (bytes - sizeof *head) % size_of(kind) != 0) {
        munmap(map, (size_t)bytes);
        return -EBADMSG;
    }
    *out = (struct known){.map = map, .bytes = (size_t)bytes, .count = (size_t)head->count, .whole = head->whole};
    return 0;
}

void known_unmap(struct known *k)
{
    if (k->map != NULL)
        munmap(k->map, k->bytes);
    *k = (struct known){0};
}

/* The entry at `i` begins with its hash, `words` of 64 bits after the one before. */
struct column {
    const uint64_t *first;
    size_t words, count;
};

static uint64_t hash_at(const struct column *c, size_t i) { return c->first[i * c->words]; }

/*
 * The first entry whose hash is not below `hash`. Evenly spread hashes lie near where their value says, so steps that
 * double from there find its neighbourhood; in a table that is not evenly spread, it is a search by halves all the
 * same.
 */
static size_t lower_bound(const struct column *c, uint64_t hash)
{
    size_t guess = (size_t)(((unsigned __int128)hash * c->count) >> 64), low = guess, high = guess, step = 8;
    while (low > 0 && hash_at(c, low) >= hash) {
        low -= low < step ? low : step;
        step *= 2;
    }
    for (step = 8; high < c->count && hash_at(c, high) < hash; step *= 2)
        high += c->count - high < step ? c->count - high : step;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (hash_at(c, middle) < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct column column_of(const struct known *k, enum known_kind kind)
{
    const struct known_head *head = k->map;
    return (struct column){(const uint64_t *)(const void *)(head + 1), size_of(kind) / sizeof(uint64_t), k->count};
}

bool known_has_name(const struct known *k, uint64_t key)
{
    if (k->count == 0)
        return false;
    struct column names = column_of(k, KNOWN_NAMES);
    size_t at = lower_bound(&names, key);
    return at < names.count && hash_at(&names, at) == key;
}

size_t known_find_text(const struct known *k, uint64_t print, const struct known_text **first)
{
    if (k->count == 0)
        return 0;
    struct column texts = column_of(k, KNOWN_TEXTS);
    size_t at = lower_bound(&texts, print), end = at;
    while (end < texts.count && end - at < KNOWN_ALIKE_MOST && hash_at(&texts, end) == print)
        end++;
    *first = (const struct known_text *)(const void *)(texts.first + at * texts.words);
    return end - at;
}
