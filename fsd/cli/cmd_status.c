/* holdfast status: each mount in a few lines; exit status 1 if something is wrong. */
#include "cli/source.h"
#include "cli/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *get_text(json_t *o, const char *key)
{
    const char *text = json_string_value(json_object_get(o, key));
    return text ? text : "";
}

static uint64_t get_number(json_t *o, const char *key) { return (uint64_t)json_integer_value(json_object_get(o, key)); }
static bool get_bool(json_t *o, const char *key) { return json_is_true(json_object_get(o, key)); }

static void put_heading(struct buf *b, const char *word) { buf_printf(b, "  %-12s ", word); }

static void put_passthrough(struct buf *b, json_t *m)
{
    put_heading(b, "passthrough");
    buf_puts(b, get_bool(m, "passthrough") ? "yes" : "no");
    if (get_text(m, "passthrough_why")[0] != 0)
        buf_printf(b, " (%s)", get_text(m, "passthrough_why"));
    buf_puts(b, "\n");
}

static void put_saves(struct buf *b, json_t *m)
{
    put_heading(b, "saves");
    buf_printf(b, "%" PRIu64 " seen since the start, %" PRIu64 " not in the record yet\n", get_number(m, "saves"),
               get_number(m, "unkept"));
    put_heading(b, "spool");
    text_put_size(b, get_number(m, "spool_bytes"));
    buf_puts(b, " of ");
    text_put_size(b, get_number(m, "spool_limit"));
    if (get_number(m, "slowed") > 0)
        buf_printf(b, "; %" PRIu64 " opens had to wait for room", get_number(m, "slowed"));
    buf_puts(b, "\n");
}

static void put_left_out(struct buf *b, json_t *m)
{
    uint64_t ignored = get_number(m, "ignored"), unreadable = get_number(m, "unreadable");
    put_heading(b, "left out");
    buf_printf(b, "%" PRIu64 " personal, %" PRIu64 " ignored\n", get_number(m, "personal"), ignored);
    if (unreadable > 0) {
        put_heading(b, "unreadable");
        buf_printf(b, "%" PRIu64 " kept, but their type could not be told\n", unreadable);
    }
}

static void put_restarts(struct buf *b, json_t *m)
{
    uint64_t mount = get_number(m, "mount_restarts"), keeper = get_number(m, "keeper_restarts"),
             inspector = get_number(m, "inspector_restarts");
    if (mount + keeper + inspector == 0)
        return;
    put_heading(b, "restarts");
    buf_printf(b, "mount %" PRIu64 ", keeper %" PRIu64 ", inspector %" PRIu64 "\n", mount, keeper, inspector);
}

/* What is wrong with a mount, a line each. Returns how many there are. */
static size_t put_troubles(struct buf *b, json_t *m, bool colour)
{
    size_t i, count = 0;
    json_t *trouble;
    text_style(b, colour, TEXT_RED);
    if (get_number(m, "pid") == 0) {
        put_heading(b, "trouble");
        buf_puts(b, "not served; see the daemon's log, and start holdfastd again if it does not come back\n");
        count++;
    }
    if (get_bool(m, "store_gone")) {
        put_heading(b, "trouble");
        buf_puts(b, "the store is away; applications get errors until it is back, and nothing kept is lost\n");
        count++;
    }
    json_array_foreach(json_object_get(m, "trouble"), i, trouble)
    {
        put_heading(b, "trouble");
        text_put_name(b, get_text(trouble, "text"));
        buf_printf(b, " (since %.19sZ)\n", get_text(trouble, "since"));
        count++;
    }
    text_style(b, colour, TEXT_PLAIN);
    return count;
}

static size_t print_mount(json_t *m, bool colour)
{
    buf_auto b = {0};
    buf_printf(&b, "%s  ", get_text(m, "name"));
    text_put_name(&b, get_text(m, "path"));
    buf_printf(&b, "  rep %s%s\n", get_text(m, "rep"),
               get_bool(m, "reconciling") ? "  (comparing the files with the record)" : "");
    put_passthrough(&b, m);
    put_saves(&b, m);
    put_left_out(&b, m);
    put_restarts(&b, m);
    size_t troubles = put_troubles(&b, m, colour);
    text_flush(&b);
    return troubles;
}

/* Said if it is behind or in trouble only. */
static size_t print_index(json_t *index)
{
    buf_auto b = {0};
    const char *trouble = get_text(index, "trouble");
    if (get_number(index, "behind") > 0)
        buf_printf(&b, "\nindex  %" PRIu64 " versions behind the record\n", get_number(index, "behind"));
    if (trouble[0] != 0) {
        buf_puts(&b, "\nindex  ");
        text_put_name(&b, trouble);
        buf_puts(&b, "\n");
    }
    text_flush(&b);
    return trouble[0] != 0;
}

static size_t print_status(json_t *status)
{
    size_t i, troubles = 0;
    json_t *m;
    printf("device %s  record %s\n", get_text(status, "device"), get_text(status, "repository"));
    json_array_foreach(json_object_get(status, "mounts"), i, m)
    {
        putchar('\n');
        troubles += print_mount(m, text_wants_colour());
    }
    troubles += print_index(json_object_get(status, "index"));
    if (troubles == 0)
        puts("\nall is well");
    return troubles;
}

static size_t count_troubles(json_t *status)
{
    size_t i, troubles = get_text(json_object_get(status, "index"), "trouble")[0] != 0;
    json_t *m;
    json_array_foreach(json_object_get(status, "mounts"), i, m) troubles +=
        json_array_size(json_object_get(m, "trouble")) + get_bool(m, "store_gone") + (get_number(m, "pid") == 0);
    return troubles;
}

int cmd_status(struct cli *c)
{
    struct error e = {0};
    json_auto *line = NULL;
    if (source_ask_daemon(c, "status", &line, &e) != 0)
        return cli_fail(CLI_COULD_NOT, &e);
    json_t *status = json_object_get(line, "status");
    if (!json_is_object(status))
        return cli_complain(CLI_COULD_NOT, "the daemon's answer is no answer");
    if (!c->json)
        return print_status(status) > 0 ? CLI_FOUND : CLI_DONE;
    text_print_json(status);
    return count_troubles(status) > 0 ? CLI_FOUND : CLI_DONE;
}
