/* holdfast help: usage, printed from the tables of commands and options. */
#include "cli/command.h"

#include <stdio.h>

void cli_print_commands(void)
{
    puts("usage: holdfast COMMAND [OPTION ...]\n");
    for (size_t i = 0; i < cli_command_count; i++) {
        const struct cli_command *c = &cli_commands[i];
        char start[64];
        snprintf(start, sizeof start, "%s %s", c->name, c->operands);
        if (c->help != NULL)
            printf("  %-20s %s\n", start, c->help);
    }
    puts("\nEvery command takes --help and --conf FILE; holdfast --version tells the version. holdfast(1) says more.\n"
         "Exit status: 0 done, 1 found something, 2 usage or bad input, 3 could not.");
}

void cli_print_usage(const struct cli_command *c)
{
    printf("usage: holdfast %s%s%s [OPTION ...]\n\n%s\n\n", c->name, c->operands[0] ? " " : "", c->operands,
           c->help ? c->help : "");
    for (size_t i = 0; i < cli_option_count; i++) {
        const struct cli_option *o = &cli_options[i];
        char letter[5] = "    ", start[64];
        if (!cli_takes(c, o))
            continue;
        if (o->letter != 0)
            snprintf(letter, sizeof letter, "-%c, ", o->letter);
        snprintf(start, sizeof start, "%s--%s%s%s", letter, o->name, o->arg ? " " : "", o->arg ? o->arg : "");
        printf("  %-22s %s\n", start, o->help);
    }
}

int cmd_help(struct cli *c)
{
    if (c->operand_count == 0) {
        cli_print_commands();
        return CLI_DONE;
    }
    const struct cli_command *command = cli_find_command(c->operands[0]);
    if (command == NULL)
        return cli_complain(CLI_USAGE, "%s: no such command; `holdfast help` lists them", c->operands[0]);
    cli_print_usage(command);
    return CLI_DONE;
}
