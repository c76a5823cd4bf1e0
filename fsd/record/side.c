#include "record/side.h"

#include "base/clock.h"
#include "record/form.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TREE_LINE = 5 + 2 * RECORD_OID_BYTES + 1, PARENT_LINE = 7 + 2 * RECORD_OID_BYTES + 1 };

void side_free(struct side_tip *t)
{
    free(t->name);
    buf_free(&t->text);
    *t = (struct side_tip){0};
}

int side_parse_head(const char *text, size_t len, struct record_oid *tree, struct record_oid *parent, bool *has_parent)
{
    char hex[RECORD_OID_HEX] = "";
    if (len < TREE_LINE || memcmp(text, "tree ", 5) != 0 || text[TREE_LINE - 1] != '\n')
        return -EINVAL;
    memcpy(hex, text + 5, sizeof hex - 1);
    if (digest_from_hex(hex, tree->bytes, RECORD_OID_BYTES) < 0)
        return -EINVAL;
    const char *next = text + TREE_LINE;
    *has_parent = len >= TREE_LINE + PARENT_LINE && memcmp(next, "parent ", 7) == 0;
    if (!*has_parent)
        return 0;
    memcpy(hex, next + 7, sizeof hex - 1);
    return digest_from_hex(hex, parent->bytes, RECORD_OID_BYTES);
}

static int read_commit(struct record_writer *w, const struct ref *r, struct side_tip *t, struct error *e)
{
    odb_object_auto object = {0};
    struct error why = {0};
    struct record_oid parent;
    bool has_parent;
    if (r->torn)
        return error_set(e, EUCLEAN, "%s/%s is torn: fetch that branch from the company's server", w->repository,
                         r->name);
    if (odb_read(w->odb, &r->oid, OBJECT_COMMIT, &object, &why) < 0)
        return error_set(e, EUCLEAN, "%s in %s: %s; run git fsck there and fetch the branch from the company's server",
                         r->name, w->repository, why.text);
    buf_put(&t->text, object.bytes, object.len);
    if (t->text.failed)
        return error_set(e, ENOMEM, "out of memory");
    if (side_parse_head(t->text.data, t->text.len, &t->root, &parent, &has_parent) < 0)
        return error_set(e, EUCLEAN, "%s is no commit", r->name);
    t->had = true;
    t->commit = r->oid;
    return 0;
}

int side_read(struct record_writer *w, const char *kind, struct side_tip *out, struct error *e)
{
    ref_list_auto list = {0};
    char under[64];
    snprintf(under, sizeof under, "refs/heads/%s", kind);
    if (asprintf(&out->name, "%s/%s", under, w->device) < 0) {
        out->name = NULL;
        return error_set(e, ENOMEM, "out of memory");
    }
    int err = refs_list(w->repo_fd, under, &list, e);
    const struct ref *r = err == 0 ? refs_find(&list, out->name) : NULL;
    return r == NULL ? err : read_commit(w, r, out, e);
}

int side_put_file(struct record_writer *w, struct tree *tree, const struct record_file *file, struct error *e)
{
    struct record_entry entry = {.git_mode = 0100644};
    digest_object(&w->digests, OBJECT_BLOB, file->bytes, file->len, &entry.oid);
    int err = pack_add(w->pack, OBJECT_BLOB, file->bytes, file->len, &entry.oid, NULL, e);
    return err < 0 ? err : tree_put(tree, file->name, &entry, e);
}

/* ---- the commit ---- */

/* What is signed; *head_len: of its header lines, behind which the signature goes. */
static void put_text(struct record_writer *w, const struct side_tip *tip, const struct record_oid *root,
                     const struct buf *message, int64_t now_ns, size_t *head_len)
{
    char hex[RECORD_OID_HEX];
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
    buf_puts(to, "\n");
    buf_put(to, message->data, message->len);
    to->failed |= message->failed;
}

static int put_commit(struct record_writer *w, const struct side_tip *tip, const struct record_oid *root,
                      const struct buf *message, int64_t now_ns, struct record_oid *out, struct error *e)
{
    size_t head_len;
    buf_clear(&w->plain);
    buf_clear(&w->armour);
    buf_clear(&w->text);
    put_text(w, tip, root, message, now_ns, &head_len);
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

static int put_in_place(struct record_writer *w, const struct side_tip *tip, const struct record_oid *commit,
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

int side_commit(struct record_writer *w, const struct side_tip *tip, const struct record_oid *root,
                const struct buf *message, int64_t now_ns, struct record_oid *out, struct error *e)
{
    struct record_oid commit;
    int err = put_commit(w, tip, root, message, now_ns, &commit, e);
    if (err == 0)
        err = put_in_place(w, tip, &commit, e);
    if (err < 0)
        pack_abort(w->pack);
    else
        *out = commit;
    return err;
}
