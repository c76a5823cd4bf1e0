#include "event.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *event_read(size_t *len)
{
    char *text = malloc(EVENT_BYTES_MOST + 1);
    size_t used = 0;
    while (text != NULL && used < EVENT_BYTES_MOST) {
        ssize_t n = read(STDIN_FILENO, text + used, EVENT_BYTES_MOST - used);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        used += (size_t)n;
    }
    if (text == NULL || used == 0 || used == EVENT_BYTES_MOST) {
        fprintf(stderr, "expected an event of at most %d bytes on standard input\n", EVENT_BYTES_MOST);
        free(text);
        return NULL;
    }
    text[used] = 0;
    *len = used;
    return text;
}

const char *event_text(json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

/* BASE/holdfast, if it is ours alone. The folders above it that are missing are made only below HOME. */
static int open_folder(const char *base)
{
    struct stat st;
    char path[PATH_MAX];
    if (base == NULL || base[0] != '/' || snprintf(path, sizeof path, "%s/holdfast", base) >= (int)sizeof path)
        return -1;
    if (mkdir(path, 0700) < 0 && errno != EEXIST)
        return -1;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0 && (fstat(fd, &st) < 0 || st.st_uid != geteuid() || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static int open_below_home(const char *home)
{
    char path[PATH_MAX];
    if (home == NULL || home[0] != '/' || snprintf(path, sizeof path, "%s/.local/state", home) >= (int)sizeof path)
        return -1;
    char *last = strrchr(path, '/');
    *last = 0;
    mkdir(path, 0700);
    *last = '/';
    mkdir(path, 0700);
    return open_folder(path);
}

int event_state_folder(int until_logout)
{
    int fd = until_logout ? open_folder(getenv("XDG_RUNTIME_DIR")) : -1;
    if (fd < 0)
        fd = open_folder(getenv("XDG_STATE_HOME"));
    return fd < 0 ? open_below_home(getenv("HOME")) : fd;
}
