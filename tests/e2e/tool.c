/*
 * tool: one-shot system calls. See tool.h.
 */
#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

/* rename2 exchange|noreplace FROM TO */
static int cmd_rename2(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    unsigned flags = strcmp(argv[1], "exchange") == 0 ? RENAME_EXCHANGE : RENAME_NOREPLACE;
    if (renameat2(AT_FDCWD, argv[2], AT_FDCWD, argv[3], flags) < 0)
        die(argv[2]);
    return 0;
}

/*
 * mmap FILE TEXT [late]: put TEXT at the start of FILE through a shared mapping; the descriptor is closed after the
 * change, or
 * ("late") before it, so that the change comes after the last close.
 */
static int cmd_mmap(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    size_t len = strlen(argv[2]);
    int fd = open(argv[1], O_RDWR | O_CLOEXEC);
    if (fd < 0)
        die(argv[1]);
    char *map = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED)
        die("mmap");
    if (argc > 3)
        close(fd);
    memcpy(map, argv[2], len);
    if (munmap(map, len) < 0)
        die("munmap");
    if (argc == 3 && close(fd) < 0)
        die("close");
    return 0;
}

/* burst FILE COUNT: so many saves, each whole and different, one after the other; prints the milliseconds they took. */
static int cmd_burst(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    int count = atoi(argv[2]);
    double start = now_s();
    for (int i = 1; i <= count; i++) {
        char text[64];
        int len = snprintf(text, sizeof text, "save %d", i);
        int fd = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        if (fd < 0)
            die(argv[1]);
        write_whole(fd, text, (size_t)len);
        if (close(fd) < 0)
            die("close");
    }
    printf("%.1f\n", (now_s() - start) * 1e3);
    return 0;
}

/* fill FILE [MOST]: write until it fails or MOST MiB are there; prints the errno's name (or "ok") and the bytes. */
static int cmd_fill(int argc, char **argv)
{
    static char piece[1 << 16];
    if (argc < 2)
        return 2;
    uint64_t most = argc > 2 ? (uint64_t)atoi(argv[2]) << 20 : UINT64_MAX, done = 0, seed = 88172645463325252u;
    int fd = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0) {
        printf("%s 0\n", strerrorname_np(errno));
        return 0;
    }
    int error = 0;
    while (done < most && error == 0) {
        for (size_t i = 0; i < sizeof piece; i += sizeof seed) {
            uint64_t value = random_next(&seed);
            memcpy(piece + i, &value, sizeof value);
        }
        ssize_t n = write(fd, piece, sizeof piece);
        if (n < 0)
            error = errno;
        else
            done += (uint64_t)n;
    }
    if (close(fd) < 0 && error == 0)
        error = errno;
    printf("%s %llu\n", error != 0 ? strerrorname_np(error) : "ok", (unsigned long long)done);
    return 0;
}

/* hold FILE SECONDS [EVERY_MS]: keep FILE open for writing, appending a line each EVERY_MS. */
static int cmd_hold(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    int fd = open(argv[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (fd < 0)
        die(argv[1]);
    double end = now_s() + atof(argv[2]);
    useconds_t pause = argc > 3 ? (useconds_t)atoi(argv[3]) * 1000 : 200000;
    for (int i = 0; now_s() < end; i++) {
        char line[32];
        write_whole(fd, line, (size_t)snprintf(line, sizeof line, "line %d\n", i));
        usleep(pause);
    }
    return close(fd) < 0 ? 1 : 0;
}

/* deep DIR BYTES: a path of so many bytes below DIR, a file at its end; prints the path. Works where no one call could
 * take it. */
static int cmd_deep(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    size_t want = (size_t)atoi(argv[2]), have = 0;
    int dir = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    char name[256];
    memset(name, 'd', sizeof name);
    name[200] = '\0';
    if (dir < 0)
        die(argv[1]);
    for (; have + 201 + 8 < want; have += 201) {
        if (mkdirat(dir, name, 0755) < 0 && errno != EEXIST)
            die("mkdirat");
        int below = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (below < 0)
            die("openat");
        close(dir);
        dir = below;
        printf("%s/", name);
    }
    name[want - have] = '\0';
    int fd = openat(dir, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0)
        die("openat");
    write_whole(fd, "deep\n", 5);
    printf("%s\n", name);
    return close(fd) < 0 ? 1 : 0;
}

/* xattr FILE NAME: its value, or the errno's name. */
static int cmd_xattr(int argc, char **argv)
{
    char value[4096];
    if (argc != 3)
        return 2;
    ssize_t n = lgetxattr(argv[1], argv[2], value, sizeof value);
    if (n < 0)
        printf("%s\n", strerrorname_np(errno));
    else
        printf("%.*s\n", (int)n, value);
    return 0;
}

static const struct command {
    const char *name, *words;
    int (*run)(int argc, char **argv);
} commands[] = {
    {"rename2", "exchange|noreplace FROM TO", cmd_rename2},
    {"mmap", "FILE TEXT [late]", cmd_mmap},
    {"burst", "FILE COUNT", cmd_burst},
    {"fill", "FILE [MOST_MIB]", cmd_fill},
    {"hold", "FILE SECONDS [EVERY_MS]", cmd_hold},
    {"deep", "DIR BYTES", cmd_deep},
    {"xattr", "FILE NAME", cmd_xattr},
    {"saver", "DIR SEED SECONDS LEDGER [tolerant]", cmd_saver},
    {"work", "read|write|rename|unlinked|lock|list|map DIR SECONDS", cmd_work},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands && argc > 1; i++) {
        if (strcmp(argv[1], commands[i].name) != 0)
            continue;
        int status = commands[i].run(argc - 1, argv + 1);
        if (status == 2)
            fprintf(stderr, "tool %s %s\n", commands[i].name, commands[i].words);
        return status;
    }
    fprintf(stderr, "tool: no such command\n");
    return 2;
}
