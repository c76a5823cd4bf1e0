/*
 * rules: the policy that is in force, and the secret of the fingerprints. Read by the supervisor as root; the inspector
 * and the keeper have them by being forked.
 */
#ifndef HOLDFAST_PROC_RULES_H
#define HOLDFAST_PROC_RULES_H

#include "config/config.h"
#include "analyse/fingerprint.h"
#include "policy/folder.h"

struct rules {
    struct policy_folder folder;
    struct policy *policy;
    unsigned char secret[FINGERPRINT_SECRET_BYTES];
};

/* All or nothing: what *r held stays when it fails. Each problem of a rule is a line in the log; `e` names the first.
 */
int rules_read(struct rules *r, const struct config *c, struct error *e);
void rules_free(struct rules *r);

#endif
