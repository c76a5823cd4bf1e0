/*
 * odb: objects read from the repository, by libgit2, within fixed memory.
 *
 * Only the object database is opened, never the repository's configuration: reading a clone that somebody handed over
 * runs nothing and trusts nothing in it. Packs that appear later are found.
 */
#ifndef HOLDFAST_RECORD_ODB_H
#define HOLDFAST_RECORD_ODB_H

#include "record/digest.h"

struct git_odb;
struct git_odb_object;

/* `objects_dir`: path of the objects folder. -ENOMEM, -EIO. */
int odb_open(struct git_odb **out, const char *objects_dir, struct error *e);
void odb_close(struct git_odb *odb);

struct odb_object {
    struct git_odb_object *held;
    const void *bytes;
    size_t len;
};
void odb_object_free(struct odb_object *o);
#define odb_object_auto __attribute__((cleanup(odb_object_free))) struct odb_object

/* -ENOENT: the repository lacks it (`e` says so); -EIO: damaged, or of another type. */
int odb_read(struct git_odb *odb, const struct record_oid *oid, enum object_type type, struct odb_object *out,
             struct error *e);

/* Its size without reading it. */
int odb_size(struct git_odb *odb, const struct record_oid *oid, uint64_t *out, struct error *e);

/* Look for packs that appeared or went away. */
void odb_refresh(struct git_odb *odb);

/* The only object whose id begins with these hex digits. -ENOENT; -EEXIST: there are several. */
int odb_find_prefix(struct git_odb *odb, const char *hex, struct record_oid *out);

/* Type of an object, or -ENOENT. */
int odb_type(struct git_odb *odb, const struct record_oid *oid);

#endif
