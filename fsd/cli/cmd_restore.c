/*
 * holdfast restore: a version brought back, written as the caller through the mount, so that it is itself a version and
 * what stood there is one already.
 */
#include "cli/place.h"
#include "cli/source.h"
#include "cli/text.h"

#include "base/fdio.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_place(const struct cli *c, const struct target *t, struct place *out, struct error *e)
{
    if (c->to == NULL && t->config == NULL)
        return error_set(e, EINVAL, "restore: with --repo there is no mount to restore to; name a file with --to");
    int err = c->to ? place_open_file(out, c->to, e) : place_open_in_mount(out, t->config->path, t->path, e);
    return err == 0 || err == -EINVAL ? err : -EIO; /* a folder that is missing is no fault of the question */
}

static int restore_symlink(struct source *s, const struct target *t, const char *commit, struct place *p,
                           struct error *e)
{
    char target[PATH_MAX] = "";
    source_version_auto v = {0};
    fd_auto fd = memfd_create("symlink", MFD_CLOEXEC);
    int err = fd < 0 ? error_sys(e, errno, "restore") : source_show(s, t, commit, fd, &v, e);
    ssize_t len = err == 0 ? fd_pread_full(fd, target, sizeof target, 0) : 0;
    if (err == 0 && (len <= 0 || (size_t)len >= sizeof target))
        err = error_set(e, EINVAL, "the version is no symlink's target");
    return err ? err : place_finish_symlink(p, target, e);
}

static int restore_file(struct source *s, const struct target *t, const char *commit, uint32_t mode, struct place *p,
                        struct error *e)
{
    source_version_auto v = {0};
    int err = place_begin_file(p, e);
    if (err == 0)
        err = source_show(s, t, commit, p->fd, &v, e);
    return err ? err : place_finish_file(p, mode, e);
}

static void say_done(const struct cli *c, const struct target *t, const struct record_version *v)
{
    buf_auto b = {0};
    buf_printf(&b, "version %" PRIu64 " of ", v->seq);
    text_put_time(&b, v->saved_ns);
    buf_puts(&b, " is back as ");
    if (c->to == NULL)
        buf_printf(&b, "%s/", t->config->path);
    text_put_name(&b, c->to ? c->to : t->path);
    buf_puts(&b, "\n");
    text_flush(&b);
}

static int run(struct cli *c, struct source *s, struct error *e)
{
    struct target t;
    source_version_auto version = {0};
    place_auto place = {.folder_fd = -1, .fd = -1};
    char commit[RECORD_OID_HEX];
    int err = source_find_target(s, c->operands[0], &t, e);
    if (err == 0)
        err = source_find(s, &t, c->at, &version, e);
    const struct record_version *v = &version.v;
    if (err == 0 && !v->has_content)
        err = error_set(e, EINVAL, "version %" PRIu64 " has no content: it is a %s; choose one before it", v->seq,
                        record_event_name(v->event));
    if (err == 0)
        err = open_place(c, &t, &place, e);
    if (err != 0)
        return err;
    record_oid_hex(&v->commit, commit);
    bool is_symlink = v->event == RECORD_SYMLINK || S_ISLNK(v->mode);
    err = is_symlink ? restore_symlink(s, &t, commit, &place, e)
                     : restore_file(s, &t, commit, v->mode ? v->mode : 0644, &place, e);
    if (err == 0)
        say_done(c, &t, v);
    return err;
}

int cmd_restore(struct cli *c)
{
    struct error e = {0};
    source_auto source = {0};
    if (c->at == NULL)
        return cli_complain(CLI_USAGE, "restore: expected --at VERSION; `holdfast log %s` lists them", c->operands[0]);
    if (source_open(&source, c, &e) != 0)
        return cli_fail(CLI_COULD_NOT, &e);
    int err = run(c, &source, &e);
    return err == 0 ? CLI_DONE : cli_fail(source_exit_status(err), &e);
}
