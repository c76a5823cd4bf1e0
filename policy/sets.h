/*
 * sets: programs of one kind under one name, as rules use them: `app = @browsers`. Shipped, so that each company need
 * not find out anew what executables are called.
 */
#ifndef HOLDFAST_POLICY_SETS_H
#define HOLDFAST_POLICY_SETS_H

#include <stddef.h>

struct policy_set {
    const char *name;     /* without the '@' */
    const char *sentence; /* for the manual */
    const char *members;  /* names of executables, or globs of them, divided by one blank; see policy_word_at */
};

/* The set at `index`, in the order of the manual; NULL behind the last. */
const struct policy_set *policy_set_at(size_t index);

/* NULL: there is none of that name. *near (may be NULL) is then the name that was most likely meant, or NULL. */
const struct policy_set *policy_find_set(const char *name, const char **near);

#endif
