/* holdfastd: options, fs.conf, and whether to stay in the foreground. */
#include "base/fdio.h"
#include "base/log.h"
#include "base/version.h"
#include "config/config.h"
#include "proc/place.h"
#include "proc/rundir.h"
#include "proc/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STATUS_DONE = 0, STATUS_USAGE = 2, STATUS_COULD_NOT = 3 };

static const char help[] =
    "usage: holdfastd [--conf FILE] [--foreground]\n"
    "\n"
    "Mount what FILE (" CONFIG_DEFAULT_PATH ") names and keep every save. Returns when all mounts are up.\n"
    "\n"
    "  --conf FILE    read FILE\n"
    "  --foreground   stay, and write the log to standard error (else: RUN/" RUNDIR_LOG ")\n"
    "  --help         this\n"
    "  --version      the version\n"
    "\n"
    "SIGTERM unmounts, keeps what is left, and ends it. See holdfastd(8).\n";

struct options {
    const char *conf;
    bool foreground, help, version;
};

static int parse_options(int argc, char **argv, struct options *o)
{
    static const struct option table[] = {
        {"conf", required_argument, NULL, 'c'},
        {"foreground", no_argument, NULL, 'f'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'v'},
        {NULL, 0, NULL, 0},
    };
    *o = (struct options){.conf = CONFIG_DEFAULT_PATH};
    for (int c; (c = getopt_long(argc, argv, "h", table, NULL)) != -1;) {
        if (c == 'c')
            o->conf = optarg;
        else if (c == 'f')
            o->foreground = true;
        else if (c == 'h')
            o->help = true;
        else if (c == 'v')
            o->version = true;
        else
            return -EINVAL;
    }
    if (optind < argc)
        fprintf(stderr, "holdfastd: %s: expected an option\n", argv[optind]);
    return optind < argc ? -EINVAL : 0;
}

/* ---- going to the background ---- */

/*
 * The process in the background owes the one that was started a word over a pipe: a zero byte when all mounts are up,
 * else why not. Its own lines, and its children's, go to the log from the moment RUN is known to be its own.
 */
struct waiting {
    const struct config *config;
    int word_fd; /* -1: in the foreground, nobody waits */
};

/* Lines go to RUN/holdfastd.log, the last run's are in holdfastd.log.old. */
static void leave_terminal(void *ctx)
{
    const struct waiting *w = ctx;
    if (w->word_fd < 0)
        return;
    struct error e = {0};
    fd_auto run_fd = place_open(w->config->run, O_RDONLY, &e);
    fd_auto null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    renameat(run_fd, RUNDIR_LOG, run_fd, RUNDIR_LOG ".old");
    fd_auto log_fd = openat(run_fd, RUNDIR_LOG, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0640);
    if (log_fd < 0 || null_fd < 0) {
        log_warn("%s/" RUNDIR_LOG ": %s; logging goes on here", w->config->run, strerror(errno));
        return;
    }
    dup2(null_fd, STDIN_FILENO);
    dup2(null_fd, STDOUT_FILENO);
    dup2(log_fd, STDERR_FILENO);
    log_show_times();
}

static void send_word(struct waiting *w, const char *word, size_t len)
{
    if (w->word_fd >= 0)
        fd_write_all(w->word_fd, word, len);
    fd_close(&w->word_fd);
}

static void all_mounts_are_up(void *ctx) { send_word(ctx, "", 1); }

static int run(struct waiting *w)
{
    struct error e = {0};
    const struct supervisor_host host = {w->config, leave_terminal, all_mounts_are_up, w};
    int err = supervisor_run(&host, &e);
    if (err == 0)
        return STATUS_DONE;
    if (w->word_fd < 0)
        log_error("%s", e.text);
    send_word(w, e.text, strlen(e.text));
    bool bad_input = err == -EEXIST || err == -EINVAL || err == -ELOOP || err == -ENOTDIR || err == -ENAMETOOLONG;
    return bad_input ? STATUS_USAGE : STATUS_COULD_NOT;
}

/* The one that was started: wait for the word; if it is a bad one, or none comes, the end that follows has the status.
 */
static int wait_for_word(pid_t daemon, int word_fd)
{
    char word[ERROR_TEXT_BYTES] = {0};
    ssize_t n = read(word_fd, word, sizeof word - 1);
    if (n == 1 && word[0] == 0)
        return STATUS_DONE;
    int status;
    if (waitpid(daemon, &status, 0) < 0 || !WIFEXITED(status))
        status = -1;
    if (n > 0)
        log_error("%s", word);
    return status == -1 ? STATUS_COULD_NOT : WEXITSTATUS(status);
}

static int run_in_background(const struct config *config)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) {
        log_error("pipe: %s", strerror(errno));
        return STATUS_COULD_NOT;
    }
    pid_t pid = fork();
    if (pid < 0) {
        log_error("fork: %s", strerror(errno));
        return STATUS_COULD_NOT;
    }
    if (pid > 0) {
        fd_close(&ends[1]);
        return wait_for_word(pid, ends[0]);
    }
    fd_close(&ends[0]);
    setsid();
    if (chdir("/") < 0)
        log_warn("/: %s", strerror(errno));
    struct waiting w = {config, ends[1]};
    return run(&w);
}

int main(int argc, char **argv)
{
    struct options o;
    log_open("holdfastd", LOG_INFO);
    if (parse_options(argc, argv, &o) < 0) {
        fputs(help, stderr);
        return STATUS_USAGE;
    }
    if (o.help || o.version) {
        fputs(o.help ? help : "holdfastd " HOLDFAST_VERSION "\n", stdout);
        return STATUS_DONE;
    }
    struct config *config = NULL;
    struct error e = {0};
    if (config_load(&config, o.conf, &e) < 0) {
        log_error("%s", e.text);
        return e.code == EINVAL ? STATUS_USAGE : STATUS_COULD_NOT;
    }
    struct waiting w = {config, -1};
    int status = o.foreground ? run(&w) : run_in_background(config);
    config_free(config);
    return status;
}
