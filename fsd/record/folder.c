#include "record/folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ENTRIES = 8, DELTA_LEAST = 100 /* a smaller object is written whole */ };

struct folder *folder_new(struct folder *parent, const char *name, size_t name_len)
{
    struct folder *f = calloc(1, sizeof *f);
    char *copy = name ? strndup(name, name_len) : NULL;
    if (f == NULL || (name != NULL && copy == NULL)) {
        free(f);
        free(copy);
        return NULL;
    }
    f->parent = parent;
    f->name = copy;
    return f;
}

void folder_free(struct folder *f)
{
    if (f == NULL)
        return;
    for (uint32_t i = 0; f->subs != NULL && i < f->count; i++)
        folder_free(f->subs[i]);
    free(f->name);
    free(f->raw);
    free(f->starts);
    free(f->subs);
    free(f->edits);
    free(f);
}

size_t folder_bytes(const struct folder *f)
{
    return sizeof *f + f->room + f->entries_room * (sizeof *f->starts + (f->subs ? sizeof *f->subs : 0)) +
           (f->edits ? sizeof *f->edits : 0);
}

/* ---- room ---- */

static int reserve_bytes(struct folder *f, uint32_t more)
{
    if (more > UINT32_MAX / 2 - f->len)
        return -EFBIG;
    if (f->len + more <= f->room)
        return 0;
    uint32_t room = f->len + more + f->len / 4 + 64; /* a quarter in reserve: most folders are read and seldom grow */
    unsigned char *raw = realloc(f->raw, room);
    if (raw == NULL)
        return -ENOMEM;
    f->raw = raw;
    f->room = room;
    return 0;
}

static int reserve_entries(struct folder *f, uint32_t room)
{
    if (room <= f->entries_room)
        return 0;
    uint32_t *starts = reallocarray(f->starts, room, sizeof *starts);
    if (starts == NULL)
        return -ENOMEM;
    f->starts = starts;
    if (f->subs != NULL) {
        struct folder **subs = reallocarray(f->subs, room, sizeof *subs);
        if (subs == NULL)
            return -ENOMEM;
        f->subs = subs;
    }
    f->entries_room = room;
    return 0;
}

int folder_set_sub(struct folder *f, uint32_t index, struct folder *sub)
{
    if (f->subs == NULL && (f->subs = calloc(f->entries_room, sizeof *f->subs)) == NULL)
        return -ENOMEM;
    f->subs[index] = sub;
    return 0;
}

/* ---- reading ---- */

/* The length of the entry at `raw`, or 0 if it is none. */
static uint32_t measure_entry(const unsigned char *raw, uint32_t left)
{
    const unsigned char *nul = memchr(raw, 0, left);
    const unsigned char *space = nul ? memchr(raw, ' ', (size_t)(nul - raw)) : NULL;
    if (space == NULL || space == raw || space + 1 == nul || space - raw > 6)
        return 0;
    uint32_t len = (uint32_t)(nul - raw) + 1 + RECORD_OID_BYTES;
    return len <= left ? len : 0;
}

int folder_fill(struct folder *f, const void *raw, size_t len)
{
    if (len > UINT32_MAX / 4)
        return -EFBIG;
    uint32_t count = 0;
    for (uint32_t at = 0, step; at < len; at += step, count++)
        if ((step = measure_entry((const unsigned char *)raw + at, (uint32_t)len - at)) == 0)
            return -EINVAL;
    if (reserve_bytes(f, (uint32_t)len) < 0 || reserve_entries(f, count) < 0)
        return -ENOMEM;
    if (len > 0)
        memcpy(f->raw, raw, len);
    f->len = (uint32_t)len;
    for (uint32_t at = 0; at < len; at += measure_entry(f->raw + at, f->len - at))
        f->starts[f->count++] = at;
    return 0;
}

static uint32_t end_of(const struct folder *f, uint32_t index)
{
    return index + 1 < f->count ? f->starts[index + 1] : f->len;
}

void folder_entry_at(const struct folder *f, uint32_t index, struct folder_entry *out)
{
    const unsigned char *p = f->raw + f->starts[index];
    uint32_t mode = 0;
    for (; *p != ' '; p++)
        mode = mode << 3 | (uint32_t)(*p - '0');
    out->index = index;
    out->mode = mode;
    out->name = (const char *)p + 1;
    out->oid = f->raw + end_of(f, index) - RECORD_OID_BYTES;
    out->name_len = (size_t)(out->oid - 1 - (const unsigned char *)out->name);
}

static bool is_folder_mode(uint32_t mode) { return (mode & 0170000) == MODE_FOLDER; }

/* git's order: by bytes, a folder's name as if it ended in '/'. */
static int compare_names(const char *a, size_t a_len, bool a_folder, const char *b, size_t b_len, bool b_folder)
{
    size_t common = a_len < b_len ? a_len : b_len;
    int order = memcmp(a, b, common);
    if (order != 0)
        return order;
    unsigned char a_next = a_len > common ? (unsigned char)a[common] : a_folder ? '/' : 0;
    unsigned char b_next = b_len > common ? (unsigned char)b[common] : b_folder ? '/' : 0;
    return a_next - b_next;
}

/* Where an entry of that name and kind is or would be. */
static bool search(const struct folder *f, const char *name, bool is_folder, uint32_t *index)
{
    uint32_t low = 0, high = f->count;
    size_t len = strlen(name);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        struct folder_entry entry;
        folder_entry_at(f, middle, &entry);
        int order = compare_names(name, len, is_folder, entry.name, entry.name_len, is_folder_mode(entry.mode));
        if (order == 0) {
            *index = middle;
            return true;
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    *index = low;
    return false;
}

bool folder_find(const struct folder *f, const char *name, struct folder_entry *out)
{
    uint32_t index;
    if (!search(f, name, false, &index) && !search(f, name, true, &index))
        return false;
    folder_entry_at(f, index, out);
    return true;
}

/* ---- changing ---- */

void folder_set_dirty(struct folder *f)
{
    for (; f != NULL && !f->dirty; f = f->parent)
        f->dirty = true;
}

/* Edits are only worth keeping while there is a base for a delta. */
static void note_edit(struct folder *f, uint32_t at, uint32_t removed, uint32_t added)
{
    if (f->base.serial == 0)
        return;
    if (f->edits == NULL) {
        f->edits = malloc(sizeof *f->edits);
        if (f->edits == NULL) {
            f->base.serial = 0; /* it will be written whole */
            return;
        }
        edits_begin(f->edits, f->len);
    }
    edits_splice(f->edits, at, removed, added);
}

int folder_insert(struct folder *f, const char *name, uint32_t mode, const unsigned char *oid, uint32_t *index)
{
    char head[8];
    uint32_t mode_len = (uint32_t)snprintf(head, sizeof head, "%o ", mode);
    uint32_t name_len = (uint32_t)strlen(name), len = mode_len + name_len + 1 + RECORD_OID_BYTES;
    int err = reserve_bytes(f, len);
    if (err == 0 && f->count == f->entries_room)
        err = reserve_entries(f, f->count + f->count / 4 + FIRST_ENTRIES);
    if (err < 0)
        return err;
    search(f, name, is_folder_mode(mode), index);
    uint32_t i = *index, at = i < f->count ? f->starts[i] : f->len;
    note_edit(f, at, 0, len);
    unsigned char *to = f->raw + at;
    memmove(to + len, to, f->len - at);
    memcpy(to, head, mode_len);
    memcpy(to + mode_len, name, name_len + 1);
    memcpy(to + mode_len + name_len + 1, oid, RECORD_OID_BYTES);
    memmove(f->starts + i + 1, f->starts + i, (f->count - i) * sizeof *f->starts);
    if (f->subs != NULL) {
        memmove(f->subs + i + 1, f->subs + i, (f->count - i) * sizeof *f->subs);
        f->subs[i] = NULL;
    }
    f->starts[i] = at;
    f->count++;
    f->len += len;
    for (uint32_t j = i + 1; j < f->count; j++)
        f->starts[j] += len;
    folder_set_dirty(f);
    return 0;
}

int folder_remove(struct folder *f, uint32_t index)
{
    uint32_t at = f->starts[index], len = end_of(f, index) - at;
    note_edit(f, at, len, 0);
    memmove(f->raw + at, f->raw + at + len, f->len - at - len);
    memmove(f->starts + index, f->starts + index + 1, (f->count - index - 1) * sizeof *f->starts);
    if (f->subs != NULL)
        memmove(f->subs + index, f->subs + index + 1, (f->count - index - 1) * sizeof *f->subs);
    f->count--;
    f->len -= len;
    for (uint32_t j = index; j < f->count; j++)
        f->starts[j] -= len;
    folder_set_dirty(f);
    return 0;
}

int folder_set_oid(struct folder *f, uint32_t index, const unsigned char *oid)
{
    uint32_t at = end_of(f, index) - RECORD_OID_BYTES;
    if (memcmp(f->raw + at, oid, RECORD_OID_BYTES) == 0)
        return 0;
    note_edit(f, at, RECORD_OID_BYTES, RECORD_OID_BYTES);
    memcpy(f->raw + at, oid, RECORD_OID_BYTES);
    folder_set_dirty(f);
    return 0;
}

/* ---- writing ---- */

static bool delta_is_possible(const struct folder *f, const struct pack *pack)
{
    return f->base.serial == pack_serial(pack) && f->base.depth < PACK_DEPTH_MOST && f->len >= DELTA_LEAST &&
           f->edits != NULL && !f->edits->lost;
}

int folder_write(struct folder *f, struct pack *pack, struct digests *d, struct record_oid *out, struct error *e)
{
    struct record_oid oid;
    buf_auto delta = {0};
    struct pack_place place = f->base;
    digest_object(d, OBJECT_TREE, f->raw, f->len, &oid);
    if (delta_is_possible(f, pack))
        edits_put_delta(f->edits, f->raw, f->len, &delta);
    int err;
    if (delta.len > 0 && !delta.failed && delta.len < f->len / 2)
        err = pack_add_delta(pack, &oid, delta.data, delta.len, &f->base, &place, e);
    else
        err = pack_add(pack, OBJECT_TREE, f->raw, f->len, &oid, &place, e);
    if (err < 0)
        return err;
    free(f->edits);
    f->edits = NULL;
    f->base = place;
    f->dirty = false;
    *out = oid;
    return 0;
}
