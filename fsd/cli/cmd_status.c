/* holdfast status: each mount in a few lines; exit status 1 if something is wrong. */
#include "cli/source.h"
#include "cli/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLASSES_MOST = 8 };

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

/* ---- what the files are ---- */

struct tally {
    const char *name;
    uint64_t files;
    bool is_rest; /* what no rule named: told last */
};

static int by_files(const void *a, const void *b)
{
    const struct tally *x = a, *y = b;
    if (x->is_rest != y->is_rest)
        return x->is_rest ? 1 : -1;
    return x->files != y->files ? (x->files < y->files ? 1 : -1) : strcmp(x->name, y->name);
}

/* "prospect-list 12, post-draft 3, unclassified 241": the most frequent ones. */
static void put_classes(struct buf *b, json_t *m)
{
    json_t *classes = json_object_get(m, "classes"), *files;
    const char *name;
    struct tally *tallies = calloc(json_object_size(classes) + 1, sizeof *tallies);
    size_t count = 0;
    if (tallies == NULL || json_object_size(classes) == 0) {
        free(tallies);
        return;
    }
    json_object_foreach(classes, name, files)
    {
        bool is_rest = strcmp(name, "unclassified") == 0 || strcmp(name, "unreadable") == 0;
        tallies[count++] = (struct tally){name, (uint64_t)json_integer_value(files), is_rest};
    }
    qsort(tallies, count, sizeof *tallies, by_files);
    put_heading(b, "classes");
    for (size_t i = 0; i < count && i < CLASSES_MOST; i++) {
        buf_puts(b, i > 0 ? ", " : "");
        text_put_name(b, tallies[i].name);
        buf_printf(b, " %" PRIu64, tallies[i].files);
    }
    if (count > CLASSES_MOST)
        buf_printf(b, " and %zu more classes", count - CLASSES_MOST);
    buf_puts(b, "\n");
    free(tallies);
}

static void put_advice(struct buf *b, json_t *m)
{
    json_t *findings = json_object_get(m, "findings");
    uint64_t errors = get_number(findings, "error"), warnings = get_number(findings, "warning"),
             suggestions = get_number(findings, "suggestion");
    if (errors + warnings + suggestions == 0)
        return;
    put_heading(b, "findings");
    buf_printf(b, "%" PRIu64 " files with errors, %" PRIu64 " with warnings, %" PRIu64 " with suggestions\n", errors,
               warnings, suggestions);
}

/* What open rules did, if any spoke. */
static void put_opens(struct buf *b, json_t *m)
{
    uint64_t judged = get_number(m, "opens_judged"), lost = get_number(m, "verdicts_lost");
    if (judged == 0)
        return;
    put_heading(b, "opens");
    buf_printf(b, "%" PRIu64 " judged: %" PRIu64 " refused, %" PRIu64 " held, %" PRIu64 " in the audit log", judged,
               get_number(m, "opens_refused"), get_number(m, "opens_held"), get_number(m, "opens_told"));
    if (lost > 0)
        buf_printf(b, "; %" PRIu64 " verdicts could not be written down", lost);
    buf_puts(b, "\n");
}

/* The guard, if there is a [sink]. */
static void put_guard(struct buf *b, json_t *m)
{
    uint64_t unwatched = get_number(m, "sinks_unwatched"), waiting = get_number(m, "guard_waiting"),
             gaps = get_number(m, "guard_gaps");
    if (json_object_get(m, "sinks") == NULL)
        return;
    put_heading(b, "sinks");
    buf_printf(b, "%" PRIu64 " watched", get_number(m, "sinks") - unwatched);
    if (unwatched > 0)
        buf_printf(b, ", %" PRIu64 " that cannot be (holdfast audit says why)", unwatched);
    buf_printf(b, "; %" PRIu64 " finished files looked at", get_number(m, "guard_looked"));
    if (waiting > 0)
        buf_printf(b, ", %" PRIu64 " waiting", waiting);
    if (gaps > 0)
        buf_printf(b, "; %" PRIu64 " gap%s, looked for since", gaps, gaps == 1 ? "" : "s");
    buf_puts(b, "\n");
    put_heading(b, "copies");
    buf_printf(b, "%" PRIu64 " logged, %" PRIu64 " taken away\n", get_number(m, "copies_logged"),
               get_number(m, "copies_quarantined"));
}

/* The programs of [events], if any was to be told something. */
static void put_events(struct buf *b, json_t *m)
{
    uint64_t told = get_number(m, "events_told"), failed = get_number(m, "events_failed"),
             dropped = get_number(m, "events_dropped");
    if (told + failed + dropped == 0)
        return;
    put_heading(b, "events");
    buf_printf(b, "%" PRIu64 " told, %" PRIu64 " failed, %" PRIu64 " dropped (too many at once)\n", told, failed,
               dropped);
}

static void put_restarts(struct buf *b, json_t *m)
{
    uint64_t mount = get_number(m, "mount_restarts"), keeper = get_number(m, "keeper_restarts"),
             inspector = get_number(m, "inspector_restarts"), teller = get_number(m, "teller_restarts"),
             guard = get_number(m, "guard_restarts");
    if (mount + keeper + inspector + teller + guard == 0)
        return;
    put_heading(b, "restarts");
    buf_printf(b,
               "mount %" PRIu64 ", keeper %" PRIu64 ", inspector %" PRIu64 ", teller %" PRIu64 ", guard %" PRIu64 "\n",
               mount, keeper, inspector, teller, guard);
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
    put_classes(&b, m);
    put_advice(&b, m);
    put_opens(&b, m);
    put_guard(&b, m);
    put_events(&b, m);
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
