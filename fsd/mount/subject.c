#include "mount/subject.h"

#include "base/clock.h"
#include "base/fdio.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void subject_app(const struct mount *m, int32_t pid, char path[static NAME_BYTES_MOST + 1])
{
    char link[32];
    snprintf(link, sizeof link, "%d/exe", pid);
    ssize_t len = pid > 0 ? readlinkat(m->proc_fd, link, path, NAME_BYTES_MOST) : -1;
    path[len > 0 ? len : 0] = 0;
}

ssize_t subject_read(const struct mount *m, int32_t pid, const char *file, char *text, size_t room)
{
    char name[48];
    snprintf(name, sizeof name, "%d/%s", pid, file);
    fd_auto fd = pid > 0 ? openat(m->proc_fd, name, O_RDONLY | O_CLOEXEC) : -1;
    ssize_t len = fd < 0 ? -1 : read(fd, text, room - 1);
    text[len > 0 ? len : 0] = 0;
    return len;
}

/* A login session is for life (only PAM sets it, at login); the answer for the pid asked last is good for a second. */
uint32_t subject_session(const struct mount *m, int32_t pid)
{
    static _Thread_local struct {
        int32_t pid;
        uint32_t session;
        int64_t until_ns;
    } last;
    if (last.pid == pid && clock_mono_ns() < last.until_ns)
        return last.session;
    char text[24];
    bool known = subject_read(m, pid, "sessionid", text, sizeof text) > 0;
    last.pid = pid;
    last.session = known ? (uint32_t)strtoul(text, NULL, 10) : UINT32_MAX;
    last.until_ns = clock_mono_ns() + NS_PER_SEC;
    return last.session;
}

bool subject_in_group(const struct mount *m, int32_t pid, unsigned gid, unsigned group)
{
    if (gid == group)
        return true;
    char text[8192];
    subject_read(m, pid, "status", text, sizeof text);
    char *groups = strstr(text, "\nGroups:");
    if (groups == NULL)
        return false;
    groups += strlen("\nGroups:");
    groups[strcspn(groups, "\n")] = 0;
    char *save = NULL;
    for (char *word = strtok_r(groups, " \t", &save); word; word = strtok_r(NULL, " \t", &save))
        if (strtoul(word, NULL, 10) == group)
            return true;
    return false;
}

void subject_note(struct mount *m, struct notice_who who, struct handle_record *h)
{
    char app[NAME_BYTES_MOST + 1];
    h->pid = who.pid;
    h->uid = who.uid;
    h->gid = who.gid;
    h->session = subject_session(m, who.pid);
    subject_app(m, who.pid, app);
    pthread_mutex_lock(&m->nodes.lock);
    h->app = app[0] ? names_put(m->nodes.names, app) : 0;
    pthread_mutex_unlock(&m->nodes.lock);
}

void subject_drop(struct mount *m, struct handle_record *h)
{
    pthread_mutex_lock(&m->nodes.lock);
    names_free(m->nodes.names, h->app);
    pthread_mutex_unlock(&m->nodes.lock);
    h->app = 0;
}
