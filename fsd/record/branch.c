#include "record/form.h"
#include "record/writer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *branch_ref_name(const struct record_writer *w, const char *rep, const char *volume)
{
    char *name;
    return asprintf(&name, "refs/heads/rep/%s/%s/%s", rep, w->device, volume) < 0 ? NULL : name;
}

void branch_free(struct branch *b)
{
    tree_close(b->tree);
    free(b->rep);
    free(b);
}

void branch_go_back(struct branch *b)
{
    b->now = b->kept;
    tree_close(b->tree);
    b->tree = NULL;
}

int branch_open_tree(struct record_writer *w, struct branch *b, struct error *e)
{
    if (b->tree != NULL)
        return 0;
    return tree_open(&b->tree, w->odb, &w->digests, b->now.born ? &b->now.root : NULL, e);
}

/* Where the branch stands by one of its refs; taken over if it is the furthest so far. */
static int consider_ref(struct record_writer *w, const struct ref *r, struct branch_state *best, struct error *e)
{
    odb_object_auto object = {0};
    buf_auto text = {0};
    struct form_commit commit;
    if (r->torn)
        return error_set(e, EUCLEAN,
                         "%s/%s is torn: fetch that branch from the company's server, or remove the file if it "
                         "never was there",
                         w->repository, r->name);
    struct error why = {0};
    if (odb_read(w->odb, &r->oid, OBJECT_COMMIT, &object, &why) < 0)
        return error_set(e, EUCLEAN, "%s in %s: %s; run git fsck there and fetch the branch from the company's server",
                         r->name, w->repository, why.text);
    buf_put(&text, object.bytes, object.len);
    if (text.failed)
        return error_set(e, ENOMEM, "out of memory");
    if (form_parse_commit(text.data, text.len, &commit) < 0)
        return error_set(e, EUCLEAN,
                         "%s in %s was moved to a commit that is not a version; move it back with git update-ref",
                         r->name, w->repository);
    if (best->born && best->seq >= commit.version.seq)
        return 0;
    *best = (struct branch_state){
        .born = true, .tip = r->oid, .root = commit.tree, .seq = commit.version.seq, .has_ref = true, .ref = r->oid};
    snprintf(best->volume, sizeof best->volume, "%s", strrchr(r->name, '/') + 1);
    return 0;
}

static int read_branch(struct record_writer *w, struct branch *b, struct error *e)
{
    ref_list_auto list = {0};
    char *under = branch_ref_name(w, b->rep, "");
    if (under == NULL)
        return error_set(e, ENOMEM, "out of memory");
    under[strlen(under) - 1] = 0;
    int err = refs_list(w->repo_fd, under, &list, e);
    free(under);
    for (size_t i = 0; i < list.count && err == 0; i++)
        err = consider_ref(w, &list.refs[i], &b->kept, e);
    b->now = b->kept;
    return err;
}

int branch_find(struct record_writer *w, const char *rep, struct branch **out, struct error *e)
{
    for (struct branch *b = w->branches; b != NULL; b = b->next) {
        if (strcmp(b->rep, rep) == 0) {
            *out = b;
            return 0;
        }
    }
    if (!form_is_name(rep))
        return error_set(e, EINVAL, "\"%s\" cannot be a rep's name", rep ? rep : "");
    struct branch *b = calloc(1, sizeof *b);
    if (b == NULL || (b->rep = strdup(rep)) == NULL) {
        free(b);
        return error_set(e, ENOMEM, "out of memory");
    }
    int err = read_branch(w, b, e);
    if (err < 0) {
        branch_free(b);
        return err;
    }
    b->next = w->branches;
    w->branches = b;
    *out = b;
    return 0;
}
