#include "index/add.h"

#include "index/rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int compare_postings(const void *a, const void *b)
{
    const struct posting *x = a, *y = b;
    return x->key != y->key ? (x->key < y->key ? -1 : 1) : x->place < y->place ? -1 : x->place > y->place;
}

static int compare_rows(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* ---- the lineage ---- */

static int write_lineage(struct adding *a, struct error *e)
{
    return index_put(a->x, TABLE_VERSIONS, place_of(a->lineage, 0), &a->record, sizeof a->record, e);
}

static int make_lineage(struct adding *a, struct error *e)
{
    MDB_stat stat;
    int rc = mdb_stat(a->x->txn, a->x->table[TABLE_LINEAGES], &stat);
    if (rc != 0)
        return index_fail(e, rc, "lineages");
    if (stat.ms_entries >= UINT32_MAX - 1)
        return error_set(e, EFBIG, "index: more files than it can number");
    a->lineage = (uint32_t)stat.ms_entries + 1;
    a->record = (struct lineage_record){.lineage = a->version->lineage, .next_row = 1};
    return index_put(a->x, TABLE_LINEAGES, a->version->lineage, &a->lineage, sizeof a->lineage, e);
}

/* Takes numbers for as many rows as it may bring, so that what a crash leaves of them is nobody's. */
static int begin_version(struct adding *a, size_t rows_most, struct error *e)
{
    int err = index_make_room(a->x, 4, e);
    if (err == 0)
        err = index_get(a->x, a->x->txn, TABLE_LINEAGES, a->version->lineage, &a->lineage, sizeof a->lineage, e);
    if (err == -ENOENT)
        err = make_lineage(a, e);
    else if (err == 0)
        err = index_get(a->x, a->x->txn, TABLE_VERSIONS, place_of(a->lineage, 0), &a->record, sizeof a->record, e);
    if (err == -ENOENT)
        return index_fail(e, MDB_CORRUPTED, "lineages");
    if (err < 0 || a->version->number <= a->record.newest)
        return err;
    if (rows_most >= UINT32_MAX - a->record.next_row)
        return error_set(e, EFBIG, "index: more rows in one file than it can number");
    a->first_row = a->next_row = a->record.next_row;
    a->record.next_row += (uint32_t)rows_most;
    return write_lineage(a, e);
}

/* ---- rows ---- */

int adding_open_cursor(struct adding *a, struct error *e)
{
    int rc = a->keys == NULL ? mdb_cursor_open(a->x->txn, a->x->table[TABLE_KEYS], &a->keys) : 0;
    return rc != 0 ? index_fail(e, rc, "keys") : 0;
}

void adding_close_cursor(struct adding *a)
{
    if (a->keys != NULL)
        mdb_cursor_close(a->keys);
    a->keys = NULL;
}

/* Room for changes; a cursor does not outlive its transaction. */
static int make_room(struct adding *a, size_t pages, struct error *e)
{
    adding_close_cursor(a);
    return index_make_room(a->x, pages, e);
}

/* To the key's last place that is below `below`. */
static int seek_below(MDB_cursor *c, uint64_t key, uint64_t below, MDB_val *place)
{
    MDB_val k = val_of(&key, sizeof key);
    *place = val_of(&below, sizeof below);
    int rc = mdb_cursor_get(c, &k, place, MDB_GET_BOTH_RANGE);
    if (rc == 0)
        return mdb_cursor_get(c, &k, place, MDB_PREV_DUP);
    if (rc == MDB_NOTFOUND && (rc = mdb_cursor_get(c, &k, place, MDB_SET)) == 0)
        rc = mdb_cursor_get(c, &k, place, MDB_LAST_DUP);
    return rc;
}

/* The rows of the lineage that have the key, the newest first: how many, at most SAME_KEY_MOST, or an error. */
static int rows_with_key(struct adding *a, uint64_t key, uint64_t places[static SAME_KEY_MOST], struct error *e)
{
    MDB_val k, v;
    int count = 0, rc = seek_below(a->keys, key, place_of(a->lineage + 1, 0), &v);
    while (rc == 0 && count < SAME_KEY_MOST) {
        memcpy(&places[count], v.mv_data, sizeof places[count]);
        if (place_lineage(places[count]) != a->lineage)
            return count;
        count++;
        rc = mdb_cursor_get(a->keys, &k, &v, MDB_PREV_DUP);
    }
    return rc != 0 && rc != MDB_NOTFOUND ? index_fail(e, rc, "keys") : count;
}

/* Has the row all these keys, and is it still there? 1, 0, or an error. */
static int is_same_row(struct adding *a, uint64_t place, const struct index_row_key *keys, size_t count,
                       struct error *e)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t key = keys[i].key;
        MDB_val k = val_of(&key, sizeof key), v = val_of(&place, sizeof place);
        int rc = mdb_cursor_get(a->keys, &k, &v, MDB_GET_BOTH);
        if (rc != 0)
            return rc == MDB_NOTFOUND ? 0 : index_fail(e, rc, "keys");
    }
    uint32_t until;
    int err = index_get(a->x, a->x->txn, TABLE_GONE, place, &until, sizeof until, e);
    return err == -ENOENT ? 1 : err;
}

/* Its rarest key leads to it. */
int adding_find_row(struct adding *a, const struct index_row_key *keys, size_t count, uint64_t *place, struct error *e)
{
    uint64_t rarest[SAME_KEY_MOST], places[SAME_KEY_MOST];
    int rarest_count = SAME_KEY_MOST + 1;
    for (size_t i = 0; i < count && rarest_count > 1; i++) {
        int found = rows_with_key(a, keys[i].key, places, e);
        if (found <= 0)
            return found;
        if (found < rarest_count) {
            memcpy(rarest, places, sizeof rarest);
            rarest_count = found;
        }
    }
    int same = 0;
    for (int i = 0; i < rarest_count && same == 0; i++) {
        same = is_same_row(a, rarest[i], keys, count, e);
        *place = rarest[i];
    }
    return same;
}

static int write_batch(struct adding *a, struct error *e)
{
    qsort(a->batch, a->batch_count, sizeof a->batch[0], compare_postings);
    int err = make_room(a, a->batch_count, e);
    if (err == 0)
        err = adding_open_cursor(a, e);
    for (size_t i = 0; i < a->batch_count && err == 0; i++) {
        MDB_val k = val_of(&a->batch[i].key, sizeof a->batch[i].key);
        MDB_val v = val_of(&a->batch[i].place, sizeof a->batch[i].place);
        int rc = mdb_cursor_put(a->keys, &k, &v, MDB_NODUPDATA);
        if (rc != 0 && rc != MDB_KEYEXIST)
            err = index_fail(e, rc, "write");
    }
    a->batch_count = 0;
    return err;
}

static int add_row(struct adding *a, const struct index_row_key *keys, size_t count, struct error *e)
{
    if (a->batch_count + count > BATCH_KEYS) {
        int err = write_batch(a, e);
        if (err < 0)
            return err;
    }
    uint64_t place = 0;
    int err = adding_open_cursor(a, e), known = err < 0 ? err : adding_find_row(a, keys, count, &place, e);
    if (known < 0)
        return known;
    if (!known) {
        place = place_of(a->lineage, a->next_row++);
        for (size_t i = 0; i < count; i++)
            a->batch[a->batch_count++] = (struct posting){.key = keys[i].key, .place = place};
    }
    a->rows[a->row_count++] = place_what(place);
    return 0;
}

size_t adding_row_length(const struct index_row_key *keys, size_t count)
{
    size_t len = 1;
    while (len < count && len < ROW_KEYS && keys[len].row == keys[0].row)
        len++;
    return len;
}

static size_t count_rows(const struct index_row_key *keys, size_t count)
{
    size_t rows = 0;
    for (size_t at = 0; at < count; at += adding_row_length(keys + at, count - at))
        rows++;
    return rows;
}

static int add_rows(struct adding *a, const struct index_row_key *keys, size_t count, struct error *e)
{
    int err = 0;
    for (size_t at = 0, len; at < count && err == 0; at += len) {
        len = adding_row_length(keys + at, count - at);
        err = add_row(a, keys + at, len, e);
    }
    if (err == 0 && a->batch_count > 0)
        err = write_batch(a, e);
    adding_close_cursor(a);
    return err;
}

/* ---- rows that the version before had and this one has not ---- */

static int put_gone(struct adding *a, const uint32_t *rows, size_t count, struct error *e)
{
    uint32_t until = a->record.ordinal + 1;
    int err = index_make_room(a->x, GONE_BATCH, e);
    for (size_t i = 0; i < count && err == 0; i++)
        err = index_put(a->x, TABLE_GONE, place_of(a->lineage, rows[i]), &until, sizeof until, e);
    return err;
}

/* The list is LMDB's, and may move when something is written: those that went are collected first. */
static int collect_gone(struct adding *a, struct buf *gone, struct error *e)
{
    uint64_t lineage = a->lineage;
    MDB_val k = val_of(&lineage, sizeof lineage), v;
    int rc = mdb_get(a->x->txn, a->x->table[TABLE_LIVE], &k, &v);
    if (rc != 0)
        return rc == MDB_NOTFOUND ? 0 : index_fail(e, rc, "live");
    struct rows_reader before = {.at = v.mv_data, .end = (unsigned char *)v.mv_data + v.mv_size};
    uint32_t row;
    size_t now = 0;
    int more;
    while ((more = rows_next(&before, &row)) > 0) {
        while (now < a->row_count && a->rows[now] < row)
            now++;
        if (now == a->row_count || a->rows[now] != row)
            buf_put(gone, &row, sizeof row);
    }
    if (more < 0)
        return index_fail(e, MDB_CORRUPTED, "live");
    return gone->failed ? error_sys(e, ENOMEM, "index") : 0;
}

static int end_gone(struct adding *a, struct error *e)
{
    buf_auto gone = {0};
    int err = collect_gone(a, &gone, e);
    size_t count = gone.len / sizeof(uint32_t), piece;
    for (size_t at = 0; at < count && err == 0; at += piece) {
        piece = count - at < GONE_BATCH ? count - at : GONE_BATCH;
        err = put_gone(a, (const uint32_t *)(const void *)gone.data + at, piece, e);
    }
    return err;
}

static int write_live(struct adding *a, struct error *e)
{
    buf_auto live = {0};
    uint32_t last = 0;
    for (size_t i = 0; i < a->row_count; i++)
        if (a->rows[i] != last)
            rows_put(&live, &last, a->rows[i]);
    if (live.failed)
        return error_sys(e, ENOMEM, "index");
    int err = index_make_room(a->x, live.len / 4096 + 2, e);
    if (err < 0)
        return err;
    if (live.len > 0)
        return index_put(a->x, TABLE_LIVE, a->lineage, live.data, live.len, e);
    uint64_t lineage = a->lineage;
    MDB_val k = val_of(&lineage, sizeof lineage);
    int rc = mdb_del(a->x->txn, a->x->table[TABLE_LIVE], &k, NULL);
    return rc != 0 && rc != MDB_NOTFOUND ? index_fail(e, rc, "live") : 0;
}

/* ---- the whole ---- */

static int add_new_text(struct adding *a, const uint64_t *text, size_t count, struct error *e)
{
    int fresh = index_add_text(a->x, place_of(a->lineage, a->next_row), text, count, e);
    a->next_row += fresh > 0;
    return fresh < 0 ? fresh : 0;
}

static int end_version(struct adding *a, struct error *e)
{
    struct version_record r = {.number = a->version->number,
                               .first_row = a->first_row,
                               .row_count = a->next_row - a->first_row,
                               .text_whole = a->text_whole};
    memcpy(r.blob, a->version->blob, sizeof r.blob);
    a->record.newest = a->version->number;
    a->record.ordinal++;
    a->record.next_row = a->next_row;
    int err = index_make_room(a->x, 4, e);
    if (err == 0)
        err = index_put(a->x, TABLE_VERSIONS, place_of(a->lineage, a->record.ordinal), &r, sizeof r, e);
    return err == 0 ? write_lineage(a, e) : err;
}

static int add_version(struct adding *a, const struct index_row_key *keys, size_t key_count, const uint64_t *text,
                       size_t text_count, struct error *e)
{
    size_t rows_most = count_rows(keys, key_count);
    int err = begin_version(a, rows_most + 1, e);
    if (err < 0 || a->version->number <= a->record.newest)
        return err;
    if ((a->rows = malloc((rows_most + 1) * sizeof *a->rows)) == NULL)
        return error_sys(e, ENOMEM, "index");
    err = add_rows(a, keys, key_count, e);
    if (err == 0)
        err = add_new_text(a, text, text_count, e);
    qsort(a->rows, a->row_count, sizeof *a->rows, compare_rows);
    if (err == 0)
        err = end_gone(a, e);
    if (err == 0)
        err = write_live(a, e);
    return err == 0 ? end_version(a, e) : err;
}

int index_add(struct index *x, const struct index_version *v, const struct index_row_key *keys, size_t key_count,
              const uint64_t *text, size_t text_count, struct error *e)
{
    if (x->txn == NULL || v->number == 0)
        return error_set(e, EINVAL, "index: a version is numbered from 1 and added in a group");
    struct adding *a = calloc(1, sizeof *a);
    if (a == NULL)
        return error_sys(e, ENOMEM, "index");
    a->x = x;
    a->version = v;
    a->text_whole = v->text_whole;
    int err = add_version(a, keys, key_count, text, text_count, e);
    if (err < 0) {
        adding_close_cursor(a);
        index_abort(x);
    }
    free(a->rows);
    free(a);
    return err;
}

int index_add_same(struct index *x, const struct index_version *v, struct error *e)
{
    if (x->txn == NULL || v->number == 0)
        return error_set(e, EINVAL, "index: a version is numbered from 1 and added in a group");
    struct adding a = {.x = x, .version = v};
    struct version_record before = {.text_whole = 0};
    int err = index_make_room(x, 6, e);
    if (err == 0)
        err = index_get(x, x->txn, TABLE_LINEAGES, v->lineage, &a.lineage, sizeof a.lineage, e);
    if (err == 0)
        err = index_get(x, x->txn, TABLE_VERSIONS, place_of(a.lineage, 0), &a.record, sizeof a.record, e);
    if (err == -ENOENT || (err == 0 && a.record.newest == 0))
        return -ENOENT;
    if (err == 0 && v->number <= a.record.newest)
        return 0;
    a.first_row = a.next_row = a.record.next_row;
    if (err == 0)
        err = index_get(x, x->txn, TABLE_VERSIONS, place_of(a.lineage, a.record.ordinal), &before, sizeof before, e);
    if (err == -ENOENT)
        err = index_fail(e, MDB_CORRUPTED, "versions");
    a.text_whole = err == 0 && before.text_whole == 1;
    if (err == 0)
        err = end_version(&a, e);
    if (err < 0)
        index_abort(x);
    return err;
}
