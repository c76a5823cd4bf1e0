/* What names the places that are watched: mountinfo, sysfs, a person's settings. */
#include "base/buf.h"
#include "guard/device.h"
#include "guard/mountinfo.h"
#include "guard/settings.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void test_mountinfo_lines(void **state)
{
    (void)state;
    struct mountinfo m;
    const char *line = "36 35 8:17 /mnt1 /media/My\\040Stick rw,noatime master:1 shared:2 - vfat /dev/sdb1 rw";
    assert_true(mountinfo_parse(line, strlen(line), &m));
    assert_int_equal(m.major, 8);
    assert_int_equal(m.minor, 17);
    assert_string_equal(m.path, "/media/My Stick");
    assert_string_equal(m.type, "vfat");
    line = "36 35 0:40 / /a\\134b\\012c rw - fuse.sshfs x rw";
    assert_true(mountinfo_parse(line, strlen(line), &m));
    assert_string_equal(m.path, "/a\\b\nc");
    static const char *const bad[] = {"",
                                      "36",
                                      "36 35 8:17 / /x rw",
                                      "36 35 8:17 / /x rw -",
                                      "36 35 x / /x rw - ext4 y",
                                      "36 35 8:17 / x rw - ext4 /dev/sda rw"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(mountinfo_parse(bad[i], strlen(bad[i]), &m));
    assert_string_equal(m.type, "fuse.sshfs"); /* a refused line leaves it alone */
}

static void count_mount(void *ctx, const struct mountinfo *m) { *(int *)ctx += m->path[1] == 'a'; }

static void test_mountinfo_text(void **state)
{
    (void)state;
    const char *text =
        "1 2 8:1 / /a rw - ext4 x rw\nnonsense\n1 2 8:1 / /ab rw - ext4 x rw\n1 2 8:1 / /c rw - ext4 x rw";
    int count = 0;
    mountinfo_each(text, strlen(text), count_mount, &count);
    assert_int_equal(count, 2);
    assert_true(mountinfo_is_network("nfs4"));
    assert_true(mountinfo_is_network("fuse.rclone"));
    assert_false(mountinfo_is_network("ext4"));
    assert_false(mountinfo_is_network("fuse.holdfast"));
}

/* ---- sysfs ---- */

static void put(const char *folder, const char *name, const char *text)
{
    char path[512], command[600];
    snprintf(command, sizeof command, "mkdir -p '%s'", folder);
    assert_int_equal(system(command), 0);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void test_devices(void **state)
{
    (void)state;
    char root[] = "/tmp/holdfast-sys.XXXXXX", command[64];
    assert_non_null(mkdtemp(root));
    assert_int_equal(chdir(root), 0);
    put("devices/pci0/usb1/1-2", "idVendor", "0781\n");
    put("devices/pci0/usb1/1-2", "manufacturer", "SanDisk\n");
    put("devices/pci0/usb1/1-2", "product", " Ultra \x1b[31m\n");
    put("devices/pci0/usb1/1-2", "serial", "4C53\n");
    put("devices/pci0/usb1/1-2/1-2:1.0/host0/block/sdb", "removable", "0\n");
    put("devices/pci0/usb1/1-2/1-2:1.0/host0/block/sdb/sdb1", "partition", "1\n");
    put("devices/virtual/block/loop3", "removable", "0\n");
    put("devices/pci0/ata1/block/sr0", "removable", "1\n");
    put("devices/pci0/ata1/block/sr0/device", "model", "DVD\n");
    put("devices/pci0/ata2/block/sda", "removable", "0\n");
    assert_int_equal(mkdir("dev", 0755) | mkdir("dev/block", 0755), 0);
    assert_int_equal(symlink("../../devices/pci0/usb1/1-2/1-2:1.0/host0/block/sdb/sdb1", "dev/block/8:17"), 0);
    assert_int_equal(symlink("../../devices/virtual/block/loop3", "dev/block/7:3"), 0);
    assert_int_equal(symlink("../../devices/pci0/ata1/block/sr0", "dev/block/11:0"), 0);
    assert_int_equal(symlink("../../devices/pci0/ata2/block/sda", "dev/block/8:0"), 0);
    assert_int_equal(symlink("/etc", "dev/block/8:1"), 0);
    int fd = open(".", O_RDONLY | O_DIRECTORY);
    struct device d;
    assert_true(device_read(fd, 8, 17, &d));
    assert_true(d.removable && !d.loop);
    assert_string_equal(d.vendor, "SanDisk");
    assert_string_equal(d.model, "Ultra ?[31m");
    assert_string_equal(d.serial, "4C53");
    assert_true(device_read(fd, 7, 3, &d));
    assert_true(d.loop && !d.removable);
    assert_true(device_read(fd, 11, 0, &d));
    assert_true(d.removable);
    assert_string_equal(d.model, "DVD");
    assert_true(device_read(fd, 8, 0, &d));
    assert_false(d.removable);
    assert_false(device_read(fd, 8, 1, &d)); /* not of sysfs */
    assert_false(device_read(fd, 8, 99, &d));
    assert_false(device_read(fd, 0, 40, &d));
    close(fd);
    assert_int_equal(chdir("/"), 0);
    snprintf(command, sizeof command, "rm -rf %s", root);
    assert_int_equal(system(command), 0);
}

/* ---- settings ---- */

static void collect(void *ctx, const char *path) { buf_printf(ctx, "%s|", path); }

typedef void reader(const char *text, size_t len, const char *home, settings_found *found, void *ctx);

static void expect(reader *read, const char *text, const char *paths)
{
    buf_auto told = {0};
    read(text, strlen(text), "/home/alice", collect, &told);
    assert_string_equal(told.data ? told.data : "", paths);
}

static void test_settings(void **state)
{
    (void)state;
    expect(settings_read_user_dirs,
           "# written by xdg\nXDG_DESKTOP_DIR=\"$HOME/Desktop\"\nXDG_DOWNLOAD_DIR=\"$HOME/Down loads/\"\n",
           "/home/alice/Down loads|");
    expect(settings_read_user_dirs, "XDG_DOWNLOAD_DIR=\"/srv/d\"\r\nXDG_DOWNLOAD_DIR=\"relative\"", "/srv/d|");
    expect(settings_read_user_dirs, "XDG_DOWNLOAD_DIR=\"$HOME/../bob\"\nXDG_DOWNLOAD_DIR=\"$HOME\"\n", "");
    expect(settings_read_dropbox,
           "{\"personal\": {\"path\": \"/home/alice/Dropbox\", \"host\": 1, \"x\": \"path\"}, \"business\": {\"path\" "
           ":\n\"/home/alice/Dropbox (N)\"}}",
           "/home/alice/Dropbox|/home/alice/Dropbox (N)|");
    expect(settings_read_dropbox, "{\"path\": \"/a\\u0041\", \"path\": 7, \"path\"", "");
    expect(settings_read_dropbox, "{\"path\": \"/a", "");
    expect(settings_read_nextcloud,
           "[Accounts]\n0\\Folders\\1\\localPath=/home/alice/Nextcloud/\n0\\Folders\\1\\ignore=/x\n",
           "/home/alice/Nextcloud|");
    expect(settings_read_onedrive, "# c\nsync_dir = \"~/One Drive\"\nskip_file = \"~*\"\n", "/home/alice/One Drive|");
}

/* What is not told by a file is where it usually is; a link that leads out of the home is not followed. */
static void test_settings_files(void **state)
{
    (void)state;
    char home[] = "/tmp/holdfast-home.XXXXXX", command[64];
    assert_non_null(mkdtemp(home));
    assert_int_equal(chdir(home), 0);
    int fd = open(".", O_RDONLY | O_DIRECTORY);
    buf_auto told = {0};
    settings_find_downloads(fd, "/h", collect, &told);
    settings_find_synced(fd, "/h", collect, &told);
    assert_string_equal(told.data, "/h/Downloads|");
    buf_clear(&told);
    put(".config", "user-dirs.dirs", "XDG_DOWNLOAD_DIR=\"$HOME/D\"\n");
    put(".config/onedrive", "config", "# nothing set\n");
    put(".config/Nextcloud", "nextcloud.cfg", "0\\Folders\\1\\localPath=/h/N\n0\\Folders\\2\\localPath=/h/M/\n");
    assert_int_equal(mkdir(".dropbox", 0755), 0);
    assert_int_equal(symlink("/etc/passwd", ".dropbox/info.json"), 0);
    settings_find_downloads(fd, "/h", collect, &told);
    settings_find_synced(fd, "/h", collect, &told);
    assert_string_equal(told.data, "/h/D|/h/N|/h/M|/h/OneDrive|");
    close(fd);
    assert_int_equal(chdir("/"), 0);
    snprintf(command, sizeof command, "rm -rf %s", home);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mountinfo_lines), cmocka_unit_test(test_mountinfo_text), cmocka_unit_test(test_devices),
        cmocka_unit_test(test_settings),        cmocka_unit_test(test_settings_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
