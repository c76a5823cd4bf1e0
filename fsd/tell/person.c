#include "tell/person.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NO_GROUP = 65534 };

int person_find(struct person *out, uid_t uid, struct error *e)
{
    if (uid == 0)
        return error_set(e, EPERM, "programs run for reps, never as root");
    *out = (struct person){.uid = uid, .gid = NO_GROUP, .groups = {NO_GROUP}, .group_count = 1, .home = "/"};
    const struct passwd *pw = getpwuid(uid);
    if (pw == NULL)
        return 0;
    if (pw->pw_gid == 0)
        return error_set(e, EPERM, "user \"%s\" is in root's group: programs do not run as such", pw->pw_name);
    out->gid = pw->pw_gid;
    snprintf(out->name, sizeof out->name, "%s", pw->pw_name);
    if (strlen(pw->pw_dir) < sizeof out->home)
        strcpy(out->home, pw->pw_dir);
    int count = PERSON_GROUPS_MOST;
    if (getgrouplist(out->name, out->gid, out->groups, &count) < 0 || count < 1) {
        out->groups[0] = out->gid;
        count = 1;
    }
    out->group_count = (size_t)count;
    return 0;
}

static int drop_capabilities(void)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2] = {0};
    return syscall(SYS_capset, &head, none) < 0 ? -errno : 0;
}

int person_become(const struct person *p)
{
    if (p->uid == 0)
        return -EPERM;
    if (setgroups(p->group_count, p->groups) < 0 || setresgid(p->gid, p->gid, p->gid) < 0 ||
        setresuid(p->uid, p->uid, p->uid) < 0)
        return -errno;
    int err = drop_capabilities();
    return err == 0 && setuid(0) == 0 ? -EPERM : err;
}

static bool is_own(const struct person *p, const char *path, mode_t type)
{
    struct stat st;
    return lstat(path, &st) == 0 && (st.st_mode & S_IFMT) == type && st.st_uid == p->uid;
}

static void add(struct person_environment *room, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(struct person_environment *room, const char *format, ...)
{
    size_t at = 0;
    while (room->entries[at] != NULL)
        at++;
    va_list args;
    va_start(args, format);
    vsnprintf(room->text[at], sizeof room->text[at], format, args);
    va_end(args);
    room->entries[at] = room->text[at];
}

char **person_environment(const struct person *p, struct person_environment *room)
{
    char session[64], bus[80];
    memset(room->entries, 0, sizeof room->entries);
    snprintf(session, sizeof session, "/run/user/%u", p->uid);
    snprintf(bus, sizeof bus, "%s/bus", session);
    add(room, "PATH=/usr/local/bin:/usr/bin:/bin");
    add(room, "LANG=C.UTF-8");
    add(room, "HOME=%s", p->home);
    if (p->name[0] != 0)
        add(room, "USER=%s", p->name);
    if (!is_own(p, session, S_IFDIR))
        return room->entries;
    add(room, "XDG_RUNTIME_DIR=%s", session);
    if (is_own(p, bus, S_IFSOCK))
        add(room, "DBUS_SESSION_BUS_ADDRESS=unix:path=%s", bus);
    return room->entries;
}
