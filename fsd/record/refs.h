/*
 * refs: the branches of a repository: listed (loose files and packed-refs), and moved as git moves them, by lock files.
 *
 * No symbolic link is followed below the repository, and no configuration is read.
 */
#ifndef HOLDFAST_RECORD_REFS_H
#define HOLDFAST_RECORD_REFS_H

#include "record/record.h"

struct ref {
    char *name; /* "refs/heads/rep/alice/lt-0042/2026Q4"; owned */
    struct record_oid oid;
    bool torn; /* the file does not hold an id */
};

struct ref_list {
    struct ref *refs; /* owned; sorted by name */
    size_t count, room;
};

/* All refs below `under` ("refs/heads/rep"), in a list that refs_free frees. An empty list is no error. -ENOMEM, -EIO
 * ... */
int refs_list(int repo_fd, const char *under, struct ref_list *out, struct error *e);
void refs_free(struct ref_list *l);
#define ref_list_auto __attribute__((cleanup(refs_free))) struct ref_list
const struct ref *refs_find(const struct ref_list *l, const char *name);

struct ref_change {
    char *name; /* owned by whoever made the change */
    bool had;   /* `old` is what it holds now; false: it is not there */
    struct record_oid old, new;
    bool locked; /* between lock and move */
};

/*
 * Moving refs has two steps, so that all that can fail for want of space fails first: refs_lock writes each new value
 * into its lock file
 * (-EUCLEAN if a ref is not what it was, -EBUSY if git holds one); refs_move renames them into place. refs_unlock lets
 * go without moving.
 */
int refs_lock(int repo_fd, struct ref_change *changes, size_t count, bool durable, struct error *e);
int refs_move(int repo_fd, struct ref_change *changes, size_t count, bool durable, struct error *e);
void refs_unlock(int repo_fd, struct ref_change *changes, size_t count);

/* Remove every stale lock file: HEAD.lock, config.lock, packed-refs.lock and all *.lock below refs. How many went, or
 * -errno. */
int refs_remove_locks(int repo_fd, struct error *e);

#endif
