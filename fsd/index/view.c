#include "index/layout.h"

#include <errno.h>
#include <string.h>

int index_get(struct index *x, MDB_txn *txn, enum index_table table, uint64_t key, void *record, size_t len,
              struct error *e)
{
    MDB_val k = val_of(&key, sizeof key), v;
    int rc = mdb_get(txn, x->table[table], &k, &v);
    if (rc == MDB_NOTFOUND)
        return -ENOENT;
    if (rc != 0 || v.mv_size != len)
        return index_fail(e, rc ? rc : MDB_CORRUPTED, index_table_forms[table].name);
    memcpy(record, v.mv_data, len);
    return 0;
}

int index_put(struct index *x, enum index_table table, uint64_t key, const void *record, size_t len, struct error *e)
{
    MDB_val k = val_of(&key, sizeof key), v = val_of(record, len);
    int rc = mdb_put(x->txn, x->table[table], &k, &v, 0);
    return rc != 0 ? index_fail(e, rc, "write") : 0;
}

int index_begin_reading(struct index *x, MDB_txn **txn)
{
    int dead, rc = mdb_txn_begin(x->env, NULL, MDB_RDONLY, txn);
    if (rc == MDB_READERS_FULL && mdb_reader_check(x->env, &dead) == 0 && dead > 0)
        rc = mdb_txn_begin(x->env, NULL, MDB_RDONLY, txn);
    if (rc == MDB_MAP_RESIZED && (rc = mdb_env_set_mapsize(x->env, 0)) == 0)
        rc = mdb_txn_begin(x->env, NULL, MDB_RDONLY, txn);
    return rc;
}

int view_open(struct view *v, struct index *x, struct error *e)
{
    MDB_txn *txn = x->txn;
    int rc = txn == NULL ? index_begin_reading(x, &txn) : 0;
    if (rc != 0)
        return index_fail(e, rc, "read");
    *v = (struct view){.x = x, .txn = txn};
    return 0;
}

void view_close(struct view *v)
{
    if (v->txn != v->x->txn)
        mdb_txn_abort(v->txn);
    v->txn = NULL;
}

int view_find_bringer(const struct view *v, uint64_t place, uint32_t *ordinal, struct version_record *r,
                      struct error *e)
{
    uint32_t lineage = place_lineage(place), row = place_what(place);
    struct lineage_record l;
    struct version_record probe, best = {0};
    int err = index_get(v->x, v->txn, TABLE_VERSIONS, place_of(lineage, 0), &l, sizeof l, e);
    uint32_t low = 0, high = err == 0 ? l.ordinal : 0;
    while (low < high) {
        uint32_t middle = high - (high - low) / 2;
        err = index_get(v->x, v->txn, TABLE_VERSIONS, place_of(lineage, middle), &probe, sizeof probe, e);
        if (err < 0)
            return err == -ENOENT ? index_fail(e, MDB_CORRUPTED, "read") : err;
        if (probe.first_row > row) {
            high = middle - 1;
        } else {
            best = probe;
            low = middle;
        }
    }
    if (err < 0)
        return err;
    if (low == 0 || row - best.first_row >= best.row_count)
        return -ENOENT;
    *ordinal = low;
    *r = best;
    return 0;
}

struct index_version version_of(const struct lineage_record *l, const struct version_record *r)
{
    struct index_version v = {.lineage = l->lineage, .number = r->number};
    memcpy(v.blob, r->blob, sizeof v.blob);
    v.text_whole = r->text_whole == 1;
    return v;
}
