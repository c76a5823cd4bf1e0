/*
 * rules: the policy that is in force, and the secret of the fingerprints. Read by the supervisor as root; the others
 * have them by being forked, and a mount child, which is not replaced for it, other ones by ORDER_RULES.
 */
#ifndef HOLDFAST_PROC_RULES_H
#define HOLDFAST_PROC_RULES_H

#include "config/config.h"
#include "analyse/fingerprint.h"
#include "policy/folder.h"
#include "record/record.h"

struct rules {
    struct policy_folder folder;
    struct policy *policy;
    char id[RECORD_OID_HEX]; /* of the tree that the files make, by which verdicts name them */
    unsigned char secret[FINGERPRINT_SECRET_BYTES];
};

/* All or nothing: what *r held stays when it fails. Each problem of a rule is a line in the log; `e` names the first.
 */
int rules_read(struct rules *r, const struct config *c, struct error *e);
void rules_free(struct rules *r);

#endif
