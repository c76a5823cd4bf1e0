#include "mount/asker.h"

#include "base/clock.h"
#include "base/fdio.h"
#include "mount/executable.h"
#include "mount/login.h"
#include "mount/subject.h"

#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A program that was upgraded while it ran is still that program. */
static void forget_deleted(char *path)
{
    static const char suffix[] = " (deleted)";
    size_t len = strlen(path);
    if (len >= sizeof suffix && strcmp(path + len - (sizeof suffix - 1), suffix) == 0)
        path[len - (sizeof suffix - 1)] = 0;
}

void asker_begin(struct mount *m, struct notice_who who, struct asker *a)
{
    a->actor = (struct policy_actor){
        .app = a->app, .hash = a->hash, .cgroup = a->cgroup, .user = a->user, .uid = who.uid, .session = SESSION_NONE};
    a->pid = who.pid;
    a->gid = who.gid;
    a->login = UINT32_MAX;
    a->gathered = 0;
    a->hash[0] = a->cgroup[0] = a->user[0] = 0;
    subject_app(m, who.pid, a->app);
    forget_deleted(a->app);
}

/* ---- ancestors ---- */

/* 0: none, or it cannot be known. */
static int32_t parent_of(const struct mount *m, int32_t pid)
{
    char text[512]; /* the name of a program, in brackets, may hold anything, brackets too */
    int parent = 0;
    const char *behind = subject_read(m, pid, "stat", text, sizeof text) > 0 ? strrchr(text, ')') : NULL;
    return behind != NULL && sscanf(behind, ") %*c %d", &parent) == 1 && parent > 0 ? parent : 0;
}

static void gather_parents(struct mount *m, struct asker *a)
{
    size_t used = 0;
    struct policy_actor *actor = &a->actor;
    char path[PATH_MAX];
    int32_t pid = parent_of(m, a->pid);
    for (actor->parent_count = 0; pid != 0 && actor->parent_count < POLICY_PARENTS_MOST; pid = parent_of(m, pid)) {
        subject_app(m, pid, path);
        forget_deleted(path);
        size_t len = strlen(path) + 1;
        if (len > sizeof a->paths - used)
            return;
        actor->parents[actor->parent_count++] = memcpy(a->paths + used, path, len);
        used += len;
    }
}

void asker_put_parents(const struct asker *a, char *to, size_t room)
{
    size_t used = 0;
    to[0] = 0;
    for (size_t i = 0; i < a->actor.parent_count && used < room; i++) {
        const char *slash = strrchr(a->actor.parents[i], '/');
        int put = snprintf(to + used, room - used, "%s%s", i > 0 ? " < " : "", slash ? slash + 1 : "?");
        used += put > 0 ? (size_t)put : 0;
    }
}

/* ---- the rest ---- */

/* The line of the unified hierarchy, "0::/user.slice/..."; "" where there is none. */
static void gather_cgroup(struct mount *m, struct asker *a)
{
    char text[PATH_MAX];
    subject_read(m, a->pid, "cgroup", text, sizeof text);
    const char *line = strncmp(text, "0::", 3) == 0 ? text : strstr(text, "\n0::");
    if (line == NULL)
        return;
    line += line == text ? 3 : 4;
    size_t len = strcspn(line, "\n");
    if (len >= sizeof a->cgroup) /* a part of it could be taken for another */
        return;
    memcpy(a->cgroup, line, len);
    a->cgroup[len] = 0;
}

/* From /etc/passwd alone: a name service may wait for a network. The last answer is good for a while. */
static void gather_user(struct asker *a)
{
    static _Thread_local struct {
        uint32_t uid;
        int64_t until_ns;
        char name[ASKER_USER_BYTES];
    } last;
    if (last.uid != a->actor.uid || clock_mono_ns() >= last.until_ns) {
        char text[2048];
        struct passwd entry, *found = NULL;
        FILE *users = fopen("/etc/passwd", "re");
        last.name[0] = 0;
        while (users != NULL && fgetpwent_r(users, &entry, text, sizeof text, &found) == 0 && found != NULL)
            if (found->pw_uid == a->actor.uid) {
                snprintf(last.name, sizeof last.name, "%s", found->pw_name);
                break;
            }
        if (users != NULL)
            fclose(users);
        last.uid = a->actor.uid;
        last.until_ns = clock_mono_ns() + 10 * NS_PER_SEC;
    }
    memcpy(a->user, last.name, sizeof a->user);
}

void asker_gather(struct mount *m, struct asker *a, unsigned wants)
{
    if (wants & POLICY_WANTS_SESSION)
        wants |= POLICY_WANTS_PARENTS; /* that is how a login is known */
    wants &= ~a->gathered;
    a->gathered |= wants;
    if (wants & POLICY_WANTS_PARENTS)
        gather_parents(m, a);
    if (wants & POLICY_WANTS_SESSION) {
        a->login = subject_session(m, a->pid);
        a->actor.session = login_kind(a->login, a->actor.parents, a->actor.parent_count);
    }
    if (wants & POLICY_WANTS_CGROUP)
        gather_cgroup(m, a);
    if (wants & POLICY_WANTS_USER)
        gather_user(a);
    if (wants & POLICY_WANTS_HASH)
        executable_hash(m, a->pid, a->hash);
}

/* A signal that ends a process is pending as SIGKILL at each of its threads, whichever it was. */
bool asker_is_dying(const struct mount *m, const struct asker *a)
{
    static const char word[] = "\nSigPnd:\t";
    char text[4096];
    const char *pending = subject_read(m, a->pid, "status", text, sizeof text) > 0 ? strstr(text, word) : NULL;
    return pending == NULL || (strtoull(pending + sizeof word - 1, NULL, 16) >> (SIGKILL - 1) & 1) != 0;
}

bool asker_is_us(struct notice_who who) { return who.pid > 0 && syscall(SYS_tgkill, getpid(), who.pid, 0) == 0; }
