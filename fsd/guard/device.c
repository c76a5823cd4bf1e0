#include "guard/device.h"

#include "base/fdio.h"
#include "base/utf8.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The first line of a file of sysfs, without blanks around it; "" if there is none. */
static bool read_text(int sys_fd, const char *folder, const char *name, char *to, size_t room)
{
    char path[PATH_MAX];
    to[0] = 0;
    if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path)
        return false;
    fd_auto fd = openat(sys_fd, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    ssize_t len = fd < 0 ? -1 : read(fd, to, room - 1);
    if (len < 0)
        return false;
    to[len] = 0;
    to[strcspn(to, "\n")] = 0;
    size_t used = strlen(to), blanks = strspn(to, " ");
    while (used > blanks && to[used - 1] == ' ')
        used--;
    memmove(to, to + blanks, used - blanks);
    to[used - blanks] = 0;
    utf8_make_plain(to, strlen(to));
    return true;
}

static bool has_file(int sys_fd, const char *folder, const char *name)
{
    char path[PATH_MAX];
    return (size_t)snprintf(path, sizeof path, "%s/%s", folder, name) < sizeof path &&
           faccessat(sys_fd, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* The folder above; false at the top. */
static bool go_up(char *folder)
{
    char *slash = strrchr(folder, '/');
    if (slash == NULL)
        return false;
    *slash = 0;
    return true;
}

/* "devices/pci0000:00/.../usb1/1-2/.../block/sdb/sdb1", of a device number. */
static bool find_folder(int sys_fd, unsigned major, unsigned minor, char folder[static PATH_MAX])
{
    char link[64], target[PATH_MAX];
    snprintf(link, sizeof link, "dev/block/%u:%u", major, minor);
    ssize_t len = readlinkat(sys_fd, link, target, sizeof target - 1);
    if (len <= 0)
        return false;
    target[len] = 0;
    const char *at = target;
    while (strncmp(at, "../", 3) == 0)
        at += 3;
    snprintf(folder, PATH_MAX, "%s", at);
    return strncmp(at, "devices/", 8) == 0 && strstr(at, "/../") == NULL;
}

static void read_names(int sys_fd, const char *disk, struct device *out)
{
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s", disk);
    while (!has_file(sys_fd, folder, "idVendor") && go_up(folder))
        ;
    if (strchr(folder, '/') != NULL) {
        read_text(sys_fd, folder, "manufacturer", out->vendor, sizeof out->vendor);
        read_text(sys_fd, folder, "product", out->model, sizeof out->model);
        read_text(sys_fd, folder, "serial", out->serial, sizeof out->serial);
        return;
    }
    read_text(sys_fd, disk, "device/vendor", out->vendor, sizeof out->vendor);
    read_text(sys_fd, disk, "device/model", out->model, sizeof out->model);
    read_text(sys_fd, disk, "device/serial", out->serial, sizeof out->serial);
}

bool device_read(int sys_fd, unsigned major, unsigned minor, struct device *out)
{
    char disk[PATH_MAX], word[8];
    *out = (struct device){0};
    if (major == 0 || !find_folder(sys_fd, major, minor, disk))
        return false;
    if (has_file(sys_fd, disk, "partition"))
        go_up(disk);
    const char *slash = strrchr(disk, '/');
    out->loop = slash != NULL && strncmp(slash + 1, "loop", 4) == 0;
    read_text(sys_fd, disk, "removable", word, sizeof word);
    out->removable = strcmp(word, "1") == 0 || strstr(disk, "/usb") != NULL;
    read_names(sys_fd, disk, out);
    return true;
}
