/*
 * holdfast: what people ask of the record, and of the daemon.
 */
#include "cli/command.h"

#include "base/version.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

static int load_config(struct cli *c)
{
    struct error e = {0};
    int err = config_load(&c->config, c->conf ? c->conf : CONFIG_DEFAULT_PATH, &e);
    return err == 0 ? 0 : cli_fail(err == -EINVAL ? CLI_USAGE : CLI_COULD_NOT, &e);
}

/* Output that did not reach its file must not pass for done. */
static int close_output(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    return status != CLI_DONE ? status : cli_complain(CLI_COULD_NOT, "writing to standard output: %s", strerror(errno));
}

static int run_command(const struct cli_command *command, int argc, char **argv)
{
    struct cli c;
    int status = cli_parse(command, argc, argv, &c);
    if (status != 0)
        return status;
    if (c.help) {
        cli_print_usage(command);
        return close_output(CLI_DONE);
    }
    /* --repo reads any clone, on machines that have no fs.conf; one that is named is read all the same */
    if (command->wants_config && (c.repo == NULL || c.conf != NULL))
        status = load_config(&c);
    if (status == 0)
        status = close_output(command->run(&c));
    config_free(c.config);
    return status;
}

/* Options may stand before the subcommand: how many words they take. `holdfast --conf F log` is `holdfast log --conf
 * F`. */
static int count_leading(int argc, char **argv)
{
    int at = 1;
    while (at < argc && argv[at][0] == '-' && argv[at][1] == '-') {
        bool takes_value = false;
        for (size_t i = 0; i < cli_option_count; i++)
            takes_value |= cli_options[i].arg != NULL && strcmp(argv[at] + 2, cli_options[i].name) == 0;
        at += takes_value ? 2 : 1;
    }
    return at - 1;
}

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "");
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        puts("holdfast " HOLDFAST_VERSION);
        return close_output(CLI_DONE);
    }
    int leading = count_leading(argc, argv);
    if (leading + 1 >= argc) {
        bool asked = argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);
        cli_print_commands();
        return asked ? close_output(CLI_DONE) : CLI_USAGE;
    }
    char *name = argv[leading + 1];
    const struct cli_command *command = cli_find_command(name);
    if (command == NULL)
        return cli_complain(CLI_USAGE, "%s: no such command; `holdfast help` lists them", name);
    memmove(argv + 2, argv + 1, (size_t)leading * sizeof *argv);
    argv[1] = name;
    return run_command(command, argc - 1, argv + 1);
}
