#include "save/auditing.h"

#include "base/log.h"

#include <errno.h>
#include <stdlib.h>

struct record_file *auditing_list_policy(const struct keeper_start *s)
{
    struct record_file *files = calloc(s->policy_file_count + 1, sizeof *files);
    for (size_t i = 0; files != NULL && i < s->policy_file_count; i++)
        files[i] = (struct record_file){s->policy_files[i].name, s->policy_files[i].text, s->policy_files[i].len};
    return files;
}

int auditing_open(struct auditing *a, const struct keeper_start *s, struct board *board, void (*wake)(void *ctx),
                  void *ctx, struct error *e)
{
    struct audit_mount *mounts = calloc(s->mount_count + 1, sizeof *mounts);
    struct record_file *files = auditing_list_policy(s);
    for (size_t i = 0; mounts != NULL && i < s->mount_count; i++)
        mounts[i] = (struct audit_mount){s->mounts[i].mount, s->mounts[i].spool_fd};
    const struct audit_setup setup = {.device = s->config->device_name,
                                      .mounts = mounts,
                                      .mount_count = s->mount_count,
                                      .policy_files = files,
                                      .policy_file_count = s->policy_file_count,
                                      .wake = wake,
                                      .ctx = ctx};
    int err = mounts == NULL || files == NULL ? error_sys(e, ENOMEM, "audit log") : audit_open(&a->audit, &setup, e);
    a->board = board;
    free(mounts);
    free(files);
    return err;
}

bool auditing_step(struct auditing *a, struct record_writer *w)
{
    struct error e = {0};
    struct board_trouble *trouble = &a->board->keeper.trouble;
    int more = audit_step(a->audit, w, &e);
    if (more < 0 && !a->ailed)
        log_warn("%s", e.text);
    if (more < 0)
        board_set_trouble(trouble, "the audit log cannot be sealed: %s", e.text);
    else if (a->ailed && !audit_ails(a->audit))
        board_clear_trouble(trouble);
    a->ailed = audit_ails(a->audit);
    return more == 1;
}

void auditing_end(struct auditing *a, struct record_writer *w, bool stopped)
{
    struct error e = {0};
    if (a->audit != NULL && w != NULL && audit_end(a->audit, w, stopped, &e) < 0)
        log_warn("the audit log could not be sealed at the end: %s", e.text);
    audit_close(a->audit);
    a->audit = NULL;
}
