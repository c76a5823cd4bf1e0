/* The policies that are in force, as commits on refs/heads/policy/<device>: by them each decision can be made again. */
#include "base/clock.h"
#include "record/folder.h"
#include "record/name.h"
#include "record/side.h"

#include <errno.h>
#include <string.h>

enum { POLICIES_MOST = 512 }; /* how far back a tree is looked for */

static int put_files(struct record_writer *w, struct tree *tree, const struct record_file *files, size_t count,
                     struct error *e)
{
    int err = 0;
    for (size_t i = 0; i < count && err == 0; i++)
        err = side_put_file(w, tree, &files[i], e);
    return err;
}

static void put_message(struct buf *to, const struct record_writer *w, size_t count, int64_t now_ns)
{
    char time[CLOCK_TEXT_BYTES];
    buf_printf(to, "policy in force: %zu file%s\n\nEvent: policy\nDevice: %s\nSaved: %s\n", count,
               count == 1 ? "" : "s", w->device, clock_format(now_ns, time));
}

int record_keep_policy(struct record_writer *w, const struct record_file *files, size_t count, int64_t now_ns,
                       struct record_oid *out, struct error *e)
{
    side_tip_auto tip = {0};
    buf_auto message = {0};
    struct tree *tree = NULL;
    struct record_oid root, commit;
    if (w->batch != NULL)
        return error_set(e, EBUSY, "a batch is open already");
    int err = side_read(w, "policy", &tip, e);
    if (err == 0)
        err = tree_open(&tree, w->odb, &w->digests, NULL, e);
    if (err == 0)
        err = put_files(w, tree, files, count, e);
    if (err == 0)
        err = tree_write(tree, w->pack, &root, e);
    bool same = err == 0 && tip.had && oid_equal(&root, &tip.root);
    put_message(&message, w, count, now_ns);
    if (err == 0 && !same)
        err = side_commit(w, &tip, &root, &message, now_ns, &commit, e);
    if (err < 0 || same)
        pack_abort(w->pack);
    if (err == 0)
        *out = same ? tip.commit : commit;
    tree_close(tree);
    return err;
}

/* ---- the same by their trees ---- */

static int put_entry(struct folder *f, struct digests *d, const struct record_file *file, struct error *e)
{
    char name[NAME_ENCODED_BYTES];
    struct record_oid oid;
    struct folder_entry there;
    uint32_t index;
    if (strchr(file->name, '/') != NULL || name_encode(file->name, strlen(file->name), name) < 0)
        return error_set(e, EINVAL, "\"%s\" is no file's name", file->name);
    if (folder_find(f, name, &there))
        return error_set(e, EINVAL, "\"%s\" is there twice", file->name);
    digest_object(d, OBJECT_BLOB, file->bytes, file->len, &oid);
    return folder_insert(f, name, MODE_FILE, oid.bytes, &index) < 0 ? error_set(e, ENOMEM, "out of memory") : 0;
}

int record_policy_id(const struct record_file *files, size_t count, struct record_oid *out, struct error *e)
{
    digests_auto digests = {0};
    struct record_oid id;
    int err = digests_open(&digests, e);
    struct folder *f = err == 0 ? folder_new(NULL, NULL, 0) : NULL;
    if (f == NULL)
        return err < 0 ? err : error_set(e, ENOMEM, "out of memory");
    for (size_t i = 0; i < count && err == 0; i++)
        err = put_entry(f, &digests, &files[i], e);
    digest_object(&digests, OBJECT_TREE, f->raw, f->len, &id);
    folder_free(f);
    if (err == 0 && digests.failed)
        err = error_set(e, ENOMEM, "out of memory");
    if (err == 0)
        *out = id;
    return err;
}

int record_find_policy(struct record_writer *w, const struct record_oid *tree, struct record_oid *commit,
                       struct error *e)
{
    side_tip_auto tip = {0};
    int err = side_read(w, "policy", &tip, e);
    if (err < 0 || !tip.had)
        return err;
    struct record_oid at = tip.commit, root, parent;
    bool more = true;
    for (int i = 0; i < POLICIES_MOST && more; i++) {
        odb_object_auto object = {0};
        err = odb_read(w->odb, &at, OBJECT_COMMIT, &object, e);
        if (err < 0)
            return err;
        if (side_parse_head(object.bytes, object.len, &root, &parent, &more) < 0)
            return error_set(e, EUCLEAN, "%s: not a commit of rules", tip.name);
        if (oid_equal(&root, tree)) {
            *commit = at;
            return 1;
        }
        at = parent;
    }
    return 0;
}
