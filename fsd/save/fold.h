/*
 * fold: from what applications did to what the user did. A batch of journal records in, the versions to keep out. Pure.
 *
 * Applications save in strange ways: they write beside the file and rename over it, rename the old file away and write
 * a new one, exchange two names. One save by the user is one version of the *named* file, with the history of its path
 * unbroken. Nothing here knows an application or a temporary name; only which file was where, within one batch:
 *
 *   fresh    a file whose first save is in this batch, at a path that the record does not have: nobody has seen it yet
 *
 *   rename a b, delete b           -> delete a
 *   delete a, save a               -> save a
 *   save t (fresh), rename t F     -> save F, with the last bytes of t
 *   save t (fresh), delete t       -> nothing
 *   rename F F~, save F            -> copy F~ (the old bytes of F appear under a new name), save F
 *   ... then delete F~             -> save F
 *   save t (fresh), exchange t F, delete t -> save F
 *   save F, chmod F                -> save F, with the new mode
 *
 * and chains of these. All else stays as it was, in its order: ten saves of a named file are ten versions.
 */
#ifndef HOLDFAST_SAVE_FOLD_H
#define HOLDFAST_SAVE_FOLD_H

#include "event/journal.h"

enum fold_action {
    FOLD_SAVE, /* `record` is the JOURNAL_SAVE whose bytes go to `path` */
    FOLD_SYMLINK,
    FOLD_LINK,
    FOLD_COPY,   /* the file at `from` is now also at `path`: a rename away from a name that was then written anew */
    FOLD_DELETE, /* only if the record has `path` when its turn comes */
    FOLD_RENAME, /* `from` -> `path` */
    FOLD_EXCHANGE,
    FOLD_CHMOD,
    FOLD_NOTICE, /* RESCAN, SESSION, GAP: `record` says it all */
};

struct fold_plan {
    enum fold_action action;
    const struct journal_record *record; /* bytes (by its seq and handle), subject and time */
    const char *path, *from;             /* from: "" where unused */
    uint32_t mode;
    uint64_t last_seq; /* newest record that went into it */
    /* fold's own: */
    bool dropped;
    int chain;       /* an earlier plan about the same file, or -1 */
    int before;      /* RENAME: the plan by which the file had come to `from`, or -1 */
    bool from_known; /* RENAME: the record had something at `from` before the batch */
    size_t moves;    /* EXCHANGE: folders moved before it */
};

struct fold {
    struct fold_plan *plans; /* owned; strings are the records' */
    size_t count;
};

/* Had the record anything at `path` before this batch? */
typedef bool fold_known(void *ctx, const char *path);

/* Fold `count` records (they must outlive *out). 0 or -ENOMEM. Caller: fold_free. */
int fold_records(struct fold *out, const struct journal_record *const *records, size_t count, fold_known *known,
                 void *ctx);
void fold_free(struct fold *f);
#define fold_auto __attribute__((cleanup(fold_free))) struct fold

#endif
