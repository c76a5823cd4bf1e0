/*
 * config: fs.conf, the machine, read and checked into one struct.
 *
 * Every key is one row of the table in config.c: section, name, type, limits, default, and the sentence
 * that fs.conf(5) prints. Loading knows no half-way: either every line is understood, or the file is
 * refused with "fs.conf:12: keep: "7 yeers": expected a duration such as 90d, 18m or 7y".
 */
#ifndef HOLDFAST_CONFIG_CONFIG_H
#define HOLDFAST_CONFIG_CONFIG_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONFIG_DEFAULT_PATH "/etc/holdfast/fs.conf"

/* A list of globs, one or more comma-separated in the file. */
struct config_globs {
    char **globs; /* owned */
    size_t count;
};

struct config_mount {
    char *name;  /* "work" of [mount "work"]: letters, digits, '-', '_', at most 32; first component in the tree */
    char *path;  /* absolute; where the rep works */
    char *store; /* absolute, or NULL: the folder itself, hidden underneath */
    char *rep;   /* author name and branch component: letters, digits, '-', '_', '.', as git allows in a ref */
    char *email;
    struct config_globs personal; /* never versioned nor read; relative to the mount */
    struct config_globs ignore;   /* the admin's: not versioned, counted by status */
    int64_t interval_s;           /* a file kept open and changing gets a version this often; default 60 */
};

/* A place outside the mounts to which copies may leave: kind or path is set, not both. */
struct config_sink {
    char *name; /* "sticks" of [sink "sticks"]: as a mount's */
    char *kind; /* "removable", "network", "sync", "downloads" or "temporary"; NULL: the folder `path` */
    char *path; /* absolute; it may not be there yet */
    char *loop; /* "yes": loop devices count as removable; "no" (default) */
};

struct config {
    char *path; /* the file this came from */
    char *company_name;
    char *repository; /* absolute path of the bare repository */
    char *remote;     /* NULL: the record stays here */
    char *volume;     /* "quarter" (default), "month" or "year" */
    char *secret;     /* file of FINGERPRINT_SECRET_BYTES, root's; made by init */
    char *device_name;
    char *device_key;            /* OpenSSH private key file, Ed25519, no passphrase, root-readable only */
    char *spool;                 /* directory; below it one directory a mount */
    char *index;                 /* directory of the record's index, the keeper's own; can be rebuilt */
    char *run;                   /* directory: control.sock, holdfastd.pid */
    char *policy;                /* directory of *.policy files, the rules */
    char *user;                  /* system user of keeper and publisher; default holdfast (its group sees all) */
    char *inspector;             /* system user of the inspectors; default holdfast-inspect */
    uint64_t spool_limit_bytes;  /* at this size of journal and clones saves slow down; default 10 GiB */
    char *hooks;                 /* directory of the programs that are told of events; it may be missing */
    char *hooks_run_as;          /* "rep" (default) or "keeper" */
    int64_t hooks_limit_s;       /* a program that runs for longer is killed; default 10 */
    struct config_mount *mounts; /* at least one */
    size_t mount_count;

    char *guard_mode;                    /* "audit" (default) or "enforce": of rules that name none */
    char *guard_quarantine;              /* directory, root's own */
    struct config_globs guard_departing; /* names of reps, not globs; see config_is_departing */
    struct config_sink *sinks;           /* may be none: then nothing is watched */
    size_t sink_count;
};

/*
 * Read, check and fill a new *out (caller: config_free). Errors: -EINVAL with file, line, what and
 * what was expected (the first problem only); -ENOENT, -EACCES ... from the file itself.
 */
int config_load(struct config **out, const char *path, struct error *e);
void config_free(struct config *c);

/* Is the rep on the list of those who leave the company, for whom stricter rules may hold? */
bool config_is_departing(const struct config *c, const char *rep);

/* NULL if there is none of that name. */
const struct config_mount *config_find_mount(const struct config *c, const char *name);

/* The same of sinks. */
const struct config_sink *config_find_sink(const struct config *c, const char *name);

/*
 * Does `path` (relative, no leading slash, raw bytes) match one of the globs, or lie below a folder that does?
 * `**` crosses slashes, `*` and `?` do not; a pattern without a slash matches at any depth.
 */
bool config_globs_match(const struct config_globs *g, const char *path);

/* Print the key table: as mdoc list items for fs.conf(5), or as the commented fs.conf.example. */
enum config_dump { CONFIG_DUMP_MDOC, CONFIG_DUMP_EXAMPLE };
int config_dump_table(int fd, enum config_dump form);

#endif
