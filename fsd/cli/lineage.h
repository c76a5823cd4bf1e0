/*
 * lineage: the line of versions of one file, whatever its path was, and the names of all files as they were.
 *
 * Versions are told newest first, as record_log gives them; so time runs backwards. What is kept is a tree of names as
 * of the version at hand: a rename is one move in it, of a file or of a folder, and what a removal took away stands
 * there anew, as another file. Each name's lineage gets the versions that are told of it.
 */
#ifndef HOLDFAST_CLI_LINEAGE_H
#define HOLDFAST_CLI_LINEAGE_H

#include "record/record.h"

#define LINEAGE_NONE UINT32_MAX

struct lineage_version {
    uint64_t seq;
    int64_t saved_ns;
    uint64_t bytes;
    struct record_oid commit, blob;
    const char *path;               /* within the mount, as it was then */
    uint32_t lineage, newer, older; /* of the same lineage; LINEAGE_NONE */
    bool chosen;                    /* as told to lineages_add */
    uint32_t content;               /* for the caller */
};

struct lineage {
    const char *rep, *device, *mount;
    uint32_t newest, oldest; /* versions */
    uint64_t removed_seq;    /* the version that removed or replaced the file; 0: it is there */
    int64_t removed_ns;
    uint32_t node, above; /* the lineages' own: its name, and its mount's */
};

struct lineages;

int lineages_open(struct lineages **out); /* -ENOMEM */
void lineages_close(struct lineages *l);
static inline void lineages_free(struct lineages **l) { lineages_close(*l); }
#define lineages_auto __attribute__((cleanup(lineages_free))) struct lineages

/* One version older than all before of the same rep and device. -ENOMEM; -EFBIG: more than can be counted. */
int lineages_add(struct lineages *l, const struct record_version *v, bool chosen);

/* All of them; versions are in the order they came. They stay the lineages'. */
struct lineage_version *lineages_versions(struct lineages *l, uint32_t *count);
const struct lineage *lineages_list(const struct lineages *l, uint32_t *count);

/* Where the file is today, within its mount, wherever it or a folder above was moved since its last version; of a
 * removed one without meaning. The caller's to free; NULL: no memory. */
char *lineages_path_now(const struct lineages *l, const struct lineage *line);

#endif
