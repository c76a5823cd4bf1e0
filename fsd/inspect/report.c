#include "inspect/report.h"

#include "base/fdio.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define REPORT_MAGIC UINT32_C(0x48465231)

struct report_head {
    uint32_t magic;
    uint32_t findings, keys, text;
};

/* Room for one more of `size` bytes in *list, which has `count`; it doubles whenever `count` is a power of two. */
static int grow(void **list, size_t count, size_t size)
{
    if ((count & (count - 1)) != 0 && count != 0)
        return 0;
    void *grown = reallocarray(*list, count == 0 ? 1 : count * 2, size);
    if (grown == NULL)
        return -ENOMEM;
    *list = grown;
    return 0;
}

int report_add_finding(struct report *r, const struct report_finding *f)
{
    if (r->finding_count == REPORT_FINDINGS_MOST)
        return 0;
    int err = grow((void **)&r->findings, r->finding_count, sizeof *f);
    if (err == 0)
        r->findings[r->finding_count++] = *f;
    return err;
}

int report_add_key(struct report *r, uint64_t key, uint32_t row)
{
    if (r->key_count == REPORT_KEYS_MOST)
        return 0;
    int err = grow((void **)&r->keys, r->key_count, sizeof *r->keys);
    if (err == 0)
        r->keys[r->key_count++] = (struct report_key){.key = key, .row = row};
    return err;
}

int report_add_text(struct report *r, uint64_t fingerprint)
{
    if (r->text_count == REPORT_TEXT_MOST)
        return 0;
    int err = grow((void **)&r->text, r->text_count, sizeof *r->text);
    if (err == 0)
        r->text[r->text_count++] = fingerprint;
    return err;
}

void report_free(struct report *r)
{
    free(r->findings);
    free(r->keys);
    free(r->text);
    *r = (struct report){0};
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

void report_sort_text(struct report *r)
{
    if (r->text_count == 0)
        return;
    qsort(r->text, r->text_count, sizeof *r->text, by_value);
    size_t kept = 1;
    for (size_t i = 1; i < r->text_count; i++)
        if (r->text[i] != r->text[kept - 1])
            r->text[kept++] = r->text[i];
    r->text_count = kept;
}

int64_t report_write(struct report *r, int fd)
{
    report_sort_text(r);
    const struct report_head head = {REPORT_MAGIC, (uint32_t)r->finding_count, (uint32_t)r->key_count,
                                     (uint32_t)r->text_count};
    const struct {
        const void *bytes;
        size_t len;
    } parts[] = {{&head, sizeof head},
                 {r->findings, r->finding_count * sizeof *r->findings},
                 {r->keys, r->key_count * sizeof *r->keys},
                 {r->text, r->text_count * sizeof *r->text}};
    int64_t total = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        int err = parts[i].len > 0 ? fd_write_all(fd, parts[i].bytes, parts[i].len) : 0;
        if (err < 0)
            return err;
        total += (int64_t)parts[i].len;
    }
    return total;
}

/* ---- reading: whoever wrote it may lie ---- */

static bool is_clean(const char *text, size_t room)
{
    size_t len = strnlen(text, room);
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
            return false;
    return len < room;
}

static bool is_sound(const struct report_finding *f)
{
    return f->level <= POLICY_ERROR && is_clean(f->sheet, sizeof f->sheet) && is_clean(f->rule, sizeof f->rule) &&
           is_clean(f->excerpt, sizeof f->excerpt) && is_clean(f->say, sizeof f->say) &&
           is_clean(f->repair, sizeof f->repair) && is_clean(f->replace, sizeof f->replace) &&
           is_clean(f->cite, sizeof f->cite) && is_clean(f->where, sizeof f->where);
}

/* The next `count` of `size` bytes at *at, into memory of their own; NULL stays for none. */
static int take(int fd, uint64_t *at, size_t count, size_t size, void **out)
{
    if (count == 0)
        return 0;
    void *list = malloc(count * size);
    if (list == NULL)
        return -ENOMEM;
    ssize_t n = fd_pread_full(fd, list, count * size, (off_t)*at);
    if (n != (ssize_t)(count * size)) {
        free(list);
        return n < 0 ? (int)n : -EBADMSG;
    }
    *at += (uint64_t)n;
    *out = list;
    return 0;
}

static bool is_head(const struct report_head *h, uint64_t bytes)
{
    return h->magic == REPORT_MAGIC && h->findings <= REPORT_FINDINGS_MOST && h->keys <= REPORT_KEYS_MOST &&
           h->text <= REPORT_TEXT_MOST &&
           bytes == sizeof *h + h->findings * sizeof(struct report_finding) + h->keys * sizeof(struct report_key) +
                        h->text * sizeof(uint64_t);
}

int report_seal(int fd)
{
    const int all = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK;
    int has = fcntl(fd, F_GET_SEALS);
    if (has >= 0 && (has & all) == all)
        return 0;
    return fcntl(fd, F_ADD_SEALS, all) == 0 ? 0 : -EBADMSG;
}

int report_map(struct report_view *out, int fd, uint64_t bytes)
{
    struct stat st;
    if (report_seal(fd) < 0 || fstat(fd, &st) < 0 || bytes < sizeof(struct report_head) || (uint64_t)st.st_size < bytes)
        return -EBADMSG;
    void *map = mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED)
        return -errno;
    const struct report_head *head = map;
    if (!is_head(head, bytes)) {
        munmap(map, bytes);
        return -EBADMSG;
    }
    const struct report_finding *findings = (const void *)(head + 1);
    const struct report_key *keys = (const void *)(findings + head->findings);
    *out = (struct report_view){.map = map,
                                .bytes = bytes,
                                .keys = keys,
                                .key_count = head->keys,
                                .text = (const void *)(keys + head->keys),
                                .text_count = head->text};
    return 0;
}

void report_unmap(struct report_view *v)
{
    if (v->map != NULL)
        munmap(v->map, v->bytes);
    *v = (struct report_view){0};
}

int report_read(struct report *out, int fd, uint64_t bytes)
{
    struct report r = {0};
    struct report_head head;
    ssize_t n = fd_pread_full(fd, &head, sizeof head, 0);
    if (n < 0)
        return (int)n;
    if (n != sizeof head || !is_head(&head, bytes))
        return -EBADMSG;
    uint64_t at = sizeof head;
    int err = take(fd, &at, head.findings, sizeof *r.findings, (void **)&r.findings);
    if (err == 0)
        err = take(fd, &at, head.keys, sizeof *r.keys, (void **)&r.keys);
    if (err == 0)
        err = take(fd, &at, head.text, sizeof *r.text, (void **)&r.text);
    for (size_t i = 0; i < head.findings && err == 0; i++)
        if (!is_sound(&r.findings[i]))
            err = -EBADMSG;
    if (err < 0) {
        report_free(&r);
        return err;
    }
    r.finding_count = head.findings;
    r.key_count = head.keys;
    r.text_count = head.text;
    *out = r;
    return 0;
}
