/*
 * subject: the patterns by which a rule knows who asks: executables, control groups, users.
 *
 * An executable is named by a glob of its absolute path, by its file's name alone (which may be a glob, too), by a set
 * of names (@browsers), or by either of the first two and the hash of its content. Names are looked up, since sets have
 * many; globs are tried one after the other.
 */
#ifndef HOLDFAST_POLICY_SUBJECT_H
#define HOLDFAST_POLICY_SUBJECT_H

#include "policy/value.h"

/* ---- what a rule may say: pieces of a list ---- */

bool subject_is_app(const char *text, size_t len);    /* TYPE_APPS */
bool subject_is_cgroup(const char *text, size_t len); /* TYPE_CGROUPS */

/* Where the glob of an item of TYPE_APPS ends, and its hash: "" if it has none. */
const char *subject_app_hash(const char *item, size_t *glob_len);

/* ---- executables ---- */

/* An executable as it is compared with one rule after the other. */
struct subject_exe {
    const char *path, *name; /* the name is the path's last part */
    const char *hash;        /* of its content; "" */
    uint64_t name_hash;
};
struct subject_exe subject_exe_of(const char *path, const char *hash);

struct subject_apps;

/*
 * Make a list of TYPE_APPS ready; it has to outlive *out. 0; -ENOENT: *unknown is the item whose set there is not, and
 * *near a set's name or NULL; -ENOMEM.
 */
int subject_apps_open(struct subject_apps **out, const struct policy_list *items, size_t *unknown, const char **near);
void subject_apps_close(struct subject_apps *a);

/* The first item by which it is one of them, or NULL. An executable that is not known ("") is none. */
const char *subject_apps_find(const struct subject_apps *a, const struct subject_exe *exe);
bool subject_apps_want_hash(const struct subject_apps *a);

/*
 * Keys by which rules are found. What an executable has been taken by has one of the keys of that executable; 0: it has
 * none, and may be taken whatever its keys are. SUBJECT_KEYS bounds the keys of an executable.
 */
enum { SUBJECT_PARTS = 3, SUBJECT_KEYS = SUBJECT_PARTS + 1 };
size_t subject_apps_count(const struct subject_apps *a);
uint64_t subject_apps_key(const struct subject_apps *a, size_t i);
size_t subject_exe_keys(const struct subject_exe *exe, uint64_t keys[static SUBJECT_KEYS]);

/* Is each executable that `inner` takes taken by `outer`, too? false if that cannot be told. */
bool subject_apps_within(const struct subject_apps *inner, const struct subject_apps *outer);

/* ---- control groups and users ---- */

/* The first item that takes it, or NULL. `cgroup` is a path below the root of control groups, with or without '/'. */
const char *subject_find_cgroup(const struct policy_list *items, const char *cgroup);
/* Items are globs of names, or uids. */
const char *subject_find_user(const struct policy_list *items, uint32_t uid, const char *name);
/* Does the list need to know a user's name? */
bool subject_wants_name(const struct policy_list *items);

#endif
