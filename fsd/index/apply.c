/*
 * Events change names and add versions. An event may take several of LMDB's transactions (a folder of a million files
 * is removed), and a crash leave some of them: so each step is one that may be done again, and what may not (an
 * exchange) happens in the same transaction as the note that the event is in.
 */
#include "index/streams.h"

#include "base/buf.h"

#include <errno.h>
#include <string.h>

enum { ROOM_FOR_NAMES = 12 }; /* pages that changing a few names and the stream's record may change */

struct applying {
    struct index *x;
    const struct index_stream *stream;
    const struct index_event *ev;
    uint64_t root; /* id of the mount's folder */
    struct stream_record record;
    uint32_t number; /* of the stream */
};

static struct view view_of(const struct applying *a) { return (struct view){.x = a->x, .txn = a->x->txn}; }

static int get_name(const struct applying *a, const struct name_key *key, struct name_record *out, struct error *e)
{
    struct view v = view_of(a);
    return entries_get(&v, key, out, e);
}

static int find_name(const struct applying *a, const char *path, uint64_t avoid, struct name_key *out, struct error *e)
{
    struct view v = view_of(a);
    return entries_find(&v, a->root, path == NULL ? "" : path, avoid, out, e);
}

/* ---- removing ---- */

static int end_lineage(const struct applying *a, uint64_t lineage, struct error *e)
{
    const struct index_version v = {.lineage = lineage, .number = a->ev->number};
    return index_add(a->x, &v, NULL, 0, NULL, 0, e);
}

static int drop_name(const struct applying *a, const struct name_key *key, struct error *e)
{
    int err = index_make_room(a->x, 2, e);
    return err < 0 ? err : entries_drop(a->x, key, e);
}

/* A folder on the way down, and the entry by which it is known above. */
struct level {
    uint64_t folder;
    struct name_key key;
};

static int push(struct buf *stack, uint64_t folder, const struct name_key *key, struct error *e)
{
    const struct level l = {.folder = folder, .key = *key};
    buf_put(stack, &l, sizeof l);
    return stack->failed ? error_sys(e, ENOMEM, "index") : 0;
}

/* Files first, then the folder that held them: what a crash leaves is still found from the top. */
static int remove_folder(const struct applying *a, uint64_t folder, const struct name_key *key, struct error *e)
{
    buf_auto stack = {0};
    int err = push(&stack, folder, key, e);
    while (err == 0 && stack.len > 0) {
        struct level l;
        struct name_key child;
        struct name_record found;
        struct view v = view_of(a);
        memcpy(&l, stack.data + stack.len - sizeof l, sizeof l);
        int more = entries_first(&v, l.folder, &child, &found, e);
        if (more < 0)
            return more;
        if (more > 0 && found.is_folder) {
            err = push(&stack, found.id, &child, e);
            continue;
        }
        if (more > 0)
            err = end_lineage(a, found.id, e);
        else
            stack.len -= sizeof l;
        if (err == 0)
            err = drop_name(a, more > 0 ? &child : &l.key, e);
    }
    return err;
}

static int remove_name(const struct applying *a, const struct name_key *key, const struct name_record *r,
                       struct error *e)
{
    if (r->is_folder)
        return remove_folder(a, r->id, key, e);
    int err = end_lineage(a, r->id, e);
    return err < 0 ? err : drop_name(a, key, e);
}

/* The record knows no empty folders: those above `path` that are empty now go. */
static int prune(const struct applying *a, const char *path, struct error *e)
{
    buf_auto way = {0};
    const char *name;
    size_t len;
    uint64_t folder = a->root;
    while (entries_component(&path, &name, &len)) {
        const struct level l = {.folder = folder, .key = name_key_of(folder, name, len)};
        struct name_record found;
        int err = get_name(a, &l.key, &found, e);
        if (err < 0 && err != -ENOENT)
            return err;
        buf_put(&way, &l, sizeof l);
        if (err < 0 || !found.is_folder)
            break;
        folder = found.id;
    }
    if (way.failed)
        return error_sys(e, ENOMEM, "index");
    for (size_t depth = way.len / sizeof(struct level); depth-- > 1;) {
        struct level below, above;
        struct name_key key;
        struct name_record first;
        struct view v = view_of(a);
        memcpy(&below, way.data + depth * sizeof below, sizeof below);
        memcpy(&above, way.data + (depth - 1) * sizeof above, sizeof above);
        int err = entries_first(&v, below.folder, &key, &first, e);
        if (err == 0)
            err = drop_name(a, &above.key, e);
        else
            return err < 0 ? err : 0;
        if (err < 0)
            return err;
    }
    return 0;
}

/* ---- making ---- */

static int make_node(const struct applying *a, const struct name_key *key, bool is_folder, struct name_record *out,
                     struct error *e)
{
    struct stream_record root;
    int err = index_make_room(a->x, 4, e);
    if (err == 0)
        err = index_get(a->x, a->x->txn, TABLE_STREAMS, id_root(a->root), &root, sizeof root, e);
    if (err < 0)
        return err == -ENOENT ? index_fail(e, MDB_CORRUPTED, "streams") : err;
    if (root.next_node >= UINT64_C(1) << NODE_BITS)
        return error_set(e, EFBIG, "index: more files than it can number");
    *out = (struct name_record){.id = id_of(id_root(a->root), root.next_node++), .is_folder = is_folder};
    err = index_put(a->x, TABLE_STREAMS, id_root(a->root), &root, sizeof root, e);
    return err < 0 ? err : entries_put(a->x, key, out, e);
}

/* The folder under the key, made if it is not there: 1; 0: it is the entry with the id `avoid`. */
static int make_folder(const struct applying *a, const struct name_key *key, uint64_t avoid, struct name_record *out,
                       struct error *e)
{
    int err = get_name(a, key, out, e);
    if (err == 0 && out->id == avoid)
        return 0;
    if (err == 0 && !out->is_folder) {
        err = remove_name(a, key, out, e); /* git has no file and folder of one name: the file is gone */
        if (err == 0)
            err = -ENOENT;
    }
    if (err == -ENOENT)
        err = make_node(a, key, true, out, e);
    return err < 0 ? err : 1;
}

/* As entries_find, and makes the folders on the way. */
static int make_way(const struct applying *a, const char *path, uint64_t avoid, struct name_key *out, struct error *e)
{
    const char *name;
    size_t len;
    struct name_record at = {.id = a->root, .is_folder = true};
    bool any = false;
    while (entries_component(&path, &name, &len)) {
        int err = any ? make_folder(a, out, avoid, &at, e) : 1;
        if (err <= 0)
            return err;
        *out = name_key_of(at.id, name, len);
        any = true;
    }
    return any;
}

/* ---- the kinds ---- */

static int apply_nothing(struct applying *a, struct error *e)
{
    (void)a, (void)e;
    return 0;
}

static int add_content(const struct applying *a, uint64_t lineage, struct error *e)
{
    const struct index_event *ev = a->ev;
    struct index_version v = {.lineage = lineage, .number = ev->number, .text_whole = ev->text_whole};
    memcpy(v.blob, ev->blob, sizeof v.blob);
    int err = ev->same ? index_add_same(a->x, &v, e) : -ENOENT;
    return err == -ENOENT ? index_add(a->x, &v, ev->keys, ev->key_count, ev->text, ev->text_count, e) : err;
}

static int apply_put(struct applying *a, struct error *e)
{
    struct name_key key;
    struct name_record file = {0};
    int err = make_way(a, a->ev->path, UINT64_MAX, &key, e);
    if (err <= 0)
        return err;
    err = get_name(a, &key, &file, e);
    if (err == 0 && file.is_folder) {
        err = remove_name(a, &key, &file, e);
        if (err == 0)
            err = -ENOENT;
    }
    if (err == -ENOENT)
        err = make_node(a, &key, false, &file, e);
    return err < 0 ? err : add_content(a, file.id, e);
}

static int apply_remove(struct applying *a, struct error *e)
{
    struct name_key key;
    struct name_record found;
    int err = find_name(a, a->ev->path, UINT64_MAX, &key, e);
    if (err <= 0)
        return err;
    err = get_name(a, &key, &found, e);
    if (err == 0)
        err = remove_name(a, &key, &found, e);
    return err < 0 ? (err == -ENOENT ? 0 : err) : prune(a, a->ev->path, e);
}

static int is_there(const struct applying *a, const struct name_key *key, struct name_record *out, struct error *e)
{
    int err = get_name(a, key, out, e);
    return err < 0 ? (err == -ENOENT ? 0 : err) : 1;
}

static int apply_move(struct applying *a, struct error *e)
{
    struct name_key from, to = {{0}};
    struct name_record moved = {0}, before;
    int err = find_name(a, a->ev->from, UINT64_MAX, &from, e);
    if (err > 0)
        err = is_there(a, &from, &moved, e);
    if (err > 0)
        err = make_way(a, a->ev->path, moved.id, &to, e);
    if (err <= 0 || memcmp(&from, &to, sizeof to) == 0)
        return err < 0 ? err : 0;
    err = get_name(a, &to, &before, e);
    if (err == 0)
        err = remove_name(a, &to, &before, e);
    if (err == 0 || err == -ENOENT)
        err = index_make_room(a->x, ROOM_FOR_NAMES, e);
    if (err == 0)
        err = get_name(a, &from, &moved, e); /* gone if it lay in what it replaced */
    if (err < 0)
        return err == -ENOENT ? 0 : err;
    err = entries_drop(a->x, &from, e);
    if (err == 0)
        err = entries_put(a->x, &to, &moved, e);
    return err < 0 ? err : prune(a, a->ev->from, e);
}

static int apply_exchange(struct applying *a, struct error *e)
{
    struct name_key one, other;
    struct name_record was_one = {0}, was_other = {0};
    int err = find_name(a, a->ev->from, UINT64_MAX, &one, e);
    if (err > 0)
        err = is_there(a, &one, &was_one, e);
    if (err > 0)
        err = find_name(a, a->ev->path, was_one.id, &other, e);
    if (err > 0)
        err = is_there(a, &other, &was_other, e);
    if (err > 0)
        err = find_name(a, a->ev->from, was_other.id, &one, e);
    if (err <= 0)
        return err;
    err = index_make_room(a->x, ROOM_FOR_NAMES, e);
    if (err == 0)
        err = entries_put(a->x, &one, &was_other, e);
    return err < 0 ? err : entries_put(a->x, &other, &was_one, e);
}

typedef int apply_kind(struct applying *a, struct error *e);
static apply_kind *const kinds[] = {
    [INDEX_NOTHING] = apply_nothing, [INDEX_PUT] = apply_put,           [INDEX_REMOVE] = apply_remove,
    [INDEX_MOVE] = apply_move,       [INDEX_EXCHANGE] = apply_exchange,
};

/* ---- the whole ---- */

/* Makes no room of its own where a step before it has: what may not be done twice is in the same transaction. */
static int go_on(struct applying *a, struct error *e)
{
    int err = a->ev->kind == INDEX_EXCHANGE ? 0 : index_make_room(a->x, 2, e);
    if (err == 0)
        err = index_get(a->x, a->x->txn, TABLE_STREAMS, a->number, &a->record, sizeof a->record, e);
    if (err < 0)
        return err == -ENOENT ? index_fail(e, MDB_CORRUPTED, "streams") : err;
    a->record.newest = a->ev->number;
    memcpy(a->record.mark, a->ev->mark, sizeof a->record.mark);
    return index_put(a->x, TABLE_STREAMS, a->number, &a->record, sizeof a->record, e);
}

static int find_root(struct applying *a, struct error *e)
{
    uint32_t number;
    struct stream_record root;
    int err = streams_make(a->x, a->stream, NULL, &a->number, &a->record, e);
    if (err < 0 || a->ev->kind == INDEX_NOTHING || a->ev->number <= a->record.newest)
        return err;
    err = streams_make(a->x, a->stream, a->ev->mount, &number, &root, e);
    a->root = id_of(number, 0);
    return err;
}

int index_apply(struct index *x, const struct index_stream *s, const struct index_event *ev, struct error *e)
{
    struct applying a = {.x = x, .stream = s, .ev = ev};
    if (x->txn == NULL || ev->number == 0 || (size_t)ev->kind >= sizeof kinds / sizeof *kinds)
        return error_set(e, EINVAL, "index: an event is numbered from 1 and applied in a group");
    if (ev->kind != INDEX_NOTHING && (ev->mount == NULL || *ev->mount == 0 || ev->path == NULL))
        return error_set(e, EINVAL, "index: an event needs a mount and a path");
    int err = find_root(&a, e);
    if (err == 0 && ev->number <= a.record.newest)
        return 0;
    if (err == 0)
        err = kinds[ev->kind](&a, e);
    if (err == 0 && !ev->more)
        err = go_on(&a, e);
    if (err < 0)
        index_abort(x);
    return err;
}
