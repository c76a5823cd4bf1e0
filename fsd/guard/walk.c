#include "guard/walk.h"

#include "base/clock.h"
#include "base/fdio.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* One walk: the folders that are open, outermost first, and the path of the innermost. */
struct walk {
    DIR *open[WALK_DEPTH_MOST];
    size_t path_len[WALK_DEPTH_MOST]; /* of the path of that folder */
    size_t depth;
    char path[PATH_MAX];
    dev_t device;
    size_t seen;
    bool cut; /* there was more than the bounds allow */
};

static void end_walk(struct walk *w)
{
    while (w->depth > 0)
        closedir(w->open[--w->depth]);
}

/* Takes `fd` over; the path is set already. */
static bool enter(struct walk *w, int fd)
{
    DIR *dir = w->depth < WALK_DEPTH_MOST ? fdopendir(fd) : NULL;
    if (dir == NULL) {
        w->cut = true;
        close(fd);
        return false;
    }
    w->path_len[w->depth] = strlen(w->path);
    w->open[w->depth++] = dir;
    return true;
}

static bool begin_walk(struct walk *w, int folder, const char *path)
{
    struct stat st;
    int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0 || strlen(path) >= sizeof w->path) {
        fd_close(&fd);
        return false;
    }
    w->device = st.st_dev;
    strcpy(w->path, path);
    return enter(w, fd);
}

static bool is_dots(const char *name) { return name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0)); }

static void enter_entry(struct walk *w, const char *name)
{
    struct stat st;
    int fd = openat(dirfd(w->open[w->depth - 1]), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd >= 0 && fstat(fd, &st) == 0 && st.st_dev == w->device)
        enter(w, fd);
    else
        fd_close(&fd);
}

/* The next entry that is no folder: its name, and the folder it lies in; NULL: that was the last. */
static const struct dirent *next_entry(struct walk *w, int *folder)
{
    while (w->depth > 0) {
        DIR *dir = w->open[w->depth - 1];
        w->path[w->path_len[w->depth - 1]] = 0;
        const struct dirent *entry = readdir(dir);
        if (entry == NULL) {
            closedir(dir);
            w->depth--;
            continue;
        }
        size_t len = w->path_len[w->depth - 1], name_len = strlen(entry->d_name);
        if (is_dots(entry->d_name))
            continue;
        if (++w->seen > WALK_FILES_MOST || len + 1 + name_len >= sizeof w->path) {
            w->cut = true;
            if (w->seen > WALK_FILES_MOST)
                return NULL;
            continue;
        }
        sprintf(w->path + len, "%s%s", len > 0 ? "/" : "", entry->d_name);
        *folder = dirfd(dir);
        if (entry->d_type != DT_DIR && entry->d_type != DT_UNKNOWN)
            return entry;
        struct stat st;
        if (entry->d_type == DT_UNKNOWN && fstatat(*folder, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            !S_ISDIR(st.st_mode))
            return entry;
        enter_entry(w, entry->d_name);
    }
    return NULL;
}

static int visit(int folder, const char *name, const char *path, int64_t since_ns, walk_file *each, void *ctx)
{
    struct stat st;
    if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode) ||
        clock_from_timespec(st.st_ctim) < since_ns)
        return 0;
    fd_auto fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
        return 0;
    return each(ctx, fd, path, &st);
}

int walk_changed(int folder, const char *path, int64_t since_ns, walk_file *each, void *ctx)
{
    struct walk w = {0};
    const struct dirent *entry;
    int in, err = begin_walk(&w, folder, path) ? 0 : -errno;
    while (err == 0 && (entry = next_entry(&w, &in)) != NULL)
        err = visit(in, entry->d_name, w.path, since_ns, each, ctx);
    end_walk(&w);
    return err == 0 && w.cut ? -E2BIG : err;
}

bool walk_find_inode(int folder, uint64_t ino, char *to, size_t room)
{
    struct walk w = {0};
    const struct dirent *entry;
    int in;
    bool found = false;
    if (!begin_walk(&w, folder, ""))
        return false;
    while (!found && (entry = next_entry(&w, &in)) != NULL)
        found = entry->d_ino == ino && (size_t)snprintf(to, room, "%s", w.path) < room;
    end_walk(&w);
    return found;
}
