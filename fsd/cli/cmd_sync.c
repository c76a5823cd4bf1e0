/* holdfast sync: return when every save made before this call is in the record; long waits say what for. */
#include "cli/source.h"
#include "cli/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

enum { PATIENCE_MS = 3000 };

/* What this mount still has to do, and what is in its way. */
static void put_waiting(struct buf *b, json_t *mount)
{
    const char *name = json_string_value(json_object_get(mount, "name"));
    json_int_t unkept = json_integer_value(json_object_get(mount, "unkept"));
    json_t *trouble = json_array_get(json_object_get(mount, "trouble"), 0);
    const char *why = json_string_value(json_object_get(trouble, "text"));
    if (unkept == 0 && why == NULL && !json_is_true(json_object_get(mount, "reconciling")))
        return;
    buf_printf(b, "%s%s: ", b->len > 0 ? "; " : "waiting for ", name ? name : "");
    if (unkept > 0)
        buf_printf(b, "%" PRId64 " saves not in the record yet", (int64_t)unkept);
    else
        buf_puts(b, "files are compared with the record");
    if (why != NULL) {
        buf_puts(b, "; ");
        text_put_name(b, why);
    }
}

struct waiting {
    const struct cli *cli;
    bool on_terminal, said;
};

/* On a terminal one line that changes, so that a person sees it move; else one line. */
static void say_waiting(void *ctx)
{
    struct waiting *w = ctx;
    struct error e = {0};
    json_auto *line = NULL;
    buf_auto b = {0};
    size_t i;
    json_t *mount;
    if ((w->said && !w->on_terminal) || source_ask_daemon(w->cli, "status", &line, &e) != 0)
        return;
    json_array_foreach(json_object_get(json_object_get(line, "status"), "mounts"), i, mount) put_waiting(&b, mount);
    if (b.len == 0)
        return;
    w->said = true;
    fprintf(stderr, "%s%s%s", w->on_terminal ? "\r\033[K" : "", b.data, w->on_terminal ? "" : "\n");
    fflush(stderr);
}

int cmd_sync(struct cli *c)
{
    struct error e = {0};
    if (c->publish)
        return cli_complain(
            CLI_USAGE, "sync: --publish: this version publishes nothing; `holdfast sync` alone waits for the record "
                       "here, and git push copies it");
    struct waiting w = {.cli = c, .on_terminal = isatty(STDERR_FILENO) == 1};
    int err = source_wait_for_daemon(c, "sync", PATIENCE_MS, say_waiting, &w, &e);
    if (w.said && w.on_terminal)
        fputs("\r\033[K", stderr);
    return err == 0 ? CLI_DONE : cli_fail(CLI_COULD_NOT, &e);
}
