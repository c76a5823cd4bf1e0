/*
 * recollect: an index of the record, brought up to date by the command line itself.
 */
#ifndef HOLDFAST_CLI_RECOLLECT_H
#define HOLDFAST_CLI_RECOLLECT_H

#include "cli/look.h"
#include "recall/recall.h"

struct recollection {
    struct look look;
    unsigned char secret[FINGERPRINT_SECRET_BYTES]; /* with which the index is made */
    struct recall *recall;
};

/*
 * The index of a clone (--repo DIR), from the cache, or of this machine's record (fs.conf; as root, no daemon), made
 * anew if asked, and in step with it. Progress goes to standard error, if that is a terminal. -EBUSY: the daemon has
 * it. recollect_close is due in any case; begin with {0}.
 */
int recollect_open(struct recollection *r, const struct cli *c, bool anew, struct error *e);
void recollect_close(struct recollection *r);
#define recollection_auto __attribute__((cleanup(recollect_close))) struct recollection

#endif
