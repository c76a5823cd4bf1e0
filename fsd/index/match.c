#include "index/layout.h"

#include "index/tally.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/*
 * Row by row. The row's keys are ordered by how many places they have; each place of a key is looked for among those of
 * the keys behind it, which are more common: in memory if all of them were read, else in LMDB, in just that place. So
 * the work for a row is bounded by INDEX_COMMON and ROW_KEYS, however common its keys.
 */
enum { ROW_KEYS = 16 };

struct places {
    uint64_t key;
    size_t count;   /* in all */
    size_t read_to; /* how many are here */
    uint64_t is[INDEX_COMMON];
};

struct matching {
    struct view v;
    MDB_cursor *keys, *text;
    struct tally *tally;
    struct seen *rows, *emails; /* what was asked already */
    struct places row[ROW_KEYS];
    struct error *e;
};

/* ---- places of a key ---- */

static int read_places(MDB_cursor *c, uint64_t key, struct places *p, struct error *e)
{
    p->key = key;
    p->count = p->read_to = 0;
    MDB_val k = val_of(&key, sizeof key), v;
    int rc = mdb_cursor_get(c, &k, &v, MDB_SET_KEY);
    if (rc == 0)
        rc = mdb_cursor_count(c, &p->count);
    while (rc == 0 && p->read_to < INDEX_COMMON) {
        memcpy(&p->is[p->read_to++], v.mv_data, sizeof p->is[0]);
        rc = mdb_cursor_get(c, &k, &v, MDB_NEXT_DUP);
    }
    return rc != 0 && rc != MDB_NOTFOUND ? index_fail(e, rc, "read") : 0;
}

static int compare_places(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* Has the key this place? 1, 0, or an error. */
static int has_place(MDB_cursor *c, const struct places *p, uint64_t place, struct error *e)
{
    if (bsearch(&place, p->is, p->read_to, sizeof p->is[0], compare_places) != NULL)
        return 1;
    if (p->read_to == p->count)
        return 0;
    uint64_t key = p->key;
    MDB_val k = val_of(&key, sizeof key), v = val_of(&place, sizeof place);
    int rc = mdb_cursor_get(c, &k, &v, MDB_GET_BOTH);
    return rc == 0 ? 1 : rc == MDB_NOTFOUND ? 0 : index_fail(e, rc, "read");
}

/* ---- rows ---- */

static int compare_counts(const void *a, const void *b)
{
    const struct places *x = a, *y = b;
    return x->count != y->count ? (x->count < y->count ? -1 : 1) : x->key < y->key ? -1 : x->key > y->key;
}

/* A lineage's row at this place has the key: has it another of another kind? */
static int is_met(struct matching *m, size_t key, size_t keys, uint64_t place)
{
    for (size_t other = key + 1; other < keys; other++) {
        if (((m->row[key].key ^ m->row[other].key) & INDEX_KIND) == 0)
            continue;
        int has = has_place(m->keys, &m->row[other], place, m->e);
        if (has != 0)
            return has;
    }
    return 0;
}

static int match_place(struct matching *m, size_t key, size_t keys, uint64_t place, uint32_t row, bool is_new_email)
{
    struct tally_entry *t = tally_get(m->tally, place_lineage(place));
    if (t == NULL)
        return error_sys(m->e, ENOMEM, "index");
    t->emails += is_new_email;
    if (t->row == row + 1)
        return 0;
    int met = is_met(m, key, keys, place);
    if (met > 0) {
        t->rows++;
        t->row = row + 1;
    }
    return met < 0 ? met : 0;
}

static int match_key(struct matching *m, size_t key, size_t keys, uint32_t row)
{
    const struct places *p = &m->row[key];
    bool is_new_email = (p->key & INDEX_KIND) == INDEX_KIND_EMAIL;
    if (is_new_email) {
        int fresh = seen_add(m->emails, p->key);
        if (fresh < 0)
            return error_sys(m->e, ENOMEM, "index");
        is_new_email = fresh > 0;
    }
    int err = 0;
    for (size_t i = 0; i < p->read_to && err == 0; i++) {
        bool is_next = i == 0 || place_lineage(p->is[i]) != place_lineage(p->is[i - 1]);
        err = match_place(m, key, keys, p->is[i], row, is_new_email && is_next);
    }
    return err;
}

static int match_row(struct matching *m, const struct index_row_key *keys, size_t count, uint32_t row)
{
    int err = 0;
    for (size_t i = 0; i < count && err == 0; i++)
        err = read_places(m->keys, keys[i].key, &m->row[i], m->e);
    if (err < 0)
        return err;
    qsort(m->row, count, sizeof m->row[0], compare_counts);
    for (size_t i = 0; i < count && err == 0; i++)
        err = match_key(m, i, count, row);
    return err;
}

/* The same keys again are the same row: a signature under every mail is no list. */
static int is_new_row(struct matching *m, const struct index_row_key *keys, size_t count)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += XXH3_64bits(&keys[i].key, sizeof keys[i].key);
    int fresh = seen_add(m->rows, sum);
    return fresh < 0 ? error_sys(m->e, ENOMEM, "index") : fresh;
}

static int match_rows(struct matching *m, const struct index_row_key *keys, size_t count)
{
    uint32_t row = 0;
    for (size_t at = 0, len; at < count; at += len) {
        len = 1;
        while (at + len < count && len < ROW_KEYS && keys[at + len].row == keys[at].row)
            len++;
        int err = is_new_row(m, keys + at, len);
        if (err > 0)
            err = match_row(m, keys + at, len, row++);
        if (err < 0)
            return err;
    }
    return 0;
}

/* ---- text ---- */

static int match_print(struct matching *m, uint64_t print)
{
    struct places *p = &m->row[0];
    int err = read_places(m->text, print, p, m->e);
    uint32_t last = 0;
    for (size_t i = 0; i < p->read_to && err == 0; i++) {
        uint32_t lineage = place_lineage(p->is[i]);
        struct tally_entry *t = lineage != last ? tally_get(m->tally, lineage) : NULL;
        if (lineage != last && t == NULL)
            return error_sys(m->e, ENOMEM, "index");
        if (t != NULL)
            t->text++;
        last = lineage;
    }
    return err;
}

static int match_text(struct matching *m, const uint64_t *text, size_t count)
{
    seen_clear(m->rows);
    for (size_t i = 0; i < count; i++) {
        int fresh = seen_add(m->rows, text[i]), err = fresh < 0 ? error_sys(m->e, ENOMEM, "index") : 0;
        if (fresh > 0)
            err = match_print(m, text[i]);
        if (err < 0)
            return err;
    }
    return 0;
}

/* ---- the answer ---- */

static int compare_entries(const void *a, const void *b)
{
    const struct tally_entry *x = a, *y = b;
    if (x->rows != y->rows)
        return x->rows > y->rows ? -1 : 1;
    if (x->emails != y->emails)
        return x->emails > y->emails ? -1 : 1;
    if (x->text != y->text)
        return x->text > y->text ? -1 : 1;
    return x->lineage < y->lineage ? -1 : x->lineage > y->lineage;
}

/* A lineage whose first version is not wholly in is left out. */
static int describe(struct matching *m, const struct tally_entry *t, struct index_match *out)
{
    struct lineage_record l;
    struct version_record r;
    struct view *v = &m->v;
    int err = index_get(v->x, v->txn, TABLE_VERSIONS, place_of(t->lineage, 0), &l, sizeof l, m->e);
    if (err == 0)
        err = index_get(v->x, v->txn, TABLE_VERSIONS, place_of(t->lineage, l.ordinal), &r, sizeof r, m->e);
    if (err == 0)
        *out = (struct index_match){.last = version_of(&l, &r), .rows = t->rows, .emails = t->emails, .text = t->text};
    return err;
}

static int give_answer(struct matching *m, struct index_match *out, size_t most, size_t *count)
{
    size_t entries, given = 0;
    struct tally_entry *t = tally_pack(m->tally, &entries);
    qsort(t, entries, sizeof *t, compare_entries);
    for (size_t i = 0; i < entries && given < most; i++) {
        if (t[i].rows == 0 && t[i].emails == 0 && t[i].text == 0)
            continue;
        int err = describe(m, &t[i], &out[given]);
        if (err < 0 && err != -ENOENT)
            return err;
        given += err == 0;
    }
    *count = given;
    return 0;
}

static int open_cursors(struct matching *m)
{
    const struct index *x = m->v.x;
    int rc = mdb_cursor_open(m->v.txn, x->table[TABLE_KEYS], &m->keys);
    if (rc == 0)
        rc = mdb_cursor_open(m->v.txn, x->table[TABLE_TEXT], &m->text);
    return rc != 0 ? index_fail(m->e, rc, "read") : 0;
}

static void end_matching(struct matching *m)
{
    if (m->keys != NULL)
        mdb_cursor_close(m->keys);
    if (m->text != NULL)
        mdb_cursor_close(m->text);
    view_close(&m->v);
    tally_free(m->tally);
    seen_free(m->rows);
    seen_free(m->emails);
    free(m);
}

int index_match(struct index *x, const struct index_row_key *keys, size_t key_count, const uint64_t *text,
                size_t text_count, struct index_match *out, size_t most, size_t *count, struct error *e)
{
    struct matching *m = calloc(1, sizeof *m);
    if (m == NULL)
        return error_sys(e, ENOMEM, "index");
    m->e = e;
    int err = view_open(&m->v, x, e);
    if (err < 0) {
        free(m);
        return err;
    }
    m->tally = tally_new();
    m->rows = seen_new();
    m->emails = seen_new();
    if (m->tally == NULL || m->rows == NULL || m->emails == NULL)
        err = error_sys(e, ENOMEM, "index");
    if (err == 0)
        err = open_cursors(m);
    if (err == 0)
        err = match_rows(m, keys, key_count);
    if (err == 0)
        err = match_text(m, text, text_count);
    if (err == 0)
        err = give_answer(m, out, most, count);
    end_matching(m);
    return err;
}
