/*
 * policy: the words behind `holdfast policy`, a file each. Operands are those behind the word; each returns an exit
 * status.
 */
#ifndef HOLDFAST_CLI_POLICY_H
#define HOLDFAST_CLI_POLICY_H

#include "cli/command.h"

int policy_explain(struct cli *c);
int policy_test_rules(struct cli *c);
int policy_reload(struct cli *c);

#endif
