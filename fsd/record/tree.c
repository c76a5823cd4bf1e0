#include "record/tree.h"

#include "base/path.h"
#include "record/folder.h"
#include "record/name.h"
#include "record/odb.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct tree {
    struct git_odb *odb;
    struct digests *digests;
    struct folder *root;
};

static int out_of_memory(struct error *e) { return error_set(e, ENOMEM, "out of memory"); }

/* ---- folders from the repository ---- */

static int read_folder(struct tree *t, struct folder *f, const struct record_oid *oid, struct error *e)
{
    odb_object_auto object = {0};
    char hex[RECORD_OID_HEX];
    int err = odb_read(t->odb, oid, OBJECT_TREE, &object, e);
    if (err < 0)
        return err == -ENOENT ? -EIO : err;
    err = folder_fill(f, object.bytes, object.len);
    if (err == -EINVAL)
        return error_set(e, EIO, "tree %s of the repository is damaged: run git fsck", record_oid_hex(oid, hex));
    return err < 0 ? out_of_memory(e) : 0;
}

int tree_open(struct tree **out, struct git_odb *odb, struct digests *digests, const struct record_oid *root,
              struct error *e)
{
    struct tree *t = calloc(1, sizeof *t);
    if (t == NULL || (t->root = folder_new(NULL, NULL, 0)) == NULL) {
        free(t);
        return out_of_memory(e);
    }
    t->odb = odb;
    t->digests = digests;
    int err = root ? read_folder(t, t->root, root, e) : 0;
    if (err < 0) {
        tree_close(t);
        return err;
    }
    *out = t;
    return 0;
}

void tree_close(struct tree *t)
{
    if (t == NULL)
        return;
    folder_free(t->root);
    free(t);
}

/* The folder behind an entry of `parent`, read if it is not in memory. */
static int descend(struct tree *t, struct folder *parent, const struct folder_entry *entry, struct folder **out,
                   struct error *e)
{
    *out = folder_sub(parent, entry->index);
    if (*out != NULL)
        return 0;
    struct record_oid oid;
    memcpy(oid.bytes, entry->oid, sizeof oid.bytes);
    struct folder *sub = folder_new(parent, entry->name, entry->name_len);
    if (sub == NULL)
        return out_of_memory(e);
    int err = read_folder(t, sub, &oid, e);
    if (err == 0 && folder_set_sub(parent, entry->index, sub) < 0)
        err = out_of_memory(e);
    if (err < 0) {
        folder_free(sub);
        return err;
    }
    *out = sub;
    return 0;
}

/* ---- paths ---- */

/* Cut the first component off `*path` and encode it; `*path` then begins with the next, or is "". */
static int take_component(const char **path, char name[static NAME_ENCODED_BYTES], struct error *e)
{
    const char *end = strchrnul(*path, '/');
    int len = name_encode(*path, (size_t)(end - *path), name);
    if (len == -ENAMETOOLONG)
        return error_set(e, ENAMETOOLONG, "a name in the path is longer than %d bytes", NAME_MOST);
    if (len < 0 || (*end == '/' && end[1] == 0))
        return error_set(e, EINVAL, "\"%s\" is not a path: a component is empty", *path);
    *path = *end ? end + 1 : end;
    return 0;
}

/* Make an empty folder `name` in `parent`; whoever asked for it puts something in. */
static int make_folder(struct folder *parent, const char *name, struct folder **out, struct error *e)
{
    static const unsigned char unwritten[RECORD_OID_BYTES];
    struct folder *sub = folder_new(parent, name, strlen(name));
    uint32_t index;
    if (sub == NULL || folder_insert(parent, name, MODE_FOLDER, unwritten, &index) < 0 ||
        folder_set_sub(parent, index, sub) < 0) {
        folder_free(sub);
        return out_of_memory(e);
    }
    folder_set_dirty(sub);
    *out = sub;
    return 0;
}

static void drop_entry(struct folder *f, uint32_t index)
{
    folder_free(folder_sub(f, index));
    folder_remove(f, index);
}

/* One step down; with `make` what is missing is made and a file in the way goes. -ENOENT without. */
static int step(struct tree *t, struct folder *f, const char *name, bool make, struct folder **out, struct error *e)
{
    struct folder_entry entry;
    bool found = folder_find(f, name, &entry);
    if (found && entry.mode == MODE_FOLDER)
        return descend(t, f, &entry, out, e);
    if (!make)
        return -ENOENT;
    if (found)
        drop_entry(f, entry.index);
    return make_folder(f, name, out, e);
}

/* The folder that holds (or shall hold) the last component of `path`, and that component encoded. */
static int find_parent(struct tree *t, const char *path, bool make, struct folder **parent,
                       char name[static NAME_ENCODED_BYTES], struct error *e)
{
    struct folder *f = t->root;
    int err = take_component(&path, name, e);
    while (err == 0 && *path != 0) {
        err = step(t, f, name, make, &f, e);
        if (err == 0)
            err = take_component(&path, name, e);
    }
    if (err == 0)
        *parent = f;
    return err;
}

/* ---- looking ---- */

static int find_entry(struct tree *t, const char *path, struct folder **parent, struct folder_entry *entry,
                      struct error *e)
{
    char name[NAME_ENCODED_BYTES];
    int err = find_parent(t, path, false, parent, name, e);
    if (err < 0)
        return err;
    return folder_find(*parent, name, entry) ? 0 : -ENOENT;
}

static void to_record_entry(const struct folder_entry *from, struct record_entry *to)
{
    memcpy(to->oid.bytes, from->oid, RECORD_OID_BYTES);
    to->git_mode = from->mode;
}

int tree_find(struct tree *t, const char *path, struct record_entry *out, struct error *e)
{
    struct folder *parent;
    struct folder_entry entry;
    if (*path == 0) {
        out->git_mode = MODE_FOLDER;
        digest_object(t->digests, OBJECT_TREE, t->root->raw, t->root->len, &out->oid);
        return 0;
    }
    int err = find_entry(t, path, &parent, &entry, e);
    if (err == 0)
        to_record_entry(&entry, out);
    return err;
}

static int find_folder(struct tree *t, const char *path, struct folder **out, struct error *e)
{
    struct folder *parent;
    struct folder_entry entry;
    if (*path == 0) {
        *out = t->root;
        return 0;
    }
    int err = find_entry(t, path, &parent, &entry, e);
    if (err < 0)
        return err;
    return entry.mode == MODE_FOLDER ? descend(t, parent, &entry, out, e) : -ENOENT;
}

int tree_list(struct tree *t, const char *path,
              int (*cb)(void *ctx, const char *name, const struct record_entry *entry), void *ctx, struct error *e)
{
    struct folder *f;
    int answer = find_folder(t, path, &f, e);
    for (uint32_t i = 0; answer == 0 && i < f->count; i++) {
        struct folder_entry entry;
        struct record_entry shown;
        char name[NAME_ENCODED_BYTES];
        folder_entry_at(f, i, &entry);
        if (entry.name_len >= sizeof name)
            continue; /* not ours: name_encode makes none so long */
        memcpy(name, entry.name, entry.name_len + 1);
        name_decode(name);
        to_record_entry(&entry, &shown);
        answer = cb(ctx, name, &shown);
    }
    return answer;
}

/* ---- changing ---- */

/* What was cut out of the tree: the caller's until it is hung in again. */
struct cutting {
    struct record_entry entry;
    struct folder *sub; /* NULL: a file, or a folder that is not in memory */
};

/* Emptied folders go, up to the root. */
static void prune(struct folder *f)
{
    while (f->count == 0 && f->parent != NULL) {
        struct folder *parent = f->parent;
        struct folder_entry entry;
        if (!folder_find(parent, f->name, &entry))
            return;
        drop_entry(parent, entry.index);
        f = parent;
    }
}

static int cut_out(struct tree *t, const char *path, struct cutting *out, struct error *e)
{
    struct folder *parent;
    struct folder_entry entry;
    int err = find_entry(t, path, &parent, &entry, e);
    if (err < 0)
        return err;
    to_record_entry(&entry, &out->entry);
    out->sub = folder_sub(parent, entry.index);
    folder_remove(parent, entry.index);
    prune(parent);
    return 0;
}

/* Hang `what` in at `path`; it is the tree's even if this fails. */
static int hang_in(struct tree *t, const char *path, struct cutting *what, struct error *e)
{
    char name[NAME_ENCODED_BYTES];
    struct folder *parent;
    struct folder_entry old;
    uint32_t index;
    char *own_name = NULL;
    int err = find_parent(t, path, true, &parent, name, e);
    if (err == 0 && what->sub != NULL && (own_name = strdup(name)) == NULL)
        err = out_of_memory(e);
    if (err == 0 && folder_find(parent, name, &old))
        drop_entry(parent, old.index);
    if (err == 0 && (folder_insert(parent, name, what->entry.git_mode, what->entry.oid.bytes, &index) < 0 ||
                     (what->sub != NULL && folder_set_sub(parent, index, what->sub) < 0)))
        err = out_of_memory(e);
    if (err < 0) {
        free(own_name);
        folder_free(what->sub);
        return err;
    }
    if (what->sub != NULL) {
        free(what->sub->name);
        what->sub->name = own_name;
        what->sub->parent = parent;
    }
    return 0;
}

int tree_put(struct tree *t, const char *path, const struct record_entry *entry, struct error *e)
{
    struct folder *parent;
    struct folder_entry old;
    int err = find_entry(t, path, &parent, &old, e);
    if (err == 0 && old.mode == entry->git_mode)
        return folder_set_oid(parent, old.index, entry->oid.bytes); /* nearly every save: 20 bytes change */
    if (err < 0 && err != -ENOENT)
        return err;
    struct cutting fresh = {.entry = *entry};
    return hang_in(t, path, &fresh, e);
}

int tree_remove(struct tree *t, const char *path, struct error *e)
{
    struct cutting gone;
    int err = cut_out(t, path, &gone, e);
    if (err == 0)
        folder_free(gone.sub);
    return err;
}

int tree_move(struct tree *t, const char *from, const char *path, struct error *e)
{
    struct cutting moved;
    struct record_entry there;
    if (strcmp(from, path) == 0)
        return tree_find(t, path, &there, e);
    if (path_below(path, from) != NULL)
        return error_set(e, EINVAL, "\"%s\" cannot move into itself", from);
    int err = cut_out(t, from, &moved, e);
    return err < 0 ? err : hang_in(t, path, &moved, e);
}

int tree_exchange(struct tree *t, const char *a, const char *b, struct error *e)
{
    struct cutting from_a, from_b;
    struct record_entry there;
    if (path_below(a, b) != NULL || path_below(b, a) != NULL)
        return error_set(e, EINVAL, "\"%s\" and \"%s\" lie in each other and cannot be exchanged", a, b);
    int err = tree_find(t, b, &there, e);
    if (err == 0)
        err = cut_out(t, a, &from_a, e);
    if (err < 0)
        return err;
    err = cut_out(t, b, &from_b, e);
    if (err < 0) {
        folder_free(from_a.sub);
        return err;
    }
    err = hang_in(t, b, &from_a, e);
    if (err < 0) {
        folder_free(from_b.sub);
        return err;
    }
    return hang_in(t, a, &from_b, e);
}

/* ---- writing ---- */

static int write_folder(struct tree *t, struct folder *f, struct pack *pack, struct record_oid *out, struct error *e)
{
    for (uint32_t i = 0; f->subs != NULL && i < f->count; i++) {
        struct record_oid oid;
        if (f->subs[i] == NULL || !f->subs[i]->dirty)
            continue;
        int err = write_folder(t, f->subs[i], pack, &oid, e);
        if (err < 0)
            return err;
        folder_set_oid(f, i, oid.bytes);
    }
    return folder_write(f, pack, t->digests, out, e);
}

int tree_write(struct tree *t, struct pack *pack, struct record_oid *root, struct error *e)
{
    return write_folder(t, t->root, pack, root, e);
}

static size_t count_bytes(const struct folder *f)
{
    size_t bytes = folder_bytes(f);
    for (uint32_t i = 0; f->subs != NULL && i < f->count; i++)
        if (f->subs[i] != NULL)
            bytes += count_bytes(f->subs[i]);
    return bytes;
}

size_t tree_bytes(const struct tree *t) { return count_bytes(t->root); }

void tree_forget(struct tree *t)
{
    struct folder *root = t->root;
    for (uint32_t i = 0; root->subs != NULL && i < root->count; i++) {
        folder_free(root->subs[i]);
        root->subs[i] = NULL;
    }
}
