/* holdfast show: a version's bytes. With --json: what the record says of it, without the bytes. */
#include "cli/source.h"
#include "cli/text.h"

#include <errno.h>
#include <unistd.h>

static int show_json(struct source *s, const struct target *t, const char *at, struct error *e)
{
    source_version_auto v = {0};
    int err = source_find(s, t, at, &v, e);
    json_auto *json = err == 0 ? wire_pack_version(&v.v) : NULL;
    if (err == 0 && json == NULL)
        return error_sys(e, ENOMEM, "show");
    return err ? err : text_print_json(json);
}

int cmd_show(struct cli *c)
{
    struct error e = {0};
    struct target t;
    source_auto source = {0};
    source_version_auto v = {0};
    if (source_open(&source, c, &e) != 0)
        return cli_fail(CLI_COULD_NOT, &e);
    int err = source_find_target(&source, c->operands[0], &t, &e);
    if (err == 0)
        err = c->json ? show_json(&source, &t, c->at, &e) : source_show(&source, &t, c->at, STDOUT_FILENO, &v, &e);
    return err == 0 ? CLI_DONE : cli_fail(source_exit_status(err), &e);
}
