/* One event becomes one signed commit: the tree changes as the event says, what changed is written, the text is made
 * and signed. */
#include "record/folder.h"

#include "base/path.h"
#include "record/form.h"
#include "record/name.h"
#include "record/writer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- checks: before anything has changed ---- */

static bool is_path(const char *path)
{
    if (path == NULL || *path == 0)
        return false;
    for (const char *at = path;;) {
        const char *end = strchrnul(at, '/');
        if (end == at || end - at > NAME_MOST)
            return false;
        if (*end == 0)
            return true;
        at = end + 1;
    }
}

static bool has_text(const char *text) { return text != NULL && *text != 0; }

static int check_version(const struct record_version *v, struct error *e)
{
    bool needs_path = v->event != RECORD_GAP;
    bool needs_from = v->event == RECORD_RENAME;
    if ((unsigned)v->event >= RECORD_VOLUME)
        return error_set(e, EINVAL, "no event that can be committed");
    if (!form_is_name(v->rep) || !form_is_name(v->mount))
        return error_set(e, EINVAL, "a version needs the names of its rep and its mount");
    if (has_text(v->email) && !form_is_email(v->email))
        return error_set(e, EINVAL, "\"%s\" is not an email address", v->email);
    if (needs_path ? !is_path(v->path) : has_text(v->path) && !is_path(v->path))
        return error_set(e, EINVAL, "\"%s\" is not a path within a mount", v->path ? v->path : "");
    if (needs_from && !is_path(v->from))
        return error_set(e, EINVAL, "\"%s\" is not a path within a mount", v->from ? v->from : "");
    if (v->event == RECORD_SAVE && !v->has_content)
        return error_set(e, EINVAL, "a save of \"%s\" without content", v->path);
    if (v->event == RECORD_SYMLINK && !v->has_content && !has_text(v->from))
        return error_set(e, EINVAL, "the symlink \"%s\" without target", v->path);
    return 0;
}

/* ---- the tree ---- */

static uint32_t mode_of(const struct record_version *v)
{
    if (v->event == RECORD_SYMLINK || S_ISLNK(v->mode))
        return MODE_SYMLINK;
    return v->mode & S_IXUSR ? MODE_PROGRAM : MODE_FILE;
}

static int put_content(struct branch *br, const char *path, const struct record_version *v, struct error *e)
{
    struct record_entry entry = {.oid = v->blob, .git_mode = mode_of(v)};
    return tree_put(br->tree, path, &entry, e);
}

/* What is not there needs no removing: the event is recorded all the same. */
static int remove_path(struct branch *br, const char *path, struct error *e)
{
    int err = tree_remove(br->tree, path, e);
    return err == -ENOENT ? 0 : err;
}

static int rename_path(struct branch *br, const char *from, const char *path, const struct record_version *v,
                       struct error *e)
{
    int err = tree_move(br->tree, from, path, e);
    if (err == -ENOENT)
        err = 0;
    return err == 0 && v->has_content ? put_content(br, path, v, e) : err;
}

static int link_path(struct branch *br, const char *from, const char *path, const struct record_version *v,
                     struct error *e)
{
    struct record_entry entry;
    if (v->has_content)
        return put_content(br, path, v, e);
    int err = tree_find(br->tree, from, &entry, e);
    if (err == 0 && entry.git_mode != MODE_FOLDER)
        err = tree_put(br->tree, path, &entry, e);
    return err == -ENOENT ? 0 : err;
}

static int change_mode(struct branch *br, const char *path, const struct record_version *v, struct error *e)
{
    struct record_entry entry;
    int err = tree_find(br->tree, path, &entry, e);
    if (err < 0)
        return err == -ENOENT ? 0 : err;
    if (v->mode == 0 || (entry.git_mode != MODE_FILE && entry.git_mode != MODE_PROGRAM))
        return 0;
    entry.git_mode = mode_of(v);
    return tree_put(br->tree, path, &entry, e);
}

static int change_tree(struct branch *br, const char *path, const char *from, const struct record_version *v,
                       struct error *e)
{
    switch (v->event) {
    case RECORD_SAVE:
    case RECORD_SYMLINK:
        return put_content(br, path, v, e);
    case RECORD_RECOVERED:
    case RECORD_UNATTENDED:
        return v->has_content ? put_content(br, path, v, e) : remove_path(br, path, e);
    case RECORD_DELETE:
        return remove_path(br, path, e);
    case RECORD_RENAME:
        return rename_path(br, from, path, v, e);
    case RECORD_LINK:
        return link_path(br, from, path, v, e);
    case RECORD_CHMOD:
        return change_mode(br, path, v, e);
    case RECORD_GAP:
    case RECORD_VOLUME:
        break;
    }
    return 0;
}

/* ---- the commit ---- */

static int write_signed(struct record_writer *w, struct branch *br, struct record_version *v, struct record_oid *commit,
                        struct error *e)
{
    size_t head_len;
    buf_clear(&w->plain);
    buf_clear(&w->armour);
    buf_clear(&w->text);
    form_put_commit(&w->plain, v, &br->now.root, br->now.born ? &br->now.tip : NULL, &head_len);
    if (w->plain.failed)
        return error_set(e, ENOMEM, "out of memory");
    int err = signer_sign(w->signer, w->plain.data, w->plain.len, &w->armour, e);
    if (err < 0)
        return err;
    form_put_signed(&w->text, &w->plain, head_len, &w->armour);
    if (w->text.failed)
        return error_set(e, ENOMEM, "out of memory");
    digest_object(&w->digests, OBJECT_COMMIT, w->text.data, w->text.len, commit);
    return pack_add(w->pack, OBJECT_COMMIT, w->text.data, w->text.len, commit, NULL, e);
}

/* Write what changed of the tree, then the commit on top of the branch. */
static int append_commit(struct record_writer *w, struct branch *br, struct record_version *v, struct error *e)
{
    struct record_oid commit;
    v->device = w->device;
    v->seq = br->now.seq + 1;
    if (v->email == NULL)
        v->email = "";
    int err = tree_write(br->tree, w->pack, &br->now.root, e);
    if (err == 0)
        err = write_signed(w, br, v, &commit, e);
    if (err < 0)
        return err;
    v->commit = commit;
    br->now.born = true;
    br->now.tip = commit;
    br->now.seq = v->seq;
    return 0;
}

/* ---- volumes ---- */

/* A name for the period that no branch of the rep has had: an old branch never begins anew. */
static int name_volume(struct record_writer *w, struct branch *br, int64_t ns, struct error *e)
{
    ref_list_auto list = {0};
    char period[VOLUME_NAME_BYTES], volume[VOLUME_NAME_BYTES];
    int err = refs_list(w->repo_fd, "refs/heads/rep", &list, e);
    volume_name(w->scheme, ns, period);
    memcpy(volume, period, sizeof volume);
    for (unsigned again = 2; err == 0; again++) {
        char *name = branch_ref_name(w, br->rep, volume);
        if (name == NULL)
            return error_set(e, ENOMEM, "out of memory");
        bool taken = refs_find(&list, name) != NULL || (br->now.born && strcmp(volume, br->now.volume) == 0);
        free(name);
        if (!taken)
            break;
        snprintf(volume, sizeof volume, "%.16s.%u", period, again);
    }
    if (err == 0)
        memcpy(br->now.volume, volume, sizeof volume);
    return err;
}

/* The volume's ref has to move to where the branch stands now; noted in the batch, as the branch goes on elsewhere. */
static int note_ended_volume(struct record_batch *b, struct branch *br, struct error *e)
{
    if (br->now.has_ref && oid_equal(&br->now.ref, &br->now.tip))
        return 0;
    struct ref_change *changes = reallocarray(b->changes, b->change_count + 1, sizeof *changes);
    if (changes == NULL)
        return error_set(e, ENOMEM, "out of memory");
    b->changes = changes;
    char *name = branch_ref_name(b->writer, br->rep, br->now.volume);
    if (name == NULL)
        return error_set(e, ENOMEM, "out of memory");
    changes[b->change_count++] = (struct ref_change){name, br->now.has_ref, br->now.ref, br->now.tip, false};
    return 0;
}

static int begin_volume(struct record_batch *b, struct branch *br, const struct record_version *cause, struct error *e)
{
    char previous[RECORD_OID_HEX];
    struct record_version v = {
        .event = RECORD_VOLUME,
        .rep = cause->rep,
        .email = cause->email,
        .uid = UINT32_MAX,
        .session = UINT32_MAX,
        .saved_ns = cause->saved_ns,
        .previous = record_oid_hex(&br->now.tip, previous),
    };
    int err = note_ended_volume(b, br, e);
    if (err == 0)
        err = name_volume(b->writer, br, cause->saved_ns, e);
    if (err < 0)
        return err;
    br->now.born = false; /* no parent; the sequence goes on */
    br->now.has_ref = false;
    return append_commit(b->writer, br, &v, e);
}

static int choose_volume(struct record_batch *b, struct branch *br, const struct record_version *v, struct error *e)
{
    if (!br->now.born)
        return name_volume(b->writer, br, v->saved_ns, e);
    return v->saved_ns >= volume_end(br->now.volume) ? begin_volume(b, br, v, e) : 0;
}

/* ---- the pipeline ---- */

static int join_path(struct buf *to, const char *mount, const char *path, struct error *e)
{
    buf_clear(to);
    buf_puts(to, mount);
    if (has_text(path)) {
        buf_put(to, "/", 1);
        buf_puts(to, path);
    }
    return to->failed ? error_set(e, ENOMEM, "out of memory") : 0;
}

/* A symlink's target may come as a string. */
static int add_target(struct record_batch *b, struct record_version *v, struct error *e)
{
    struct record_content c;
    if (v->event != RECORD_SYMLINK || v->has_content)
        return 0;
    int err = record_batch_add_bytes(b, v->from, strlen(v->from), &c, e);
    if (err < 0)
        return err;
    v->has_content = true;
    v->bytes = c.bytes;
    v->xxh3 = c.xxh3;
    v->blob = c.blob;
    memcpy(v->sha256, c.sha256, sizeof v->sha256);
    return 0;
}

static int commit_version(struct record_batch *b, struct record_version *v, bool exchange, struct error *e)
{
    struct record_writer *w = b->writer;
    struct branch *br;
    if (b->failed != 0)
        return error_set(e, b->failed, "this batch has failed before");
    int err = check_version(v, e);
    if (err == 0)
        err = join_path(&w->path, v->mount, v->path, e);
    if (err == 0)
        err = join_path(&w->from, v->mount, v->from, e);
    if (err == 0)
        err = branch_find(w, v->rep, &br, e);
    if (err == 0)
        err = branch_open_tree(w, br, e);
    if (err < 0)
        return err; /* nothing has changed */
    b->can_take_back = false;
    err = add_target(b, v, e);
    if (err == 0)
        err = choose_volume(b, br, v, e);
    if (err == 0)
        err = exchange ? tree_exchange(br->tree, w->from.data, w->path.data, e)
                       : change_tree(br, w->path.data, w->from.data, v, e);
    if (err == -ENOENT && exchange)
        err = 0; /* one of them was never kept: the event is recorded all the same */
    if (err == 0)
        err = append_commit(w, br, v, e);
    if (err < 0)
        b->failed = err;
    return err;
}

int record_batch_commit(struct record_batch *b, struct record_version *v, struct error *e)
{
    if (v->event == RECORD_RENAME && has_text(v->from) && has_text(v->path) && strcmp(v->from, v->path) != 0 &&
        path_below(v->path, v->from) != NULL)
        return error_set(e, EINVAL, "\"%s\" cannot move into itself", v->from);
    return commit_version(b, v, false, e);
}

int record_batch_exchange(struct record_batch *b, struct record_version *v, struct error *e)
{
    if (v->event != RECORD_RENAME || !has_text(v->from) || !has_text(v->path) || path_below(v->path, v->from) != NULL ||
        path_below(v->from, v->path) != NULL)
        return error_set(e, EINVAL, "an exchange needs two paths that do not lie in each other");
    if (!has_text(v->note))
        v->note = FORM_EXCHANGED;
    return commit_version(b, v, true, e);
}
