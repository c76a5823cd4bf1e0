/* Where a text certainly does not stand, so that nobody need read it there. */
#include "index/layout.h"

#include <errno.h>
#include <string.h>

/* The row of the lineage that the fingerprint came with; UINT32_MAX: it never had it. */
static int find_row(MDB_cursor *c, uint32_t lineage, uint64_t print, uint32_t *row, struct error *e)
{
    uint64_t from = place_of(lineage, 0), place;
    MDB_val k = val_of(&print, sizeof print), v = val_of(&from, sizeof from);
    int rc = mdb_cursor_get(c, &k, &v, MDB_GET_BOTH_RANGE);
    if (rc != 0 && rc != MDB_NOTFOUND)
        return index_fail(e, rc, "read");
    *row = UINT32_MAX;
    if (rc == 0) {
        memcpy(&place, v.mv_data, sizeof place);
        *row = place_lineage(place) == lineage ? place_what(place) : UINT32_MAX;
    }
    return 0;
}

/* The row that the last of them came with; UINT32_MAX: one never did. */
static int find_last_row(const struct view *v, uint32_t lineage, const uint64_t *text, size_t count, uint32_t *last,
                         struct error *e)
{
    MDB_cursor *c;
    int rc = mdb_cursor_open(v->txn, v->x->table[TABLE_TEXT], &c), err = 0;
    if (rc != 0)
        return index_fail(e, rc, "read");
    *last = 0;
    for (size_t i = 0; i < count && *last != UINT32_MAX && err == 0; i++) {
        uint32_t row = 0;
        err = find_row(c, lineage, text[i], &row, e);
        *last = row > *last ? row : *last;
    }
    mdb_cursor_close(c);
    return err;
}

static int tell(const struct view *v, uint32_t number, const struct lineage_record *l, uint32_t last_row,
                index_each_version *each, void *ctx, struct error *e)
{
    int err = 0;
    for (uint32_t i = 1; i <= l->ordinal && err == 0; i++) {
        struct version_record r;
        err = index_get(v->x, v->txn, TABLE_VERSIONS, place_of(number, i), &r, sizeof r, e);
        if (err == -ENOENT)
            return index_fail(e, MDB_CORRUPTED, "versions");
        if (err == 0 && r.text_whole == 1 && (uint64_t)r.first_row + r.row_count <= last_row) {
            struct index_version version = version_of(l, &r);
            err = each(ctx, &version);
        }
    }
    return err;
}

int index_versions_without(struct index *x, uint32_t number, const uint64_t *text, size_t count,
                           index_each_version *each, void *ctx, struct error *e)
{
    struct view v;
    struct lineage_record l;
    uint32_t last_row = 0;
    int err = view_open(&v, x, e);
    if (err < 0)
        return err;
    err = index_get(x, v.txn, TABLE_VERSIONS, place_of(number, 0), &l, sizeof l, e);
    if (err == 0)
        err = find_last_row(&v, number, text, count, &last_row, e);
    if (err == 0)
        err = tell(&v, number, &l, last_row, each, ctx, e);
    view_close(&v);
    return err;
}
