/*
 * tree: the tree of a branch's tip in memory: found, changed and listed there, and written into a pack where it
 * changed.
 *
 * A folder is kept as the very bytes of its git tree object, with the places of its entries: some 50 bytes a file and
 * nothing to build before hashing. Folders are read from the repository when first needed. Since each change is made by
 * us, the delta of a folder against its last written version is known without searching: "copy, insert these 20 bytes,
 * copy".
 *
 * Paths are real names, "<mount>/<path>"; the tree holds them encoded (name.h). An emptied folder goes away, as git has
 * none.
 */
#ifndef HOLDFAST_RECORD_TREE_H
#define HOLDFAST_RECORD_TREE_H

#include "record/pack.h"

struct git_odb;
struct tree;

/* The tree `root` of the repository, or an empty one (NULL). `odb` and `digests` are borrowed. */
int tree_open(struct tree **out, struct git_odb *odb, struct digests *digests, const struct record_oid *root,
              struct error *e);
void tree_close(struct tree *t);

/* Every function here: -EIO if a folder cannot be read, -ENOMEM, -ENAMETOOLONG and -EINVAL (an empty component) for the
 * path. */

/* -ENOENT: there is nothing at `path`. "" is the root. */
int tree_find(struct tree *t, const char *path, struct record_entry *out, struct error *e);

/* Put a blob at `path`, replacing what is there; folders are made, files in their place go. */
int tree_put(struct tree *t, const char *path, const struct record_entry *entry, struct error *e);

/* Take `path` away, file or folder. -ENOENT. */
int tree_remove(struct tree *t, const char *path, struct error *e);

/* Move `from`, file or folder, over `path`. -ENOENT: no `from`. -EINVAL: into itself. */
int tree_move(struct tree *t, const char *from, const char *path, struct error *e);

/* Swap two. -ENOENT: one is not there. -EINVAL: one lies in the other. */
int tree_exchange(struct tree *t, const char *a, const char *b, struct error *e);

/* Each entry of a folder in git's order, with its real name; cb's non-zero answer ends it and is returned. -ENOENT. */
int tree_list(struct tree *t, const char *path,
              int (*cb)(void *ctx, const char *name, const struct record_entry *entry), void *ctx, struct error *e);

/* Write the folders that changed into the pack; `*root` is the tree's id then. */
int tree_write(struct tree *t, struct pack *pack, struct record_oid *root, struct error *e);

/* Bytes held in memory; and let go of all folders but the root (nothing may be unwritten). */
size_t tree_bytes(const struct tree *t);
void tree_forget(struct tree *t);

#endif
