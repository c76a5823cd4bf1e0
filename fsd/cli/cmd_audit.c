/* holdfast audit: what rules decided, newest first; with --follow oldest first, as it is decided. */
#include "cli/audit_rows.h"
#include "cli/listing.h"

#include <errno.h>
#include <stdio.h>

struct listing {
    const struct cli *cli;
    struct audit_rows rows;
    json_t *lines; /* --json --follow: the batch, newest first */
};

/* --json tells in the event itself that it is not in the record yet. */
static int take_json(struct listing *l, json_t *entry, bool sealed)
{
    if (!sealed && json_object_set_new(json_object_get(entry, "unmapped"), "sealed", json_false()) != 0)
        return -ENOMEM;
    return l->cli->follow ? json_array_append(l->lines, entry) == 0 ? 0 : -ENOMEM : text_print_json(entry);
}

static int take_entry(void *ctx, json_t *entry, bool sealed)
{
    struct listing *l = ctx;
    return l->cli->json ? take_json(l, entry, sealed) : audit_rows_add(&l->rows, entry, sealed);
}

/* A batch is whole: print it, the oldest first. */
static int take_mark(void *ctx)
{
    struct listing *l = ctx;
    int err = 0;
    for (size_t i = json_array_size(l->lines); i > 0 && err == 0; i--)
        err = text_print_json(json_array_get(l->lines, i - 1));
    json_array_clear(l->lines);
    audit_rows_print(&l->rows);
    return err == 0 && fflush(stdout) != 0 ? -EPIPE : err;
}

static int run(struct cli *c, struct source *s, struct listing *l, struct error *e)
{
    struct target t = {0};
    struct wire_request r;
    int err = listing_request(s, "audit", &t, &r, e);
    if (err <= 0)
        return err;
    r.rule = c->rule;
    l->rows.one_mount = r.query.mount != NULL || (c->config != NULL && c->config->mount_count == 1);
    const struct source_audit_listener listener = {.entry = take_entry, .mark = take_mark, .ctx = l};
    err = source_audit(s, &r, &listener, e);
    if (err == 0 || c->follow)
        take_mark(l);
    return err < 0 ? err : 0;
}

int cmd_audit(struct cli *c)
{
    struct error e = {0};
    source_auto source = {0};
    if (source_open(&source, c, &e) != 0)
        return cli_fail(CLI_COULD_NOT, &e);
    struct listing l = {.cli = c, .lines = json_array()};
    l.rows.colour = text_wants_colour();
    l.rows.oldest_first = c->follow;
    int err = run(c, &source, &l, &e);
    audit_rows_free(&l.rows);
    json_decref(l.lines);
    if (err == -EPIPE && e.code == 0)
        return CLI_COULD_NOT; /* nobody reads on; close_output says so if it matters */
    if (err != 0) {
        error_sys(&e, err, "audit");
        return cli_fail(source_exit_status(err), &e);
    }
    return CLI_DONE;
}
