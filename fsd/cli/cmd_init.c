/* holdfast init: what a machine needs before holdfastd starts. */
#include "cli/command.h"
#include "cli/setup.h"
#include "cli/text.h"

#include "analyse/fingerprint.h"
#include "record/record.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct owners {
    uid_t keeper_uid, inspector_uid;
    gid_t keeper_gid, inspector_gid;
};

static int make_users(const struct config *c, struct owners *o, struct buf *done, struct error *e)
{
    int err = setup_user(c->user, &o->keeper_uid, &o->keeper_gid, done, e);
    if (err == 0)
        err = setup_user(c->inspector, &o->inspector_uid, &o->inspector_gid, done, e);
    if (err == 0 && (o->keeper_uid == 0 || o->inspector_uid == 0 || o->keeper_uid == o->inspector_uid))
        err = error_set(e, EINVAL, "%s and %s must be two users, neither of them root", c->user, c->inspector);
    return err;
}

static int make_folders(const struct config *c, const struct owners *o, struct buf *done, struct error *e)
{
    int err = setup_folder(c->spool, 0700, o->keeper_uid, o->keeper_gid, done, e);
    if (err == 0)
        err = setup_folder(c->index, 0700, o->keeper_uid, o->keeper_gid, done, e);
    if (err == 0)
        err = setup_folder(c->run, 0755, 0, 0, done, e);
    if (err == 0)
        err = setup_folder(c->policy, 0755, 0, 0, done, e);
    if (err == 0)
        err = setup_parent(c->device_key, done, e);
    if (err == 0)
        err = setup_parent(c->secret, done, e);
    return err ? err : setup_secret(c->secret, FINGERPRINT_SECRET_BYTES, done, e);
}

/* The repository is the keeper's, readable by its group; the key stays root's. */
static int make_record(const struct config *c, const struct owners *o, struct buf *done, struct error *e)
{
    const struct record_setup setup = {.repository = c->repository,
                                       .device = c->device_name,
                                       .device_key = c->device_key,
                                       .volume = c->volume,
                                       .durable = true};
    int err = setup_parent(c->repository, done, e);
    if (err == 0)
        err = record_init(&setup, NULL, done, e);
    if (err == 0)
        err = setup_give(c->repository, o->keeper_uid, o->keeper_gid, e);
    if (err == 0 && (chown(c->device_key, 0, 0) < 0 || chmod(c->device_key, 0600) < 0))
        err = error_sys(e, errno, "%s", c->device_key);
    return err ? err : setup_folder(c->repository, 0750, o->keeper_uid, o->keeper_gid, done, e);
}

/* Can the keeper's user reach the folder? A repository below somebody's 0700 home is made, and then nobody can write
 * it. */
static int check_reach(const char *path, const struct owners *o, struct error *e)
{
    char part[4096];
    struct stat st;
    for (const char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
        if (stat(part, &st) < 0)
            return error_sys(e, errno, "%s", part);
        mode_t needed = st.st_uid == o->keeper_uid ? 0100 : st.st_gid == o->keeper_gid ? 0010 : 0001;
        if ((st.st_mode & needed) == 0)
            return error_set(e, EACCES, "%s: the keeper's user cannot pass %s; choose another place, or chmod o+x %s",
                             path, part, part);
    }
    return 0;
}

static void say_next(const struct config *c, const char *done)
{
    printf("%s%s", done, done[0] ? "" : "everything was there\n");
    puts("\nnext:");
    for (size_t i = 0; i < c->mount_count; i++) {
        struct stat st;
        if (stat(c->mounts[i].path, &st) < 0)
            printf("  mkdir %s, owned by the rep: [mount \"%s\"] needs it\n", c->mounts[i].path, c->mounts[i].name);
    }
    bool usual = strcmp(c->path, CONFIG_DEFAULT_PATH) == 0;
    printf("  holdfastd%s%s\n  holdfast status%s%s\n", usual ? "" : " --conf ", usual ? "" : c->path,
           usual ? "" : " --conf ", usual ? "" : c->path);
    printf("  keep a copy of %s/allowed_signers elsewhere: by it the record is verified\n", c->repository);
}

int cmd_init(struct cli *cli)
{
    struct error e = {0};
    struct owners o;
    buf_auto done = {0};
    if (geteuid() != 0)
        return cli_complain(CLI_COULD_NOT, "init makes system users and root's files; run it as root");
    umask(022);
    int err = make_users(cli->config, &o, &done, &e);
    if (err == 0)
        err = make_folders(cli->config, &o, &done, &e);
    if (err == 0)
        err = make_record(cli->config, &o, &done, &e);
    if (err == 0)
        err = check_reach(cli->config->repository, &o, &e);
    if (err == 0)
        err = check_reach(cli->config->spool, &o, &e);
    if (err == 0)
        err = check_reach(cli->config->index, &o, &e);
    if (err != 0) {
        fputs(done.data ? done.data : "", stdout);
        return cli_fail(err == -EINVAL ? CLI_USAGE : CLI_COULD_NOT, &e);
    }
    say_next(cli->config, done.data ? done.data : "");
    return CLI_DONE;
}
