/*
 * person: as whom a program runs: the ids, and the little that its environment says.
 */
#ifndef HOLDFAST_TELL_PERSON_H
#define HOLDFAST_TELL_PERSON_H

#include "base/error.h"

#include <limits.h>
#include <stddef.h>
#include <sys/types.h>

enum { PERSON_GROUPS_MOST = 256 };

struct person {
    uid_t uid; /* never 0 */
    gid_t gid, groups[PERSON_GROUPS_MOST];
    size_t group_count;
    char name[64];
    char home[PATH_MAX];
};

/* Look `uid` up. One without an entry gets a group and a home that give no rights. -EPERM: root. */
int person_find(struct person *out, uid_t uid, struct error *e);

/* For good, with no capability left. In a process that will only execute something. 0 or -errno. */
int person_become(const struct person *p);

/*
 * A clean environment (NULL-terminated, in *room): PATH, HOME, USER, LANG, and where the person's session has them,
 * XDG_RUNTIME_DIR and DBUS_SESSION_BUS_ADDRESS. Called as that person: nobody else may look there.
 */
struct person_environment {
    char text[8][PATH_MAX + 64];
    char *entries[9];
};
char **person_environment(const struct person *p, struct person_environment *room);

#endif
