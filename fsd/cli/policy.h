/*
 * policy: the words behind `holdfast policy`, a file each. Operands are those behind the word; each returns an exit
 * status.
 */
#ifndef HOLDFAST_CLI_POLICY_H
#define HOLDFAST_CLI_POLICY_H

#include "base/buf.h"
#include "cli/command.h"
#include "policy/policy.h"

#include <jansson.h>

int policy_explain(struct cli *c);
int policy_explain_open(struct cli *c); /* of it, with --open */
int policy_explain_copy(struct cli *c); /* of it, with --copy */
int policy_test_rules(struct cli *c);
int policy_reload(struct cli *c);

/* Reasons of the rules, as lines of text or as an array of objects. */
struct policy_trail {
    struct buf *text; /* or */
    json_t *json;
    const struct policy_rule *rule; /* last told of */
};
int policy_trail_text(void *trail, const struct policy_reason *r);
int policy_trail_json(void *trail, const struct policy_reason *r);

#endif
