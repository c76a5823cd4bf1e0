/*
 * find: which versions of which files hold a text or a contact.
 *
 * All versions in reach are taken in (names only), then the bytes of each that is to be looked at are read once by an
 * inspector that looks for it, the newest first, however many versions have them.
 */
#ifndef HOLDFAST_CLI_FIND_H
#define HOLDFAST_CLI_FIND_H

#include "cli/lineage.h"
#include "cli/look.h"
#include "cli/source.h"

enum find_state { FIND_NOT_READ, FIND_HOLDS, FIND_HOLDS_NOT, FIND_UNREADABLE };

/* One run of bytes, whichever versions have it. */
struct find_content {
    struct record_oid blob;
    uint32_t version; /* the newest that has it */
    enum find_state state;
    bool partly;             /* a limit was reached before its end */
    struct report_hit *hits; /* owned; the first places */
    size_t hit_count;
};

struct find {
    const struct cli *cli;
    struct source *source;
    struct inspect_seek seek;
    char key[CONTACT_KEY_BYTES]; /* seek.contact's text */
    int64_t since_ns, until_ns;
    struct lineages *lineages;
    struct lineage_version *versions; /* the lineages' */
    uint32_t version_count;
    struct find_content *contents;
    uint32_t content_count;
    uint32_t closed; /* versions that the record calls encrypted or unreadable */
    bool by_index;   /* the contents were not read, but for places */
    int err;         /* of taking versions in */
};

/* Take in what may be seen and was asked for. */
int find_collect(struct find *f, struct error *e);

/*
 * Ask the index of the record (the daemon's, or a cache that is kept of a clone) which contents hold the contact: 1:
 * they are marked, but for those that a run begins with, which are left to be read for the place. Of a text of
 * FINGERPRINT_SURE characters or more, those are marked that it certainly does not stand in; the others are left to be
 * read. 0: no index serves here, all are to be read. -errno: the record cannot be read.
 */
int find_by_index(struct find *f, struct error *e);

/* Read all contents that are FIND_NOT_READ. -EIO and others when the record cannot be read; a file that no inspector
 * can read is marked. */
int find_read(struct find *f, struct error *e);
void find_free(struct find *f);

#endif
