/* All keys, or all fingerprints, in ascending order, a piece at a time; and what a lineage is, for those who meet it
 * there. */
#include "index/layout.h"

#include <errno.h>
#include <string.h>

struct walk {
    MDB_cursor *c;
    MDB_val key, place;
    index_each_place *each;
    void *ctx;
    size_t count; /* places told */
};

static uint64_t word_in(const MDB_val *v)
{
    uint64_t word = 0;
    memcpy(&word, v->mv_data, v->mv_size < sizeof word ? v->mv_size : sizeof word);
    return word;
}

/* The places of the key that the cursor is at, the oldest INDEX_COMMON lineages of them; then the next key. */
static int tell_key(struct walk *w, int *rc)
{
    uint64_t key = word_in(&w->key);
    uint32_t last = 0;
    for (size_t told = 0; *rc == 0 && told < INDEX_COMMON;
         *rc = mdb_cursor_get(w->c, &w->key, &w->place, MDB_NEXT_DUP)) {
        uint32_t lineage = place_lineage(word_in(&w->place));
        w->count++;
        if (lineage == last)
            continue;
        last = lineage;
        told++;
        int err = w->each(w->ctx, key, lineage);
        if (err != 0)
            return err;
    }
    if (*rc == 0 || *rc == MDB_NOTFOUND)
        *rc = mdb_cursor_get(w->c, &w->key, &w->place, MDB_NEXT_NODUP);
    return 0;
}

static int walk(struct index *x, enum index_table table, uint64_t *from, size_t most, index_each_place *each, void *ctx,
                struct error *e)
{
    struct view v;
    struct walk w = {.each = each, .ctx = ctx};
    uint64_t begin = *from;
    int err = view_open(&v, x, e);
    if (err < 0)
        return err;
    int rc = mdb_cursor_open(v.txn, x->table[table], &w.c);
    if (rc == 0) {
        w.key = val_of(&begin, sizeof begin);
        rc = mdb_cursor_get(w.c, &w.key, &w.place, MDB_SET_RANGE);
        while (rc == 0 && err == 0 && w.count < most)
            err = tell_key(&w, &rc);
        if (rc == 0)
            *from = word_in(&w.key);
        mdb_cursor_close(w.c);
    }
    view_close(&v);
    if (err != 0)
        return err;
    return rc == 0 ? 1 : rc == MDB_NOTFOUND ? 0 : index_fail(e, rc, "read");
}

int index_walk_keys(struct index *x, uint64_t *from, size_t most, index_each_place *each, void *ctx, struct error *e)
{
    return walk(x, TABLE_KEYS, from, most, each, ctx, e);
}

int index_walk_text(struct index *x, uint64_t *from, size_t most, index_each_place *each, void *ctx, struct error *e)
{
    return walk(x, TABLE_TEXT, from, most, each, ctx, e);
}

/* Rows are numbers in LEB128 (rows.h): each ends with a byte below 128. */
static int count_rows(const struct view *v, uint64_t number, uint32_t *rows, struct error *e)
{
    MDB_val k = val_of(&number, sizeof number), live;
    int rc = mdb_get(v->txn, v->x->table[TABLE_LIVE], &k, &live);
    *rows = 0;
    if (rc != 0)
        return rc == MDB_NOTFOUND ? 0 : index_fail(e, rc, "read");
    const unsigned char *at = live.mv_data;
    for (size_t i = 0; i < live.mv_size; i++)
        *rows += at[i] < 0x80;
    return 0;
}

int index_look_up(struct index *x, uint32_t number, struct index_lineage *out, struct error *e)
{
    struct view v;
    struct lineage_record l;
    struct index_lineage found = {.lineage = 0};
    int err = view_open(&v, x, e);
    if (err < 0)
        return err;
    err = index_get(x, v.txn, TABLE_VERSIONS, place_of(number, 0), &l, sizeof l, e);
    if (err == 0)
        err = count_rows(&v, number, &found.rows, e);
    view_close(&v);
    if (err < 0)
        return err;
    found.lineage = l.lineage;
    *out = found;
    return 0;
}
