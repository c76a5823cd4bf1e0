#include "guard/copier.h"

#include "base/fdio.h"

#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool read_file(int proc_fd, int32_t pid, const char *name, char *to, size_t room)
{
    char path[48];
    snprintf(path, sizeof path, "%d/%s", pid, name);
    fd_auto fd = openat(proc_fd, path, O_RDONLY | O_CLOEXEC);
    ssize_t len = fd < 0 ? -1 : read(fd, to, room - 1);
    to[len > 0 ? len : 0] = 0;
    return len > 0;
}

/* The executable's path; of one that was replaced or removed, its old path, as the kernel marks it. NULL: not known. */
static char *read_exe(int proc_fd, int32_t pid)
{
    char link[32], path[PATH_MAX];
    snprintf(link, sizeof link, "%d/exe", pid);
    ssize_t len = readlinkat(proc_fd, link, path, sizeof path - 1);
    if (len <= 0)
        return NULL;
    path[len] = 0;
    return strdup(path);
}

static bool read_word(const char *status, const char *word, unsigned *out)
{
    const char *at = strstr(status, word);
    return at != NULL && sscanf(at + strlen(word), "%u", out) == 1;
}

static void read_parents(int proc_fd, unsigned pid, struct copier *s)
{
    char status[1024];
    while (pid > 1 && s->parent_count < POLICY_PARENTS_MOST) {
        char *exe = read_exe(proc_fd, (int32_t)pid);
        if (exe == NULL)
            return;
        s->parents[s->parent_count++] = exe;
        if (!read_file(proc_fd, (int32_t)pid, "status", status, sizeof status) || !read_word(status, "\nPPid:", &pid))
            return;
    }
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static enum policy_session session_of(const struct copier *s)
{
    for (size_t i = 0; i < s->parent_count; i++)
        if (strncmp(base_name(s->parents[i]), "sshd", 4) == 0)
            return SESSION_SSH;
    return s->login != UINT32_MAX ? SESSION_LOCAL : SESSION_NONE;
}

/* "0::/user.slice/..." is the unified hierarchy's line. */
static char *read_cgroup(int proc_fd, int32_t pid)
{
    char text[1024];
    if (!read_file(proc_fd, pid, "cgroup", text, sizeof text))
        return NULL;
    char *line = strncmp(text, "0::/", 4) == 0 ? text : strstr(text, "\n0::/");
    if (line == NULL)
        return NULL;
    line = strchr(line, '/') + 1;
    return strndup(line, strcspn(line, "\n"));
}

void copier_read(int proc_fd, int32_t pid, struct copier *out)
{
    char text[1024];
    unsigned parent = 0, word;
    *out = (struct copier){.pid = pid, .uid = UINT32_MAX, .gid = UINT32_MAX, .login = UINT32_MAX};
    if (pid <= 0 || !read_file(proc_fd, pid, "status", text, sizeof text))
        return;
    if (strncmp(text, "Name:\t", 6) == 0)
        snprintf(out->name, sizeof out->name, "%.*s", (int)strcspn(text + 6, "\n"), text + 6);
    if (read_word(text, "\nUid:", &word))
        out->uid = word;
    if (read_word(text, "\nGid:", &word))
        out->gid = word;
    read_word(text, "\nPPid:", &parent);
    if (read_file(proc_fd, pid, "sessionid", text, sizeof text))
        out->login = (uint32_t)strtoul(text, NULL, 10);
    out->app = read_exe(proc_fd, pid);
    out->cgroup = read_cgroup(proc_fd, pid);
    read_parents(proc_fd, parent, out);
    out->session = session_of(out);
}

void copier_free(struct copier *s)
{
    free(s->app);
    free(s->cgroup);
    for (size_t i = 0; i < s->parent_count; i++)
        free(s->parents[i]);
    *s = (struct copier){0};
}

struct policy_actor copier_actor(const struct copier *s, char user[static COPIER_USER_BYTES])
{
    const struct passwd *pw = s->uid == UINT32_MAX ? NULL : getpwuid(s->uid);
    snprintf(user, COPIER_USER_BYTES, "%s", pw != NULL ? pw->pw_name : "");
    struct policy_actor a = {.app = s->app ? s->app : "",
                             .hash = "",
                             .parent_count = s->parent_count,
                             .cgroup = s->cgroup ? s->cgroup : "",
                             .uid = s->uid,
                             .user = user,
                             .session = s->session};
    for (size_t i = 0; i < s->parent_count; i++)
        a.parents[i] = s->parents[i];
    return a;
}

void copier_put_parents(const struct copier *s, char *to, size_t room)
{
    size_t at = 0;
    to[0] = 0;
    for (size_t i = 0; i < s->parent_count && at < room; i++)
        at += (size_t)snprintf(to + at, room - at, "%s%s", i > 0 ? " < " : "", base_name(s->parents[i]));
}
