/*
 * posix: what the kernel promises of a file system, one scenario a function. Each runs in an empty directory, as root,
 * and prints what it saw; the same scenario on the native directory has to print the same. So nothing here says what is
 * right: the native file system does.
 *
 *   posix --list          the scenarios' names
 *   posix NAME            run one in the current directory
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

/* Print a call's outcome: its answer, or the errno's name. */
static long told(const char *what, long answer)
{
    if (answer < 0)
        printf("%s: %s\n", what, strerrorname_np(errno));
    else
        printf("%s: %ld\n", what, answer);
    return answer;
}

static int made(const char *name, mode_t mode)
{
    int fd = open(name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (fd < 0)
        told(name, -1);
    return fd;
}

static void show(const char *name)
{
    struct stat st;
    if (lstat(name, &st) < 0) {
        told(name, -1);
        return;
    }
    printf("%s: mode %o links %lu owner %u:%u size %lld\n", name, st.st_mode, (unsigned long)st.st_nlink, st.st_uid,
           st.st_gid, S_ISDIR(st.st_mode) ? 0LL : (long long)st.st_size);
}

static void show_bytes(const char *name)
{
    char text[256];
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);
    if (n < 0)
        told(name, -1);
    else
        printf("%s holds: %.*s\n", name, (int)n, text);
    close(fd);
}

/* Run `work` as somebody else, with these supplementary groups. */
static void as_user(uid_t uid, size_t group_count, const gid_t *groups, void (*work)(void))
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        if (setgroups(group_count, groups) < 0 || setgid(uid) < 0 || setuid(uid) < 0)
            _exit(1);
        work();
        fflush(stdout);
        _exit(0);
    }
    int status;
    waitpid(pid, &status, 0);
    printf("as %u: status %d\n", uid, status);
}

/* ---- data ---- */

static void sparse(void)
{
    int fd = made("f", 0644);
    told("write at 1 MiB", pwrite(fd, "x", 1, 1 << 20));
    told("truncate to 4 MiB", ftruncate(fd, 4 << 20));
    told("SEEK_DATA from 0", lseek(fd, 0, SEEK_DATA));
    told("SEEK_HOLE from 0", lseek(fd, 0, SEEK_HOLE));
    told("SEEK_HOLE from the data", lseek(fd, 1 << 20, SEEK_HOLE));
    told("SEEK_DATA behind it", lseek(fd, 2 << 20, SEEK_DATA));
    told("SEEK_DATA past the end", lseek(fd, 8 << 20, SEEK_DATA));
    struct stat st;
    fstat(fd, &st);
    printf("blocks %s\n", st.st_blocks < 64 ? "few" : "many");
    close(fd);
}

static void allocate(void)
{
    struct stat st;
    int fd = made("f", 0644);
    told("fallocate", fallocate(fd, 0, 0, 1 << 20));
    show("f");
    told("keep size", fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 2 << 20));
    show("f");
    told("write", pwrite(fd, "0123456789", 10, 0));
    told("punch", fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096));
    told("zero", fallocate(fd, FALLOC_FL_ZERO_RANGE, 4096, 4096));
    told("past the end", fallocate(fd, 0, -1, 10));
    told("a read-only descriptor", fallocate(open("f", O_RDONLY | O_CLOEXEC), 0, 0, 10));
    told("fstat", fstat(fd, &st));
    show_bytes("f");
    close(fd);
}

static void direct(void)
{
    int fd = open("f", O_RDWR | O_CREAT | O_DIRECT | O_CLOEXEC, 0644);
    void *page = NULL;
    told("open O_DIRECT", fd < 0 ? -1 : 0);
    if (posix_memalign(&page, 4096, 8192) != 0 || fd < 0)
        return;
    memset(page, 'd', 8192);
    told("write a page", pwrite(fd, page, 4096, 0));
    told("read it back", pread(fd, page, 4096, 0));
    told("read past the end", pread(fd, page, 4096, 8192));
    close(fd);
    free(page);
}

static void copy_range(void)
{
    int from = made("a", 0644), to = made("b", 0644);
    told("write", write(from, "abcdefghij", 10));
    off_t at = 2, here = 0;
    told("copy", copy_file_range(from, &at, to, &here, 5, 0));
    told("copy past the end", copy_file_range(from, &at, to, &here, 100, 0));
    told("copy nothing", copy_file_range(from, &at, to, &here, 100, 0));
    at = 0;
    told("over itself", copy_file_range(from, &at, from, &(off_t){3}, 5, 0));
    show_bytes("b");
    told("to a read-only one", copy_file_range(from, &(off_t){0}, open("b", O_RDONLY | O_CLOEXEC), &here, 1, 0));
}

static void append(void)
{
    int fd = made("f", 0644), more = open("f", O_WRONLY | O_APPEND | O_CLOEXEC);
    told("write", write(fd, "one", 3));
    told("append", write(more, "two", 3));
    told("pwrite appends too", pwrite(more, "three", 5, 0));
    show_bytes("f");
    int alone = open("g", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    told("append", write(alone, "four", 4));
    told("F_SETFL off", fcntl(alone, F_SETFL, 0));
    told("pwrite", pwrite(alone, "X", 1, 0));
    told("F_SETFL on", fcntl(fd, F_SETFL, O_APPEND));
    told("write appends now", write(fd, "end", 3));
    show_bytes("f");
    show_bytes("g");
}

static void mapped(void)
{
    int fd = made("f", 0644);
    told("truncate", ftruncate(fd, 8192));
    char *map = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    told("mmap", map == MAP_FAILED ? -1 : 0);
    memcpy(map, "mapped", 6);
    char back[6];
    told("pread", pread(fd, back, 6, 0));
    printf("%.6s\n", back);
    told("pwrite", pwrite(fd, "W", 1, 1));
    printf("%.6s\n", map);
    told("msync", msync(map, 8192, MS_SYNC));
    close(fd);
    memcpy(map, "closed", 6);
    munmap(map, 8192);
    show_bytes("f");
}

static void unlinked(void)
{
    struct stat st;
    int fd = made("f", 0644);
    told("unlink", unlink("f"));
    told("write", write(fd, "still here", 10));
    told("fstat", fstat(fd, &st));
    printf("links %lu size %lld\n", (unsigned long)st.st_nlink, (long long)st.st_size);
    told("fchmod", fchmod(fd, 0600));
    told("truncate", ftruncate(fd, 5));
    told("fsync", fsync(fd));
    char name[64], back[10];
    told("pread", pread(fd, back, 10, 0));
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    told("open again through /proc", open(name, O_RDWR | O_CLOEXEC) < 0 ? -1 : 0);
    int other = made("f", 0644);
    told("a new file of that name", write(other, "new", 3));
    show_bytes("f");
}

static void tmpfile_named(void)
{
    int fd = open(".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0640);
    told("O_TMPFILE", fd < 0 ? -1 : 0);
    if (fd < 0)
        return;
    told("write", write(fd, "made whole", 10));
    char name[64];
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    told("link it in", linkat(AT_FDCWD, name, AT_FDCWD, "named", AT_SYMLINK_FOLLOW));
    show("named");
    show_bytes("named");
    int never = open(".", O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
    snprintf(name, sizeof name, "/proc/self/fd/%d", never);
    told("one that must not be linked", linkat(AT_FDCWD, name, AT_FDCWD, "never", AT_SYMLINK_FOLLOW));
}

/* ---- names ---- */

static void renames(void)
{
    close(made("a", 0644));
    close(made("b", 0600));
    mkdir("dir", 0755);
    mkdir("full", 0755);
    close(made("full/x", 0644));
    told("noreplace on a name taken", renameat2(AT_FDCWD, "a", AT_FDCWD, "b", RENAME_NOREPLACE));
    told("noreplace on a free one", renameat2(AT_FDCWD, "a", AT_FDCWD, "c", RENAME_NOREPLACE));
    told("exchange files", renameat2(AT_FDCWD, "b", AT_FDCWD, "c", RENAME_EXCHANGE));
    told("exchange a file and a folder", renameat2(AT_FDCWD, "b", AT_FDCWD, "dir", RENAME_EXCHANGE));
    told("exchange with nothing", renameat2(AT_FDCWD, "b", AT_FDCWD, "none", RENAME_EXCHANGE));
    told("folder over a full one", rename("b", "full"));
    told("folder into itself", rename("full", "full/y"));
    told("file over a folder", rename("c", "full"));
    told("folder over a file", rename("full", "c"));
    told("both flags", renameat2(AT_FDCWD, "b", AT_FDCWD, "c", RENAME_EXCHANGE | RENAME_NOREPLACE));
    told("missing", rename("none", "some"));
    told("to itself", rename("c", "c"));
    show("b");
    show("c");
    show("dir");
}

static void links(void)
{
    struct stat one, two;
    int fd = made("a", 0644);
    told("link", link("a", "b"));
    told("link to a taken name", link("a", "b"));
    told("link a folder", link(".", "d"));
    told("write", write(fd, "both", 4));
    stat("a", &one);
    stat("b", &two);
    printf("same inode %d\n", one.st_ino == two.st_ino);
    show("b");
    told("symlink", symlink("b", "s"));
    told("link to a symlink", link("s", "t"));
    show("t");
    told("unlink a", unlink("a"));
    show("b");
    show_bytes("s");
    char target[16];
    told("readlink", readlink("s", target, sizeof target));
    told("chmod through a symlink", chmod("s", 0600));
    show("b");
    told("rename over its own link", rename("b", "b"));
}

static void long_names(void)
{
    char name[300];
    memset(name, 'n', sizeof name);
    name[255] = '\0';
    told("255 bytes", mkdir(name, 0755));
    told("rmdir", rmdir(name));
    name[255] = 'n';
    name[256] = '\0';
    told("256 bytes", mkdir(name, 0755));
    told("bytes of no encoding", mkdir("\xff\xfe\x01\n\"\\", 0755));
    told("rmdir", rmdir("\xff\xfe\x01\n\"\\"));
    told("a slash behind a file", close(made("f", 0644)) == 0 ? open("f/", O_RDONLY | O_CLOEXEC) : 0);
    told("empty", open("", O_RDONLY | O_CLOEXEC));
    told("dot", rmdir("."));
    told("below a file", open("f/x", O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
    told("symlink loop", symlink("loop", "loop"));
    told("through it", open("loop", O_RDONLY | O_CLOEXEC));
}

static void specials(void)
{
    told("mkfifo", mkfifo("fifo", 0640));
    show("fifo");
    told("open a fifo nobody reads", open("fifo", O_WRONLY | O_NONBLOCK | O_CLOEXEC));
    int reader = open("fifo", O_RDONLY | O_NONBLOCK | O_CLOEXEC),
        writer = open("fifo", O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    char back[8];
    told("write", write(writer, "fifo", 4));
    told("read", read(reader, back, sizeof back));
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
    int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0),
        client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    told("bind", bind(server, (struct sockaddr *)&address, sizeof address));
    told("listen", listen(server, 1));
    told("connect", connect(client, (struct sockaddr *)&address, sizeof address));
    show("socket");
    told("open a socket", open("socket", O_RDWR | O_CLOEXEC));
    told("mknod of a file", mknod("file", S_IFREG | 0644, 0));
    show("file");
    told("mknod of a device", mknod("null", S_IFCHR | 0666, (dev_t)((1 << 8) | 3)));
    show("null");
    told("unlink", unlink("fifo"));
}

/* ---- rights ---- */

static void umasks(void)
{
    umask(027);
    close(made("f", 0666));
    mkdir("d", 0777);
    mkfifo("p", 0666);
    show("f");
    show("d");
    show("p");
    umask(0);
    close(made("all", 0777));
    show("all");
}

static void make_in_setgid(void)
{
    close(made("g/file", 0664));
    mkdir("g/dir", 0775);
    close(made("g/wants-sgid", 02775));
    show("g/file");
    show("g/dir");
    show("g/wants-sgid");
}

static void setgid_folder(void)
{
    umask(0);
    mkdir("g", 0777);
    told("chown", chown("g", 0, 6001));
    told("chmod", chmod("g", 02777));
    make_in_setgid();
    as_user(4200, 0, NULL, make_in_setgid);
    unlink("g/file");
    unlink("g/wants-sgid");
    rmdir("g/dir");
    as_user(4201, 1, (gid_t[]){6001}, make_in_setgid);
}

static void write_suid(void)
{
    int fd = open("s", O_WRONLY | O_CLOEXEC);
    told("write", write(fd, "x", 1));
    show("s");
    told("truncate", truncate("t", 0));
    show("t");
    told("O_TRUNC", open("u", O_WRONLY | O_TRUNC | O_CLOEXEC) < 0 ? -1 : 0);
    show("u");
}

static void suid_clearing(void)
{
    umask(0);
    static const char *const names[] = {"s", "t", "u", "c"};
    for (size_t i = 0; i < 4; i++) {
        close(made(names[i], 0666));
        told("chown", chown(names[i], 4200, 4200));
        told("chmod", chmod(names[i], 06777));
        show(names[i]);
    }
    as_user(4201, 0, NULL, write_suid);
    as_user(4200, 0, NULL, write_suid);
    told("root's chown", chown("c", 4201, 4201));
    show("c");
    int fd = open("s", O_WRONLY | O_CLOEXEC);
    chmod("s", 06777);
    told("root's write", write(fd, "x", 1));
    show("s");
}

static void touch_sticky(void)
{
    told("unlink another's", unlink("sticky/theirs"));
    told("rename another's", rename("sticky/theirs", "sticky/mine"));
    told("rename over another's", close(made("sticky/own", 0644)) == 0 ? rename("sticky/own", "sticky/theirs") : 0);
    told("unlink one's own", unlink("sticky/own"));
    told("hard link to another's", link("sticky/theirs", "sticky/link"));
    told("write another's", open("sticky/theirs", O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
}

static void sticky(void)
{
    umask(0);
    mkdir("sticky", 0777);
    told("chmod", chmod("sticky", 01777));
    close(made("sticky/theirs", 0644));
    chown("sticky/theirs", 4201, 4201);
    as_user(4200, 0, NULL, touch_sticky);
    as_user(4201, 0, NULL, touch_sticky);
}

static void use_group_file(void)
{
    told("read", open("group", O_RDONLY | O_CLOEXEC) < 0 ? -1 : 0);
    told("write", open("group", O_WRONLY | O_CLOEXEC) < 0 ? -1 : 0);
    told("into the folder", close(made("folder/new", 0644)));
    told("chgrp to a group of mine", chown("mine", (uid_t)-1, 6001));
    told("chgrp to another's", chown("mine", (uid_t)-1, 6002));
    told("access", access("group", R_OK | W_OK));
}

static void groups(void)
{
    umask(0);
    close(made("group", 0660));
    chown("group", 0, 6001);
    mkdir("folder", 0770);
    chown("folder", 0, 6001);
    close(made("mine", 0644));
    chown("mine", 4200, 4200);
    as_user(4200, 0, NULL, use_group_file);
    as_user(4200, 1, (gid_t[]){6001}, use_group_file);
    gid_t many[40];
    for (gid_t i = 0; i < 40; i++)
        many[i] = 7000 + i;
    many[39] = 6001;
    as_user(4200, 40, many, use_group_file);
    show("mine");
}

static void other_tries(void)
{
    told("chmod another's", chmod("f", 0777));
    told("chown another's", chown("f", 4200, 4200));
    told("utimes another's", utimensat(AT_FDCWD, "f", (struct timespec[2]){{1, 0}, {2, 0}}, 0));
    told("utimes now, writable", utimensat(AT_FDCWD, "w", NULL, 0));
    told("setxattr on another's", setxattr("f", "user.x", "1", 1, 0));
    told("truncate another's", truncate("f", 0));
    told("into a closed folder", open("closed/x", O_RDONLY | O_CLOEXEC));
    told("list a closed folder", opendir("closed") == NULL ? -1 : 0);
    told("trusted xattr", setxattr("w", "trusted.x", "1", 1, 0));
    told("mknod", mknod("dev", S_IFCHR | 0666, 0x103));
}

static void rights(void)
{
    close(made("f", 0644));
    close(made("w", 0666));
    chmod("w", 0666);
    mkdir("closed", 0700);
    close(made("closed/x", 0644));
    as_user(4200, 0, NULL, other_tries);
}

#define ACCESS  "system.posix_acl_access"
#define DEFAULT "system.posix_acl_default"

static void use_acl(void)
{
    told("read", open("f", O_RDONLY | O_CLOEXEC) < 0 ? -1 : 0);
    told("write", open("f", O_WRONLY | O_CLOEXEC) < 0 ? -1 : 0);
    told("into a folder with a default", close(made("d/new", 0666)));
    told("folder in it", mkdir("d/sub", 0777));
}

/* Read "u=6 4200=4 g=0 m=4 o=0": a tag (u g m o, or the number of a user), then the rights in octal. */
static size_t encode_acl(const char *text, struct posix_acl_xattr_entry *entries)
{
    size_t count = 0;
    for (const char *at = text; *at != '\0'; count++) {
        struct posix_acl_xattr_entry *e = &entries[count];
        e->e_id = (uint32_t)-1;
        switch (*at) {
        case 'u':
            e->e_tag = ACL_USER_OBJ;
            break;
        case 'g':
            e->e_tag = ACL_GROUP_OBJ;
            break;
        case 'm':
            e->e_tag = ACL_MASK;
            break;
        case 'o':
            e->e_tag = ACL_OTHER;
            break;
        default:
            e->e_tag = ACL_USER;
            e->e_id = (uint32_t)strtoul(at, NULL, 10);
        }
        at += strcspn(at, "=") + 1;
        e->e_perm = (uint16_t)(*at++ - '0');
        at += strspn(at, " ");
    }
    return count;
}

static void put_acl(const char *name, const char *which, const char *text)
{
    struct {
        struct posix_acl_xattr_header head;
        struct posix_acl_xattr_entry entries[8];
    } acl = {.head.a_version = POSIX_ACL_XATTR_VERSION};
    size_t count = encode_acl(text, acl.entries);
    told(text, setxattr(name, which, &acl, sizeof acl.head + count * sizeof *acl.entries, 0));
}

static void show_acl(const char *name, const char *which)
{
    struct {
        struct posix_acl_xattr_header head;
        struct posix_acl_xattr_entry entries[16];
    } acl;
    ssize_t n = getxattr(name, which, &acl, sizeof acl);
    if (n < 0) {
        told(name, -1);
        return;
    }
    printf("%s %s:", name, which);
    for (size_t i = 0; i < ((size_t)n - sizeof acl.head) / sizeof *acl.entries; i++)
        printf(" %x/%d=%o", acl.entries[i].e_tag, (int)acl.entries[i].e_id, acl.entries[i].e_perm);
    printf("\n");
}

static void acls(void)
{
    umask(022);
    close(made("f", 0600));
    mkdir("d", 0700);
    put_acl("f", ACCESS, "u=6 4200=4 g=0 m=4 o=0");
    put_acl("d", ACCESS, "u=7 4200=7 g=0 m=7 o=0");
    put_acl("d", DEFAULT, "u=7 4201=6 g=4 m=7 o=0");
    show("f");
    as_user(4200, 0, NULL, use_acl);
    show_acl("f", ACCESS);
    show_acl("d/new", ACCESS);
    show_acl("d/sub", DEFAULT);
    show("d/new");
    told("chmod", chmod("f", 0660));
    show_acl("f", ACCESS);
    told("put an end to it", removexattr("d", DEFAULT));
    show_acl("d", DEFAULT);
}

static void xattrs(void)
{
    char value[256], list[1024];
    close(made("f", 0644));
    told("set", setxattr("f", "user.one", "1", 1, 0));
    told("create again", setxattr("f", "user.one", "2", 1, XATTR_CREATE));
    told("replace what is not there", setxattr("f", "user.two", "2", 1, XATTR_REPLACE));
    told("get", getxattr("f", "user.one", value, sizeof value));
    told("size", getxattr("f", "user.one", NULL, 0));
    told("too small", setxattr("f", "user.big", value, 200, 0) == 0 ? getxattr("f", "user.big", value, 10) : 0);
    told("none", getxattr("f", "user.none", value, sizeof value));
    told("trusted", setxattr("f", "trusted.t", "t", 1, 0));
    told("security", setxattr("f", "security.holdfast-test", "t", 1, 0));
    told("no namespace", setxattr("f", "plain", "t", 1, 0));
    told("empty value", setxattr("f", "user.empty", "", 0, 0));
    ssize_t n = listxattr("f", list, sizeof list);
    int seen = 0;
    for (char *at = list; n > 0 && at < list + n; at += strlen(at) + 1)
        seen += strncmp(at, "user.holdfast.", 14) != 0 && strncmp(at, "security.selinux", 16) != 0;
    printf("%d names listed\n", seen);
    told("remove", removexattr("f", "user.one"));
    told("remove again", removexattr("f", "user.one"));
    symlink("f", "s");
    told("on a symlink", lsetxattr("s", "user.s", "s", 1, 0));
    told("on a folder", setxattr(".", "user.folder", "x", 1, 0));
}

/* ---- locks, watches, times ---- */

static void try_locks(void)
{
    int fd = open("f", O_RDWR | O_CLOEXEC);
    struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 10};
    told("the range another holds", fcntl(fd, F_SETLK, &range));
    told("who", fcntl(fd, F_GETLK, &range));
    printf("type %d from %lld, %lld long\n", range.l_type, (long long)range.l_start, (long long)range.l_len);
    range = (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 10, .l_len = 10};
    told("the range beside it", fcntl(fd, F_SETLK, &range));
    told("flock of another", flock(fd, LOCK_EX | LOCK_NB));
    told("shared flock", flock(fd, LOCK_SH | LOCK_NB));
}

static void locks(void)
{
    int fd = made("f", 0666);
    fchmod(fd, 0666);
    struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 10};
    told("range lock", fcntl(fd, F_SETLK, &range));
    told("flock", flock(fd, LOCK_SH));
    as_user(4200, 0, NULL, try_locks);
    close(open("f", O_RDONLY | O_CLOEXEC)); /* lets go of every POSIX lock of this process */
    as_user(4200, 0, NULL, try_locks);
    told("unlock", flock(fd, LOCK_UN));
    told("exclusive", flock(fd, LOCK_EX));
    as_user(4200, 0, NULL, try_locks);
}

static void watched(void)
{
    int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    mkdir("d", 0755);
    told("watch", inotify_add_watch(watch, "d",
                                    IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_ATTRIB));
    int fd = made("d/f", 0644);
    write(fd, "x", 1);
    close(fd);
    chmod("d/f", 0600);
    rename("d/f", "d/g");
    unlink("d/g");
    char events[4096] __attribute__((aligned(8)));
    ssize_t n = read(watch, events, sizeof events);
    for (char *at = events; n > 0 && at < events + n;) {
        const struct inotify_event *e = (const void *)at;
        printf("event %x %s\n", e->mask, e->len > 0 ? e->name : "");
        at += sizeof *e + e->len;
    }
}

static void show_times(const char *name)
{
    struct statx sx;
    told("statx", statx(AT_FDCWD, name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &sx));
    printf("%s atime %lld.%09u mtime %lld.%09u\n", name, (long long)sx.stx_atime.tv_sec, sx.stx_atime.tv_nsec,
           (long long)sx.stx_mtime.tv_sec, sx.stx_mtime.tv_nsec);
}

static void times(void)
{
    struct stat before, after;
    int fd = made("f", 0644);
    told("set", utimensat(AT_FDCWD, "f", (struct timespec[2]){{1000000001, 123456789}, {1100000002, 987654321}}, 0));
    show_times("f");
    told("only one", utimensat(AT_FDCWD, "f", (struct timespec[2]){{0, UTIME_OMIT}, {1200000003, 1}}, 0));
    show_times("f");
    fstat(fd, &before);
    told("now", utimensat(AT_FDCWD, "f", NULL, 0));
    fstat(fd, &after);
    printf("mtime moved %d, ctime moved %d\n", after.st_mtim.tv_sec > before.st_mtim.tv_sec,
           after.st_ctim.tv_sec > before.st_ctim.tv_sec || after.st_ctim.tv_nsec >= before.st_ctim.tv_nsec);
    symlink("f", "s");
    told("of a symlink", utimensat(AT_FDCWD, "s", (struct timespec[2]){{5, 5}, {6, 6}}, AT_SYMLINK_NOFOLLOW));
    show_times("s");
    before = after;
    usleep(20000);
    write(fd, "x", 1);
    close(fd);
    stat("f", &after);
    printf("a write moves mtime %d and ctime %d\n", memcmp(&after.st_mtim, &before.st_mtim, sizeof after.st_mtim) != 0,
           memcmp(&after.st_ctim, &before.st_ctim, sizeof after.st_ctim) != 0);
    struct stat again;
    stat("f", &again);
    printf("inode is stable %d\n", again.st_ino == after.st_ino && again.st_ino != 0);
}

static void folders(void)
{
    told("mkdir", mkdir("d", 0755));
    told("again", mkdir("d", 0755));
    told("in it", mkdir("d/e", 0755));
    show("d");
    told("rmdir full", rmdir("d"));
    told("rmdir a file", close(made("f", 0644)) == 0 ? rmdir("f") : 0);
    told("unlink a folder", unlink("d"));
    for (int i = 0; i < 500; i++) {
        char name[32];
        snprintf(name, sizeof name, "d/e/file-%03d", i);
        close(made(name, 0644));
    }
    int count = 0;
    DIR *dir = opendir("d/e");
    for (struct dirent *e; (e = readdir(dir)) != NULL;)
        if (e->d_name[0] == 'f') {
            count++;
            if (count % 2 == 0)
                unlinkat(dirfd(dir), e->d_name, 0); /* removing while listing loses nothing */
        }
    printf("%d listed\n", count);
    rewinddir(dir);
    for (count = 0; readdir(dir) != NULL;)
        count++;
    printf("%d left with . and ..\n", count);
    closedir(dir);
    int gone = open("d/gone", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    told("a folder that is not", gone);
    told("mkdir", mkdir("d/gone", 0755));
    gone = open("d/gone", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    told("open it", gone < 0 ? -1 : 0);
    told("rmdir", rmdir("d/gone"));
    told("create in a removed folder", openat(gone, "x", O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
}

static void opens(void)
{
    close(made("f", 0644));
    told("O_EXCL on a file", open("f", O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644));
    symlink("nowhere", "s");
    told("O_EXCL on a symlink", open("s", O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644));
    told("O_NOFOLLOW", open("s", O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    told("create through a symlink", open("s", O_CREAT | O_WRONLY | O_CLOEXEC, 0644) < 0 ? -1 : 0);
    show("nowhere");
    told("O_DIRECTORY on a file", open("f", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    told("write a folder", open(".", O_WRONLY | O_CLOEXEC));
    int fd = open("none", O_CREAT | O_RDWR | O_CLOEXEC, 0);
    told("no rights at all, still writable here", write(fd, "x", 1));
    show("none");
    int path = open("f", O_PATH | O_CLOEXEC);
    char byte;
    told("read O_PATH", read(path, &byte, 1));
    told("write read-only", write(open("f", O_RDONLY | O_CLOEXEC), "x", 1));
    told("O_TRUNC read-only", open("f", O_RDONLY | O_TRUNC | O_CLOEXEC) < 0 ? -1 : 0);
    told("truncate negative", truncate("f", -1));
    struct statvfs vfs;
    told("statvfs", statvfs(".", &vfs));
    printf("name limit %lu\n", vfs.f_namemax);
}

static const struct scenario {
    const char *name;
    void (*run)(void);
} scenarios[] = {
    {"sparse", sparse},
    {"allocate", allocate},
    {"direct", direct},
    {"copy_range", copy_range},
    {"append", append},
    {"mapped", mapped},
    {"unlinked", unlinked},
    {"tmpfile", tmpfile_named},
    {"renames", renames},
    {"links", links},
    {"long_names", long_names},
    {"specials", specials},
    {"umasks", umasks},
    {"setgid_folder", setgid_folder},
    {"suid_clearing", suid_clearing},
    {"sticky", sticky},
    {"groups", groups},
    {"rights", rights},
    {"acls", acls},
    {"xattrs", xattrs},
    {"locks", locks},
    {"watched", watched},
    {"times", times},
    {"folders", folders},
    {"opens", opens},
};

int main(int argc, char **argv)
{
    size_t count = sizeof scenarios / sizeof *scenarios;
    if (argc != 2)
        return 2;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(argv[1], "--list") == 0)
            puts(scenarios[i].name);
        else if (strcmp(argv[1], scenarios[i].name) == 0) {
            umask(022);
            scenarios[i].run();
            return 0;
        }
    }
    return strcmp(argv[1], "--list") == 0 ? 0 : 2;
}
