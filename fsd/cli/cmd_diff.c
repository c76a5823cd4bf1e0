/* holdfast diff: lines for text; for the rest, that sizes and hashes differ. */
#include "cli/lines.h"
#include "cli/source.h"
#include "cli/text.h"

#include "base/fdio.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { TEXT_BYTES_MOST = 64 * 1024 * 1024 }; /* beyond this nobody reads a line-by-line comparison */

struct side {
    struct source_version version;
    struct buf bytes;
    bool absent; /* the file did not exist before its first version */
};

struct comparison {
    const char *path;
    struct side before, after;
    bool binary, too_large;
    bool colour, terminal;
    json_t *lines; /* --json */
};

/* ---- the two versions ---- */

/* Versions of a file with content, newest first: note the Seq of the first one that is older than `below` (0: of any).
 */
struct older {
    uint64_t below, seq;
};

static int note_older(void *ctx, const struct record_version *v)
{
    struct older *o = ctx;
    if (!v->has_content || (o->below != 0 && v->seq >= o->below))
        return 0;
    o->seq = v->seq;
    return 1;
}

static int no_mark(void *ctx)
{
    (void)ctx;
    return 0;
}

/* The newest version with content before Seq `below`; 0 if there is none. */
static int find_older(struct source *s, const struct target *t, uint64_t below, uint64_t *out, struct error *e)
{
    struct older o = {.below = below};
    struct wire_request r = {.ask = "log", .query = target_query(t)};
    if (t->config != NULL && r.query.rep == NULL)
        r.query.rep = t->config->rep;
    int err = source_log(s, &r, &(struct source_listener){.version = note_older, .mark = no_mark, .ctx = &o}, e);
    if (err >= 0)
        *out = o.seq;
    return err < 0 ? err : 0;
}

static int find_after(struct source *s, const struct target *t, const char *at, struct side *out, struct error *e)
{
    char seq[24];
    uint64_t newest = 0;
    if (at == NULL) { /* not simply the newest: that may be a delete */
        int err = find_older(s, t, 0, &newest, e);
        if (err != 0)
            return err;
        snprintf(seq, sizeof seq, "%" PRIu64, newest);
    }
    return source_find(s, t, newest ? seq : at, &out->version, e);
}

static int find_before(struct source *s, const struct target *t, const char *at, uint64_t below, struct side *out,
                       struct error *e)
{
    char seq[24];
    uint64_t older = 0;
    int err = at == NULL ? find_older(s, t, below, &older, e) : 0;
    if (err != 0)
        return err;
    if (at == NULL && older == 0) {
        out->absent = true;
        return 0;
    }
    snprintf(seq, sizeof seq, "%" PRIu64, older);
    return source_find(s, t, at ? at : seq, &out->version, e);
}

static int fetch(struct source *s, const struct target *t, struct side *side, struct error *e)
{
    char commit[RECORD_OID_HEX];
    source_version_auto again = {0};
    if (side->absent || !side->version.v.has_content)
        return 0;
    fd_auto fd = memfd_create("version", MFD_CLOEXEC);
    if (fd < 0)
        return error_sys(e, errno, "diff");
    int err = source_show(s, t, record_oid_hex(&side->version.v.commit, commit), fd, &again, e);
    size_t len = (size_t)side->version.v.bytes;
    char *to = err == 0 ? buf_reserve(&side->bytes, len) : NULL;
    if (err == 0 && (to == NULL || fd_pread_full(fd, to, len, 0) != (ssize_t)len))
        return error_sys(e, to ? EIO : ENOMEM, "diff");
    side->bytes.len = err == 0 ? len : 0;
    return err;
}

static bool is_too_large(const struct side *s) { return s->version.v.bytes > TEXT_BYTES_MOST; }

static bool is_equal(const struct comparison *c)
{
    const struct record_version *a = &c->before.version.v, *b = &c->after.version.v;
    return !c->before.absent && a->has_content == b->has_content && a->bytes == b->bytes &&
           memcmp(a->sha256, b->sha256, sizeof a->sha256) == 0;
}

static int load(struct comparison *c, struct source *s, const struct target *t, const struct cli *cli, struct error *e)
{
    int err = find_after(s, t, cli->to, &c->after, e);
    if (err == 0)
        err = find_before(s, t, cli->from, c->after.version.v.seq, &c->before, e);
    c->too_large = is_too_large(&c->before) || is_too_large(&c->after);
    if (err != 0 || c->too_large || is_equal(c))
        return err;
    err = fetch(s, t, &c->before, e);
    return err ? err : fetch(s, t, &c->after, e);
}

/* ---- printing ---- */

static int print_line(void *ctx, const struct lines_line *l)
{
    struct comparison *c = ctx;
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
                  len - ends_dos); /* a pipe may end at a terminal, too: nothing in the text may give it orders */
    text_style(&b, c->colour, TEXT_PLAIN);
    buf_puts(&b, ends_dos ? "\r" : "");
    buf_puts(&b, ended ? "\n" : "\n\\ No newline at end of file\n");
    text_flush(&b);
    return 0;
}

static void print_name(const char *sign, const struct comparison *c, const struct side *s)
{
    buf_auto b = {0};
    buf_puts(&b, sign);
    if (s->absent) {
        buf_puts(&b, "/dev/null");
    } else {
        text_put_name(&b, s->version.v.path && s->version.v.path[0] ? s->version.v.path : c->path);
        buf_printf(&b, "\tversion %" PRIu64 ", ", s->version.v.seq);
        text_put_time(&b, s->version.v.saved_ns);
    }
    buf_puts(&b, "\n");
    text_flush(&b);
}

static void print_facts(const char *word, const struct side *s)
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

static int print_text(struct comparison *c, struct error *e)
{
    if (is_equal(c)) {
        printf("versions %" PRIu64 " and %" PRIu64 " have the same content\n", c->before.version.v.seq,
               c->after.version.v.seq);
        return 0;
    }
    print_name("--- ", c, &c->before);
    print_name("+++ ", c, &c->after);
    int err = c->too_large ? 0 : lines_compare(&c->before.bytes, &c->after.bytes, &c->binary, print_line, c, e);
    if (c->too_large || c->binary) {
        puts(c->binary ? "not text; sizes and hashes differ:"
                       : "too large to compare by lines; sizes and hashes differ:");
        print_facts("-", &c->before);
        print_facts("+", &c->after);
    }
    return err;
}

static int keep_line(void *ctx, const struct lines_line *l)
{
    struct comparison *c = ctx;
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

static int print_json(struct comparison *c, struct error *e)
{
    bool equal = is_equal(c);
    c->lines = json_array();
    int err = equal || c->too_large ? 0 : lines_compare(&c->before.bytes, &c->after.bytes, &c->binary, keep_line, c, e);
    if (err != 0) {
        json_decref(c->lines);
        return err;
    }
    json_t *before = c->before.absent ? json_null() : wire_pack_version(&c->before.version.v);
    json_auto *all = json_pack("{s:o, s:o, s:o, s:b, s:b, s:o}", "path", wire_string(c->path), "from", before, "to",
                               wire_pack_version(&c->after.version.v), "equal", equal, "text",
                               !c->binary && !c->too_large, "lines", c->lines);
    if (all == NULL)
        return error_sys(e, ENOMEM, "diff");
    return text_print_json(all);
}

static void free_side(struct side *s)
{
    source_release(&s->version);
    buf_free(&s->bytes);
}

int cmd_diff(struct cli *cli)
{
    struct error e = {0};
    struct target t;
    source_auto source = {0};
    if (source_open(&source, cli, &e) != 0)
        return cli_fail(CLI_COULD_NOT, &e);
    struct comparison c = {.path = t.path, .colour = text_wants_colour(), .terminal = isatty(STDOUT_FILENO) != 0};
    int err = source_find_target(&source, cli->operands[0], &t, &e);
    if (err == 0)
        err = load(&c, &source, &t, cli, &e);
    if (err == 0)
        err = cli->json ? print_json(&c, &e) : print_text(&c, &e);
    free_side(&c.before);
    free_side(&c.after);
    return err == 0 ? CLI_DONE : cli_fail(source_exit_status(err), &e);
}
