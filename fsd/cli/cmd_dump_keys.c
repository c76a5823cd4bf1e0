/* holdfast dump-keys: the key tables as fs.conf(5), fs.conf.example and holdfast.policy(5) hold them. */
#include "cli/command.h"
#include "policy/keys.h"

#include <string.h>
#include <unistd.h>

static int dump_mdoc(int fd) { return config_dump_table(fd, CONFIG_DUMP_MDOC); }
static int dump_example(int fd) { return config_dump_table(fd, CONFIG_DUMP_EXAMPLE); }
static int dump_policy(int fd) { return policy_dump_keys(fd, POLICY_DUMP_MDOC); }

int cmd_dump_keys(struct cli *c)
{
    static const struct {
        const char *form;
        int (*dump)(int fd);
    } forms[] = {{"mdoc", dump_mdoc}, {"example", dump_example}, {"policy", dump_policy}};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (strcmp(c->operands[0], forms[i].form) != 0)
            continue;
        int err = forms[i].dump(STDOUT_FILENO);
        return err == 0 ? CLI_DONE : cli_complain(CLI_COULD_NOT, "dump-keys: %s", strerror(-err));
    }
    return cli_complain(CLI_USAGE, "dump-keys: \"%s\": expected mdoc, example or policy", c->operands[0]);
}
