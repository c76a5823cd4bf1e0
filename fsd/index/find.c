#include "index/layout.h"

#include <errno.h>
#include <string.h>

/* The run of versions being put together: rows that follow on one another, or overlap, hold the key without a break. */
struct run {
    uint32_t lineage; /* 0: none yet */
    uint32_t until;   /* ordinal; 0: to the newest */
    struct index_holding is;
};

static int tell(const struct view *v, struct run *run, index_each *each, void *ctx, struct error *e)
{
    if (run->lineage == 0)
        return 0;
    if (run->until != 0) {
        struct version_record r;
        int err = index_get(v->x, v->txn, TABLE_VERSIONS, place_of(run->lineage, run->until), &r, sizeof r, e);
        if (err < 0) /* the version that took it away is not wholly in: it is still there */
            run->is.until = 0;
        else
            run->is.until = r.number;
        if (err < 0 && err != -ENOENT)
            return err;
    }
    return each(ctx, &run->is);
}

static int begin_run(const struct view *v, struct run *run, uint32_t lineage, const struct version_record *since,
                     uint32_t until, struct error *e)
{
    struct lineage_record l;
    int err = index_get(v->x, v->txn, TABLE_VERSIONS, place_of(lineage, 0), &l, sizeof l, e);
    if (err == 0)
        *run = (struct run){.lineage = lineage, .until = until, .is = {.since = version_of(&l, since)}};
    return err;
}

/* One more row that has the key; places come sorted, so the versions that brought them do, too. */
static int take_place(const struct view *v, struct run *run, uint64_t place, index_each *each, void *ctx,
                      struct error *e)
{
    uint32_t ordinal, until = 0, lineage = place_lineage(place);
    struct version_record since;
    int err = view_find_bringer(v, place, &ordinal, &since, e);
    if (err < 0)
        return err == -ENOENT ? 0 : err;
    err = index_get(v->x, v->txn, TABLE_GONE, place, &until, sizeof until, e);
    if (err < 0 && err != -ENOENT)
        return err;
    if (run->lineage == lineage && (run->until == 0 || ordinal <= run->until)) {
        if (until == 0 || (run->until != 0 && until > run->until))
            run->until = until;
        return 0;
    }
    err = tell(v, run, each, ctx, e);
    return err != 0 ? err : begin_run(v, run, lineage, &since, until, e);
}

static int find(struct index *x, enum index_table table, uint64_t key, index_each *each, void *ctx, struct error *e)
{
    struct view v;
    int err = view_open(&v, x, e);
    if (err < 0)
        return err;
    struct run run = {.lineage = 0};
    MDB_cursor *c;
    MDB_val k = val_of(&key, sizeof key), place;
    int rc = mdb_cursor_open(v.txn, x->table[table], &c);
    if (rc != 0) {
        view_close(&v);
        return index_fail(e, rc, "read");
    }
    for (rc = mdb_cursor_get(c, &k, &place, MDB_SET_KEY); rc == 0 && err == 0;
         rc = mdb_cursor_get(c, &k, &place, MDB_NEXT_DUP)) {
        uint64_t at;
        memcpy(&at, place.mv_data, sizeof at);
        err = take_place(&v, &run, at, each, ctx, e);
    }
    if (rc != 0 && rc != MDB_NOTFOUND && err == 0)
        err = index_fail(e, rc, "read");
    if (err == 0)
        err = tell(&v, &run, each, ctx, e);
    mdb_cursor_close(c);
    view_close(&v);
    return err;
}

int index_find(struct index *x, uint64_t key, index_each *each, void *ctx, struct error *e)
{
    return find(x, TABLE_KEYS, key, each, ctx, e);
}

int index_find_text(struct index *x, uint64_t fingerprint, index_each *each, void *ctx, struct error *e)
{
    return find(x, TABLE_TEXT, fingerprint, each, ctx, e);
}

static int tell_versions(const struct view *v, uint64_t lineage, index_each_version *each, void *ctx, struct error *e)
{
    uint32_t number;
    struct lineage_record l;
    int err = index_get(v->x, v->txn, TABLE_LINEAGES, lineage, &number, sizeof number, e);
    if (err < 0)
        return err == -ENOENT ? 0 : err;
    err = index_get(v->x, v->txn, TABLE_VERSIONS, place_of(number, 0), &l, sizeof l, e);
    for (uint32_t i = 1; err == 0 && i <= l.ordinal; i++) {
        struct version_record r;
        err = index_get(v->x, v->txn, TABLE_VERSIONS, place_of(number, i), &r, sizeof r, e);
        if (err == 0) {
            struct index_version version = version_of(&l, &r);
            err = each(ctx, &version);
        }
    }
    return err == -ENOENT ? index_fail(e, MDB_CORRUPTED, "versions") : err;
}

int index_versions(struct index *x, uint64_t lineage, index_each_version *each, void *ctx, struct error *e)
{
    struct view v;
    int err = view_open(&v, x, e);
    if (err < 0)
        return err;
    err = tell_versions(&v, lineage, each, ctx, e);
    view_close(&v);
    return err;
}

int index_count(struct index *x, struct index_counts *out, struct error *e)
{
    static const enum index_table tables[] = {TABLE_LINEAGES, TABLE_VERSIONS, TABLE_KEYS, TABLE_TEXT};
    uint64_t entries[4];
    MDB_envinfo info;
    MDB_stat stat;
    struct view v;
    int err = view_open(&v, x, e), rc = 0;
    if (err < 0)
        return err;
    for (size_t i = 0; i < 4 && rc == 0; i++) {
        rc = mdb_stat(v.txn, x->table[tables[i]], &stat);
        entries[i] = stat.ms_entries;
    }
    view_close(&v);
    if (rc != 0)
        return index_fail(e, rc, "read");
    mdb_env_info(x->env, &info);
    *out = (struct index_counts){.lineages = entries[0],
                                 .versions = entries[1] - entries[0],
                                 .keys = entries[2],
                                 .text = entries[3],
                                 .bytes = ((uint64_t)info.me_last_pgno + 1) * stat.ms_psize};
    return 0;
}
