/* holdfast log: versions, newest first; with --follow oldest first, as they are made. */
#include "cli/listing.h"
#include "cli/rows.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct listing {
    const struct cli *cli;
    struct rows rows;
    json_t *lines; /* --json --follow: the batch, newest first */
    size_t found, most;
};

static int print_json(json_t *line)
{
    int err = text_print_json(line);
    json_decref(line);
    return err;
}

static int take_json(struct listing *l, const struct record_version *v)
{
    json_t *line = wire_pack_version(v);
    if (line == NULL)
        return -ENOMEM;
    if (!l->cli->follow)
        return print_json(line);
    return json_array_append_new(l->lines, line) == 0 ? 0 : -ENOMEM;
}

static int take_version(void *ctx, const struct record_version *v)
{
    struct listing *l = ctx;
    l->found++;
    if (l->cli->json)
        return l->most == 0 || l->found <= l->most || l->cli->follow ? take_json(l, v) : 0;
    if (l->rows.count == ROWS_MOST)
        rows_print(&l->rows);
    return rows_add(&l->rows, v);
}

/* A batch is whole: print it, the oldest first. */
static int take_mark(void *ctx)
{
    struct listing *l = ctx;
    int err = 0;
    for (size_t i = json_array_size(l->lines); i > 0 && err == 0; i--)
        err = print_json(json_incref(json_array_get(l->lines, i - 1)));
    json_array_clear(l->lines);
    rows_print(&l->rows);
    l->rows.shown_most = 0;
    return err == 0 && fflush(stdout) != 0 ? -EPIPE : err;
}

/* One more than is shown is asked for, so that the oldest row, too, can say what changed. */
static void set_most(struct cli *c, struct wire_request *r, struct listing *l)
{
    l->most = r->query.most;
    l->rows.shown_most = l->most;
    if (l->most != 0 && !c->json)
        r->query.most++;
}

static int run(struct cli *c, struct source *s, struct listing *l, struct error *e)
{
    struct target t = {0};
    struct wire_request r;
    int err = listing_request(s, "log", &t, &r, e);
    if (err <= 0)
        return err;
    r.query.events = c->operand_count == 0;
    set_most(c, &r, l);
    l->rows.one_mount = r.query.mount != NULL || (c->config != NULL && c->config->mount_count == 1);
    err = source_log(s, &r, &(struct source_listener){.version = take_version, .mark = take_mark, .ctx = l}, e);
    if (err == 0 || c->follow)
        take_mark(l);
    return err < 0 ? err : 0;
}

int cmd_log(struct cli *c)
{
    struct error e = {0};
    source_auto source = {0};
    if (source_open(&source, c, &e) != 0)
        return cli_fail(CLI_COULD_NOT, &e);
    struct listing l = {.cli = c, .lines = json_array()};
    l.rows.colour = text_wants_colour();
    l.rows.oldest_first = c->follow;
    int err = run(c, &source, &l, &e);
    rows_free(&l.rows);
    json_decref(l.lines);
    if (err == -EPIPE && e.code == 0)
        return CLI_COULD_NOT; /* nobody reads on; close_output says so if it matters */
    if (err != 0) {
        error_sys(&e, err, "log");
        return cli_fail(source_exit_status(err), &e);
    }
    if (l.found == 0 && c->operand_count > 0 && !c->follow) {
        bool filtered = c->since || c->until || c->class_name || c->most;
        return cli_complain(filtered ? CLI_DONE : CLI_USAGE, "%s: no version is recorded", c->operands[0]);
    }
    return CLI_DONE;
}
