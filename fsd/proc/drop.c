#include "proc/drop.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const unsigned char mount_capabilities[] = {
    CAP_CHOWN,           /* chown for a requester who may, and for files created in a requester's name */
    CAP_DAC_OVERRIDE,    /* the kernel has checked the requester (default_permissions); the store must not check us */
    CAP_DAC_READ_SEARCH, /* open_by_handle_at */
    CAP_FOWNER,          /* chmod, utimes, ACLs and O_NOATIME on others' files */
    CAP_FSETID,          /* setgid bits as the requester asked for them */
    CAP_SETFCAP,         /* security.capability on behalf of root */
    CAP_MKNOD,           /* device nodes on behalf of root */
    CAP_LINUX_IMMUTABLE, /* chattr on behalf of root */
    CAP_SETUID,          /* setfsuid: act as the requester */
    CAP_SETGID,          /* setfsgid, setgroups: likewise */
    CAP_SYS_ADMIN,       /* FUSE passthrough, trusted.* attributes */
    CAP_SYS_PTRACE,      /* /proc/PID/exe: which application saved */
};

static const unsigned char teller_capabilities[] = {
    CAP_SETUID, /* start programs as the rep */
    CAP_SETGID, /* likewise */
    CAP_KILL,   /* end them */
};

static const unsigned char guard_capabilities[] = {
    CAP_SYS_ADMIN,       /* fanotify on whole file systems */
    CAP_DAC_READ_SEARCH, /* open_by_handle_at */
    CAP_DAC_OVERRIDE,    /* take a copy away and leave a note, in whosever folder; the keeper's index */
    CAP_FOWNER,          /* likewise in sticky folders such as /tmp */
    CAP_CHOWN,           /* the note is the owner's of the copy */
    CAP_SYS_PTRACE,      /* /proc/PID/exe: which application copied */
};

static uint64_t capability_mask(const unsigned char *list, size_t count)
{
    uint64_t mask = 0;
    for (size_t i = 0; i < count; i++)
        mask |= (uint64_t)1 << list[i];
    return mask;
}

static int set_capabilities(uint64_t mask)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {
        {.effective = (uint32_t)mask, .permitted = (uint32_t)mask},
        {.effective = (uint32_t)(mask >> 32), .permitted = (uint32_t)(mask >> 32)},
    };
    return syscall(SYS_capset, &head, data) < 0 ? -errno : 0;
}

/* What is not in `mask` can never come back, by whatever is executed. */
static int bound_capabilities(uint64_t mask)
{
    for (unsigned cap = 0; cap < 64 && prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
        if ((mask >> cap & 1) == 0 && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
            return -errno;
    return 0;
}

int drop_to_mount(struct error *e)
{
    uint64_t mask = capability_mask(mount_capabilities, sizeof mount_capabilities);
    int err = bound_capabilities(mask);
    if (err == 0 && prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED, 0, 0, 0) < 0)
        err = -errno;
    if (err == 0)
        err = set_capabilities(mask);
    if (err == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        err = -errno;
    return err < 0 ? error_sys(e, err, "giving up capabilities") : 0;
}

/* Stay root with these capabilities and no way to others. */
static int keep_only(uint64_t mask, struct error *e)
{
    int err = bound_capabilities(mask);
    if (err == 0)
        err = set_capabilities(mask);
    if (err == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        err = -errno;
    return err < 0 ? error_sys(e, err, "giving up capabilities") : 0;
}

int drop_to_teller(struct error *e)
{
    return keep_only(capability_mask(teller_capabilities, sizeof teller_capabilities), e);
}

int drop_to_guard(struct error *e)
{
    return keep_only(capability_mask(guard_capabilities, sizeof guard_capabilities), e);
}

static int change_user(unsigned uid, unsigned gid)
{
    gid_t group = gid;
    if (setgroups(1, &group) < 0 || setresgid(gid, gid, gid) < 0 || setresuid(uid, uid, uid) < 0)
        return -errno;
    return setuid(0) == 0 ? -EPERM : 0;
}

int drop_to_user(unsigned uid, unsigned gid, struct error *e)
{
    int err = uid == 0 ? -EINVAL : bound_capabilities(0);
    if (err == 0)
        err = change_user(uid, gid);
    if (err == 0)
        err = set_capabilities(0);
    if (err == 0 && (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0))
        err = -errno;
    /* Changing the user took the parent's death signal off. */
    if (err == 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
        err = -errno;
    return err < 0 ? error_sys(e, err, "becoming uid %u, gid %u", uid, gid) : 0;
}
