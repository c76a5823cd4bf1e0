/*
 * pack: one pack of a batch's objects, written as it grows and put in place at the end with its index.
 *
 * Formats: gitformat-pack(5), pack version 2 and index version 2. The pack grows in a buffer that is written to
 * objects/pack/tmp_holdfast_<pid> whenever it is full. At the end come the header with the count of objects, the
 * checksum (a second pass: the header stands first and was not known before), the index, and two renames: .pack, then
 * .idx, by which git sees it. Nothing here delta-compresses content; that is `git repack`'s. Trees come as deltas whose
 * instructions the caller knows.
 */
#ifndef HOLDFAST_RECORD_PACK_H
#define HOLDFAST_RECORD_PACK_H

#include "record/digest.h"

#define PACK_TEMPORARY "tmp_holdfast_" /* prefix of what a crash may leave; removed when a writer opens */

enum { PACK_DEPTH_MOST = 40 }; /* longest chain of deltas */

struct pack;

/* `pack_dir_fd` (objects/pack) and `digests` stay the caller's and outlive the pack writer. -ENOMEM. */
int pack_open(struct pack **out, int pack_dir_fd, struct digests *digests, struct error *e);
void pack_close(struct pack *p); /* an unfinished pack is aborted */

/* Where an object lies: base for deltas. */
struct pack_place {
    uint64_t serial; /* of the pack: a place in another pack is no base */
    uint64_t offset;
    uint32_t depth; /* deltas down to the whole object */
};

/* Serial of the pack that is being written; a new one after each finish and abort. Never 0. */
uint64_t pack_serial(const struct pack *p);

/* Is it in this pack already? */
bool pack_has(const struct pack *p, const struct record_oid *oid, struct pack_place *place);

/* Add a whole object; `*oid` is its id (not computed again if known). One that the pack has is not added twice. `place`
 * may be NULL. */
int pack_add(struct pack *p, enum object_type type, const void *bytes, size_t len, const struct record_oid *oid,
             struct pack_place *place, struct error *e);

/* Add the object `oid` as a delta against `base` in this pack: `place` (which may be `base`) gets its own place. */
int pack_add_delta(struct pack *p, const struct record_oid *oid, const void *delta, size_t len,
                   const struct pack_place *base, struct pack_place *place, struct error *e);

/*
 * A blob in pieces: begin with its size (and a sample of it, by which is chosen whether to compress), put all its
 * bytes, end with its id (found meanwhile by the caller). If the pack has that object already, what was put is taken
 * back. After an error, pack_take_back.
 */
int pack_blob_begin(struct pack *p, uint64_t size, const void *sample, size_t sample_len, struct error *e);
int pack_blob_put(struct pack *p, const void *bytes, size_t len, struct error *e);
int pack_blob_end(struct pack *p, const struct record_oid *oid, struct error *e);

/* A point to go back to: objects added since are gone. */
struct pack_mark {
    uint64_t end;
    size_t count;
};
struct pack_mark pack_mark(const struct pack *p);
void pack_take_back(struct pack *p, struct pack_mark mark);

size_t pack_count(const struct pack *p);   /* objects */
uint64_t pack_bytes(const struct pack *p); /* so far */

/* Put pack and index in place; with `durable` they and the directory are synced. Afterwards, and after errors, the pack
 * is a new empty one. */
int pack_finish(struct pack *p, bool durable, struct error *e);
void pack_abort(struct pack *p);

#endif
