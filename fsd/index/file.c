/* A file's versions, and the file at a name. */
#include "index/streams.h"

#include <errno.h>

int index_bounds(struct index *x, uint64_t lineage, struct index_version *first, struct index_version *newest,
                 struct error *e)
{
    struct view v;
    uint32_t number;
    struct lineage_record l;
    struct version_record r[2];
    int err = view_open(&v, x, e);
    if (err < 0)
        return err;
    err = index_get(x, v.txn, TABLE_LINEAGES, lineage, &number, sizeof number, e);
    if (err == 0)
        err = index_get(x, v.txn, TABLE_VERSIONS, place_of(number, 0), &l, sizeof l, e);
    if (err == 0)
        err = index_get(x, v.txn, TABLE_VERSIONS, place_of(number, 1), &r[0], sizeof r[0], e);
    if (err == 0)
        err = index_get(x, v.txn, TABLE_VERSIONS, place_of(number, l.ordinal), &r[1], sizeof r[1], e);
    view_close(&v);
    if (err < 0)
        return err;
    *first = version_of(&l, &r[0]);
    *newest = version_of(&l, &r[1]);
    return 0;
}

static int find_id(struct view *v, const struct index_stream *s, const char *mount, const char *path, uint64_t *id,
                   struct error *e)
{
    uint32_t number;
    struct stream_record root;
    struct name_key key;
    struct name_record file = {0};
    int err = streams_find(v, s, mount, &number, &root, e);
    if (err == 0)
        err = entries_find(v, id_of(number, 0), path, UINT64_MAX, &key, e);
    if (err > 0)
        err = entries_get(v, &key, &file, e);
    else if (err == 0)
        err = -ENOENT;
    if (err < 0)
        return err == -ENOENT ? 0 : err;
    *id = file.id;
    return !file.is_folder;
}

int index_find_file(struct index *x, const struct index_stream *s, const char *mount, const char *path,
                    struct index_version *out, struct error *e)
{
    struct view v;
    uint64_t id;
    struct index_version first;
    int err = view_open(&v, x, e);
    if (err < 0)
        return err;
    int found = find_id(&v, s, mount, path, &id, e);
    view_close(&v);
    if (found <= 0)
        return found;
    err = index_bounds(x, id, &first, out, e);
    return err == -ENOENT ? 0 : err < 0 ? err : 1;
}
