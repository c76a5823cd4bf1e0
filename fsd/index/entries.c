#include "index/entries.h"

#include <errno.h>
#include <string.h>
#include <xxhash.h>

static void put_word(unsigned char to[static 8], uint64_t word)
{
    for (int i = 0; i < 8; i++)
        to[i] = (unsigned char)(word >> (56 - 8 * i));
}

struct name_key name_key_of(uint64_t folder, const char *name, size_t len)
{
    struct name_key key;
    put_word(key.bytes, folder);
    put_word(key.bytes + 8, XXH3_64bits(name, len));
    return key;
}

static int take_record(const MDB_val *v, struct name_record *out, struct error *e)
{
    if (v->mv_size != sizeof *out)
        return index_fail(e, MDB_CORRUPTED, "names");
    memcpy(out, v->mv_data, sizeof *out);
    return 0;
}

int entries_get(struct view *v, const struct name_key *key, struct name_record *out, struct error *e)
{
    MDB_val k = val_of(key->bytes, sizeof key->bytes), found;
    int rc = mdb_get(v->txn, v->x->table[TABLE_NAMES], &k, &found);
    if (rc == MDB_NOTFOUND)
        return -ENOENT;
    return rc != 0 ? index_fail(e, rc, "names") : take_record(&found, out, e);
}

int entries_first(struct view *v, uint64_t folder, struct name_key *key, struct name_record *out, struct error *e)
{
    MDB_cursor *c;
    struct name_key from = {{0}};
    put_word(from.bytes, folder);
    MDB_val k = val_of(from.bytes, sizeof from.bytes), found;
    int rc = mdb_cursor_open(v->txn, v->x->table[TABLE_NAMES], &c);
    if (rc != 0)
        return index_fail(e, rc, "names");
    rc = mdb_cursor_get(c, &k, &found, MDB_SET_RANGE);
    int err = rc != 0 && rc != MDB_NOTFOUND ? index_fail(e, rc, "names") : 0;
    bool is_there = rc == 0 && k.mv_size == sizeof from.bytes && memcmp(k.mv_data, from.bytes, 8) == 0;
    if (is_there) {
        memcpy(key->bytes, k.mv_data, sizeof key->bytes);
        err = take_record(&found, out, e);
    }
    mdb_cursor_close(c);
    return err < 0 ? err : is_there;
}

int entries_put(struct index *x, const struct name_key *key, const struct name_record *record, struct error *e)
{
    MDB_val k = val_of(key->bytes, sizeof key->bytes), v = val_of(record, sizeof *record);
    int rc = mdb_put(x->txn, x->table[TABLE_NAMES], &k, &v, 0);
    return rc != 0 ? index_fail(e, rc, "names") : 0;
}

int entries_drop(struct index *x, const struct name_key *key, struct error *e)
{
    MDB_val k = val_of(key->bytes, sizeof key->bytes);
    int rc = mdb_del(x->txn, x->table[TABLE_NAMES], &k, NULL);
    return rc != 0 && rc != MDB_NOTFOUND ? index_fail(e, rc, "names") : 0;
}

bool entries_component(const char **path, const char **name, size_t *len)
{
    *name = *path + strspn(*path, "/");
    *len = strcspn(*name, "/");
    *path = *name + *len;
    return *len > 0;
}

int entries_find(struct view *v, uint64_t root, const char *path, uint64_t avoid, struct name_key *out, struct error *e)
{
    const char *name;
    size_t len;
    struct name_record at = {.id = root, .is_folder = true};
    bool any = false;
    while (entries_component(&path, &name, &len)) {
        int err = any ? entries_get(v, out, &at, e) : 0;
        if (err < 0)
            return err == -ENOENT ? 0 : err;
        if (!at.is_folder || at.id == avoid)
            return 0;
        *out = name_key_of(at.id, name, len);
        any = true;
    }
    return any;
}
