#include "record/refs.h"

#include "base/fdio.h"
#include "record/digest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { REF_FILE_MOST = 256, REF_DEPTH_MOST = 16, PACKED_MOST = 64 * 1024 * 1024 };

static bool ends_with(const char *name, const char *tail)
{
    size_t len = strlen(name), tail_len = strlen(tail);
    return len >= tail_len && strcmp(name + len - tail_len, tail) == 0;
}

/* ---- the list ---- */

void refs_free(struct ref_list *l)
{
    for (size_t i = 0; i < l->count; i++)
        free(l->refs[i].name);
    free(l->refs);
    *l = (struct ref_list){0};
}

const struct ref *refs_find(const struct ref_list *l, const char *name)
{
    for (size_t i = 0; i < l->count; i++)
        if (strcmp(l->refs[i].name, name) == 0)
            return &l->refs[i];
    return NULL;
}

static int add_ref(struct ref_list *l, const char *name, const struct record_oid *oid, bool torn, struct error *e)
{
    if (l->count == l->room) {
        size_t room = l->room ? 2 * l->room : 16;
        struct ref *refs = reallocarray(l->refs, room, sizeof *refs);
        if (refs == NULL)
            return error_set(e, ENOMEM, "out of memory");
        l->refs = refs;
        l->room = room;
    }
    struct ref copy = {strdup(name), *oid, torn};
    if (copy.name == NULL)
        return error_set(e, ENOMEM, "out of memory");
    l->refs[l->count++] = copy;
    return 0;
}

/* 1: an id; 0: symbolic, of no interest here; -EILSEQ: neither; -errno. */
static int read_loose(int dir_fd, const char *name, struct record_oid *oid)
{
    char text[REF_FILE_MOST + 1];
    fd_auto fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return -errno;
    ssize_t len = fd_pread_full(fd, text, REF_FILE_MOST, 0);
    if (len < 0)
        return (int)len;
    text[len] = 0;
    if (strncmp(text, "ref: ", 5) == 0)
        return 0;
    bool whole = len == 2 * RECORD_OID_BYTES + 1 && text[len - 1] == '\n';
    return whole && digest_from_hex(text, oid->bytes, RECORD_OID_BYTES) == 0 ? 1 : -EILSEQ;
}

static int list_folder(int parent_fd, const char *name, struct buf *path, int depth, struct ref_list *out,
                       struct error *e);

static int list_entry(int dir_fd, const char *name, struct buf *path, int depth, struct ref_list *out, struct error *e)
{
    struct stat st;
    struct record_oid oid = {0};
    size_t len = path->len;
    if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return errno == ENOENT ? 0 : error_sys(e, errno, "%s/%s: cannot be looked at", path->data, name);
    if (S_ISDIR(st.st_mode) && depth < REF_DEPTH_MOST)
        return list_folder(dir_fd, name, path, depth + 1, out, e);
    if (!S_ISREG(st.st_mode) || ends_with(name, ".lock"))
        return 0;
    int state = read_loose(dir_fd, name, &oid);
    if (state == 0 || state == -ENOENT)
        return 0;
    buf_printf(path, "/%s", name);
    int err = 0;
    if (state < 0 && state != -EILSEQ)
        err = error_sys(e, state, "%s: cannot be read", path->data);
    else
        err = add_ref(out, path->data, &oid, state < 0, e);
    path->len = len;
    path->data[len] = 0;
    return err;
}

/* `path` names the folder's parent; it is the same again afterwards. */
static int list_folder(int parent_fd, const char *name, struct buf *path, int depth, struct ref_list *out,
                       struct error *e)
{
    size_t len = path->len;
    int fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR || errno == ELOOP ? 0
                                                                     : error_sys(e, errno, "%s: cannot be read", name);
    DIR *dir = fdopendir(fd);
    if (dir == NULL) {
        close(fd);
        return error_set(e, ENOMEM, "out of memory");
    }
    buf_printf(path, "%s%s", len ? "/" : "", name);
    int err = path->failed ? error_set(e, ENOMEM, "out of memory") : 0;
    for (struct dirent *d; err == 0 && (d = readdir(dir)) != NULL;)
        if (d->d_name[0] != '.')
            err = list_entry(dirfd(dir), d->d_name, path, depth, out, e);
    closedir(dir);
    if (path->data != NULL) {
        path->len = len;
        path->data[len] = 0;
    }
    return err;
}

static int read_packed(int repo_fd, struct buf *text, struct error *e)
{
    struct stat st;
    fd_auto fd = openat(repo_fd, "packed-refs", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return errno == ENOENT ? 0 : error_sys(e, errno, "packed-refs: cannot be read");
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > PACKED_MOST)
        return error_set(e, EUCLEAN, "packed-refs: not a file of a size that can be true");
    char *room = buf_reserve(text, (size_t)st.st_size);
    ssize_t len = room ? fd_pread_full(fd, room, (size_t)st.st_size, 0) : -ENOMEM;
    if (len < 0)
        return error_sys(e, (int)len, "packed-refs: cannot be read");
    text->len = (size_t)len;
    text->data[len] = 0;
    return 0;
}

/* Lines "<40 hex> <name>"; others are comments and peeled tags. A loose file of that name counts more. */
static int list_packed(int repo_fd, const char *under, struct ref_list *out, struct error *e)
{
    buf_auto text = {0};
    int err = read_packed(repo_fd, &text, e);
    size_t under_len = strlen(under);
    char *rest = NULL;
    for (char *line = text.data ? strtok_r(text.data, "\n", &rest) : NULL; line != NULL && err == 0;
         line = strtok_r(NULL, "\n", &rest)) {
        struct record_oid oid;
        char *name = line + 2 * RECORD_OID_BYTES + 1;
        if (strlen(line) < 2 * RECORD_OID_BYTES + 2 || digest_from_hex(line, oid.bytes, sizeof oid.bytes) < 0)
            continue;
        if (strncmp(name, under, under_len) == 0 && name[under_len] == '/' && refs_find(out, name) == NULL)
            err = add_ref(out, name, &oid, false, e);
    }
    return err;
}

static int compare_refs(const void *a, const void *b)
{
    return strcmp(((const struct ref *)a)->name, ((const struct ref *)b)->name);
}

int refs_list(int repo_fd, const char *under, struct ref_list *out, struct error *e)
{
    struct ref_list list = {0};
    buf_auto path = {0};
    const char *leaf = strrchr(under, '/');
    int err = 0;
    if (leaf != NULL)
        buf_put(&path, under, (size_t)(leaf - under));
    fd_auto parent = leaf ? openat(repo_fd, path.data, O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW) : dup(repo_fd);
    if (parent >= 0)
        err = list_folder(parent, leaf ? leaf + 1 : under, &path, 0, &list, e);
    if (err == 0)
        err = list_packed(repo_fd, under, &list, e);
    if (err < 0) {
        refs_free(&list);
        return err;
    }
    if (list.count > 0)
        qsort(list.refs, list.count, sizeof *list.refs, compare_refs);
    *out = list;
    return 0;
}

/* ---- moving ---- */

/* Open the folder of ref `name`, making what is missing; `*leaf` is the rest of the name. Returns the descriptor or
 * -errno. */
static int open_folder(int repo_fd, const char *name, bool durable, const char **leaf)
{
    fd_auto at = openat(repo_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (const char *slash; at >= 0 && (slash = strchr(name, '/')) != NULL; name = slash + 1) {
        char part[NAME_MAX + 1];
        if ((size_t)(slash - name) >= sizeof part)
            return -ENAMETOOLONG;
        memcpy(part, name, (size_t)(slash - name));
        part[slash - name] = 0;
        if (mkdirat(at, part, 0755) == 0 && durable)
            fsync(at);
        int next = openat(at, part, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        if (next < 0)
            return -errno;
        fd_close(&at);
        at = next;
    }
    *leaf = name;
    return at < 0 ? -errno : fd_steal(&at);
}

static int current_value(int repo_fd, int dir_fd, const char *leaf, const char *name, bool *has, struct record_oid *oid,
                         struct error *e)
{
    int state = read_loose(dir_fd, leaf, oid);
    *has = state == 1;
    if (state == 1 || state == -EILSEQ)
        return 0;
    if (state != -ENOENT)
        return error_sys(e, state, "%s: cannot be read", name);
    ref_list_auto packed = {0};
    char *under = strndup(name, (size_t)(leaf - name - 1));
    int err = under ? list_packed(repo_fd, under, &packed, e) : error_set(e, ENOMEM, "out of memory");
    free(under);
    const struct ref *r = err == 0 ? refs_find(&packed, name) : NULL;
    *has = r != NULL;
    if (r != NULL)
        *oid = r->oid;
    return err;
}

static int write_lock(int dir_fd, const char *lock, const struct ref_change *c, bool durable, struct error *e)
{
    char text[RECORD_OID_HEX + 1];
    fd_auto fd = openat(dir_fd, lock, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0 && errno == EEXIST)
        return error_set(e, EBUSY, "%s is locked by another git command", c->name);
    if (fd < 0)
        return error_sys(e, errno, "%s.lock: cannot be made", c->name);
    record_oid_hex(&c->new, text);
    text[RECORD_OID_HEX - 1] = '\n';
    int err = fd_write_all(fd, text, RECORD_OID_HEX);
    if (err == 0 && durable && fsync(fd) < 0)
        err = -errno;
    if (err < 0)
        unlinkat(dir_fd, lock, 0);
    return err < 0 ? error_sys(e, err, "%s.lock: cannot be written", c->name) : 0;
}

static int lock_one(int repo_fd, struct ref_change *c, bool durable, struct error *e)
{
    const char *leaf;
    char lock[NAME_MAX + 1];
    bool has;
    struct record_oid oid;
    fd_auto dir = open_folder(repo_fd, c->name, durable, &leaf);
    if (dir < 0)
        return error_sys(e, dir, "%s: its folder cannot be made", c->name);
    if ((size_t)snprintf(lock, sizeof lock, "%s.lock", leaf) >= sizeof lock)
        return error_set(e, ENAMETOOLONG, "%s: too long a name", c->name);
    int err = write_lock(dir, lock, c, durable, e);
    if (err < 0)
        return err;
    c->locked = true;
    err = current_value(repo_fd, dir, leaf, c->name, &has, &oid, e);
    if (err == 0 && (has != c->had || (has && !oid_equal(&oid, &c->old))))
        err = error_set(e, EUCLEAN, "%s was moved by somebody else; only the keeper may write it: restart holdfastd",
                        c->name);
    return err;
}

int refs_lock(int repo_fd, struct ref_change *changes, size_t count, bool durable, struct error *e)
{
    int err = 0;
    for (size_t i = 0; i < count && err == 0; i++)
        err = lock_one(repo_fd, &changes[i], durable, e);
    if (err < 0)
        refs_unlock(repo_fd, changes, count);
    return err;
}

void refs_unlock(int repo_fd, struct ref_change *changes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *leaf;
        char lock[NAME_MAX + 1];
        if (!changes[i].locked)
            continue;
        fd_auto dir = open_folder(repo_fd, changes[i].name, false, &leaf);
        snprintf(lock, sizeof lock, "%s.lock", leaf);
        if (dir >= 0)
            unlinkat(dir, lock, 0);
        changes[i].locked = false;
    }
}

static int move_one(int repo_fd, struct ref_change *c, bool durable, struct error *e)
{
    const char *leaf;
    char lock[NAME_MAX + 1];
    fd_auto dir = open_folder(repo_fd, c->name, false, &leaf);
    if (dir < 0)
        return error_sys(e, dir, "%s: its folder is gone", c->name);
    snprintf(lock, sizeof lock, "%s.lock", leaf);
    if (renameat(dir, lock, dir, leaf) < 0)
        return error_sys(e, errno, "%s: cannot be moved", c->name);
    c->locked = false;
    return durable && fsync(dir) < 0 ? error_sys(e, errno, "%s: its folder cannot be synced", c->name) : 0;
}

int refs_move(int repo_fd, struct ref_change *changes, size_t count, bool durable, struct error *e)
{
    int err = 0;
    for (size_t i = 0; i < count && err == 0; i++)
        err = move_one(repo_fd, &changes[i], durable, e);
    if (err < 0)
        refs_unlock(repo_fd, changes, count);
    return err;
}

/* ---- stale locks ---- */

static int remove_locks_below(int parent_fd, const char *name, int depth)
{
    int fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW), removed = 0;
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (dir == NULL) {
        fd_close(&fd);
        return 0;
    }
    for (struct dirent *d; (d = readdir(dir)) != NULL;) {
        if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
            continue;
        if (ends_with(d->d_name, ".lock"))
            removed += unlinkat(dirfd(dir), d->d_name, 0) == 0;
        else if (d->d_type != DT_REG && depth < REF_DEPTH_MOST)
            removed += remove_locks_below(dirfd(dir), d->d_name, depth + 1);
    }
    closedir(dir);
    return removed;
}

int refs_remove_locks(int repo_fd, struct error *e)
{
    static const char *const files[] = {"HEAD.lock", "config.lock", "packed-refs.lock"};
    int removed = 0;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (unlinkat(repo_fd, files[i], 0) == 0)
            removed++;
        else if (errno != ENOENT)
            return error_sys(e, errno, "%s: a stale lock that cannot be removed", files[i]);
    }
    return removed + remove_locks_below(repo_fd, "refs", 0);
}
