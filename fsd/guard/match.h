/*
 * match: what of the mounts stands in a file: by its bytes, its rows, its text, through archives and other forms.
 *
 * The file is read by an inspector, which tells its keys; the record's index and the tables of facts tell whose they
 * are. One thread. What was saved a moment ago is known once the keeper has it, so for that it waits a little.
 */
#ifndef HOLDFAST_GUARD_MATCH_H
#define HOLDFAST_GUARD_MATCH_H

#include "analyse/inspection.h"
#include "config/config.h"
#include "event/board.h"
#include "inspect/client.h"
#include "policy/copy.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MATCH_MOST = 8, MATCH_NAME_BYTES = 80 };

struct match_source {
    char mount[MATCH_NAME_BYTES], rep[MATCH_NAME_BYTES], class_name[64];
    uint64_t version; /* its Seq; 0: not known */
    uint64_t ino;     /* in the mount's store; 0: it is not there any more */
};

/* `told` is about `sources`, and ready for the rules. */
struct match {
    uint64_t size;
    char sha256[65]; /* "": it is larger than MATCH_HASHED_MOST */
    char class_name[64];
    size_t count;
    struct match_source sources[MATCH_MOST];
    struct policy_copy_source told[MATCH_MOST];
};
enum { MATCH_HASHED_MOST = 1 << 30 };

/* One mount, as the matcher needs it. */
struct match_mount {
    const struct config_mount *mount;
    int spool_fd;
    struct board *board;
};

struct matcher;

/* All of these stay the caller's. */
int matcher_open(struct matcher **out, const struct config *config, struct inspector *inspector,
                 const struct match_mount *mounts, size_t mount_count, struct error *e);
void matcher_close(struct matcher *m);

/*
 * Look at an open regular file, known by `path`. *out has no source if nothing of the mounts stands in it. 0;
 * -ENOENT with words: there is no index yet, so only whole files were known again; -errno of reading the file.
 */
int match_file(struct matcher *m, int fd, const char *path, struct match *out, struct error *e);

#endif
