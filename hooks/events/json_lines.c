/*
 * holdfast-json-lines: each event as one line at the end of a file, for whatever collects such files.
 *
 *   holdfast-json-lines [--most BYTES] [FILE] <event      FILE "-": standard output, which is Holdfast's log
 *
 * Without FILE it is events.jsonl in the person's state folder. A file that has grown beyond BYTES (10 MiB) becomes
 * FILE.1, and what was that is gone. Lines of several at once never mix.
 */
#include "event.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { USAGE = 2, TRIES = 8 };
#define BYTES_LEAST 4096L
#define BYTES       (10L << 20)

struct place {
    int folder; /* AT_FDCWD, or the person's state folder */
    const char *name;
    off_t most;
};

/* Is what is open still what the name means? Another may have put it away meanwhile. */
static int is_current(const struct place *p, int fd)
{
    struct stat open_one, named;
    return fstat(fd, &open_one) == 0 && fstatat(p->folder, p->name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
           open_one.st_ino == named.st_ino && open_one.st_dev == named.st_dev;
}

static int put_away(const struct place *p)
{
    char old[PATH_MAX];
    if (snprintf(old, sizeof old, "%s.1", p->name) >= (int)sizeof old)
        return -1;
    return renameat(p->folder, p->name, p->folder, old);
}

/* The file, locked and with room; -1. */
static int open_file(const struct place *p)
{
    for (int i = 0; i < TRIES; i++) {
        struct stat st;
        int fd = openat(p->folder, p->name, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
        if (fd < 0)
            return -1;
        if (flock(fd, LOCK_EX) == 0 && is_current(p, fd) && fstat(fd, &st) == 0) {
            if (!S_ISREG(st.st_mode) || st.st_size < p->most)
                return fd;
            if (put_away(p) < 0) {
                close(fd);
                return -1;
            }
        }
        close(fd);
    }
    errno = EAGAIN;
    return -1;
}

static int append(const struct place *p, const char *line, size_t len)
{
    int fd = open_file(p);
    if (fd < 0) {
        fprintf(stderr, "%s: %s\n", p->name, strerror(errno));
        return EXIT_FAILURE;
    }
    ssize_t n = write(fd, line, len);
    if (n != (ssize_t)len)
        fprintf(stderr, "%s: %s\n", p->name, n < 0 ? strerror(errno) : "the line was cut short");
    close(fd);
    return n == (ssize_t)len ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int usage(void)
{
    fputs("usage: holdfast-json-lines [--most BYTES] [FILE] <event\n", stderr);
    return USAGE;
}

/* One line, whatever came: what is not JSON is not written. */
static char *one_line(size_t *len)
{
    char *text = event_read(len);
    json_t *event = text != NULL ? json_loadb(text, *len, 0, NULL) : NULL;
    char *line = event != NULL ? json_dumps(event, JSON_COMPACT) : NULL;
    char *ended = line != NULL ? realloc(line, strlen(line) + 2) : NULL;
    if (ended == NULL)
        free(line);
    else
        *len = strlen(strcat(ended, "\n"));
    if (event == NULL && text != NULL)
        fputs("expected an event in JSON\n", stderr);
    json_decref(event);
    free(text);
    return ended;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"most", required_argument, NULL, 'm'}, {0}};
    struct place p = {AT_FDCWD, "events.jsonl", BYTES};
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (c != 'm')
            return usage();
        p.most = strtol(optarg, NULL, 10);
    }
    if (argc - optind > 1 || p.most < BYTES_LEAST)
        return usage();
    if (optind < argc)
        p.name = argv[optind];
    size_t len = 0;
    char *line = one_line(&len);
    if (line == NULL)
        return EXIT_FAILURE;
    int status;
    if (strcmp(p.name, "-") == 0) {
        status = fputs(line, stdout) < 0 || fflush(stdout) != 0 ? EXIT_FAILURE : EXIT_SUCCESS;
    } else {
        p.folder = optind < argc ? AT_FDCWD : event_state_folder(0);
        status = p.folder == -1 ? EXIT_FAILURE : append(&p, line, len);
        if (p.folder == -1)
            fputs("no folder for the file: give its name\n", stderr);
    }
    free(line);
    return status;
}
