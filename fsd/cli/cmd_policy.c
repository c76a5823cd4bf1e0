/* holdfast policy: check is fs.conf and the rules; explain, test and reload have files of their own. */
#include "cli/look.h"
#include "cli/policy.h"
#include "cli/text.h"

#include "control/wire.h"
#include "policy/open.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static bool is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* What is right in the files and yet worth saying, a line each. */
static json_t *make_notes(const struct config *c, const struct policy_open_summary *opens)
{
    json_t *notes = json_array();
    if (c->remote != NULL)
        json_array_append_new(notes,
                              json_string("remote is set, but this version does not push by itself; git push can"));
    if (opens->departing > 0 && c->guard_departing.count == 0)
        json_array_append_new(notes,
                              json_string("rules are about departing reps, and departing in [guard] names none"));
    if (opens->rules > 0 && opens->enforced == 0)
        json_array_append_new(notes, json_string("all open rules are in mode audit: they record, and stop nobody"));
    for (size_t i = 0; i < c->mount_count; i++)
        if (!is_folder(c->mounts[i].path))
            json_array_append_new(
                notes, json_sprintf("[mount \"%s\"]: the folder at path is not there (or you cannot see it); "
                                    "holdfastd needs it at its start",
                                    c->mounts[i].name));
    return notes;
}

static void put_globs(struct buf *b, const char *word, const struct config_globs *g)
{
    if (g->count == 0)
        return;
    buf_printf(b, "  %-9s ", word);
    for (size_t i = 0; i < g->count; i++) {
        buf_puts(b, i ? ", " : "");
        text_put_name(b, g->globs[i]);
    }
    buf_puts(b, "\n");
}

static void print_mount(const struct config_mount *m)
{
    buf_auto b = {0};
    buf_printf(&b, "\n%s  ", m->name);
    text_put_name(&b, m->path);
    buf_printf(&b, "  rep %s <%s>\n  %-9s ", m->rep, m->email, "files");
    text_put_name(&b, m->store ? m->store : "the folder itself, hidden underneath");
    buf_puts(&b, "\n");
    put_globs(&b, "personal", &m->personal);
    put_globs(&b, "ignored", &m->ignore);
    buf_printf(&b, "  %-9s a version every %" PRId64 " s of a file that is kept open\n", "interval", m->interval_s);
    text_flush(&b);
}

static void print_sink(const struct config_sink *s)
{
    buf_auto b = {0};
    buf_printf(&b, "sink %s  ", s->name);
    text_put_name(&b, s->kind != NULL ? s->kind : s->path);
    buf_puts(&b, "\n");
    text_flush(&b);
}

static void print_config(const struct cli *cli, size_t rules, const struct policy_open_summary *opens, json_t *notes)
{
    const struct config *c = cli->config;
    size_t i;
    json_t *note;
    printf("%s is in order\n\n", c->path);
    printf("%-9s %s, a volume a %s\n", "record", c->repository, c->volume);
    printf("%-9s %s\n", "remote", c->remote ? c->remote : "none: the record stays here");
    printf("%-9s %s, key %s\n", "device", c->device_name, c->device_key);
    buf_auto limit = {0};
    text_put_size(&limit, c->spool_limit_bytes);
    printf("%-9s %s, at most %s\n", "spool", c->spool, limit.data ? limit.data : "");
    printf("%-9s keeper %s, inspector %s\n", "users", c->user, c->inspector);
    printf("%-9s %zu file%s in %s\n", "rules", rules, rules == 1 ? "" : "s", look_policy_path(cli));
    printf("%-9s %zu open rule%s, %zu of them enforced\n", "opens", opens->rules, opens->rules == 1 ? "" : "s",
           opens->enforced);
    for (i = 0; i < c->mount_count; i++)
        print_mount(&c->mounts[i]);
    for (i = 0; i < c->sink_count; i++)
        print_sink(&c->sinks[i]);
    json_array_foreach(notes, i, note) printf("%snote: %s\n", i == 0 ? "\n" : "", json_string_value(note));
}

static json_t *pack_globs(const struct config_globs *g)
{
    json_t *list = json_array();
    for (size_t i = 0; i < g->count; i++)
        json_array_append_new(list, wire_string(g->globs[i]));
    return list;
}

static json_t *pack_config(const struct config *c, size_t rules, const struct policy_open_summary *opens, json_t *notes)
{
    json_t *mounts = json_array();
    for (size_t i = 0; i < c->mount_count; i++) {
        const struct config_mount *m = &c->mounts[i];
        json_t *store = m->store ? wire_string(m->store) : json_null();
        json_array_append_new(mounts, json_pack("{s:s, s:o, s:o, s:s, s:o, s:o, s:o, s:I}", "name", m->name, "path",
                                                wire_string(m->path), "store", store, "rep", m->rep, "email",
                                                wire_string(m->email), "personal", pack_globs(&m->personal), "ignore",
                                                pack_globs(&m->ignore), "interval", (json_int_t)m->interval_s));
    }
    json_t *remote = c->remote ? wire_string(c->remote) : json_null();
    return json_pack("{s:b, s:o, s:o, s:o, s:s, s:I, s:I, s:I, s:I, s:o, s:O}", "valid", 1, "conf",
                     wire_string(c->path), "repository", wire_string(c->repository), "remote", remote, "device",
                     c->device_name, "spool_limit", (json_int_t)c->spool_limit_bytes, "rules", (json_int_t)rules,
                     "open_rules", (json_int_t)opens->rules, "open_enforced", (json_int_t)opens->enforced, "mounts",
                     mounts, "notes", notes);
}

static int refuse(const struct cli *c, int err, const struct error *e)
{
    int status = err == -EINVAL ? CLI_USAGE : CLI_COULD_NOT;
    if (!c->json)
        return cli_fail(status, e);
    json_auto *json = json_pack("{s:b, s:o}", "valid", 0, "error", wire_string(e->text));
    text_print_json(json);
    return status;
}

static int check(struct cli *c)
{
    struct error e = {0};
    policy_folder_auto folder = {0};
    struct policy *policy = NULL;
    int err = config_load(&c->config, c->conf ? c->conf : CONFIG_DEFAULT_PATH, &e);
    if (err == 0)
        err = look_read_policy(look_policy_path(c), &folder, &policy, &e);
    struct policy_open_summary opens = {0};
    if (err == 0)
        opens = policy_open_sum(policy, policy_mode_named(c->config->guard_mode));
    if (err == 0)
        err = look_check_sinks(c->config, policy, &e);
    policy_free(policy);
    if (err != 0)
        return refuse(c, err, &e);
    json_auto *notes = make_notes(c->config, &opens);
    if (c->json) {
        json_auto *json = pack_config(c->config, folder.count, &opens, notes);
        text_print_json(json);
    } else {
        print_config(c, folder.count, &opens, notes);
    }
    return CLI_DONE;
}

/* Options that tell of an open; an option that would be passed over is refused. */
static bool tells_of_open(const struct cli *c)
{
    return c->app != NULL || c->parents.count > 0 || c->user != NULL || c->session != NULL || c->cgroup != NULL ||
           c->rep != NULL || c->at != NULL || c->stale;
}

int cmd_policy(struct cli *c)
{
    static const struct {
        const char *name;
        int least;
        int (*run)(struct cli *c);
    } words[] = {{"check", 0, check},
                 {"explain", 1, policy_explain},
                 {"test", 0, policy_test_rules},
                 {"reload", 0, policy_reload}};
    const char *word = c->operands[0];
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(word, words[i].name) != 0)
            continue;
        c->operands++;
        if (--c->operand_count < words[i].least)
            return cli_complain(CLI_USAGE, "policy %s: expected a file", word);
        if ((c->open || c->copy || c->to != NULL || tells_of_open(c)) &&
            !((c->open || c->copy) && words[i].run == policy_explain))
            return cli_complain(
                CLI_USAGE, "policy %s: who opens or copies a file is asked with policy explain --open or --copy only",
                word);
        int status = words[i].run == check ? 0 : look_load_config(c);
        return status == 0 ? words[i].run(c) : status;
    }
    return cli_complain(CLI_USAGE, "policy %s: expected check, explain, test or reload", word);
}
