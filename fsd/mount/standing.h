/*
 * standing: what class a file has when somebody asks for it, as far as anybody knows by then.
 *
 * The keeper's facts (event/facts.h) say of what class the newest version in the record is. A file that was changed
 * since keeps that class until the next inspection. One that is new has none yet, but if it replaced another (programs
 * that save by rename) it is taken for what that one was: the *heir* of its class. The heir's class is kept in the
 * shared memory, so it outlives this child.
 */
#ifndef HOLDFAST_MOUNT_STANDING_H
#define HOLDFAST_MOUNT_STANDING_H

#include "mount/state.h"

#define STANDING_NO_CLASS "unclassified"

struct standing {
    char class_name[FACT_CLASS_BYTES]; /* "unclassified" if nobody knows */
    bool is_known;                     /* by a fact of its own: the fields below are it */
    struct fact fact;
};

/* Of `node`, a regular file. No system call: it is asked at every open. */
void standing_look(struct mount *m, uint32_t node, struct standing *out);

/* Is that the class of the bytes as they are now? *size is theirs, now. */
bool standing_is_current(struct mount *m, uint32_t node, const struct standing *s, uint64_t *size);

/* Before the file (dev, ino) is replaced by a rename: what its heir is to be taken for. False: of no class. */
bool standing_of_replaced(struct mount *m, uint64_t dev, uint64_t ino, char class_name[static FACT_CLASS_BYTES]);

/*
 * The keeper is about to forget `node`: its last name goes while somebody has it open, or it moves to where nothing is
 * recorded. It is its own heir, as long as the kernel refers to it.
 */
void standing_keep(struct mount *m, uint32_t node);

/* `node` took a name from a file of that class. */
void standing_inherit(struct mount *m, uint32_t node, const char *class_name);

#endif
