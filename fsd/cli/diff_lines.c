#include "cli/diff.h"
#include "cli/lines.h"
#include "cli/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int print_line(void *ctx, const struct lines_line *l)
{
    struct diff *c = ctx;
    buf_auto b = {0};
    size_t len = l->len;
    bool ended = len > 0 && l->text[len - 1] == '\n';
    len -= ended;
    text_style(&b, c->colour,
               l->op == '-'   ? TEXT_RED
               : l->op == '+' ? TEXT_GREEN
               : l->op == '@' ? TEXT_DIM
                              : TEXT_PLAIN);
    if (l->op != '@')
        buf_put(&b, &l->op, 1);
    bool ends_dos = !c->terminal && len > 0 && l->text[len - 1] == '\r';
    text_put_line(&b, l->text,
                  len - ends_dos); /* a pipe may end at a terminal: nothing in the text may give it orders */
    text_style(&b, c->colour, TEXT_PLAIN);
    buf_puts(&b, ends_dos ? "\r" : "");
    buf_puts(&b, ended ? "\n" : "\n\\ No newline at end of file\n");
    text_flush(&b);
    c->shown++;
    return 0;
}

static void print_name(const char *sign, const struct diff *c, const struct diff_side *s)
{
    buf_auto b = {0};
    buf_puts(&b, sign);
    if (s->absent) {
        buf_puts(&b, "/dev/null");
    } else {
        text_put_name(&b, s->version.v.path && s->version.v.path[0] ? s->version.v.path : c->path);
        buf_printf(&b, "\tversion %" PRIu64 ", ", s->version.v.seq);
        text_put_time(&b, s->version.v.saved_ns);
        buf_puts(&b, c->as_text ? ", its text" : "");
    }
    buf_puts(&b, "\n");
    text_flush(&b);
}

static void print_facts(const char *word, const struct diff_side *s)
{
    buf_auto b = {0};
    buf_printf(&b, "%s ", word);
    if (s->absent || !s->version.v.has_content) {
        buf_puts(&b, "nothing");
    } else {
        text_put_size(&b, s->version.v.bytes);
        buf_puts(&b, ", SHA-256 ");
        for (size_t i = 0; i < RECORD_SHA256_BYTES; i++)
            buf_printf(&b, "%02x", s->version.v.sha256[i]);
    }
    buf_puts(&b, "\n");
    text_flush(&b);
}

static int compare(struct diff *d, int (*each)(void *ctx, const struct lines_line *l), struct error *e)
{
    return d->too_large ? 0 : lines_compare(&d->before.bytes, &d->after.bytes, &d->binary, each, d, e);
}

int diff_print_lines(struct diff *d, struct error *e)
{
    print_name("--- ", d, &d->before);
    print_name("+++ ", d, &d->after);
    int err = compare(d, print_line, e);
    bool same_text = d->as_text && d->shown == 0;
    if (err == 0 && (d->too_large || d->binary || same_text)) {
        puts(same_text   ? "the text in it is the same; sizes and hashes differ:"
             : d->binary ? "not text; sizes and hashes differ:"
                         : "too large to compare by lines; sizes and hashes differ:");
        print_facts("-", &d->before);
        print_facts("+", &d->after);
    }
    return err;
}

static int keep_line(void *ctx, const struct lines_line *l)
{
    struct diff *c = ctx;
    char op[] = {l->op, 0};
    bool ended = l->len > 0 && l->text[l->len - 1] == '\n';
    if (l->op == '@')
        return 0;
    char *text = strndup(l->text, l->len - ended);
    json_t *line = text ? json_pack("{s:s, s:o}", "op", op, "text", wire_string(text)) : NULL;
    free(text);
    if (l->old_number > 0)
        json_object_set_new(line, "old", json_integer(l->old_number));
    if (l->new_number > 0)
        json_object_set_new(line, "new", json_integer(l->new_number));
    if (!ended)
        json_object_set_new(line, "newline", json_false());
    return json_array_append_new(c->lines, line) == 0 ? 0 : -ENOMEM;
}

int diff_pack_lines(struct diff *d, struct error *e)
{
    d->lines = json_array();
    return compare(d, keep_line, e);
}
