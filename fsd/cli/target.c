#include "cli/target.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void target_normalise(char *path)
{
    bool absolute = path[0] == '/';
    char *to = path + absolute;
    const char *from = path + absolute;
    while (*from != 0) {
        size_t len = strcspn(from, "/");
        const char *next = from + len + (from[len] == '/');
        if (len == 2 && from[0] == '.' && from[1] == '.') {
            while (to > path + absolute && *--to != '/')
                ;
        } else if (len > 0 && !(len == 1 && from[0] == '.')) {
            if (to > path + absolute)
                *to++ = '/';
            memmove(to, from, len);
            to += len;
        }
        from = next;
    }
    *to = 0;
}

/* What is left of `path` below the folder `dir`: "" for the folder itself; NULL if it lies elsewhere. */
static const char *below(const char *path, const char *dir)
{
    size_t len = strlen(dir);
    if (strncmp(path, dir, len) != 0)
        return NULL;
    return path[len] == 0 ? path + len : path[len] == '/' ? path + len + 1 : NULL;
}

static int put_path(struct target *t, const char *path, struct error *e)
{
    if (strlen(path) >= sizeof t->path)
        return error_set(e, ENAMETOOLONG, "the path is too long");
    memmove(t->path, path, strlen(path) + 1);
    return 0;
}

static void put_mount(struct target *t, const struct config_mount *m)
{
    snprintf(t->mount_name, sizeof t->mount_name, "%s", m->name);
    t->mount = t->mount_name;
    t->config = m;
}

/* Find the mount that an absolute path lies in, by the path in fs.conf or by where that leads. */
static int find_absolute(const struct config *c, const char *path, struct target *out, struct error *e)
{
    for (size_t i = 0; i < c->mount_count; i++) {
        const struct config_mount *m = &c->mounts[i];
        char *real = realpath(m->path, NULL);
        const char *rest = below(path, m->path);
        if (rest == NULL && real != NULL)
            rest = below(path, real);
        int err = rest ? put_path(out, rest, e) : -ENOENT;
        free(real);
        if (rest != NULL) {
            put_mount(out, m);
            return err;
        }
    }
    return -ENOENT;
}

/* The working directory as the shell has it in PWD if that is true, so that a path through a symlink is taken as typed.
 */
static bool get_folder(char *to, size_t room)
{
    const char *pwd = getenv("PWD");
    struct stat shell, real;
    if (pwd != NULL && pwd[0] == '/' && strlen(pwd) < room && stat(pwd, &shell) == 0 && stat(".", &real) == 0 &&
        shell.st_dev == real.st_dev && shell.st_ino == real.st_ino) {
        snprintf(to, room, "%s", pwd);
        return true;
    }
    return getcwd(to, room) != NULL;
}

/* An absolute path, or one that is relative to a folder inside a mount. */
static int find_by_folder(const struct config *c, const char *operand, struct target *out, struct error *e)
{
    char folder[PATH_MAX] = "", path[2 * PATH_MAX];
    if (operand[0] == '/') {
        snprintf(path, sizeof path, "%s", operand);
        target_normalise(path);
        return find_absolute(c, path, out, e);
    }
    struct target here = {0};
    if (!get_folder(folder, sizeof folder) || find_absolute(c, folder, &here, NULL) != 0)
        return -ENOENT;
    snprintf(path, sizeof path, "%s/%s", folder, operand);
    target_normalise(path);
    int err = find_absolute(c, path, out, e);
    return err == -ENOENT ? error_set(e, EINVAL, "%s: %s lies in no mount of %s", operand, path, c->path) : err;
}

/* Does a relative path lead out of where it begins? */
static bool climbs_out(const char *path)
{
    int depth = 0;
    while (*path != 0 && depth >= 0) {
        size_t len = strcspn(path, "/");
        bool up = len == 2 && path[0] == '.' && path[1] == '.', here = len == 0 || (len == 1 && path[0] == '.');
        depth += up ? -1 : here ? 0 : 1;
        path += len + (path[len] == '/');
    }
    return depth < 0;
}

/* The only mount, or the only one whose folder the caller owns. Root sees all, so owning one tells nothing. */
static const struct config_mount *find_only(const struct config *c)
{
    const struct config_mount *own = NULL;
    int count = 0;
    for (size_t i = 0; i < c->mount_count; i++) {
        struct stat st;
        if (stat(c->mounts[i].path, &st) == 0 && st.st_uid == getuid() && getuid() != 0) {
            own = &c->mounts[i];
            count++;
        }
    }
    return c->mount_count == 1 ? &c->mounts[0] : count == 1 ? own : NULL;
}

static int refuse_ambiguous(const struct config *c, const char *operand, struct error *e)
{
    char names[200];
    size_t used = 0;
    for (size_t i = 0; i < c->mount_count && used < sizeof names - 1; i++)
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "", c->mounts[i].name);
    return error_set(e, EINVAL, "%s: in which mount? write MOUNT/PATH; there are: %s", operand, names);
}

static int find_by_name(const struct cli *c, const char *operand, struct target *out, struct error *e)
{
    char path[2 * PATH_MAX];
    if (climbs_out(operand))
        return error_set(e, EINVAL, "%s: leads out of the mount", operand);
    snprintf(path, sizeof path, "%s", operand);
    target_normalise(path);
    const struct config_mount *named = c->mount ? config_find_mount(c->config, c->mount) : NULL;
    for (size_t i = 0; i < c->config->mount_count && named == NULL; i++) {
        const struct config_mount *m = &c->config->mounts[i];
        const char *rest = below(path, m->name);
        if (rest != NULL) {
            put_mount(out, m);
            return put_path(out, rest, e);
        }
    }
    const struct config_mount *only = named ? named : find_only(c->config);
    if (only == NULL)
        return refuse_ambiguous(c->config, operand, e);
    put_mount(out, only);
    return put_path(out, path, e);
}

int target_from_config(const struct cli *c, const char *operand, struct target *out, struct error *e)
{
    *out = (struct target){.rep = c->rep, .device = c->device};
    if (strlen(operand) >= PATH_MAX)
        return error_set(e, ENAMETOOLONG, "the path is too long");
    if (c->mount != NULL && config_find_mount(c->config, c->mount) == NULL)
        return error_set(e, EINVAL, "--mount %s: %s has no such mount", c->mount, c->config->path);
    int err = c->mount != NULL && operand[0] != '/' ? -ENOENT : find_by_folder(c->config, operand, out, e);
    if (err == -ENOENT && operand[0] == '/')
        return error_set(e, EINVAL, "%s: lies in no mount of %s", operand, c->config->path);
    return err == -ENOENT ? find_by_name(c, operand, out, e) : err;
}

/* ---- by the record ---- */

struct sighting {
    char rep[NAME_MAX + 1], device[NAME_MAX + 1], mount[NAME_MAX + 1];
    bool found, several;
};

static bool differs(const char *noted, const char *seen) { return strcmp(noted, seen ? seen : "") != 0; }

static int note(void *ctx, const struct record_version *v)
{
    struct sighting *s = ctx;
    if (s->found) {
        s->several = differs(s->rep, v->rep) || differs(s->device, v->device) || differs(s->mount, v->mount);
        return s->several;
    }
    snprintf(s->rep, sizeof s->rep, "%s", v->rep ? v->rep : "");
    snprintf(s->device, sizeof s->device, "%s", v->device ? v->device : "");
    snprintf(s->mount, sizeof s->mount, "%s", v->mount ? v->mount : "");
    s->found = true;
    return 0;
}

static int look(struct record_reader *reader, const struct target *t, struct sighting *s, struct error *e)
{
    *s = (struct sighting){0};
    struct record_query q = target_query(t);
    int err = record_log(reader, &q, note, s, e);
    return err < 0 && err != -ENOENT ? err : 0;
}

int target_from_record(const struct cli *c, struct record_reader *reader, const char *operand, struct target *out,
                       struct error *e)
{
    struct sighting s;
    char path[2 * PATH_MAX];
    *out = (struct target){.rep = c->rep, .device = c->device, .mount = c->mount};
    if (strlen(operand) >= PATH_MAX)
        return error_set(e, ENAMETOOLONG, "the path is too long");
    snprintf(path, sizeof path, "%s", operand + strspn(operand, "/"));
    target_normalise(path);
    int err = put_path(out, path, e);
    if (err == 0)
        err = look(reader, out, &s, e);
    char *slash = strchr(path, '/');
    if (err == 0 && !s.found && c->mount == NULL && slash != NULL && (size_t)(slash - path) < sizeof out->mount_name) {
        snprintf(out->mount_name, sizeof out->mount_name, "%.*s", (int)(slash - path), path);
        out->mount = out->mount_name;
        err = put_path(out, slash + 1, e);
        if (err == 0)
            err = look(reader, out, &s, e);
    }
    if (err != 0)
        return err;
    if (!s.found)
        return error_set(e, ENOENT, "%s: the record has no such file", operand);
    if (s.several)
        return error_set(e, EINVAL,
                         "%s: the record has several (%s on %s, mount %s, is one); add --rep, --device or --mount",
                         operand, s.rep, s.device, s.mount);
    snprintf(out->mount_name, sizeof out->mount_name, "%s", s.mount);
    out->mount = out->mount_name;
    return 0;
}

struct record_query target_query(const struct target *t)
{
    return (struct record_query){
        .rep = t->rep, .device = t->device, .mount = t->mount, .path = t->path[0] ? t->path : NULL};
}
