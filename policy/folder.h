/*
 * folder: the rules of a machine: each *.policy file of a folder, in the order of their names; or the tests beside
 * them.
 */
#ifndef HOLDFAST_POLICY_FOLDER_H
#define HOLDFAST_POLICY_FOLDER_H

#include "base/error.h"
#include "policy/policy.h"

enum { POLICY_FILES_MOST = 256, POLICY_FILE_BYTES_MOST = 1 << 20 };

struct policy_folder {
    struct policy_file *files; /* owned, with their names and bytes */
    size_t count;
};

/*
 * Read those whose names end in `suffix` (".policy", ".test") into an empty *out. A folder that is not there holds
 * none. Symlinks are not followed: -ELOOP; -EFBIG, -E2BIG: more than the most above; others from the system. Names that
 * begin with a dot are left out.
 */
int policy_read_folder(struct policy_folder *out, const char *path, const char *suffix, struct error *e);
void policy_free_folder(struct policy_folder *f);
#define policy_folder_auto __attribute__((cleanup(policy_free_folder))) struct policy_folder

#endif
