#include "cli/command.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define OF(field) offsetof(struct cli, field)

const struct cli_option cli_options[] = {
    {"help", 'h', NULL, OF(help), "say how this command is used"},
    {"conf", 0, "FILE", OF(conf), "read this instead of " CONFIG_DEFAULT_PATH},
    {"repo", 0, "DIR", OF(repo), "read this clone of the record; needs no daemon"},
    {"json", 0, NULL, OF(json), "answer in JSON, one object a line"},
    {"rep", 0, "NAME", OF(rep), "only of this rep; in this rep's mount (policy explain)"},
    {"device", 0, "NAME", OF(device), "only what this machine recorded"},
    {"mount", 0, "NAME", OF(mount), "only of this mount"},
    {"class", 0, "NAME", OF(class_name), "only files of this class"},
    {"rule", 0, "NAME", OF(rule), "only what this rule decided"},
    {"since", 0, "TIME", OF(since), "only from this time on"},
    {"until", 0, "TIME", OF(until), "only before this time"},
    {"number", 'n', "N", OF(most), "at most N of them"},
    {"follow", 'f', NULL, OF(follow), "go on with what is new, as it comes"},
    {"at", 0, "VERSION", OF(at), "a Seq, a commit or a time; the newest, or now, if left out"},
    {"from", 0, "VERSION", OF(from), "the older version"},
    {"to", 0, "VALUE", OF(to), "the newer version (diff), the file to write (restore), or a sink (policy explain)"},
    {"contact", 0, NULL, OF(contact), "look for a contact: an email, a phone or a profile's address"},
    {"lines", 0, NULL, OF(lines), "a list by its lines, too"},
    {"policy", 0, "DIR", OF(policy), "the folder of rules, instead of the one in fs.conf"},
    {"copy", 0, NULL, OF(copy), "what copy rules say of a copy of the file in the sink of --to, and why"},
    {"open", 0, NULL, OF(open), "what open rules say of opening the file, and why"},
    {"app", 0, "EXE", OF(app), "by this program: the path of its executable"},
    {"parent", 0, "EXE ...", OF(parents), "an ancestor of the program; again for the next one"},
    {"user", 0, "USER", OF(user), "as this user, by name or number; you, if left out"},
    {"session", 0, "KIND", OF(session), "in such a login session: none, local or ssh"},
    {"cgroup", 0, "PATH", OF(cgroup), "in this control group"},
    {"stale", 0, NULL, OF(stale), "before the newest save is inspected"},
    {"publish", 0, NULL, OF(publish), "also wait until it is on the company's server"},
};
const size_t cli_option_count = sizeof cli_options / sizeof cli_options[0];

enum { OPTIONS_MOST = 32 };
_Static_assert(sizeof cli_options / sizeof cli_options[0] < OPTIONS_MOST, "getopt's table holds them all");

bool cli_takes(const struct cli_command *command, const struct cli_option *option)
{
    if (strcmp(option->name, "help") == 0 || strcmp(option->name, "conf") == 0)
        return true;
    size_t len = strlen(option->name);
    for (const char *p = command->options; (p = strstr(p, option->name)) != NULL; p += len)
        if ((p == command->options || p[-1] == ' ') && (p[len] == ' ' || p[len] == 0))
            return true;
    return false;
}

static int complain(const struct cli_command *command, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int complain(const struct cli_command *command, const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return cli_complain(CLI_USAGE, "%s: %s; `holdfast %s --help` says how it is used", command->name, text,
                        command->name);
}

static bool is_many(const struct cli_option *o) { return o->arg != NULL && strstr(o->arg, " ...") != NULL; }

/* False: it was given too often. */
static bool set_option(struct cli *c, const struct cli_option *o, const char *value)
{
    void *field = (char *)c + o->offset;
    struct cli_words *many = field;
    if (o->arg == NULL)
        *(bool *)field = true;
    else if (!is_many(o))
        *(const char **)field = value;
    else if (many->count == CLI_WORDS_MOST)
        return false;
    else
        many->words[many->count++] = value;
    return true;
}

/* getopt's two tables, of the options that the command takes. `rows[i]` is the row of longs[i]. */
struct getopt_tables {
    struct option longs[OPTIONS_MOST + 1];
    const struct cli_option *rows[OPTIONS_MOST];
    char shorts[2 * OPTIONS_MOST + 2];
};

static void make_tables(const struct cli_command *command, struct getopt_tables *t)
{
    int count = 0;
    char *s = t->shorts;
    *s++ = ':'; /* we say what is wrong, in our own words */
    for (size_t i = 0; i < cli_option_count; i++) {
        const struct cli_option *o = &cli_options[i];
        if (!cli_takes(command, o))
            continue;
        t->rows[count] = o;
        t->longs[count++] = (struct option){.name = o->name, .has_arg = o->arg ? required_argument : no_argument};
        if (o->letter != 0) {
            *s++ = o->letter;
            if (o->arg != NULL)
                *s++ = ':';
        }
    }
    *s = 0;
    t->longs[count] = (struct option){0};
}

static const struct cli_option *find_letter(const struct getopt_tables *t, int letter)
{
    for (int i = 0; t->longs[i].name != NULL; i++)
        if (t->rows[i]->letter == letter && letter != 0)
            return t->rows[i];
    return NULL;
}

static int check_operands(const struct cli_command *command, const struct cli *c)
{
    if (c->help)
        return 0;
    if (c->operand_count < command->least)
        return complain(command, "expected %s", command->operands);
    if (c->operand_count > command->most)
        return complain(command, "\"%s\" is one word too many", c->operands[command->most]);
    return 0;
}

int cli_parse(const struct cli_command *command, int argc, char **argv, struct cli *out)
{
    struct getopt_tables t = {0};
    struct cli c = {0};
    make_tables(command, &t);
    optind = 0; /* begin anew, whatever was parsed before */
    opterr = 0;
    for (;;) {
        int which = -1, at = optind ? optind : 1;
        int letter = getopt_long(argc, argv, t.shorts, t.longs, &which);
        const struct cli_option *o = letter == 0 && which >= 0 ? t.rows[which] : find_letter(&t, letter);
        if (letter == -1)
            break;
        if (letter == ':')
            return complain(command, "%s: expected a value behind it", argv[optind - 1]);
        if (o == NULL)
            return complain(command, "%s: no such option here", argv[at] ? argv[at] : "?");
        if (!set_option(&c, o, optarg))
            return complain(command, "--%s: expected at most %d of them", o->name, CLI_WORDS_MOST);
    }
    c.operands = argv + optind;
    c.operand_count = argc - optind;
    int status = check_operands(command, &c);
    if (status == 0)
        *out = c;
    return status;
}
