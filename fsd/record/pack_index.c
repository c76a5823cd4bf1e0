#include "record/pack_index.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT_ENTRIES = 16 * 1024, FANOUT = 256, FIRST_ROOM = 256 };

static size_t slot_of(const struct pack_index *x, const struct record_oid *oid)
{
    uint64_t key;
    memcpy(&key, oid->bytes, sizeof key);
    size_t slot = (size_t)key & (x->slot_count - 1);
    while (x->slots[slot] != 0 && !oid_equal(&x->entries[x->slots[slot] - 1].oid, oid))
        slot = (slot + 1) & (x->slot_count - 1);
    return slot;
}

static void fill_slots(struct pack_index *x)
{
    memset(x->slots, 0, x->slot_count * sizeof *x->slots);
    for (size_t i = 0; i < x->count; i++)
        x->slots[slot_of(x, &x->entries[i].oid)] = (uint32_t)i + 1;
}

static int grow(struct pack_index *x)
{
    size_t room = x->room ? x->room * 2 : FIRST_ROOM;
    struct pack_entry *entries = reallocarray(x->entries, room, sizeof *entries);
    if (entries == NULL)
        return -ENOMEM;
    x->entries = entries;
    uint32_t *slots = calloc(2 * room, sizeof *slots);
    if (slots == NULL)
        return -ENOMEM;
    free(x->slots);
    x->slots = slots;
    x->slot_count = 2 * room;
    x->room = room;
    fill_slots(x);
    return 0;
}

int pack_index_add(struct pack_index *x, const struct pack_entry *entry)
{
    if (x->count == UINT32_MAX - 1)
        return -EFBIG;
    int err = x->count == x->room ? grow(x) : 0;
    if (err < 0)
        return err;
    x->entries[x->count++] = *entry;
    x->slots[slot_of(x, &entry->oid)] = (uint32_t)x->count;
    return 0;
}

const struct pack_entry *pack_index_find(const struct pack_index *x, const struct record_oid *oid)
{
    if (x->count == 0)
        return NULL;
    uint32_t position = x->slots[slot_of(x, oid)];
    return position ? &x->entries[position - 1] : NULL;
}

void pack_index_cut(struct pack_index *x, size_t count)
{
    while (x->count > count) {
        /* the newest entry ends its probe chain, unless a later one was put behind it, and those are gone already */
        x->slots[slot_of(x, &x->entries[x->count - 1].oid)] = 0;
        x->count--;
    }
}

void pack_index_clear(struct pack_index *x)
{
    if (x->room > KEPT_ENTRIES) {
        pack_index_free(x);
        return;
    }
    x->count = 0;
    if (x->slots != NULL)
        memset(x->slots, 0, x->slot_count * sizeof *x->slots);
}

void pack_index_free(struct pack_index *x)
{
    free(x->entries);
    free(x->slots);
    *x = (struct pack_index){0};
}

static int compare_entries(const void *a, const void *b)
{
    return memcmp(((const struct pack_entry *)a)->oid.bytes, ((const struct pack_entry *)b)->oid.bytes,
                  RECORD_OID_BYTES);
}

static void put_u32(struct buf *to, uint32_t value)
{
    value = htonl(value);
    buf_put(to, &value, sizeof value);
}

static void put_fanout(const struct pack_index *x, struct buf *to)
{
    size_t at = 0;
    for (unsigned first = 0; first < FANOUT; first++) {
        while (at < x->count && x->entries[at].oid.bytes[0] <= first)
            at++;
        put_u32(to, (uint32_t)at);
    }
}

/* Offsets of 31 bits, and those that do not fit as positions in a second table of 64 bits. */
static void put_offsets(const struct pack_index *x, struct buf *to)
{
    uint32_t large = 0;
    for (size_t i = 0; i < x->count; i++)
        put_u32(to, x->entries[i].offset > INT32_MAX ? UINT32_C(0x80000000) | large++ : (uint32_t)x->entries[i].offset);
    for (size_t i = 0; large > 0 && i < x->count; i++) {
        if (x->entries[i].offset > INT32_MAX) {
            put_u32(to, (uint32_t)(x->entries[i].offset >> 32));
            put_u32(to, (uint32_t)x->entries[i].offset);
        }
    }
}

int pack_index_put(struct pack_index *x, const struct record_oid *pack_checksum, struct digests *d, struct buf *to)
{
    static const unsigned char head[8] = {0xff, 't', 'O', 'c', 0, 0, 0, 2};
    struct record_oid checksum;
    if (x->count > 0)
        qsort(x->entries, x->count, sizeof *x->entries, compare_entries);
    buf_put(to, head, sizeof head);
    put_fanout(x, to);
    for (size_t i = 0; i < x->count; i++)
        buf_put(to, x->entries[i].oid.bytes, RECORD_OID_BYTES);
    for (size_t i = 0; i < x->count; i++)
        put_u32(to, x->entries[i].crc);
    put_offsets(x, to);
    buf_put(to, pack_checksum->bytes, RECORD_OID_BYTES);
    if (to->failed)
        return -ENOMEM;
    digest_plain_begin(d);
    digest_object_put(d, to->data, to->len);
    digest_object_end(d, &checksum);
    buf_put(to, checksum.bytes, RECORD_OID_BYTES);
    return to->failed || d->failed ? -ENOMEM : 0;
}
