/*
 * writer: what the parts of writing share (write.c, commit.c, content.c, branch.c, repair.c); nobody outside record/
 * includes it.
 *
 * A writer has one branch a rep, each with the tree of its tip in memory. An open batch changes the branches' `now`;
 * finish makes it `kept`, abort goes back to `kept`. One thread.
 */
#ifndef HOLDFAST_RECORD_WRITER_H
#define HOLDFAST_RECORD_WRITER_H

#include "record/digest.h"
#include "record/odb.h"
#include "record/pack.h"
#include "record/refs.h"
#include "record/sign.h"
#include "record/tree.h"
#include "record/volume.h"

/* Content up to this is read whole, into one buffer; what is larger goes through it in pieces. */
enum { CONTENT_BUFFER_BYTES = 512 * 1024, TREES_MOST_BYTES = 16 * 1024 * 1024 };

struct branch_state {
    bool born; /* has a tip */
    char volume[VOLUME_NAME_BYTES];
    struct record_oid tip;  /* commit */
    struct record_oid root; /* its tree */
    uint64_t seq;           /* of the tip */
    bool has_ref;           /* the volume's ref is in the repository, and holds */
    struct record_oid ref;  /* this */
};

struct branch {
    struct branch *next;
    char *rep;
    struct branch_state now, kept;
    struct tree *tree; /* of now.tip; NULL: not read yet */
};

struct record_batch {
    struct record_writer *writer;
    int failed;                 /* -errno of what spoiled it; 0: fine */
    struct ref_change *changes; /* refs of volumes that ended within the batch; owned */
    size_t change_count;
    struct pack_mark before_blob; /* for take_back */
    struct record_oid last_blob;
    bool can_take_back;
};

struct record_writer {
    char *repository, *device;
    char scheme[16]; /* of volumes */
    bool durable;
    int repo_fd, pack_fd, lock_fd;
    struct git_odb *odb;
    struct digests digests;
    struct signer *signer;
    struct pack *pack;
    struct branch *branches;
    struct record_batch *batch;                 /* the open one, or NULL */
    unsigned char *content;                     /* CONTENT_BUFFER_BYTES + 1 */
    struct buf plain, armour, text, path, from; /* reused for each commit */
};

/* branch.c: the rep's branch, read from the repository when first asked for. -EUCLEAN: its tip cannot be read. */
int branch_find(struct record_writer *w, const char *rep, struct branch **out, struct error *e);
int branch_open_tree(struct record_writer *w, struct branch *b, struct error *e);
void branch_go_back(struct branch *b); /* to what is kept */
void branch_free(struct branch *b);
/* "refs/heads/rep/<rep>/<device>/<volume>"; the caller frees it. NULL: out of memory. */
char *branch_ref_name(const struct record_writer *w, const char *rep, const char *volume);

/* repair.c: put right what a crash left, once the lock is held. -EUCLEAN: what cannot be, with what to do. */
int repair_repository(struct record_writer *w, struct error *e);
/* Note the branches' tips in the lock file, by which a ref that was lost is found again. */
int repair_note_tips(struct record_writer *w);

#endif
