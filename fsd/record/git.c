#include "record/git.h"

#include "base/buf.h"
#include "base/fdio.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGS_MOST = 32, WORDS_MOST = 2048 };

/* Memory in bounds, one thread, and data on disk before an old pack goes. safe.directory: who may run us may read it.
 */
static const char *const settings[] = {
    "-c", "gc.auto=0",
    "-c", "pack.threads=1",
    "-c", "pack.windowMemory=24m",
    "-c", "pack.deltaCacheSize=4m",
    "-c", "core.fsync=committed",
    "-c", "core.packedGitLimit=64m",
    "-c", "core.packedGitWindowSize=1m",
    "-c", "safe.directory=*",
};
enum { SETTING_COUNT = sizeof settings / sizeof *settings };

static const char *const environment[] = {
    "PATH=/usr/bin:/bin:/usr/local/bin", "HOME=/nonexistent",     "LC_ALL=C", "GIT_CONFIG_NOSYSTEM=1",
    "GIT_CONFIG_GLOBAL=/dev/null",       "GIT_TERMINAL_PROMPT=0", NULL,
};

static int start(const char *const *argv, int out_fd, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    int err = posix_spawn_file_actions_init(&actions);
    if (err != 0)
        return -err;
    err = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    if (err == 0)
        err = posix_spawn_file_actions_adddup2(&actions, out_fd, 1);
    if (err == 0)
        err = posix_spawn_file_actions_adddup2(&actions, out_fd, 2);
    if (err == 0)
        err = posix_spawnp(pid, "git", &actions, NULL, (char *const *)(uintptr_t)argv,
                           (char *const *)(uintptr_t)environment);
    posix_spawn_file_actions_destroy(&actions);
    return -err;
}

/* The last line that git said, without a newline. */
static void last_words(int fd, char words[static WORDS_MOST])
{
    off_t size = lseek(fd, 0, SEEK_END);
    off_t from = size > WORDS_MOST - 1 ? size - (WORDS_MOST - 1) : 0;
    ssize_t len = fd_pread_full(fd, words, WORDS_MOST - 1, from);
    words[len > 0 ? len : 0] = 0;
    for (char *end = words + strlen(words); end > words && end[-1] == '\n';)
        *--end = 0;
    char *line = strrchr(words, '\n');
    if (line != NULL)
        memmove(words, line + 1, strlen(line));
}

int git_run(const char *repository, const char *const *args, struct error *e)
{
    const char *argv[ARGS_MOST + SETTING_COUNT] = {"git", "-C", repository};
    char words[WORDS_MOST];
    size_t count = 3;
    for (size_t i = 0; i < SETTING_COUNT; i++)
        argv[count++] = settings[i];
    for (; *args != NULL && count < ARGS_MOST + SETTING_COUNT - 1; args++)
        argv[count++] = *args;
    argv[count] = NULL;
    fd_auto out = memfd_create("git", MFD_CLOEXEC);
    if (out < 0)
        return error_sys(e, errno, "git: no room for its output");
    pid_t pid;
    int state, err = start(argv, out, &pid);
    if (err < 0)
        return error_sys(e, err, "git cannot be started");
    while (waitpid(pid, &state, 0) < 0)
        if (errno != EINTR)
            return error_sys(e, errno, "git was lost");
    if (WIFEXITED(state) && WEXITSTATUS(state) == 0)
        return 0;
    last_words(out, words);
    bool full = strstr(words, "No space left") != NULL;
    return error_set(e, full ? ENOSPC : EIO, "git %s in %s failed: %s", argv[3 + SETTING_COUNT], repository,
                     WIFSIGNALED(state) ? strsignal(WTERMSIG(state)) : words);
}
