/* holdfast sync: return when every save made before this call is in the record. */
#include "cli/source.h"

int cmd_sync(struct cli *c)
{
    struct error e = {0};
    if (c->publish)
        return cli_complain(
            CLI_USAGE, "sync: --publish: this version publishes nothing; `holdfast sync` alone waits for the record "
                       "here, and git push copies it");
    int err = source_ask_daemon(c, "sync", NULL, &e);
    return err == 0 ? CLI_DONE : cli_fail(CLI_COULD_NOT, &e);
}
