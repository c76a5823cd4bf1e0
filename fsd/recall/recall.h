/*
 * recall: what the record remembers: which files hold which contacts and texts, since which version, until which.
 *
 * An index (index/index.h) kept in step with the record. The record is the truth: the index knows, for each rep on each
 * device, the newest version that is wholly in it and that version's commit, and goes on from there in the record's
 * order: a version's bytes are read, an inspector says what is in them, the index takes it. Killed at any moment, it
 * goes on where it was. An index that is damaged, of another format, or of another history than the record's (the
 * record was put back from a backup; volumes that it had not seen are dropped) is removed and begun anew by itself.
 *
 * Who writes the record hands over what it just wrote (recall_feed), so that no file is inspected twice; whatever it
 * did not hand over is caught up with by recall_step.
 *
 * Threads: every call takes the one lock of its struct recall, so a control thread may ask while the keeper feeds. The
 * lock is not held while an inspector works. Callbacks are called with it held: they must not call recall. A process
 * has an index open once (LMDB's rule), and does not carry it over a fork.
 */
#ifndef HOLDFAST_RECALL_RECALL_H
#define HOLDFAST_RECALL_RECALL_H

#include "base/error.h"
#include "index/index.h"
#include "inspect/client.h"
#include "record/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct recall;

/*
 * `path`: the index's folder, made if it is missing (0700). Opens for writing; opens at once whatever the state of the
 * index is: damaged, it is begun anew. -EBUSY: another process writes this index (the daemon); of the record; of the
 * file system.
 */
int recall_open(struct recall **out, const char *repository, const char *path, struct error *e);
/* The same, but the index is opened by the first recall_step: only -ENOMEM. */
int recall_open_later(struct recall **out, const char *repository, const char *path, struct error *e);
void recall_close(struct recall *r); /* what is in it survives a power cut then */

/* ---- keeping in step ---- */

/*
 * Catch up with the record for about `slice_ms`, asking `inspector` about bytes that are new (its answers to other
 * questions, if any are out, are dropped). 1: there is more to do; 0: the index is in step with the record as it was
 * when this round began (recall_look_again begins another); -errno: it could not go on now, try later. Damage is no
 * error: the index begins anew. One thread at a time.
 */
int recall_step(struct recall *r, struct inspector *inspector, int slice_ms, struct error *e);

/* The record may have more than was fed. */
void recall_look_again(struct recall *r);

/* Forget everything, and begin anew with the next recall_step. Any thread; takes effect there. */
void recall_rebuild(struct recall *r);

/* What is in it, and how far it has come. */
struct recall_state {
    uint64_t versions, lineages;    /* of files: a lineage is the line of versions of one file, whatever its path */
    uint64_t keys, texts;           /* places of row keys, and of fingerprints of text */
    uint64_t bytes;                 /* on disk */
    uint64_t behind;                /* versions that the record has and the index not yet, as last looked */
    bool in_step;                   /* with the record, as last looked */
    char trouble[ERROR_TEXT_BYTES]; /* why it could not go on the last time; "": it could */
};
int recall_get_state(struct recall *r, struct recall_state *out, struct error *e);

/* ---- versions that are just being written ---- */

/*
 * Who writes a batch of versions hands over each, as it was committed, with the report of its inspection; once the
 * batch is in the record, recall_feed puts them into the index, if it is in step with what was there before. What it
 * cannot take, or was not given the report of, is left to recall_step. All are for the writer's thread; without an
 * index (NULL) they do nothing.
 */

/*
 * Hold a version until the batch is finished. `found` is what an inspector says of its content (NULL: the version has
 * none); it stays the caller's, as does its report's descriptor. Never fails: a version that cannot be held (there are
 * bounds) is caught up with.
 */
void recall_hold(struct recall *r, const struct record_version *v, const struct inspection *found);
void recall_feed(struct recall *r); /* the batch is in the record */
void recall_drop(struct recall *r); /* it is not */

/*
 * Rows (sets of keys) that came and went since the file's version before, which is one held or the index's newest: 1.
 * Of a file that had no version before, all came. 0: it is not known, as the index is behind or in trouble. `v` says
 * whose and which file it will be; it is not committed yet.
 */
int recall_compare(struct recall *r, const struct record_version *v, const struct inspection *found, uint64_t *came,
                   uint64_t *went);

/* ---- asking ---- */

/* A run of versions of one file, all of which hold what was asked for. Strings hold during the call. */
struct recall_holding {
    const char *rep, *device, *mount;
    uint64_t lineage;       /* names the file within this index, whatever its path */
    uint64_t first;         /* Seq of the file's first version */
    uint64_t since;         /* Seq of the first version of this run */
    uint64_t until;         /* Seq of the first that no longer holds it (or removes the file); 0: the newest does */
    struct record_oid blob; /* of `since` */
};
typedef int recall_each(void *ctx, const struct recall_holding *h); /* non-zero stops and is returned */

/* `key`: analyse/fingerprint.h, made with the secret that the index was made with. Oldest files first. */
int recall_find(struct recall *r, uint64_t key, recall_each *each, void *ctx, struct error *e);

/*
 * Files whose versions have some of these fingerprints of text. Fingerprints are evidence, not proof (and until when a
 * text was there is not known): look into the versions from `newest` back.
 */
struct recall_candidate {
    const char *rep, *device, *mount;
    uint64_t lineage, first;
    uint64_t newest;        /* Seq of the newest version known; of a removed file, the removal */
    struct record_oid blob; /* of it; all zero: a removal */
    uint32_t found;         /* of the fingerprints asked for, distinct */
};
typedef int recall_each_candidate(void *ctx, const struct recall_candidate *c);
/* At most `most`, best first. */
int recall_find_text(struct recall *r, const uint64_t *fingerprints, size_t count, size_t most,
                     recall_each_candidate *each, void *ctx, struct error *e);

/*
 * Versions in which certainly no text stands that has all of these fingerprints (analyse/passage.h), a piece of the
 * index at a time: `*from` is 0 at first. Of each only rep, device, mount, since and blob are told. What is not told
 * may hold it or not, be it that the index is behind, or that rows and margins are in no fingerprint. Told once, it is
 * so for ever. 1: there is more; 0: that was the end.
 */
int recall_each_without(struct recall *r, uint32_t *from, const uint64_t *fingerprints, size_t count, recall_each *each,
                        void *ctx, struct error *e);

/* A file's versions, oldest first, with the blob of each; a removal has an all-zero blob. */
int recall_versions(struct recall *r, uint64_t lineage, index_each_version *each, void *ctx, struct error *e);

/* ---- a clone's index ---- */

/*
 * Where the index of a clone lies, and the secret that it is made with: $XDG_CACHE_HOME/holdfast/<id of the
 * repository's path> (else ~/.cache/holdfast/...), with the company's secret, if `company_secret` (may be NULL) can be
 * read, else with a random one, kept beside it. The index with one secret and with another are two folders. -ENOENT:
 * neither XDG_CACHE_HOME nor HOME is set.
 *
 * Then: an inspector with this secret (cli/look.h: look_open_plain), recall_open(&r, repository, place.index, e), and
 * recall_step until it says 0.
 */
struct recall_place {
    char *index; /* owned */
    unsigned char secret[FINGERPRINT_SECRET_BYTES];
};
int recall_place_of_clone(struct recall_place *out, const char *repository, const char *company_secret,
                          struct error *e);
void recall_place_free(struct recall_place *p); /* wipes the secret */

#endif
