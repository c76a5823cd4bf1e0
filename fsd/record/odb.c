#include "record/odb.h"

#include <errno.h>
#include <git2.h>
#include <string.h>

enum { WINDOW_BYTES = 1024 * 1024, WINDOWS_BYTES = 16 * 1024 * 1024 };

/* What libgit2 may map and keep: it counts as ours. Set for the whole process, the same each time. */
static void limit_memory(void)
{
    git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, (size_t)WINDOW_BYTES);
    git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, (size_t)WINDOWS_BYTES);
    git_libgit2_opts(GIT_OPT_ENABLE_CACHING, 0);
}

static int failed(int code, struct error *e, const char *what)
{
    const git_error *why = git_error_last();
    if (code == GIT_ENOTFOUND)
        return error_set(e, ENOENT, "%s is missing from the repository", what);
    return error_set(e, why && why->klass == GIT_ERROR_NOMEMORY ? ENOMEM : EIO, "%s cannot be read: %s", what,
                     why ? why->message : "no reason given");
}

int odb_open(struct git_odb **out, const char *objects_dir, struct error *e)
{
    if (git_libgit2_init() < 0)
        return error_set(e, ENOMEM, "libgit2 does not start");
    limit_memory();
    int code = git_odb_open(out, objects_dir);
    if (code < 0) {
        failed(code, e, objects_dir);
        git_libgit2_shutdown();
        return -EIO;
    }
    return 0;
}

void odb_close(struct git_odb *odb)
{
    if (odb == NULL)
        return;
    git_odb_free(odb);
    git_libgit2_shutdown();
}

void odb_object_free(struct odb_object *o)
{
    git_odb_object_free(o->held);
    *o = (struct odb_object){0};
}

static git_oid to_git(const struct record_oid *oid)
{
    git_oid id;
    git_oid_fromraw(&id, oid->bytes);
    return id;
}

int odb_read(struct git_odb *odb, const struct record_oid *oid, enum object_type type, struct odb_object *out,
             struct error *e)
{
    char what[16 + RECORD_OID_HEX];
    strcpy(what, "object ");
    record_oid_hex(oid, what + strlen(what));
    git_oid id = to_git(oid);
    git_odb_object *held;
    int code = git_odb_read(&held, odb, &id);
    if (code < 0)
        return failed(code, e, what);
    if ((int)git_odb_object_type(held) != (int)type) {
        git_odb_object_free(held);
        return error_set(e, EIO, "%s is not of the type that it should be", what);
    }
    *out = (struct odb_object){held, git_odb_object_data(held), git_odb_object_size(held)};
    return 0;
}

int odb_size(struct git_odb *odb, const struct record_oid *oid, uint64_t *out, struct error *e)
{
    size_t len;
    git_object_t type;
    git_oid id = to_git(oid);
    int code = git_odb_read_header(&len, &type, odb, &id);
    if (code < 0)
        return failed(code, e, "an object");
    *out = len;
    return 0;
}

int odb_type(struct git_odb *odb, const struct record_oid *oid)
{
    size_t len;
    git_object_t type;
    git_oid id = to_git(oid);
    return git_odb_read_header(&len, &type, odb, &id) < 0 ? -ENOENT : (int)type;
}

void odb_refresh(struct git_odb *odb) { git_odb_refresh(odb); }

int odb_find_prefix(struct git_odb *odb, const char *hex, struct record_oid *out)
{
    git_oid id, full;
    size_t len = strlen(hex);
    if (git_oid_fromstrn(&id, hex, len) < 0)
        return -ENOENT;
    int code = git_odb_exists_prefix(&full, odb, &id, len);
    if (code < 0)
        return code == GIT_EAMBIGUOUS ? -EEXIST : -ENOENT;
    memcpy(out->bytes, full.id, RECORD_OID_BYTES);
    return 0;
}
