/*
 * target: which file of the record a PATH on the command line means.
 *
 * With fs.conf, in this order: an absolute path, or one relative to a working directory inside a mount, lies in the
 * mount that holds it (lexically: the file need not exist any more); "work/Prospects/acme.csv" begins with a mount's
 * name; anything else is relative to the only mount (or the caller's only one). With --repo: "mount/path", or the path
 * within the mounts that have it.
 */
#ifndef HOLDFAST_CLI_TARGET_H
#define HOLDFAST_CLI_TARGET_H

#include "cli/command.h"
#include "record/record.h"

#include <limits.h>

struct target {
    const char *rep, *device;          /* NULL: any */
    const char *mount;                 /* points at `mount_name`, or NULL: any */
    const struct config_mount *config; /* the mount, where fs.conf has it */
    char mount_name[NAME_MAX + 1];
    char path[2 * PATH_MAX]; /* within the mount; "" is the mount itself */
};

/* By fs.conf (c->config). -EINVAL: it lies in no mount, or could be in several; -ENAMETOOLONG. */
int target_from_config(const struct cli *c, const char *operand, struct target *out, struct error *e);

/* By what the record holds. -ENOENT: nothing of that name; -EINVAL: several. */
int target_from_record(const struct cli *c, struct record_reader *reader, const char *operand, struct target *out,
                       struct error *e);

/* The query that finds it. Strings stay the target's. */
struct record_query target_query(const struct target *t);

/*
 * Make `path` plain without looking at the disk: no empty, "." or ".." components; ".." at the top stays there.
 * Absolute or relative as it was; "" for nothing. In place.
 */
void target_normalise(char *path);

#endif
