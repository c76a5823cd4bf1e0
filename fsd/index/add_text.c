#include "index/layout.h"

#include <stdlib.h>
#include <string.h>

enum { BATCH_PRINTS = 2048 };

static int compare_prints(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* Puts one print unless the lineage has it: 1 if it was new, 0, or an error. */
static int put_print(MDB_cursor *c, uint64_t print, uint64_t place, struct error *e)
{
    uint64_t from = place_of(place_lineage(place), 0), found;
    MDB_val k = val_of(&print, sizeof print), v = val_of(&from, sizeof from);
    int rc = mdb_cursor_get(c, &k, &v, MDB_GET_BOTH_RANGE);
    if (rc == 0) {
        memcpy(&found, v.mv_data, sizeof found);
        if (place_lineage(found) == place_lineage(place))
            return 0;
    }
    if (rc == 0 || rc == MDB_NOTFOUND) {
        k = val_of(&print, sizeof print);
        v = val_of(&place, sizeof place);
        rc = mdb_cursor_put(c, &k, &v, 0);
    }
    return rc != 0 ? index_fail(e, rc, "text") : 1;
}

static int put_prints(struct index *x, const uint64_t *prints, size_t count, uint64_t place, struct error *e)
{
    MDB_cursor *c;
    int fresh = index_make_room(x, count, e);
    if (fresh < 0)
        return fresh;
    int rc = mdb_cursor_open(x->txn, x->table[TABLE_TEXT], &c);
    if (rc != 0)
        return index_fail(e, rc, "text");
    int any = 0;
    for (size_t i = 0; i < count && fresh >= 0; i++) {
        fresh = put_print(c, prints[i], place, e);
        any |= fresh > 0;
    }
    mdb_cursor_close(c);
    return fresh < 0 ? fresh : any;
}

int index_add_text(struct index *x, uint64_t place, const uint64_t *text, size_t count, struct error *e)
{
    uint64_t batch[BATCH_PRINTS];
    int any = 0;
    for (size_t at = 0, piece; at < count; at += piece) {
        piece = count - at < BATCH_PRINTS ? count - at : BATCH_PRINTS;
        memcpy(batch, text + at, piece * sizeof *batch);
        qsort(batch, piece, sizeof *batch, compare_prints);
        int fresh = put_prints(x, batch, piece, place, e);
        if (fresh < 0)
            return fresh;
        any |= fresh;
    }
    return any;
}
