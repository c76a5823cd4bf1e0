#include "analyse/report.h"

#include "analyse/distinct.h"
#include "base/fdio.h"
#include "contact/listing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define REPORT_MAGIC UINT32_C(0x48465233)

/* Keys are written while they are in the processor's cache, and none takes a page of its own. */
enum { LISTING_FLUSH = 1 << 20, KEYS_HELD = 8192, KEYS_ALIGN = sizeof(uint64_t) };
enum extent { CUT_LISTING = 1u << 0, CUT_DOCUMENT = 1u << 1, WHOLE_TEXT = 1u << 2 };

struct report_head {
    uint32_t magic;
    uint32_t findings, keys, text;
    uint32_t listing, document; /* bytes */
    uint32_t extent;            /* enum extent, or'ed */
    uint32_t hits;
    uint64_t hits_found;
};

_Static_assert(sizeof(struct report_head) % sizeof(uint64_t) == 0, "what lies behind it is aligned where it is mapped");

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

int report_add_text(struct report *r, uint64_t fingerprint)
{
    if (r->text_count == REPORT_TEXT_MOST)
        return 0;
    int err = grow((void **)&r->text, r->text_count, sizeof *r->text);
    if (err == 0)
        r->text[r->text_count++] = fingerprint;
    return err;
}

int report_add_hit(struct report *r, const struct report_hit *hit)
{
    r->hits_found++;
    if (r->hit_count == REPORT_HITS_MOST)
        return 0;
    int err = grow((void **)&r->hits, r->hit_count, sizeof *hit);
    if (err == 0)
        r->hits[r->hit_count++] = *hit;
    return err;
}

/* What comes as it is found lies behind the head, which comes last: contacts, then keys. */
static int flush(struct report *r, int fd, const void *bytes, size_t len)
{
    off_t at = (off_t)(sizeof(struct report_head) + r->listed + r->keyed);
    return lseek(fd, at, SEEK_SET) < 0 ? -errno : fd_write_all(fd, bytes, len);
}

static int flush_listing(struct report *r, int fd)
{
    int err = r->listing.len > 0 ? flush(r, fd, r->listing.data, r->listing.len) : 0;
    r->listed += r->listing.len;
    buf_clear(&r->listing);
    return err;
}

static int flush_keys(struct report *r, int fd)
{
    int err = flush_listing(r, fd);
    if (err == 0 && r->keys_held > 0)
        err = flush(r, fd, r->keys, r->keys_held * sizeof *r->keys);
    r->keyed += r->keys_held * sizeof *r->keys;
    r->keys_held = 0;
    return err;
}

int report_add_keys(struct report *r, int fd, const struct report_key *keys, size_t count)
{
    if (r->keys == NULL && (r->keys = malloc(KEYS_HELD * sizeof *r->keys)) == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < count && r->key_count < REPORT_KEYS_MOST; i++) {
        int err = r->keys_held == KEYS_HELD ? flush_keys(r, fd) : 0;
        if (err < 0)
            return err;
        r->keys[r->keys_held++] = keys[i];
        r->key_count++;
    }
    return 0;
}

int report_list(struct report *r, int fd, const struct contact_key *keys, size_t count)
{
    if (r->key_count > 0)
        return -EINVAL;
    if (r->listing_cut)
        return 0;
    size_t before = r->listing.len;
    int err = listing_put(&r->listing, keys, count);
    if (err == 0 && r->listed + r->listing.len > REPORT_LISTING_MOST) {
        r->listing.len = before;
        r->listing_cut = true;
    }
    return err == 0 && r->listing.len >= LISTING_FLUSH ? flush_listing(r, fd) : err;
}

void report_free(struct report *r)
{
    free(r->hits);
    buf_free(&r->listing);
    buf_free(&r->document);
    free(r->findings);
    free(r->keys);
    free(r->text);
    *r = (struct report){0};
}

size_t report_gravest(const struct report *r, const struct report_finding **out, size_t most)
{
    size_t count = 0;
    for (int level = POLICY_ERROR; level >= POLICY_SUGGESTION; level--)
        for (size_t i = 0; i < r->finding_count && count < most; i++)
            if (r->findings[i].level == (uint32_t)level)
                out[count++] = &r->findings[i];
    return count;
}

/* Bytes of the keys and what follows them, so that findings are aligned. */
static uint64_t keys_room(uint64_t count)
{
    return (count * sizeof(struct report_key) + KEYS_ALIGN - 1) & ~(uint64_t)(KEYS_ALIGN - 1);
}

void report_sort_text(struct report *r) { r->text_count = distinct_hashes(r->text, r->text_count); }

int64_t report_write(struct report *r, int fd, const char *document, size_t document_len)
{
    report_sort_text(r);
    int flushed = flush_keys(r, fd);
    const struct report_head head = {.magic = REPORT_MAGIC,
                                     .findings = (uint32_t)r->finding_count,
                                     .keys = (uint32_t)r->key_count,
                                     .text = (uint32_t)r->text_count,
                                     .listing = (uint32_t)r->listed,
                                     .document = (uint32_t)document_len,
                                     .extent = (r->listing_cut ? CUT_LISTING : 0u) |
                                               (r->document_cut ? CUT_DOCUMENT : 0u) |
                                               (r->text_whole ? WHOLE_TEXT : 0u),
                                     .hits = (uint32_t)r->hit_count,
                                     .hits_found = r->hits_found};
    if (flushed < 0)
        return flushed;
    static const char padding[KEYS_ALIGN];
    const struct {
        const void *bytes;
        size_t len;
    } parts[] = {{padding, keys_room(r->key_count) - r->keyed},
                 {r->findings, r->finding_count * sizeof *r->findings},
                 {r->text, r->text_count * sizeof *r->text},
                 {r->hits, r->hit_count * sizeof *r->hits},
                 {document, document_len}};
    int64_t total = (int64_t)(sizeof head + r->listed + r->keyed);
    if (lseek(fd, 0, SEEK_SET) < 0)
        return -errno;
    int err = fd_write_all(fd, &head, sizeof head);
    if (err == 0 && lseek(fd, (off_t)total, SEEK_SET) < 0)
        err = -errno;
    for (size_t i = 0; i < sizeof parts / sizeof *parts && err == 0; i++) {
        err = parts[i].len > 0 ? fd_write_all(fd, parts[i].bytes, parts[i].len) : 0;
        total += (int64_t)parts[i].len;
    }
    return err < 0 ? err : total;
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

/* The next `count` of `size` bytes at *at, into memory of their own, with a NUL behind; NULL stays for none. */
static int take(int fd, uint64_t *at, size_t count, size_t size, void **out)
{
    if (count == 0)
        return 0;
    char *list = malloc(count * size + 1);
    if (list == NULL)
        return -ENOMEM;
    list[count * size] = 0;
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
           h->text <= REPORT_TEXT_MOST && h->listing <= REPORT_LISTING_MOST && h->document <= REPORT_DOCUMENT_MOST &&
           h->hits <= REPORT_HITS_MOST && h->hits <= h->hits_found &&
           bytes == sizeof *h + h->listing + h->findings * sizeof(struct report_finding) + keys_room(h->keys) +
                        h->text * sizeof(uint64_t) + h->hits * sizeof(struct report_hit) + h->document;
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
    if (!is_head(head, bytes) || head->listing > 0) { /* with contacts it is not for an index */
        munmap(map, bytes);
        return -EBADMSG;
    }
    const struct report_key *keys = (const void *)(head + 1);
    const struct report_finding *findings = (const void *)((const char *)keys + keys_room(head->keys));
    *out = (struct report_view){.map = map,
                                .bytes = bytes,
                                .keys = keys,
                                .key_count = head->keys,
                                .text = (const void *)(findings + head->findings),
                                .text_count = head->text,
                                .text_whole = (head->extent & WHOLE_TEXT) != 0};
    return 0;
}

void report_unmap(struct report_view *v)
{
    if (v->map != NULL)
        munmap(v->map, v->bytes);
    *v = (struct report_view){0};
}

static int take_bytes(int fd, uint64_t *at, size_t len, struct buf *out)
{
    char *bytes = NULL;
    int err = take(fd, at, len, 1, (void **)&bytes);
    if (err == 0)
        *out = (struct buf){.data = bytes, .len = len, .room = len};
    return err;
}

static int take_parts(struct report *r, const struct report_head *head, int fd)
{
    uint64_t at = sizeof *head;
    int err = take_bytes(fd, &at, head->listing, &r->listing);
    if (err == 0)
        err = take(fd, &at, head->keys, sizeof *r->keys, (void **)&r->keys);
    at += keys_room(head->keys) - head->keys * sizeof *r->keys;
    if (err == 0)
        err = take(fd, &at, head->findings, sizeof *r->findings, (void **)&r->findings);
    if (err == 0)
        err = take(fd, &at, head->text, sizeof *r->text, (void **)&r->text);
    if (err == 0)
        err = take(fd, &at, head->hits, sizeof *r->hits, (void **)&r->hits);
    if (err == 0)
        err = take_bytes(fd, &at, head->document, &r->document);
    for (size_t i = 0; i < head->findings && err == 0; i++)
        if (!is_sound(&r->findings[i]))
            err = -EBADMSG;
    for (size_t i = 0; i < head->hits && err == 0; i++)
        if (!is_clean(r->hits[i].sheet, sizeof r->hits[i].sheet) ||
            !is_clean(r->hits[i].excerpt, sizeof r->hits[i].excerpt))
            err = -EBADMSG;
    return err == 0 && !listing_is_sound(r->listing.data, r->listing.len) ? -EBADMSG : err;
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
    int err = take_parts(&r, &head, fd);
    if (err < 0) {
        report_free(&r);
        return err;
    }
    r.finding_count = head.findings;
    r.key_count = r.keys_held = head.keys;
    r.text_count = head.text;
    r.listing_cut = (head.extent & CUT_LISTING) != 0;
    r.text_whole = (head.extent & WHOLE_TEXT) != 0;
    r.document_cut = (head.extent & CUT_DOCUMENT) != 0;
    r.hit_count = head.hits;
    r.hits_found = head.hits_found;
    *out = r;
    return 0;
}
