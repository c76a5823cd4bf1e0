/* The table of subcommands. */
#include "cli/command.h"

#include <string.h>

enum { FILES_MOST = 1 << 20 };

#define READING "json repo rep device mount"

const struct cli_command cli_commands[] = {
    {"init", "", 0, 0, "", true, "make repository, device key, users and folders; safe to repeat", cmd_init},
    {"status", "", 0, 0, "json", true, "mounts, what is not kept yet, and what is wrong", cmd_status},
    {"sync", "", 0, 0, "publish", true, "return when every save made before is in the record", cmd_sync},
    {"log", "[PATH]", 0, 1, READING " class since until number follow", true, "versions, newest first", cmd_log},
    {"show", "PATH", 1, 1, READING " at", true, "write a version's bytes to standard output", cmd_show},
    {"diff", "PATH", 1, 1, READING " from to lines", true, "what changed between two versions", cmd_diff},
    {"find", "TEXT", 1, 1, READING " class since until contact", true, "which versions of which files hold it",
     cmd_find},
    {"restore", "PATH", 1, 1, "repo rep device mount at to", true, "bring a version back; that is a new version",
     cmd_restore},
    {"audit", "[PATH]", 0, 1, READING " class rule since until number follow", true, "what rules decided, newest first",
     cmd_audit},
    {"index", "[rebuild]", 0, 1, "json repo", true, "what is in the index of the record; make it anew", cmd_index},
    {"check", "FILE...", 1, FILES_MOST, "json policy", false, "advice on files before they are sent or posted",
     cmd_check},
    {"policy", "check|explain FILE...|test [DIR]|reload", 1, FILES_MOST,
     "json policy copy to open app parent user session cgroup rep at stale", false,
     "are fs.conf and rules in order; why is a file of its class, who may open it; try the rules; read them again",
     cmd_policy},
    {"completion", "bash|zsh", 1, 1, "", false, "print the shell's completion for this command", cmd_completion},
    {"help", "[COMMAND]", 0, 1, "", false, "say how a command is used", cmd_help},
    {"dump-keys", "mdoc|example|policy", 1, 1, "", false, NULL,
     cmd_dump_keys}, /* for the package's build; not in help */
};
const size_t cli_command_count = sizeof cli_commands / sizeof cli_commands[0];

const struct cli_command *cli_find_command(const char *name)
{
    for (size_t i = 0; i < cli_command_count; i++)
        if (strcmp(cli_commands[i].name, name) == 0)
            return &cli_commands[i];
    return NULL;
}
