#include "proc/mounts.h"

#include "base/fdio.h"
#include "base/log.h"
#include "proc/place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* ---- what a crash left ---- */

/* The mount that `fd` lies on; 0 if it cannot be told. */
static int mount_id(int fd)
{
    char path[64], line[128];
    snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
    FILE *f = fopen(path, "re");
    int id = 0;
    while (f != NULL && id == 0 && fgets(line, sizeof line, f) != NULL)
        if (sscanf(line, "mnt_id: %d", &id) != 1)
            id = 0;
    if (f != NULL)
        fclose(f);
    return id;
}

/* Is mount `id` one of ours? Its type stands in mountinfo behind " - ". */
static bool is_ours(int id)
{
    FILE *f = fopen("/proc/self/mountinfo", "re");
    char *line = NULL;
    size_t room = 0;
    bool ours = false;
    while (f != NULL && getline(&line, &room, f) > 0) {
        const char *type = strstr(line, " - ");
        if (atoi(line) == id)
            ours = type != NULL && strncmp(type, " - fuse.holdfast ", 17) == 0;
    }
    free(line);
    if (f != NULL)
        fclose(f);
    return ours;
}

/* The mount at parent/name as a path that nobody can turn elsewhere. */
static void name_by_parent(const struct mountpoint *p, char path[static PATH_MAX])
{
    snprintf(path, PATH_MAX, "/proc/self/fd/%d/%s", p->parent_fd, p->name);
}

static bool has_stale_mount(const struct mountpoint *p)
{
    fd_auto fd = openat(p->parent_fd, p->name, O_PATH | O_NOFOLLOW | O_DIRECTORY | O_CLOEXEC);
    return fd >= 0 && is_ours(mount_id(fd));
}

/* The caller holds the daemon's lock, so whoever mounted these is dead or dying. */
static int remove_stale_mounts(const struct mountpoint *p, struct error *e)
{
    while (has_stale_mount(p)) {
        int err = mountpoint_detach(p, true);
        if (err < 0)
            return error_sys(e, err, "%s: unmounting what a crash left", p->mount->path);
        log_warn("%s: a mount that a crash left was unmounted", p->mount->path);
    }
    return 0;
}

/* ---- folder and store ---- */

static int clone_folder(struct mountpoint *p, struct error *e)
{
    int fd = open_tree(p->folder_fd, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
    if (fd < 0) /* what is below a mount can be reached by the descriptor all the same */
        fd = fcntl(p->folder_fd, F_DUPFD_CLOEXEC, 3);
    return fd < 0 ? error_sys(e, errno, "%s", p->mount->path) : fd;
}

/* Make the store's folder look like the rep's, since its root is what the rep will see as their folder. */
static int make_store(const struct mountpoint *p, struct error *e)
{
    const char *path = p->mount->store;
    struct stat folder;
    if (fstatat(p->folder_fd, "", &folder, AT_EMPTY_PATH) < 0)
        return error_sys(e, errno, "%s", p->mount->path);
    const char *slash = strrchr(path, '/');
    char *parent = strndup(path, slash > path ? (size_t)(slash - path) : 1);
    fd_auto parent_fd = parent ? place_make(parent, 0700, e) : error_sys(e, ENOMEM, "%s", path);
    free(parent);
    if (parent_fd < 0)
        return parent_fd;
    fd_auto fd = place_claim(parent_fd, slash + 1, folder.st_uid, folder.st_gid, folder.st_mode & 07777, e);
    if (fd < 0)
        return fd;
    log_info("%s: made, as the store of %s", path, p->mount->path);
    return 0;
}

static void warn_if_reachable(const struct mountpoint *p)
{
    struct stat st;
    fd_auto fd = openat(p->store_fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0 && fstatat(fd, "", &st, AT_EMPTY_PATH) == 0 && (st.st_uid != 0 || (st.st_mode & 0011) != 0))
        log_warn("%s: others than root can reach this store past the mount; make the folder above it root's, mode 0700",
                 p->mount->store);
}

static int open_store(struct mountpoint *p, struct error *e)
{
    if (p->mount->store == NULL)
        return clone_folder(p, e);
    struct stat st;
    if (lstat(p->mount->store, &st) < 0 && errno == ENOENT) {
        int err = make_store(p, e);
        if (err < 0)
            return err;
    }
    return place_open(p->mount->store, O_PATH, e);
}

int mountpoint_open(struct mountpoint *p, const struct config_mount *mount, struct error *e)
{
    *p = (struct mountpoint){.mount = mount, .parent_fd = -1, .folder_fd = -1, .store_fd = -1, .fuse_fd = -1};
    int fd = place_open_parent(mount->path, &p->name, e);
    if (fd < 0)
        return fd;
    p->parent_fd = fd;
    int err = remove_stale_mounts(p, e);
    if (err < 0)
        return err;
    fd = place_open(mount->path, O_PATH, e);
    if (fd < 0)
        return fd;
    p->folder_fd = fd;
    fd = open_store(p, e);
    if (fd < 0)
        return fd;
    p->store_fd = fd;
    struct stat st;
    if (fstatat(p->store_fd, "", &st, AT_EMPTY_PATH) < 0)
        return error_sys(e, errno, "%s", mount->store ? mount->store : mount->path);
    p->mode = st.st_mode;
    p->owner_uid = st.st_uid;
    if (mount->store != NULL)
        warn_if_reachable(p);
    return 0;
}

/* ---- mounting ---- */

static int set_option(int fs_fd, const char *key, const char *value)
{
    return fsconfig(fs_fd, value ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG, key, value, 0) < 0 ? -errno : 0;
}

static int set_options(int fs_fd, int fuse_fd, mode_t mode)
{
    char fd_text[16], mode_text[16];
    snprintf(fd_text, sizeof fd_text, "%d", fuse_fd);
    snprintf(mode_text, sizeof mode_text, "%o", mode);
    const char *const options[][2] = {
        {"source", "holdfast"}, {"subtype", "holdfast"}, {"fd", fd_text},       {"rootmode", mode_text},
        {"user_id", "0"},       {"group_id", "0"},       {"allow_other", NULL}, {"default_permissions", NULL},
    };
    int err = 0;
    for (size_t i = 0; i < sizeof options / sizeof *options && err == 0; i++)
        err = set_option(fs_fd, options[i][0], options[i][1]);
    return err;
}

/* A new FUSE file system, mounted nowhere yet. Its descriptor, or -errno. */
static int make_mount(int fuse_fd, mode_t mode)
{
    fd_auto fs_fd = fsopen("fuse", FSOPEN_CLOEXEC);
    if (fs_fd < 0)
        return -errno;
    int err = set_options(fs_fd, fuse_fd, mode);
    if (err < 0)
        return err;
    if (fsconfig(fs_fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
        return -errno;
    int fd = fsmount(fs_fd, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
    return fd < 0 ? -errno : fd;
}

/* The device of a mount, by what the kernel knows already: nothing is asked of the server, which may not run yet. */
static int device_of(int dir_fd, const char *name, dev_t *out)
{
    struct statx stx;
    int flags = AT_STATX_DONT_SYNC | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH;
    if (statx(dir_fd, name, flags, 0, &stx) < 0)
        return -errno;
    *out = makedev(stx.stx_dev_major, stx.stx_dev_minor);
    return 0;
}

int mountpoint_attach(struct mountpoint *p, struct error *e)
{
    fd_auto fuse_fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    if (fuse_fd < 0)
        return error_sys(e, errno, "/dev/fuse (modprobe fuse)");
    fd_auto mount_fd = make_mount(fuse_fd, p->mode);
    if (mount_fd < 0)
        return error_sys(e, mount_fd, "%s: mounting", p->mount->path);
    int err = device_of(mount_fd, "", &p->device);
    if (err < 0)
        return error_sys(e, err, "%s: mounting", p->mount->path);
    if (move_mount(mount_fd, "", p->folder_fd, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
        return error_sys(e, errno, "%s: mounting", p->mount->path);
    p->fuse_fd = fd_steal(&fuse_fd);
    return 0;
}

bool mountpoint_is_connected(const struct mountpoint *p)
{
    struct pollfd poll_fd = {.fd = p->fuse_fd};
    return p->fuse_fd >= 0 && poll(&poll_fd, 1, 0) >= 0 && (poll_fd.revents & POLLERR) == 0;
}

bool mountpoint_is_in_place(const struct mountpoint *p)
{
    dev_t device;
    return p->fuse_fd >= 0 && device_of(p->parent_fd, p->name, &device) == 0 && device == p->device;
}

/* ---- unmounting ---- */

int mountpoint_detach(const struct mountpoint *p, bool lazily)
{
    char path[PATH_MAX];
    name_by_parent(p, path);
    return umount2(path, UMOUNT_NOFOLLOW | (lazily ? MNT_DETACH : 0)) < 0 ? -errno : 0;
}

/* fusectl, mounted for ourselves alone: nobody needs to have it at /sys/fs/fuse/connections. */
static int open_fuse_control(void)
{
    fd_auto fs_fd = fsopen("fusectl", FSOPEN_CLOEXEC);
    if (fs_fd < 0 || fsconfig(fs_fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
        return -errno;
    int fd = fsmount(fs_fd, FSMOUNT_CLOEXEC, 0);
    return fd < 0 ? -errno : fd;
}

int mountpoint_abort(const struct mountpoint *p)
{
    if (!mountpoint_is_connected(p))
        return 0; /* and its device number may be another's by now */
    fd_auto control_fd = open_fuse_control();
    if (control_fd < 0)
        return control_fd;
    char name[32];
    snprintf(name, sizeof name, "%u/abort", minor(p->device));
    fd_auto fd = openat(control_fd, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    return fd < 0 ? -errno : fd_write_all(fd, "1", 1);
}

void mountpoint_disconnect(struct mountpoint *p) { fd_close(&p->fuse_fd); }

void mountpoint_close(struct mountpoint *p)
{
    fd_close(&p->fuse_fd);
    fd_close(&p->store_fd);
    fd_close(&p->folder_fd);
    fd_close(&p->parent_fd);
    free(p->name);
    p->name = NULL;
}
