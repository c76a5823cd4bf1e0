/*
 * side: a branch of the device beside those of the reps (policy/<device>, audit/<device>): one signed commit at a time,
 * outside any batch. policy.c and audit.c say what stands in it.
 */
#ifndef HOLDFAST_RECORD_SIDE_H
#define HOLDFAST_RECORD_SIDE_H

#include "record/writer.h"

/* Where the branch stands. Begin with {0}; side_free. */
struct side_tip {
    char *name; /* "refs/heads/audit/lt-0042"; owned */
    bool had;   /* the next three mean something; false: there is no such branch yet */
    struct record_oid commit, root;
    struct buf text; /* the commit's */
};
void side_free(struct side_tip *t);
#define side_tip_auto __attribute__((cleanup(side_free))) struct side_tip

/* `kind`: "policy", "audit". -EUCLEAN: the ref is torn, or what it names is not there or is no commit. */
int side_read(struct record_writer *w, const char *kind, struct side_tip *out, struct error *e);

/* The tree, and the first parent if there is one, that a commit's text names. -EINVAL: it is not a commit's. */
int side_parse_head(const char *text, size_t len, struct record_oid *tree, struct record_oid *parent, bool *has_parent);

/* Put a blob into the pack and into the tree. */
int side_put_file(struct record_writer *w, struct tree *tree, const struct record_file *file, struct error *e);

/*
 * Commit the tree `root` with this message (from the subject on) on top of the tip, sign it, put the pack in place and
 * move the ref: all of it, or nothing but an error. The pack is empty afterwards, whatever happened.
 */
int side_commit(struct record_writer *w, const struct side_tip *tip, const struct record_oid *root,
                const struct buf *message, int64_t now_ns, struct record_oid *out, struct error *e);

#endif
