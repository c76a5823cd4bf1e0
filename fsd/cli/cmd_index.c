/* holdfast index: what is in the index of the record, and how far it has come; rebuild: made anew from the record. */
#include "cli/recollect.h"
#include "cli/source.h"
#include "cli/text.h"
#include "control/client.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { ASK_EVERY_MS = 200 };

static json_t *pack_state(const struct recall_state *s)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:b}", "versions", (json_int_t)s->versions, "files",
                     (json_int_t)s->lineages, "keys", (json_int_t)s->keys, "texts", (json_int_t)s->texts, "bytes",
                     (json_int_t)s->bytes, "behind", (json_int_t)s->behind, "in_step", s->in_step);
}

static uint64_t number(json_t *o, const char *key) { return (uint64_t)json_integer_value(json_object_get(o, key)); }

static int print_index(const struct cli *c, json_t *index)
{
    const char *trouble = json_string_value(json_object_get(index, "trouble"));
    if (c->json) {
        text_print_json(index);
        return trouble != NULL ? CLI_FOUND : CLI_DONE;
    }
    buf_auto b = {0};
    buf_printf(&b, "%" PRIu64 " versions of %" PRIu64 " files, %" PRIu64 " keys of contacts, %" PRIu64 " of texts, ",
               number(index, "versions"), number(index, "files"), number(index, "keys"), number(index, "texts"));
    text_put_size(&b, number(index, "bytes"));
    buf_puts(&b, "\n");
    if (!json_is_true(json_object_get(index, "in_step")))
        buf_printf(&b, "%" PRIu64 " versions behind the record\n", number(index, "behind"));
    if (trouble != NULL) {
        text_put_name(&b, trouble);
        buf_puts(&b, "\n");
    }
    text_flush(&b);
    return trouble != NULL ? CLI_FOUND : CLI_DONE;
}

/* The index of a clone, or of this machine's record without a daemon. */
static int do_it_here(const struct cli *c, bool anew)
{
    struct error e = {0};
    struct recall_state s;
    recollection_auto r = {.recall = NULL};
    int err = recollect_open(&r, c, anew, &e);
    if (err == 0)
        err = recall_get_state(r.recall, &s, &e);
    json_auto *index = err == 0 ? pack_state(&s) : NULL;
    return err < 0 ? cli_fail(CLI_COULD_NOT, &e) : print_index(c, index);
}

/* Told to the daemon; then watched until it is through. */
static int await_rebuild(const struct cli *c, json_t **line, struct error *e)
{
    const struct timespec pause = {.tv_nsec = ASK_EVERY_MS * 1000000L};
    bool on_terminal = isatty(STDERR_FILENO) == 1;
    int err = source_ask_daemon(c, "index-rebuild", NULL, e);
    while (err == 0) {
        nanosleep(&pause, NULL);
        json_decref(*line);
        *line = NULL;
        err = source_ask_daemon(c, "index", line, e);
        json_t *index = json_object_get(*line, "index");
        if (err < 0 || json_is_true(json_object_get(index, "in_step")) || json_object_get(index, "trouble") != NULL)
            break;
        if (on_terminal)
            fprintf(stderr, "\r\033[Kindex: %" PRIu64 " versions to go", number(index, "behind"));
    }
    if (on_terminal)
        fputs("\r\033[K", stderr);
    return err;
}

int cmd_index(struct cli *c)
{
    struct error e = {0};
    json_auto *line = NULL;
    bool anew = c->operand_count > 0;
    if (anew && strcmp(c->operands[0], "rebuild") != 0)
        return cli_complain(CLI_USAGE, "index: \"%s\": expected rebuild, or nothing", c->operands[0]);
    if (c->repo != NULL)
        return do_it_here(c, anew);
    int probe = control_probe(c->config->run, &e);
    if ((probe == -ENOENT || probe == -ECONNREFUSED) && geteuid() == 0)
        return do_it_here(c, anew);
    int err = anew ? await_rebuild(c, &line, &e) : source_ask_daemon(c, "index", &line, &e);
    if (err != 0)
        return cli_fail(CLI_COULD_NOT, &e);
    return print_index(c, json_object_get(line, "index"));
}
