#include "index/streams.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { STREAMS_MOST = 1 << 24 };

static bool fits(const char *name) { return name == NULL || strlen(name) < INDEX_NAME_BYTES; }

/* A stream's name is "rep/device": neither may hold a slash. */
static int name_stream(const struct index_stream *s, const char *mount, char to[static 2 * INDEX_NAME_BYTES],
                       struct error *e)
{
    if (!fits(s->rep) || !fits(s->device) || !fits(mount))
        return error_set(e, ENAMETOOLONG, "index: the name of a rep, a device or a mount is too long");
    snprintf(to, 2 * INDEX_NAME_BYTES, "%s/%s", s->rep, s->device);
    return 0;
}

static bool is_it(const struct stream_record *r, const struct index_stream *s, const char *mount)
{
    return strcmp(r->rep, s->rep) == 0 && strcmp(r->device, s->device) == 0 &&
           strcmp(r->mount, mount == NULL ? "" : mount) == 0;
}

/* By the entry in `names`, and the record that it leads to. */
static int find_entry(struct view *v, const struct name_key *key, const struct index_stream *s, const char *mount,
                      uint32_t *number, struct stream_record *out, struct error *e)
{
    struct name_record name;
    int err = entries_get(v, key, &name, e);
    if (err < 0)
        return err;
    *number = id_root(name.id);
    err = index_get(v->x, v->txn, TABLE_STREAMS, *number, out, sizeof *out, e);
    if (err == -ENOENT || (err == 0 && !is_it(out, s, mount)))
        return index_fail(e, MDB_CORRUPTED, "streams");
    return err;
}

int streams_find(struct view *v, const struct index_stream *s, const char *mount, uint32_t *number,
                 struct stream_record *out, struct error *e)
{
    char name[2 * INDEX_NAME_BYTES];
    int err = name_stream(s, mount, name, e);
    if (err < 0)
        return err;
    struct name_key key = name_key_of(0, name, strlen(name));
    err = find_entry(v, &key, s, NULL, number, out, e);
    if (err < 0 || mount == NULL)
        return err;
    key = name_key_of(id_of(*number, 0), mount, strlen(mount));
    return find_entry(v, &key, s, mount, number, out, e);
}

static int make_entry(struct index *x, const struct name_key *key, const struct index_stream *s, const char *mount,
                      uint32_t *number, struct stream_record *out, struct error *e)
{
    MDB_stat stat;
    int err = index_make_room(x, 6, e);
    if (err < 0)
        return err;
    int rc = mdb_stat(x->txn, x->table[TABLE_STREAMS], &stat);
    if (rc != 0)
        return index_fail(e, rc, "streams");
    if (stat.ms_entries >= STREAMS_MOST - 1)
        return error_set(e, EFBIG, "index: more reps, devices and mounts than it can number");
    *number = (uint32_t)stat.ms_entries + 1;
    *out = (struct stream_record){.next_node = 1};
    snprintf(out->rep, sizeof out->rep, "%s", s->rep);
    snprintf(out->device, sizeof out->device, "%s", s->device);
    snprintf(out->mount, sizeof out->mount, "%s", mount == NULL ? "" : mount);
    err = index_put(x, TABLE_STREAMS, *number, out, sizeof *out, e);
    const struct name_record name = {.id = id_of(*number, 0), .is_folder = true};
    return err < 0 ? err : entries_put(x, key, &name, e);
}

int streams_make(struct index *x, const struct index_stream *s, const char *mount, uint32_t *number,
                 struct stream_record *out, struct error *e)
{
    char name[2 * INDEX_NAME_BYTES];
    struct view v = {.x = x, .txn = x->txn};
    int err = name_stream(s, mount, name, e);
    if (err < 0)
        return err;
    struct name_key key = name_key_of(0, name, strlen(name));
    err = find_entry(&v, &key, s, NULL, number, out, e);
    if (err == -ENOENT)
        err = make_entry(x, &key, s, NULL, number, out, e);
    if (err < 0 || mount == NULL)
        return err;
    key = name_key_of(id_of(*number, 0), mount, strlen(mount));
    v.txn = x->txn;
    err = find_entry(&v, &key, s, mount, number, out, e);
    return err == -ENOENT ? make_entry(x, &key, s, mount, number, out, e) : err;
}

/* ---- what callers ask ---- */

int index_newest(struct index *x, const struct index_stream *s, uint64_t *number, unsigned char mark[static 20],
                 struct error *e)
{
    struct view v;
    uint32_t stream;
    struct stream_record r = {.newest = 0};
    int err = view_open(&v, x, e);
    if (err < 0)
        return err;
    err = streams_find(&v, s, NULL, &stream, &r, e);
    view_close(&v);
    if (err < 0 && err != -ENOENT)
        return err;
    *number = r.newest;
    memcpy(mark, r.mark, sizeof r.mark);
    return 0;
}

int index_find_place(struct index *x, uint64_t lineage, struct index_place *out, struct error *e)
{
    struct view v;
    struct stream_record r;
    int err = view_open(&v, x, e);
    if (err < 0)
        return err;
    err = index_get(x, v.txn, TABLE_STREAMS, id_root(lineage), &r, sizeof r, e);
    view_close(&v);
    if (err < 0)
        return err;
    r.rep[sizeof r.rep - 1] = r.device[sizeof r.device - 1] = r.mount[sizeof r.mount - 1] = 0;
    memcpy(out->rep, r.rep, sizeof r.rep);
    memcpy(out->device, r.device, sizeof r.device);
    memcpy(out->mount, r.mount, sizeof r.mount);
    return 0;
}
