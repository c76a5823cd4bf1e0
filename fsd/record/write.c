/* The writer and its batches: open, begin, finish or abort, and the view of the tip. */
#include "base/fdio.h"
#include "record/form.h"
#include "record/walk.h"
#include "record/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>
#include <openssl/crypto.h>

/* ---- opening ---- */

static int check_setup(const struct record_setup *s, struct error *e)
{
    if (s->repository == NULL || *s->repository == 0)
        return error_set(e, EINVAL, "no repository is named");
    if (!form_is_name(s->device))
        return error_set(e, EINVAL, "\"%s\" cannot be a device's name", s->device ? s->device : "");
    if (s->volume == NULL || !volume_is_scheme(s->volume))
        return error_set(e, EINVAL, "volume \"%s\": expected quarter, month or year", s->volume ? s->volume : "");
    return 0;
}

static int take_lock(struct record_writer *w, struct error *e)
{
    w->lock_fd = openat(w->repo_fd, "holdfast.lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (w->lock_fd < 0)
        return error_sys(e, errno, "%s/holdfast.lock: cannot be opened", w->repository);
    if (flock(w->lock_fd, LOCK_EX | LOCK_NB) < 0)
        return errno == EWOULDBLOCK ? error_set(e, EBUSY, "%s is being written by another holdfastd", w->repository)
                                    : error_sys(e, errno, "%s/holdfast.lock: cannot be locked", w->repository);
    return 0;
}

static int open_folders(struct record_writer *w, struct error *e)
{
    w->repo_fd = open(w->repository, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (w->repo_fd < 0)
        return error_sys(e, errno,
                         errno == ENOENT ? "%s: the repository is not there; `holdfast init` makes it"
                                         : "%s: the repository cannot be opened; may the keeper's user enter it and "
                                           "the folders above?",
                         w->repository);
    w->pack_fd = openat(w->repo_fd, "objects/pack", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (w->pack_fd < 0)
        return error_sys(e, errno,
                         "%s/objects/pack: cannot be opened; is this a bare git repository? `holdfast init` makes one",
                         w->repository);
    return 0;
}

static int open_parts(struct record_writer *w, const unsigned char *seed, struct error *e)
{
    buf_auto objects = {0};
    buf_printf(&objects, "%s/objects", w->repository);
    w->content = malloc(CONTENT_BUFFER_BYTES + 1);
    if (w->content == NULL || objects.failed)
        return error_set(e, ENOMEM, "out of memory");
    int err = digests_open(&w->digests, e);
    if (err == 0)
        err = signer_open(&w->signer, seed, e);
    if (err == 0)
        err = pack_open(&w->pack, w->pack_fd, &w->digests, e);
    return err < 0 ? err : odb_open(&w->odb, objects.data, e);
}

int record_open_writer_with_key(struct record_writer **out, const struct record_setup *setup,
                                const unsigned char seed[static 32], struct error *e)
{
    int err = check_setup(setup, e);
    if (err < 0)
        return err;
    struct record_writer *w = calloc(1, sizeof *w);
    if (w == NULL)
        return error_set(e, ENOMEM, "out of memory");
    w->repo_fd = w->pack_fd = w->lock_fd = -1;
    w->durable = setup->durable;
    w->repository = strdup(setup->repository);
    w->device = strdup(setup->device);
    snprintf(w->scheme, sizeof w->scheme, "%s", setup->volume);
    err = w->repository && w->device ? open_folders(w, e) : error_set(e, ENOMEM, "out of memory");
    if (err == 0)
        err = take_lock(w, e);
    if (err == 0)
        err = open_parts(w, seed, e);
    if (err == 0)
        err = repair_repository(w, e);
    if (err < 0) {
        record_close_writer(w);
        return err;
    }
    *out = w;
    return 0;
}

int record_open_writer(struct record_writer **out, const struct record_setup *setup, struct error *e)
{
    unsigned char seed[32];
    int err = record_read_key(setup->device_key, seed, e);
    if (err == 0)
        err = record_open_writer_with_key(out, setup, seed, e);
    OPENSSL_cleanse(seed, sizeof seed);
    return err;
}

static void forget_branches(struct record_writer *w)
{
    while (w->branches != NULL) {
        struct branch *b = w->branches;
        w->branches = b->next;
        branch_free(b);
    }
}

void record_close_writer(struct record_writer *w)
{
    if (w == NULL)
        return;
    if (w->batch != NULL)
        record_batch_abort(w->batch);
    forget_branches(w);
    pack_close(w->pack);
    signer_close(w->signer);
    digests_close(&w->digests);
    odb_close(w->odb);
    fd_close(&w->pack_fd);
    fd_close(&w->repo_fd);
    fd_close(&w->lock_fd);
    buf_free(&w->plain);
    buf_free(&w->armour);
    buf_free(&w->text);
    buf_free(&w->path);
    buf_free(&w->from);
    free(w->content);
    free(w->repository);
    free(w->device);
    free(w);
}

/* ---- batches ---- */

int record_batch_begin(struct record_writer *w, struct record_batch **out, struct error *e)
{
    if (w->batch != NULL)
        return error_set(e, EBUSY, "a batch is open already");
    struct record_batch *b = calloc(1, sizeof *b);
    if (b == NULL)
        return error_set(e, ENOMEM, "out of memory");
    b->writer = w;
    w->batch = b;
    *out = b;
    return 0;
}

static void free_batch(struct record_batch *b)
{
    for (size_t i = 0; i < b->change_count; i++)
        free(b->changes[i].name);
    free(b->changes);
    b->writer->batch = NULL;
    free(b);
}

void record_batch_abort(struct record_batch *b)
{
    struct record_writer *w = b->writer;
    pack_abort(w->pack);
    for (struct branch *br = w->branches; br != NULL; br = br->next)
        if (!oid_equal(&br->now.tip, &br->kept.tip) || br->now.seq != br->kept.seq || b->failed != 0)
            branch_go_back(br);
    w->digests.failed = false;
    free_batch(b);
}

/* Each branch that moved adds the ref of the volume it stands in to those that ended on the way. */
static int collect_changes(struct record_batch *b, struct error *e)
{
    size_t branches = 0;
    for (struct branch *br = b->writer->branches; br != NULL; br = br->next)
        branches++;
    struct ref_change *changes = reallocarray(b->changes, b->change_count + branches + 1, sizeof *changes);
    if (changes == NULL)
        return error_set(e, ENOMEM, "out of memory");
    b->changes = changes;
    for (struct branch *br = b->writer->branches; br != NULL; br = br->next) {
        if (!br->now.born || (br->now.has_ref && oid_equal(&br->now.ref, &br->now.tip)))
            continue;
        char *name = branch_ref_name(b->writer, br->rep, br->now.volume);
        if (name == NULL)
            return error_set(e, ENOMEM, "out of memory");
        changes[b->change_count++] = (struct ref_change){name, br->now.has_ref, br->now.ref, br->now.tip, false};
    }
    return 0;
}

static void settle_branches(struct record_writer *w)
{
    size_t bytes = 0;
    for (struct branch *br = w->branches; br != NULL; br = br->next) {
        br->now.has_ref = br->now.born;
        br->now.ref = br->now.tip;
        br->kept = br->now;
        bytes += br->tree ? tree_bytes(br->tree) : 0;
    }
    for (struct branch *br = w->branches; br != NULL && bytes > TREES_MOST_BYTES; br = br->next)
        if (br->tree != NULL)
            tree_forget(br->tree);
}

/* What can fail for want of space comes first: the refs' new values, the pack, the note of the tips; then the refs
 * move. */
static int put_in_place(struct record_batch *b, struct error *e)
{
    struct record_writer *w = b->writer;
    int err = collect_changes(b, e);
    if (err < 0 || b->change_count == 0)
        return err;
    err = refs_lock(w->repo_fd, b->changes, b->change_count, w->durable, e);
    if (err < 0)
        return err;
    err = pack_finish(w->pack, w->durable, e);
    if (err < 0) {
        refs_unlock(w->repo_fd, b->changes, b->change_count);
        return err;
    }
    repair_note_tips(w);
    return refs_move(w->repo_fd, b->changes, b->change_count, w->durable, e);
}

int record_batch_finish(struct record_batch *b, struct error *e)
{
    struct record_writer *w = b->writer;
    int err = b->failed != 0 ? error_set(e, b->failed, "this batch has failed before") : put_in_place(b, e);
    if (err < 0) {
        b->failed = err;
        record_batch_abort(b);
        forget_branches(w); /* if only some refs moved, what the repository says counts */
        return err;
    }
    pack_abort(w->pack); /* blobs that no commit took */
    settle_branches(w);
    free_batch(b);
    return 0;
}

/* ---- the tip ---- */

/* "<mount>/<path>" in w->path and the rep's tree. */
static int look(struct record_writer *w, const char *rep, const char *mount, const char *path, struct tree **tree)
{
    struct branch *br;
    buf_clear(&w->path);
    buf_printf(&w->path, "%s%s%s", mount, path && *path ? "/" : "", path ? path : "");
    if (w->path.failed)
        return -ENOMEM;
    int err = branch_find(w, rep, &br, NULL);
    if (err == 0)
        err = branch_open_tree(w, br, NULL);
    if (err == 0)
        *tree = br->tree;
    return err;
}

bool record_tip_find(struct record_writer *w, const char *rep, const char *mount, const char *path,
                     struct record_entry *out)
{
    struct tree *tree;
    struct record_entry entry;
    if (look(w, rep, mount, path, &tree) < 0 || tree_find(tree, w->path.data, &entry, NULL) < 0)
        return false;
    *out = entry;
    return true;
}

int record_tip_list(struct record_writer *w, const char *rep, const char *mount, const char *path,
                    int (*cb)(void *ctx, const char *name, const struct record_entry *entry), void *ctx)
{
    struct tree *tree;
    int err = look(w, rep, mount, path, &tree);
    return err < 0 ? err : tree_list(tree, w->path.data, cb, ctx, NULL);
}

int record_blob_size(struct record_writer *w, const struct record_oid *oid, uint64_t *out)
{
    return odb_size(w->odb, oid, out, NULL);
}

int record_last_journal(struct record_writer *w, const char *rep, const char *mount, uint64_t *out, struct error *e)
{
    struct branch *br;
    int err = branch_find(w, rep, &br, e);
    if (err < 0)
        return err;
    walk_auto walk = {0};
    uint64_t found = 0;
    if (br->kept.born)
        walk_begin(&walk, w->odb, &br->kept.tip);
    int more = 0;
    while (found == 0 && (more = walk_next(&walk, e)) == 1) {
        const struct record_version *v = &walk.commit.version;
        if (v->mount != NULL && strcmp(v->mount, mount) == 0)
            found = v->journal;
    }
    if (more < 0)
        return more;
    *out = found;
    return 0;
}
