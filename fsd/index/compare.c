/* What would a version change? Its rows against those of its lineage's newest version, nothing written. */
#include "index/add.h"
#include "index/rows.h"
#include "index/tally.h"

#include <errno.h>
#include <stdlib.h>

static uint64_t mixed(uint64_t x)
{
    x = (x ^ x >> 32) * UINT64_C(0xd6e8feb86659fd93);
    return x ^ x >> 32;
}

/* The same for the same keys in any order. */
static uint64_t hash_row(const struct index_row_key *keys, size_t count)
{
    uint64_t sum = count;
    for (size_t i = 0; i < count; i++)
        sum += mixed(keys[i].key);
    return mixed(sum);
}

static int count_live(const struct adding *a, uint64_t *out, struct error *e)
{
    uint64_t lineage = a->lineage, count = 0;
    MDB_val k = val_of(&lineage, sizeof lineage), v;
    int rc = mdb_get(a->x->txn, a->x->table[TABLE_LIVE], &k, &v);
    if (rc != 0 && rc != MDB_NOTFOUND)
        return index_fail(e, rc, "live");
    struct rows_reader rows = {.at = v.mv_data, .end = (unsigned char *)v.mv_data + v.mv_size};
    uint32_t row;
    int more = rc == 0 ? rows_next(&rows, &row) : 0;
    for (; more > 0; more = rows_next(&rows, &row))
        count++;
    *out = count;
    return more < 0 ? index_fail(e, MDB_CORRUPTED, "live") : 0;
}

static int count_rows(struct adding *a, const struct index_row_key *keys, size_t count, struct seen *seen,
                      uint64_t *known, uint64_t *fresh, struct error *e)
{
    uint64_t place;
    int err = adding_open_cursor(a, e);
    for (size_t at = 0, len; at < count && err == 0; at += len) {
        len = adding_row_length(keys + at, count - at);
        int is_first = seen_add(seen, hash_row(keys + at, len));
        if (is_first < 0)
            err = error_sys(e, ENOMEM, "index");
        int found = is_first > 0 ? adding_find_row(a, keys + at, len, &place, e) : 0;
        if (found < 0)
            err = found;
        *known += found > 0;
        *fresh += is_first > 0 && found == 0;
    }
    adding_close_cursor(a);
    return err;
}

int index_compare(struct index *x, uint64_t lineage, const struct index_row_key *keys, size_t count, uint64_t *came,
                  uint64_t *went, struct error *e)
{
    if (x->txn == NULL)
        return error_set(e, EINVAL, "index: rows are compared in a group");
    struct adding *a = calloc(1, sizeof *a);
    struct seen *seen = seen_new();
    uint64_t known = 0, fresh = 0, live = 0;
    int err = a == NULL || seen == NULL ? error_sys(e, ENOMEM, "index") : 0;
    if (err == 0) {
        a->x = x;
        err = index_get(x, x->txn, TABLE_LINEAGES, lineage, &a->lineage, sizeof a->lineage, e);
    }
    if (err == 0)
        err = count_live(a, &live, e);
    if (err == 0)
        err = count_rows(a, keys, count, seen, &known, &fresh, e);
    if (seen != NULL)
        seen_free(seen);
    free(a);
    if (err < 0)
        return err;
    *came = fresh;
    *went = live > known ? live - known : 0;
    return 0;
}

/* ---- two lists ---- */

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Each distinct row's hash, rising, in memory of its own; *count: how many. NULL: out of memory. */
static uint64_t *hash_rows(const struct index_row_key *keys, size_t key_count, size_t *count)
{
    size_t rows = 0, distinct = 0;
    for (size_t at = 0; at < key_count; at += adding_row_length(keys + at, key_count - at))
        rows++;
    uint64_t *hashes = malloc((rows + 1) * sizeof *hashes);
    if (hashes == NULL)
        return NULL;
    rows = 0;
    for (size_t at = 0, len; at < key_count; at += len) {
        len = adding_row_length(keys + at, key_count - at);
        hashes[rows++] = hash_row(keys + at, len);
    }
    qsort(hashes, rows, sizeof *hashes, by_value);
    for (size_t i = 0; i < rows; i++)
        if (distinct == 0 || hashes[i] != hashes[distinct - 1])
            hashes[distinct++] = hashes[i];
    *count = distinct;
    return hashes;
}

static size_t count_shared(const uint64_t *a, size_t a_count, const uint64_t *b, size_t b_count)
{
    size_t shared = 0;
    for (size_t i = 0, k = 0; i < a_count && k < b_count;) {
        shared += a[i] == b[k];
        bool steps_a = a[i] <= b[k], steps_b = b[k] <= a[i];
        i += steps_a;
        k += steps_b;
    }
    return shared;
}

int index_compare_rows(const struct index_row_key *before, size_t before_count, const struct index_row_key *now,
                       size_t now_count, uint64_t *came, uint64_t *went)
{
    size_t was = 0, is = 0;
    uint64_t *a = hash_rows(before, before_count, &was), *b = hash_rows(now, now_count, &is);
    bool done = a != NULL && b != NULL;
    if (done) {
        size_t shared = count_shared(a, was, b, is);
        *came = is - shared;
        *went = was - shared;
    }
    free(a);
    free(b);
    return done ? 0 : -ENOMEM;
}
