#include "policy/folder.h"

#include "base/fdio.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void policy_free_folder(struct policy_folder *f)
{
    for (size_t i = 0; i < f->count; i++) {
        free((char *)f->files[i].name);
        free((char *)f->files[i].text);
    }
    free(f->files);
    *f = (struct policy_folder){0};
}

static int is_shown(const struct dirent *d) { return d->d_name[0] != '.'; }

static bool ends_in(const char *name, const char *suffix)
{
    const char *end = strrchr(name, '.');
    return end != NULL && strcmp(end, suffix) == 0;
}

static int read_file(struct policy_file *out, int dir_fd, const char *folder, const char *name, struct error *e)
{
    struct stat st;
    fd_auto fd = openat(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0)
        return error_sys(e, errno, "%s/%s", folder, name);
    if (!S_ISREG(st.st_mode))
        return error_set(e, EINVAL, "%s/%s: expected a plain file", folder, name);
    if (st.st_size > POLICY_FILE_BYTES_MOST)
        return error_set(e, EFBIG, "%s/%s: expected at most %d KiB of rules", folder, name,
                         POLICY_FILE_BYTES_MOST / 1024);
    char *text = malloc((size_t)st.st_size + 1), *copy = strdup(name);
    ssize_t n = text == NULL || copy == NULL ? -ENOMEM : fd_pread_full(fd, text, (size_t)st.st_size, 0);
    if (n < 0) {
        free(text);
        free(copy);
        return error_sys(e, (int)-n, "%s/%s", folder, name);
    }
    text[n] = 0;
    *out = (struct policy_file){.name = copy, .text = text, .len = (size_t)n};
    return 0;
}

static void free_names(struct dirent **names, int count)
{
    for (int i = 0; i < count; i++)
        free(names[i]);
    free(names);
}

static int by_name(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

int policy_read_folder(struct policy_folder *out, const char *path, const char *suffix, struct error *e)
{
    struct dirent **names = NULL;
    fd_auto dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return errno == ENOENT ? 0 : error_sys(e, errno, "%s", path);
    int count = scandirat(dir, ".", &names, is_shown, by_name), err = 0;
    if (count < 0)
        return error_sys(e, errno, "%s", path);
    struct policy_folder f = {.files = calloc(POLICY_FILES_MOST, sizeof *f.files)};
    if (f.files == NULL)
        err = error_sys(e, ENOMEM, "%s", path);
    for (int i = 0; i < count && err == 0; i++) {
        if (!ends_in(names[i]->d_name, suffix))
            continue;
        err = f.count == POLICY_FILES_MOST
                  ? error_set(e, E2BIG, "%s: expected at most %d *%s files", path, POLICY_FILES_MOST, suffix)
                  : read_file(&f.files[f.count], dir, path, names[i]->d_name, e);
        f.count += err == 0;
    }
    free_names(names, count);
    if (err < 0)
        policy_free_folder(&f);
    else
        *out = f;
    return err;
}
