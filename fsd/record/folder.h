/*
 * folder: one folder of the tree: the bytes of its git tree object and what has changed in them since they were last
 * written.
 *
 * Names here are encoded ones. git sorts entries by bytes, with a '/' behind the name of a folder; so a file and a
 * folder of one name have different places, and folder_find looks at both.
 */
#ifndef HOLDFAST_RECORD_FOLDER_H
#define HOLDFAST_RECORD_FOLDER_H

#include "record/edits.h"
#include "record/pack.h"

enum { MODE_FOLDER = 0040000, MODE_FILE = 0100644, MODE_PROGRAM = 0100755, MODE_SYMLINK = 0120000 };

struct folder {
    struct folder *parent; /* NULL: the root */
    char *name;            /* in the parent; owned; NULL: the root */
    unsigned char *raw;    /* the object's bytes; owned */
    uint32_t len, room;
    uint32_t *starts;     /* where each entry begins in `raw`; owned; one more slot than entries is never needed */
    struct folder **subs; /* beside `starts`: the folders that are in memory; NULL until there is one; owned */
    uint32_t count, entries_room;
    bool dirty;             /* this or a folder below differs from what was written */
    struct pack_place base; /* where the bytes without `edits` lie */
    struct edits *edits;    /* NULL: none since; owned */
};

struct folder *folder_new(struct folder *parent, const char *name, size_t name_len);
void folder_free(struct folder *f); /* with all below */

/* Take an object's bytes (copied). -EINVAL: not a tree. -ENOMEM. */
int folder_fill(struct folder *f, const void *raw, size_t len);

struct folder_entry {
    uint32_t index;
    uint32_t mode;
    const char *name; /* NUL-terminated, in raw: holds until the next change */
    size_t name_len;
    const unsigned char *oid;
};
void folder_entry_at(const struct folder *f, uint32_t index, struct folder_entry *out);
bool folder_find(const struct folder *f, const char *name, struct folder_entry *out);

/* Put an entry (none of that name may be there) and return its index in `*index`; take one away; give one another id.
 * -ENOMEM, -EFBIG. */
int folder_insert(struct folder *f, const char *name, uint32_t mode, const unsigned char *oid, uint32_t *index);
int folder_remove(struct folder *f, uint32_t index);
int folder_set_oid(struct folder *f, uint32_t index, const unsigned char *oid);

int folder_set_sub(struct folder *f, uint32_t index, struct folder *sub); /* -ENOMEM */
static inline struct folder *folder_sub(const struct folder *f, uint32_t index)
{
    return f->subs ? f->subs[index] : NULL;
}

void folder_set_dirty(struct folder *f); /* and all above it */

/* Write this folder's bytes (its subfolders are written already) into the pack, as a delta if that is shorter. */
int folder_write(struct folder *f, struct pack *pack, struct digests *d, struct record_oid *out, struct error *e);

size_t folder_bytes(const struct folder *f); /* of memory, without what is below */

#endif
