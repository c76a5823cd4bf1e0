#include "proc/rules.h"

#include "base/fdio.h"
#include "base/log.h"
#include "policy/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int read_secret(struct rules *r, const char *path, struct error *e)
{
    struct stat st;
    fd_auto fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0)
        return error_set(e, errno, "%s: %s: run `holdfast init`", path, strerror(errno));
    if (!S_ISREG(st.st_mode) || st.st_uid != 0 || (st.st_mode & 077) != 0)
        return error_set(e, EPERM, "%s: expected a file of root's that nobody else can read: chown root, chmod 600",
                         path);
    if (fd_pread_full(fd, r->secret, sizeof r->secret, 0) != sizeof r->secret || st.st_size != sizeof r->secret)
        return error_set(e, EINVAL, "%s: expected %zu bytes, as `holdfast init` makes them", path, sizeof r->secret);
    return 0;
}

static void log_lines(char *text)
{
    char *rest = text;
    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n"))
        if (*line != 0)
            log_error("%s", line);
}

static int name_tree(struct rules *r, struct error *e)
{
    struct record_oid id;
    struct record_file *files = calloc(r->folder.count + 1, sizeof *files);
    if (files == NULL)
        return error_sys(e, ENOMEM, "rules");
    for (size_t i = 0; i < r->folder.count; i++)
        files[i] = (struct record_file){r->folder.files[i].name, r->folder.files[i].text, r->folder.files[i].len};
    int err = record_policy_id(files, r->folder.count, &id, e);
    if (err == 0)
        record_oid_hex(&id, r->id);
    free(files);
    return err;
}

/* Do the [copy] rules name sinks that fs.conf has? */
static int check_sinks(const struct policy *p, const struct config *c, struct buf *problems)
{
    struct policy_sink *sinks = calloc(c->sink_count + 1, sizeof *sinks);
    if (sinks == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < c->sink_count; i++)
        sinks[i] = (struct policy_sink){c->sinks[i].name, c->sinks[i].kind != NULL ? c->sinks[i].kind : "folder"};
    size_t wrong = policy_check_sinks(p, sinks, c->sink_count, problems);
    free(sinks);
    return wrong > 0 ? -EINVAL : 0;
}

static int read_policy(struct rules *r, const struct config *c, struct error *e)
{
    const char *path = c->policy;
    buf_auto problems = {0};
    int err = policy_read_folder(&r->folder, path, ".policy", e);
    if (err == 0)
        err = policy_load(&r->policy, r->folder.files, r->folder.count, &problems);
    else
        return err;
    if (err == 0)
        err = check_sinks(r->policy, c, &problems);
    if (err < 0 && problems.data != NULL) {
        error_set(e, -err, "%.*s", (int)strcspn(problems.data, "\n"), problems.data);
        log_lines(problems.data);
    } else if (err < 0) {
        error_sys(e, err, "%s", path);
    }
    return err;
}

int rules_read(struct rules *r, const struct config *c, struct error *e)
{
    struct rules next = {0};
    int err = read_secret(&next, c->secret, e);
    if (err == 0)
        err = read_policy(&next, c, e);
    if (err == 0)
        err = name_tree(&next, e);
    if (err < 0) {
        rules_free(&next);
        return err;
    }
    rules_free(r);
    *r = next;
    explicit_bzero(next.secret, sizeof next.secret);
    return 0;
}

void rules_free(struct rules *r)
{
    policy_free(r->policy);
    policy_free_folder(&r->folder);
    explicit_bzero(r->secret, sizeof r->secret);
    *r = (struct rules){0};
}
