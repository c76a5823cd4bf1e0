#include "inspect/landlock.h"

#include "base/fdio.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Newer than Debian 12's <linux/landlock.h>: struct landlock_ruleset_attr as of version 6, and the rights of versions 3
 * to 6. */
struct ruleset {
    uint64_t handled_access_fs, handled_access_net, scoped;
};
enum { NET_BIND_TCP = 1 << 0, NET_CONNECT_TCP = 1 << 1, SCOPE_ABSTRACT_SOCKET = 1 << 0, SCOPE_SIGNAL = 1 << 1 };

/* File-system rights are bits from 0; this many of them are known to version 1, 2, ... */
static uint64_t file_rights(int version)
{
    static const unsigned char bits[] = {13, 14, 15, 15, 16};
    size_t known = sizeof bits;
    return ((uint64_t)1 << bits[(size_t)version < known ? (size_t)version - 1 : known - 1]) - 1;
}

static size_t fill_ruleset(struct ruleset *rules, int version)
{
    *rules = (struct ruleset){.handled_access_fs = file_rights(version)};
    if (version < 4)
        return sizeof rules->handled_access_fs;
    rules->handled_access_net = NET_BIND_TCP | NET_CONNECT_TCP;
    if (version < 6)
        return 2 * sizeof(uint64_t);
    rules->scoped = SCOPE_ABSTRACT_SOCKET | SCOPE_SIGNAL;
    return sizeof *rules;
}

static int open_place(int ruleset_fd, const struct landlock_place *place, struct error *e)
{
    fd_auto fd = open(place->path, O_PATH | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0)
        return errno == ENOENT || errno == EACCES ? 0 : error_sys(e, errno, "%s", place->path);
    struct landlock_path_beneath_attr rule = {
        .allowed_access = LANDLOCK_ACCESS_FS_READ_FILE,
        .parent_fd = fd,
    };
    if (S_ISDIR(st.st_mode))
        rule.allowed_access |= LANDLOCK_ACCESS_FS_READ_DIR;
    if (place->may_execute)
        rule.allowed_access |= LANDLOCK_ACCESS_FS_EXECUTE;
    if (syscall(SYS_landlock_add_rule, ruleset_fd, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) < 0)
        return error_sys(e, errno, "Landlock: %s", place->path);
    return 0;
}

int landlock_restrict(const struct landlock_place *places, size_t count, struct error *e)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 0 && (errno == ENOSYS || errno == EOPNOTSUPP))
        return -ENOSYS;
    if (version < 1)
        return error_sys(e, errno, "Landlock");
    struct ruleset rules;
    size_t size = fill_ruleset(&rules, (int)version);
    fd_auto ruleset_fd = (int)syscall(SYS_landlock_create_ruleset, &rules, size, 0);
    int err = ruleset_fd < 0 ? error_sys(e, errno, "Landlock version %ld", version) : 0;
    for (size_t i = 0; i < count && err == 0; i++)
        err = open_place(ruleset_fd, &places[i], e);
    if (err == 0 && syscall(SYS_landlock_restrict_self, ruleset_fd, 0) < 0)
        err = error_sys(e, errno, "Landlock version %ld", version);
    return err;
}
