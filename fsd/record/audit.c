/* The audit log: sealed segments, one signed commit each, on refs/heads/audit/<device>. */
#include "base/clock.h"
#include "record/audit_form.h"
#include "record/side.h"

#include <errno.h>
#include <string.h>

int record_read_audit(struct record_writer *w, struct record_audit_state *out, struct error *e)
{
    side_tip_auto tip = {0};
    audit_form_auto form = {0};
    int err = side_read(w, "audit", &tip, e);
    if (err < 0)
        return err;
    if (tip.had)
        err = audit_form_parse(tip.text.data, tip.text.len, &form);
    if (err < 0)
        return error_set(e, err == -ENOMEM ? ENOMEM : EUCLEAN,
                         "%s in %s was moved to a commit that is no seal; move it back with git update-ref", tip.name,
                         w->repository);
    *out = form.state;
    form.state = (struct record_audit_state){0};
    out->tip = tip.commit;
    return 0;
}

/* The tip's tree with one more file, in the pack. */
static int put_segment(struct record_writer *w, const struct side_tip *tip, const char *path,
                       const struct record_audit_seal *seal, struct record_oid *root, struct error *e)
{
    struct tree *tree = NULL;
    const struct record_file file = {path, seal->lines, seal->len};
    int err = tree_open(&tree, w->odb, &w->digests, tip->had ? &tip->root : NULL, e);
    if (err == 0)
        err = side_put_file(w, tree, &file, e);
    if (err == 0)
        err = tree_write(tree, w->pack, root, e);
    tree_close(tree);
    return err;
}

int record_seal_audit(struct record_writer *w, struct record_audit_state *state, const struct record_audit_seal *seal,
                      struct error *e)
{
    side_tip_auto tip = {0};
    ref_list_auto refs = {0};
    buf_auto message = {0};
    struct record_oid root, commit;
    if (w->batch != NULL)
        return error_set(e, EBUSY, "a batch is open already");
    if (seal->count == 0)
        return error_set(e, EINVAL, "nothing to seal");
    struct audit_form form = {.first = state->seq + 1,
                              .last = state->seq + seal->count,
                              .oldest_ns = seal->oldest_ns,
                              .newest_ns = seal->newest_ns,
                              .state = *state}; /* borrowed */
    form.state.saved_ns = seal->now_ns;
    audit_form_name_segment(seal->now_ns, form.first, form.segment);
    int err = side_read(w, "audit", &tip, e);
    if (err == 0 && (tip.had != (state->seq > 0) || (tip.had && !oid_equal(&tip.commit, &state->tip))))
        err = error_set(e, ESTALE, "%s in %s was moved by somebody else", tip.name, w->repository);
    if (err == 0)
        err = refs_list(w->repo_fd, "refs/heads", &refs, e);
    if (err == 0)
        err = put_segment(w, &tip, form.segment, seal, &root, e);
    if (err < 0) {
        pack_abort(w->pack);
        return err;
    }
    audit_form_put(&message, &form, w->device, &refs);
    err = side_commit(w, &tip, &root, &message, seal->now_ns, &commit, e);
    if (err < 0)
        return err;
    state->seq = form.last;
    state->saved_ns = seal->now_ns;
    state->tip = commit;
    return 0;
}
