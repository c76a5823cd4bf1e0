#include "tell/strays.h"

#include "base/clock.h"
#include "base/fdio.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

int strays_adopt(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0 ? -errno : 0; }

static bool is_running(pid_t pid, const pid_t *running, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (running[i] == pid)
            return true;
    return false;
}

/* Since when is it here? A child's number is nobody else's until it is buried. */
static int64_t seen_since(const struct strays *s, pid_t pid, int64_t now)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->known[i].pid == pid)
            return s->known[i].seen_ns;
    return now;
}

/* The children's numbers, as text; "" where the kernel does not tell. What is beyond the room comes next time. */
static void read_children(char *text, size_t room)
{
    fd_auto fd = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, room - 1);
    text[n > 0 ? n : 0] = 0;
    if (n == (ssize_t)room - 1)
        *strrchr(text, ' ') = 0; /* the last may be cut */
}

size_t strays_end(struct strays *s, const pid_t *running, size_t running_count, int64_t limit_s)
{
    char children[4096];
    struct strays left = {.count = 0};
    int64_t now = clock_mono_ns();
    size_t alive = 0;
    read_children(children, sizeof children);
    char *at = children, *end;
    for (long pid; pid = strtol(at, &end, 10), end != at; at = end) {
        if (is_running((pid_t)pid, running, running_count))
            continue;
        int64_t since = seen_since(s, (pid_t)pid, now);
        if (running_count == 0 || now - since >= limit_s * NS_PER_SEC || left.count == STRAYS_MOST)
            kill((pid_t)pid, SIGKILL);
        if (waitpid((pid_t)pid, NULL, WNOHANG) == pid)
            continue;
        alive++;
        if (left.count < STRAYS_MOST)
            left.known[left.count++] = (struct stray){(pid_t)pid, since};
    }
    *s = left;
    return alive;
}
