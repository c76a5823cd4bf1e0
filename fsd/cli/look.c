#include "cli/look.h"

#include "base/fdio.h"
#include "base/log.h"
#include "policy/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CLIENT, INSPECTOR, NOBODY = 65534 };

/* ---- the rules ---- */

const char *look_policy_path(const struct cli *c)
{
    return c->policy != NULL ? c->policy : c->config != NULL ? c->config->policy : "/etc/holdfast/policy.d";
}

int look_load_config(struct cli *c)
{
    struct error e = {0};
    if (c->policy != NULL && c->conf == NULL)
        return 0;
    int err = config_load(&c->config, c->conf ? c->conf : CONFIG_DEFAULT_PATH, &e);
    if (err == -ENOENT && c->conf == NULL)
        return 0;
    return err == 0 ? 0 : cli_fail(err == -EINVAL ? CLI_USAGE : CLI_COULD_NOT, &e);
}

static void tell_problems(char *text)
{
    char *rest = text;
    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n"))
        if (*line != 0)
            cli_complain(0, "%s", line);
}

int look_read_policy(const char *path, struct policy_folder *folder, struct policy **policy, struct error *e)
{
    buf_auto problems = {0};
    int err = policy_read_folder(folder, path, ".policy", e);
    if (err < 0)
        return err;
    err = policy_load(policy, folder->files, folder->count, &problems);
    if (problems.data != NULL)
        tell_problems(problems.data);
    return err < 0 ? error_set(e, -err, "%s: the rules are not in order", path) : 0;
}

int look_check_sinks(const struct config *config, const struct policy *policy, struct error *e)
{
    buf_auto problems = {0};
    struct policy_sink *sinks = calloc(config->sink_count + 1, sizeof *sinks);
    if (sinks == NULL)
        return error_sys(e, ENOMEM, "sinks");
    for (size_t i = 0; i < config->sink_count; i++) {
        const char *kind = config->sinks[i].kind;
        sinks[i] = (struct policy_sink){config->sinks[i].name, kind != NULL ? kind : "folder"};
    }
    size_t wrong = policy_check_sinks(policy, sinks, config->sink_count, &problems);
    free(sinks);
    if (problems.data != NULL)
        tell_problems(problems.data);
    return wrong > 0 ? error_set(e, EINVAL, "%s: the rules are about sinks that are not there", config->path) : 0;
}

/* ---- the inspector ---- */

static void choose_user(struct inspector_start *start, const struct cli *c)
{
    start->uid = getuid();
    start->gid = getgid();
    if (start->uid != 0)
        return;
    const struct passwd *pw = getpwnam(c->config != NULL ? c->config->inspector : "holdfast-inspect");
    start->uid = pw != NULL ? pw->pw_uid : NOBODY;
    start->gid = pw != NULL ? pw->pw_gid : NOBODY;
}

static void start_inspector(struct look *l)
{
    l->pid = fork();
    if (l->pid == 0) {
        close(l->ends[CLIENT]);
        log_open("inspector", LOG_WARN);
        _exit(inspector_main(&l->start));
    }
    if (l->pid < 0)
        l->pid = 0;
    l->life_fd = l->pid == 0 ? -1 : pidfd_open(l->pid, 0); /* -1 on old kernels: then the deadline tells */
    inspector_set_life(l->client, l->life_fd);
}

static void end_inspector(struct look *l)
{
    if (l->pid != 0) {
        kill(l->pid, SIGKILL);
        waitpid(l->pid, NULL, 0);
        fd_close(&l->life_fd);
    }
    l->pid = 0;
}

static void replace_inspector(void *ctx)
{
    end_inspector(ctx);
    start_inspector(ctx);
}

static int open_inspector(struct look *l, const struct cli *c, struct error *e)
{
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, l->ends) < 0)
        return error_sys(e, errno, "socket pair");
    l->start.socket = l->ends[INSPECTOR];
    l->start.policy = l->policy;
    choose_user(&l->start, c);
    int err = inspector_open(&l->client, l->ends[CLIENT], replace_inspector, l, e);
    if (err == 0)
        start_inspector(l);
    return err;
}

int look_open_plain(struct look *l, const struct cli *c, const unsigned char secret[static FINGERPRINT_SECRET_BYTES],
                    struct error *e)
{
    l->ends[CLIENT] = l->ends[INSPECTOR] = -1;
    memcpy(l->start.secret, secret, sizeof l->start.secret);
    return open_inspector(l, c, e);
}

int look_open_telling(struct look *l, const struct cli *c, unsigned tell, struct error *e)
{
    const unsigned char no_secret[FINGERPRINT_SECRET_BYTES] = {0};
    l->start.tell = tell;
    l->start.patient = true;
    int err = look_open_plain(l, c, no_secret, e);
    if (err == 0)
        inspector_set_deadline(l->client, INSPECT_PATIENT_MS);
    return err;
}

int look_open_seeking(struct look *l, const struct cli *c, const struct inspect_seek *seek, struct error *e)
{
    l->start.seek = seek;
    return look_open_telling(l, c, 0, e);
}

int look_open(struct look *l, const struct cli *c, struct error *e)
{
    l->ends[CLIENT] = l->ends[INSPECTOR] = -1;
    int err = look_read_policy(look_policy_path(c), &l->folder, &l->policy, e);
    if (err < 0)
        return err;
    if (l->folder.count == 0)
        return error_set(e, EINVAL, "%s holds no rules; --policy names another folder", look_policy_path(c));
    return open_inspector(l, c, e);
}

void look_close(struct look *l)
{
    if (l->client != NULL)
        inspector_close(l->client);
    end_inspector(l);
    if (l->start.socket > 0) {
        fd_close(&l->ends[CLIENT]);
        fd_close(&l->ends[INSPECTOR]);
    }
    policy_free(l->policy);
    explicit_bzero(l->start.secret, sizeof l->start.secret);
    policy_free_folder(&l->folder);
    *l = (struct look){0};
}

static int open_file(const char *path, struct error *e)
{
    struct stat st;
    fd_auto fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (fd < 0 || fstat(fd, &st) < 0)
        return error_sys(e, errno, "%s", path);
    if (S_ISDIR(st.st_mode))
        return error_set(e, EISDIR, "%s is a folder: expected a file", path);
    return S_ISREG(st.st_mode) ? fd_steal(&fd) : error_set(e, EINVAL, "%s: expected a plain file", path);
}

int look_at(struct look *l, const char *path, struct inspection *out, struct report *report, struct error *e)
{
    fd_auto fd = open_file(path, e);
    return fd < 0 ? fd : look_at_open(l, fd, path, out, report, e);
}

int look_at_open(struct look *l, int fd, const char *path, struct inspection *out, struct report *report,
                 struct error *e)
{
    uint64_t ticket;
    int err = inspector_ask(l->client, fd, path, 1);
    if (err < 0)
        return error_sys(e, err, "%s: the inspector cannot be asked", path);
    inspector_answer(l->client, &ticket, out);
    if (out->report_fd < 0)
        return 0;
    err = report_read(report, out->report_fd, out->report_bytes);
    fd_close(&out->report_fd);
    return err < 0 ? error_sys(e, err, "%s: the inspector's report cannot be read", path) : 0;
}
