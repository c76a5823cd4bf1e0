/*
 * command: the table of subcommands, and what each of them is given.
 *
 * A subcommand is one row of cli_commands (commands.c) and one cmd_*.c. Options are one table for all (options.c); a
 * row names those it takes. Usage, help and completion are printed from the rows.
 */
#ifndef HOLDFAST_CLI_COMMAND_H
#define HOLDFAST_CLI_COMMAND_H

#include "base/error.h"
#include "config/config.h"

#include <stdbool.h>
#include <stddef.h>

enum exit_status {
    CLI_DONE = 0,
    CLI_FOUND = 1, /* it worked, and there is something to look at */
    CLI_USAGE = 2, /* bad usage or bad input: try again, differently */
    CLI_COULD_NOT = 3,
};

/* The values of an option that may be given several times. */
enum { CLI_WORDS_MOST = 16 };
struct cli_words {
    const char *words[CLI_WORDS_MOST];
    int count;
};

/* The command line, taken apart. Strings are argv's. */
struct cli {
    bool help, json, follow, publish, lines, contact, open, copy, stale;
    const char *conf, *repo, *rep, *device, *mount, *class_name, *rule, *since, *until, *most, *at, *from, *to, *policy;
    const char *app, *user, *session, *cgroup; /* who asks, for policy explain --open */
    struct cli_words parents;
    char **operands;
    int operand_count;
    struct config *config; /* NULL for commands that need none, and with --repo */
};

struct cli_option {
    const char *name;
    char letter;      /* 0: long only */
    const char *arg;  /* what follows it; NULL: a flag; "X ...": it may be given several times */
    size_t offset;    /* in struct cli: a bool, a const char * or a struct cli_words */
    const char *help; /* a short line, for --help and completion */
};
extern const struct cli_option cli_options[];
extern const size_t cli_option_count;

struct cli_command {
    const char *name;
    const char *operands; /* "PATH"; "" */
    int least, most;      /* operands */
    const char *options;  /* long names, separated by one space; --help and --conf go without saying */
    bool wants_config;    /* unless --repo is given */
    const char *help;     /* a short line */
    int (*run)(struct cli *c);
};
extern const struct cli_command cli_commands[];
extern const size_t cli_command_count;

const struct cli_command *cli_find_command(const char *name); /* NULL: there is none */
void cli_print_commands(void);
void cli_print_usage(const struct cli_command *c);

int cmd_init(struct cli *c);
int cmd_status(struct cli *c);
int cmd_sync(struct cli *c);
int cmd_log(struct cli *c);
int cmd_show(struct cli *c);
int cmd_diff(struct cli *c);
int cmd_find(struct cli *c);
int cmd_restore(struct cli *c);
int cmd_index(struct cli *c);
int cmd_audit(struct cli *c);
int cmd_check(struct cli *c);
int cmd_policy(struct cli *c);
int cmd_completion(struct cli *c);
int cmd_help(struct cli *c);
int cmd_dump_keys(struct cli *c);

/* Does the command take the option? */
bool cli_takes(const struct cli_command *command, const struct cli_option *option);

/* Take argv (from the subcommand on) apart: 0, or CLI_USAGE after saying what is wrong. */
int cli_parse(const struct cli_command *command, int argc, char **argv, struct cli *out);

/* One "holdfast: ..." line on standard error. Returns `status`. */
int cli_fail(int status, const struct error *e);
int cli_complain(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
