/* holdfast completion: a shell's completion, printed from the tables of commands and options. */
#include "cli/command.h"

#include <stdio.h>
#include <string.h>

static bool is_shown(const struct cli_command *c) { return c->help != NULL; }

static void print_words(void)
{
    bool first = true;
    for (size_t i = 0; i < cli_command_count; i++)
        if (is_shown(&cli_commands[i])) {
            printf("%s%s", first ? "" : " ", cli_commands[i].name);
            first = false;
        }
}

/* "(bash zsh)" of "bash|zsh"; nothing for PATH and the like. */
static void print_choices(const char *operands)
{
    if (operands[0] >= 'a' && operands[0] <= 'z')
        for (const char *p = operands; *p != 0; p++)
            putchar(*p == '|' ? ' ' : *p);
}

/* What goes behind the option: a folder, a file, or something that no shell can guess. */
enum value { VALUE_NONE, VALUE_FOLDER, VALUE_FILE, VALUE_OTHER };

static enum value value_of(const struct cli_option *o)
{
    if (o->arg == NULL)
        return VALUE_NONE;
    if (strcmp(o->arg, "DIR") == 0)
        return VALUE_FOLDER;
    return strcmp(o->arg, "FILE") == 0 || strncmp(o->arg, "EXE", 3) == 0 || strcmp(o->name, "to") == 0 ? VALUE_FILE
                                                                                                       : VALUE_OTHER;
}

static void print_bash_options(enum value value)
{
    bool first = true;
    for (size_t i = 0; i < cli_option_count; i++)
        if (value_of(&cli_options[i]) == value) {
            printf("%s--%s", first ? "    " : " | ", cli_options[i].name);
            first = false;
        }
}

static void print_bash_command(const struct cli_command *c)
{
    printf("    %s) options='", c->name);
    for (size_t i = 0; i < cli_option_count; i++)
        if (cli_takes(c, &cli_options[i]))
            printf("--%s ", cli_options[i].name);
    printf("' words='");
    print_choices(c->operands);
    if (strcmp(c->name, "help") == 0)
        print_words();
    puts("' ;;");
}

static void print_bash(void)
{
    puts("# bash completion for holdfast, printed by `holdfast completion bash`\n"
         "_holdfast() {\n"
         "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} options='' words=''\n"
         "    COMPREPLY=()\n"
         "    if [ \"$COMP_CWORD\" -eq 1 ]; then");
    printf("        COMPREPLY=($(compgen -W '");
    print_words();
    puts("' -- \"$word\"))\n"
         "        return\n"
         "    fi\n"
         "    case ${COMP_WORDS[1]} in");
    for (size_t i = 0; i < cli_command_count; i++)
        if (is_shown(&cli_commands[i]))
            print_bash_command(&cli_commands[i]);
    puts("    esac\n"
         "    case $before in");
    print_bash_options(VALUE_FOLDER);
    puts(") compopt -o dirnames; return ;;");
    print_bash_options(VALUE_FILE);
    puts(") compopt -o default; return ;;");
    print_bash_options(VALUE_OTHER);
    puts(") return ;;\n"
         "    esac\n"
         "    case $word in\n"
         "    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
         "    *) [ -n \"$words\" ] && COMPREPLY=($(compgen -W \"$words\" -- \"$word\")) || compopt -o default ;;\n"
         "    esac\n"
         "}\n"
         "complete -F _holdfast holdfast");
}

/* Between single quotes. */
static void print_zsh_text(const char *text)
{
    for (; *text != 0; text++)
        if (*text == '\'')
            printf("'\\''");
        else
            putchar(*text);
}

static void print_zsh_option(const struct cli_option *o)
{
    static const char *const values[] = {"", ":folder:_files -/", ":file:_files", ":value:"};
    bool again = o->arg != NULL && strstr(o->arg, " ...") != NULL;
    printf(" \\\n        '%s--%s[", again ? "*" : "", o->name);
    print_zsh_text(o->help);
    printf("]%s'", values[value_of(o)]);
}

static void print_zsh_command(const struct cli_command *c)
{
    printf("    %s) _arguments", c->name);
    for (size_t i = 0; i < cli_option_count; i++)
        if (cli_takes(c, &cli_options[i]))
            print_zsh_option(&cli_options[i]);
    if (strcmp(c->name, "help") == 0) {
        printf(" \\\n        '1:command:(");
        print_words();
        printf(")'");
    } else if (c->operands[0] >= 'a' && c->operands[0] <= 'z') {
        printf(" \\\n        '1:word:(");
        print_choices(c->operands);
        printf(")'");
    } else if (c->most > 0) {
        printf(" \\\n        '1:path:_files'");
    }
    puts(" ;;");
}

static void print_zsh_entry(const struct cli_command *c)
{
    printf("        '%s:", c->name);
    print_zsh_text(c->help);
    puts("'");
}

static void print_zsh(void)
{
    puts("#compdef holdfast\n"
         "# zsh completion for holdfast, printed by `holdfast completion zsh`\n"
         "_holdfast() {\n"
         "    local -a commands\n"
         "    commands=(");
    for (size_t i = 0; i < cli_command_count; i++)
        if (is_shown(&cli_commands[i]))
            print_zsh_entry(&cli_commands[i]);
    puts("    )\n"
         "    if (( CURRENT == 2 )); then\n"
         "        _describe command commands\n"
         "        return\n"
         "    fi\n"
         "    local command=$words[2]\n"
         "    shift words\n"
         "    (( CURRENT-- ))\n"
         "    case $command in");
    for (size_t i = 0; i < cli_command_count; i++)
        if (is_shown(&cli_commands[i]))
            print_zsh_command(&cli_commands[i]);
    puts("    esac\n"
         "}\n"
         "_holdfast \"$@\"");
}

int cmd_completion(struct cli *c)
{
    if (strcmp(c->operands[0], "bash") == 0)
        print_bash();
    else if (strcmp(c->operands[0], "zsh") == 0)
        print_zsh();
    else
        return cli_complain(CLI_USAGE, "completion: \"%s\": expected bash or zsh", c->operands[0]);
    return CLI_DONE;
}
