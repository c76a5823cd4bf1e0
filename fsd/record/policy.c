/* The policies that are in force, as commits on refs/heads/policy/<device>: by them each decision can be made again. */
#include "base/clock.h"
#include "record/form.h"
#include "record/writer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Tip and tree of the branch; had is false if there is none. */
struct policy_tip {
    char *name; /* of the ref; owned */
    bool had;
    struct record_oid commit, root;
};

static int read_tip(struct record_writer *w, struct policy_tip *out, struct error *e)
{
    ref_list_auto list = {0};
    odb_object_auto object = {0};
    if (asprintf(&out->name, "refs/heads/policy/%s", w->device) < 0) {
        out->name = NULL;
        return error_set(e, ENOMEM, "out of memory");
    }
    int err = refs_list(w->repo_fd, "refs/heads/policy", &list, e);
    const struct ref *r = err == 0 ? refs_find(&list, out->name) : NULL;
    if (r == NULL || r->torn)
        return err;
    err = odb_read(w->odb, &r->oid, OBJECT_COMMIT, &object, e);
    if (err < 0)
        return err;
    char hex[RECORD_OID_HEX] = "";
    if (object.len >= 45)
        memcpy(hex, (const char *)object.bytes + 5, sizeof hex - 1);
    if (digest_from_hex(hex, out->root.bytes, RECORD_OID_BYTES) < 0)
        return error_set(e, EUCLEAN, "%s is no commit", out->name);
    out->had = true;
    out->commit = r->oid;
    return 0;
}

static int put_files(struct record_writer *w, struct tree *tree, const struct record_file *files, size_t count,
                     struct error *e)
{
    int err = 0;
    for (size_t i = 0; i < count && err == 0; i++) {
        struct record_entry entry = {.git_mode = 0100644};
        digest_object(&w->digests, OBJECT_BLOB, files[i].bytes, files[i].len, &entry.oid);
        err = pack_add(w->pack, OBJECT_BLOB, files[i].bytes, files[i].len, &entry.oid, NULL, e);
        if (err == 0)
            err = tree_put(tree, files[i].name, &entry, e);
    }
    return err;
}

static void put_text(struct record_writer *w, const struct policy_tip *tip, const struct record_oid *root, size_t count,
                     int64_t now_ns, size_t *head_len)
{
    char hex[RECORD_OID_HEX], time[CLOCK_TEXT_BYTES];
    struct buf *to = &w->plain;
    int64_t seconds = now_ns < 0 ? 0 : now_ns / NS_PER_SEC;
    buf_printf(to, "tree %s\n", record_oid_hex(root, hex));
    if (tip->had)
        buf_printf(to, "parent %s\n", record_oid_hex(&tip->commit, hex));
    for (int i = 0; i < 2; i++) {
        buf_printf(to, "%s %s <", i == 0 ? "author" : "committer", w->device);
        form_put_device_email(to, w->device);
        buf_printf(to, "> %" PRId64 " +0000\n", seconds);
    }
    *head_len = to->len;
    buf_printf(to, "\npolicy in force: %zu file%s\n\nEvent: policy\nDevice: %s\nSaved: %s\n", count,
               count == 1 ? "" : "s", w->device, clock_format(now_ns, time));
}

static int put_commit(struct record_writer *w, const struct policy_tip *tip, const struct record_oid *root,
                      size_t count, int64_t now_ns, struct record_oid *out, struct error *e)
{
    size_t head_len;
    buf_clear(&w->plain);
    buf_clear(&w->armour);
    buf_clear(&w->text);
    put_text(w, tip, root, count, now_ns, &head_len);
    int err = w->plain.failed ? error_set(e, ENOMEM, "out of memory")
                              : signer_sign(w->signer, w->plain.data, w->plain.len, &w->armour, e);
    if (err < 0)
        return err;
    form_put_signed(&w->text, &w->plain, head_len, &w->armour);
    if (w->text.failed)
        return error_set(e, ENOMEM, "out of memory");
    digest_object(&w->digests, OBJECT_COMMIT, w->text.data, w->text.len, out);
    return pack_add(w->pack, OBJECT_COMMIT, w->text.data, w->text.len, out, NULL, e);
}

static int put_in_place(struct record_writer *w, const struct policy_tip *tip, const struct record_oid *commit,
                        struct error *e)
{
    struct ref_change change = {tip->name, tip->had, tip->commit, *commit, false};
    int err = refs_lock(w->repo_fd, &change, 1, w->durable, e);
    if (err < 0)
        return err;
    err = pack_finish(w->pack, w->durable, e);
    if (err < 0) {
        refs_unlock(w->repo_fd, &change, 1);
        return err;
    }
    return refs_move(w->repo_fd, &change, 1, w->durable, e);
}

int record_keep_policy(struct record_writer *w, const struct record_file *files, size_t count, int64_t now_ns,
                       struct record_oid *out, struct error *e)
{
    struct policy_tip tip = {0};
    struct tree *tree = NULL;
    struct record_oid root, commit;
    if (w->batch != NULL)
        return error_set(e, EBUSY, "a batch is open already");
    int err = read_tip(w, &tip, e);
    if (err == 0)
        err = tree_open(&tree, w->odb, &w->digests, NULL, e);
    if (err == 0)
        err = put_files(w, tree, files, count, e);
    if (err == 0)
        err = tree_write(tree, w->pack, &root, e);
    bool same = err == 0 && tip.had && oid_equal(&root, &tip.root);
    if (err == 0 && !same)
        err = put_commit(w, &tip, &root, count, now_ns, &commit, e);
    if (err == 0 && !same)
        err = put_in_place(w, &tip, &commit, e);
    if (err < 0 || same)
        pack_abort(w->pack);
    if (err == 0)
        *out = same ? tip.commit : commit;
    tree_close(tree);
    free(tip.name);
    return err;
}
