/* holdfast policy reload: have the daemon read the rules again, once they are known to be in order. */
#include "cli/look.h"
#include "cli/policy.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"

static int find_daemon(const struct config *c, pid_t *out, struct error *e)
{
    char path[4200], text[32] = "";
    snprintf(path, sizeof path, "%s/holdfastd.pid", c->run);
    fd_auto fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? error_set(e, ESRCH, "no daemon runs: it reads the rules when it starts")
                               : error_sys(e, errno, "%s", path);
    if (fd_pread_full(fd, text, sizeof text - 1, 0) <= 0 || atoi(text) <= 1)
        return error_set(e, EINVAL, "%s: expected a process number", path);
    *out = (pid_t)atoi(text);
    return 0;
}

int policy_reload(struct cli *c)
{
    struct error e = {0};
    policy_folder_auto folder = {0};
    struct policy *policy = NULL;
    pid_t pid = 0;
    if (c->config == NULL)
        return cli_complain(CLI_COULD_NOT, "policy reload: there is no %s", CONFIG_DEFAULT_PATH);
    int err = look_read_policy(c->config->policy, &folder, &policy, &e);
    policy_free(policy);
    if (err < 0)
        return cli_fail(CLI_USAGE, &e);
    err = find_daemon(c->config, &pid, &e);
    if (err == 0 && kill(pid, SIGHUP) < 0)
        err = errno == EPERM ? error_set(&e, EPERM, "only root can have the daemon take new rules")
                             : error_sys(&e, errno, "the daemon (process %d)", (int)pid);
    if (err < 0)
        return cli_fail(CLI_COULD_NOT, &e);
    printf("%zu file%s of rules: in force from the next save and open on\n", folder.count,
           folder.count == 1 ? "" : "s");
    return CLI_DONE;
}
