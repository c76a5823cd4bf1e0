/* holdfast dump-keys: fs.conf's key table, as fs.conf(5) and fs.conf.example hold it. */
#include "cli/command.h"

#include <string.h>
#include <unistd.h>

int cmd_dump_keys(struct cli *c)
{
    bool mdoc = strcmp(c->operands[0], "mdoc") == 0;
    if (!mdoc && strcmp(c->operands[0], "example") != 0)
        return cli_complain(CLI_USAGE, "dump-keys: \"%s\": expected mdoc or example", c->operands[0]);
    int err = config_dump_table(STDOUT_FILENO, mdoc ? CONFIG_DUMP_MDOC : CONFIG_DUMP_EXAMPLE);
    return err == 0 ? CLI_DONE : cli_complain(CLI_COULD_NOT, "dump-keys: %s", strerror(-err));
}
