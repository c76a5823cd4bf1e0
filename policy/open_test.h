/*
 * open_test: an [open-test] of a *.test file: an open as its keys tell it, and what [open] rules have to say of it.
 */
#ifndef HOLDFAST_POLICY_OPEN_TEST_H
#define HOLDFAST_POLICY_OPEN_TEST_H

#include "policy/rules.h"

/* A setting of the test that tells of no single open, and what was expected of it instead; NULL: there is none. */
const struct policy_setting *open_test_mistake(const struct policy_settings *s, const char **expected);

/* Ask the rules. What is different from what the test expects is put to *different, which may then have failed. */
void open_test_run(const struct policy *p, const struct policy_settings *s, struct buf *different);

#endif
