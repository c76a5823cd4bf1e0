/* holdfast check: advice on files, like a linter's. Needs no daemon. */
#include "cli/findings.h"
#include "cli/look.h"
#include "cli/text.h"
#include "control/wire.h"

#include <errno.h>
#include <stdio.h>

static int print_json(const char *path, const struct inspection *found, const struct report *r)
{
    json_auto *json = json_pack("{s:o, s:s, s:s, s:o}", "path", wire_string(path), "class", found->class_name, "mime",
                                found->facts.mime, "findings", findings_pack(r));
    return json == NULL ? -ENOMEM : text_print_json(json);
}

static int check_file(struct cli *c, struct look *l, const char *path)
{
    struct error e = {0};
    struct inspection found;
    report_auto report = {0};
    int err = look_at(l, path, &found, &report, &e);
    if (err < 0)
        return cli_fail(CLI_USAGE, &e);
    if (c->json)
        print_json(path, &found, &report);
    else
        findings_print(path, &report, text_wants_colour());
    if (found.status == INSPECT_UNREADABLE)
        return cli_complain(CLI_COULD_NOT, "%s: cannot be read: it is broken, or too much for the inspector", path);
    return found.findings[POLICY_ERROR] > 0 ? CLI_FOUND : CLI_DONE;
}

int cmd_check(struct cli *c)
{
    struct error e = {0};
    look_auto look = {0};
    int worst = look_load_config(c);
    if (worst != CLI_DONE)
        return worst;
    int err = look_open(&look, c, &e);
    if (err < 0)
        return cli_fail(err == -EINVAL ? CLI_USAGE : CLI_COULD_NOT, &e);
    for (int i = 0; i < c->operand_count; i++) {
        int status = check_file(c, &look, c->operands[i]);
        worst = status > worst ? status : worst;
    }
    return worst;
}
