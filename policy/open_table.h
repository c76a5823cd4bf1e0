/*
 * open_table: which open rules can speak at all, found without looking at each of them.
 *
 * Of a class it is known by a bit a rule whether the rule speaks of it. Of a program it is known by keys: its name, and
 * the first parts of its path. A rule is filed under a key for each program that it names ("rclone" under its name,
 * "/opt/dropbox/x*" under /opt/dropbox); one that names no program, or one by a glob without a plain beginning, is open
 * to all. So the work of an open goes by the rules that name its program, and not by all that there are.
 */
#ifndef HOLDFAST_POLICY_OPEN_TABLE_H
#define HOLDFAST_POLICY_OPEN_TABLE_H

#include "policy/rules.h"

/* Made of all rules, at the end of a load. 0 or -ENOMEM. */
int open_table_build(struct open_table **out, const struct policy *p);
void open_table_free(struct open_table *t);

/* A class that files may be of; NULL: no rule gives it (a file's last known one, of earlier rules). */
struct open_class;
const struct open_class *open_table_class(const struct open_table *t, const char *name);
unsigned open_class_wants(const struct open_class *c); /* of all rules that speak of it */
bool open_class_has(const struct open_class *c, size_t rule);

/* The rules that may speak of a program: places in the policy's rules, in their order, each once. */
enum { OPEN_CURSORS = SUBJECT_KEYS + 1 };
struct open_candidates {
    const struct open_key *keys[OPEN_CURSORS], *ends[OPEN_CURSORS];
};
struct open_candidates open_table_candidates(const struct open_table *t, const struct subject_exe *app);
bool open_candidates_next(struct open_candidates *c, size_t *rule);

#endif
