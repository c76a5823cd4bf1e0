/*
 * rulebook: the rules by which a mount child judges opens, and the way that other ones come to it.
 *
 * The first ones are the supervisor's, had by being forked. Later ones arrive as a sealed memory file (ORDER_RULES, see
 * event/orders.h) that holds the rules' own text: the child reads it as the supervisor did and swaps, or keeps what it
 * has. Whoever judges holds the rulebook meanwhile, so a verdict's words stay until it is told.
 */
#ifndef HOLDFAST_MOUNT_RULEBOOK_H
#define HOLDFAST_MOUNT_RULEBOOK_H

#include "policy/policy.h"

enum { RULEBOOK_ID_BYTES = 41 };

struct rulebook {
    const struct policy *policy;
    char id[RULEBOOK_ID_BYTES]; /* of the tree that the rules' files make, 40 hex digits; "" unknown */
    struct policy *own;         /* the same policy, if it goes with its last user; NULL: it was had by the fork */
    unsigned users;             /* with the shelf's lock */
};

/* The rules as files -> a sealed memory file: its descriptor, or -errno. Names and texts are copied. */
int rulebook_pack(const struct policy_file *files, size_t count, const char *id);

/* The reverse. `fd` stays the caller's. -EPROTO: not sealed, or not as packed; -EINVAL with what policy_load said. */
int rulebook_unpack(int fd, struct rulebook **out, struct error *e);

struct rulebook_shelf; /* where the one in force lies */
/* NULL: out of memory. `policy` (may be NULL: no rules) stays the caller's, who keeps it for good. */
struct rulebook_shelf *rulebook_open_shelf(const struct policy *policy, const char *id);
void rulebook_put_in_force(struct rulebook_shelf *s, struct rulebook *next); /* taken over */

/* The one in force; it lasts until it is given back. Any thread. */
struct rulebook *rulebook_hold(struct rulebook_shelf *s);
void rulebook_give_back(struct rulebook_shelf *s, struct rulebook *r);

#endif
