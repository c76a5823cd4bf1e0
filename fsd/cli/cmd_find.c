/* holdfast find: which versions of which files hold a text or a contact, since when, until when; the oldest first. */
#include "cli/find.h"
#include "cli/text.h"
#include "cli/values.h"

#include "base/clock.h"
#include "analyse/seek.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES_SHOWN = 3, SEQ_WIDTH = 6 };

/* Versions of one file, one behind the other, that all hold it. */
struct run {
    uint32_t lineage;
    uint32_t since;     /* the first version that does */
    uint32_t last;      /* and the last */
    uint64_t until_seq; /* the version that no longer does, or removed the file; 0: the newest does */
    int64_t until_ns;
};

struct runs {
    struct run *runs;
    size_t count;
};

/* ---- runs ---- */

static int add_run(struct runs *r, const struct run *run)
{
    if ((r->count & (r->count - 1)) == 0) {
        struct run *grown = reallocarray(r->runs, r->count ? r->count * 2 : 1, sizeof *grown);
        if (grown == NULL)
            return -ENOMEM;
        r->runs = grown;
    }
    r->runs[r->count++] = *run;
    return 0;
}

static bool holds(const struct find *f, uint32_t version)
{
    return f->contents[f->versions[version].content].state == FIND_HOLDS;
}

/* One lineage, from its oldest version on. */
static int find_runs(const struct find *f, uint32_t index, const struct lineage *line, struct runs *out)
{
    struct run run = {.lineage = index};
    bool in_run = false;
    int err = 0;
    for (uint32_t i = line->oldest; i != LINEAGE_NONE && err == 0; i = f->versions[i].newer) {
        const struct lineage_version *v = &f->versions[i];
        if (v->content == LINEAGE_NONE || f->contents[v->content].state == FIND_UNREADABLE)
            continue;
        if (holds(f, i)) {
            run.since = in_run ? run.since : i;
            run.last = i;
            in_run = true;
        } else if (in_run) {
            run.until_seq = v->seq;
            run.until_ns = v->saved_ns;
            err = add_run(out, &run);
            run = (struct run){.lineage = index};
            in_run = false;
        }
    }
    if (!in_run || err < 0)
        return err;
    run.until_seq = line->removed_seq;
    run.until_ns = line->removed_ns;
    return add_run(out, &run);
}

static const struct lineage_version *sorted_versions; /* qsort hands no context on; one thread */

static int by_time(const void *a, const void *b)
{
    const struct lineage_version *x = &sorted_versions[((const struct run *)a)->since],
                                 *y = &sorted_versions[((const struct run *)b)->since];
    if (x->saved_ns != y->saved_ns)
        return x->saved_ns < y->saved_ns ? -1 : 1;
    return (x->seq > y->seq) - (x->seq < y->seq);
}

static int collect_runs(const struct find *f, struct runs *out)
{
    uint32_t count;
    const struct lineage *lines = lineages_list(f->lineages, &count);
    int err = 0;
    for (uint32_t i = 0; i < count && err == 0; i++)
        err = find_runs(f, i, &lines[i], out);
    sorted_versions = f->versions;
    if (out->count > 0)
        qsort(out->runs, out->count, sizeof *out->runs, by_time);
    return err;
}

/* ---- printing ---- */

static void put_version(struct buf *b, uint64_t seq, int64_t saved_ns)
{
    buf_printf(b, "%*" PRIu64 "  ", SEQ_WIDTH, seq);
    text_put_time(b, saved_ns);
}

static void put_place(struct buf *b, const struct report_hit *h)
{
    if (h->contact) {
        buf_puts(b, "contact");
    } else if (h->row > 0) {
        if (h->sheet[0] != 0) {
            text_put_name(b, h->sheet);
            buf_puts(b, "!");
        }
        text_put_cell(b, h->cell, h->row);
    } else {
        buf_printf(b, "line %" PRIu32, h->line);
    }
}

/* Where the file is today, or as what it last held it; the caller's. */
static char *path_now(const struct find *f, const struct run *run)
{
    uint32_t count;
    const struct lineage *line = &lineages_list(f->lineages, &count)[run->lineage];
    return run->until_seq == 0 ? lineages_path_now(f->lineages, line) : strdup(f->versions[run->last].path);
}

static void print_hits(const struct find *f, const struct run *run, bool colour)
{
    const struct find_content *c = &f->contents[f->versions[run->since].content];
    buf_auto b = {0};
    for (size_t i = 0; i < c->hit_count && i < PLACES_SHOWN; i++) {
        buf_printf(&b, "%*s", SEQ_WIDTH + 2, "");
        text_style(&b, colour, TEXT_DIM);
        put_place(&b, &c->hits[i]);
        text_style(&b, colour, TEXT_PLAIN);
        buf_puts(&b, "  ");
        text_put_line(&b, c->hits[i].excerpt, strlen(c->hits[i].excerpt));
        buf_puts(&b, "\n");
    }
    if (c->hit_count > PLACES_SHOWN)
        buf_printf(&b, "%*s...\n", SEQ_WIDTH + 2, "");
    text_flush(&b);
}

static void print_run(const struct find *f, const struct run *run, bool colour)
{
    uint32_t count;
    const struct lineage *line = &lineages_list(f->lineages, &count)[run->lineage];
    const struct lineage_version *since = &f->versions[run->since];
    char *now = path_now(f, run);
    buf_auto b = {0};
    put_version(&b, since->seq, since->saved_ns);
    buf_puts(&b, "  until ");
    size_t until = b.len;
    if (run->until_seq != 0)
        put_version(&b, run->until_seq, run->until_ns);
    else
        buf_printf(&b, "%*s", SEQ_WIDTH, "now");
    text_pad(&b, until, SEQ_WIDTH + 2 + sizeof "2026-11-22 03:13:07" - 1);
    buf_puts(&b, "  ");
    text_put_name(&b, line->rep);
    buf_puts(&b, " on ");
    text_put_name(&b, line->device);
    buf_puts(&b, "  ");
    buf_auto path = {0};
    buf_printf(&path, "%s/%s", line->mount, since->path);
    text_put_name(&b, path.data ? path.data : "");
    if (now != NULL && strcmp(now, since->path) != 0) {
        buf_puts(&b, run->until_seq == 0 ? ", now " : ", then ");
        text_put_name(&b, now);
    }
    free(now);
    buf_puts(&b, "\n");
    text_flush(&b);
    print_hits(f, run, colour);
}

static json_t *pack_hit(const struct report_hit *h)
{
    json_t *all = json_pack("{s:o}", "excerpt", wire_string(h->excerpt));
    if (h->row > 0) {
        json_object_set_new(all, "sheet", wire_string(h->sheet));
        json_object_set_new(all, "row", json_integer(h->row));
        json_object_set_new(all, "cell", json_integer(h->cell));
    } else if (!h->contact) {
        json_object_set_new(all, "line", json_integer(h->line));
        json_object_set_new(all, "column", json_integer(h->column));
    }
    return all;
}

static json_t *pack_moment(uint64_t seq, int64_t saved_ns)
{
    char time[CLOCK_TEXT_BYTES];
    return json_pack("{s:I, s:s}", "seq", (json_int_t)seq, "saved", clock_format(saved_ns, time));
}

static int print_json(const struct find *f, const struct run *run)
{
    uint32_t count;
    char commit[RECORD_OID_HEX];
    const struct lineage *line = &lineages_list(f->lineages, &count)[run->lineage];
    const struct lineage_version *since = &f->versions[run->since];
    const struct find_content *c = &f->contents[since->content];
    json_t *places = json_array();
    char *now = path_now(f, run);
    for (size_t i = 0; i < c->hit_count; i++)
        json_array_append_new(places, pack_hit(&c->hits[i]));
    json_auto *all =
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:o}", "path", wire_string(since->path), "path_now",
                  now ? wire_string(now) : NULL, "mount", wire_string(line->mount), "rep", wire_string(line->rep),
                  "device", wire_string(line->device), "since", pack_moment(since->seq, since->saved_ns), "until",
                  run->until_seq ? pack_moment(run->until_seq, run->until_ns) : json_null(), "commit",
                  record_oid_hex(&since->commit, commit), "places", places);
    free(now);
    return all == NULL ? -ENOMEM : text_print_json(all);
}

/* What was not looked at, or not to its end, may hold it all the same. */
static void tell_unread(const struct find *f)
{
    uint32_t unread = 0;
    for (uint32_t i = 0; i < f->content_count; i++)
        unread += f->contents[i].state == FIND_UNREADABLE ||
                  (f->contents[i].state == FIND_HOLDS_NOT && f->contents[i].partly);
    if (f->by_index && f->closed > 0)
        cli_complain(0, "%" PRIu32 " versions are encrypted or unreadable, and may hold it", f->closed);
    else if (unread > 0)
        cli_complain(0, "%" PRIu32 " of %" PRIu32 " contents could not be read, or not to their end, and may hold it",
                     unread, f->content_count);
}

static int print_all(const struct find *f, struct error *e)
{
    struct runs runs = {0};
    bool colour = text_wants_colour();
    int err = collect_runs(f, &runs);
    for (size_t i = 0; i < runs.count && err == 0; i++)
        if (f->cli->json)
            err = print_json(f, &runs.runs[i]);
        else
            print_run(f, &runs.runs[i], colour);
    if (err == 0 && runs.count == 0)
        cli_complain(0, "no version that you may see holds it");
    if (err == 0)
        tell_unread(f);
    free(runs.runs);
    return err < 0 ? error_sys(e, err, "find") : 0;
}

/* ---- what is asked ---- */

/* As many digits as a phone number has, and nothing else: "0049813168445". */
static bool is_bare_number(const char *text)
{
    enum { LEAST = 7, MOST = 15 };
    size_t digits = 0;
    for (const char *p = text; *p != 0; p++)
        digits += *p >= '0' && *p <= '9';
    return digits >= LEAST && digits <= MOST && strspn(text, "0123456789+-()/. ") == strlen(text);
}

static int parse_contact(struct find *f, const char *text, struct error *e)
{
    size_t len = strlen(text);
    enum contact_kind kind = contact_kind_of(text, len);
    bool asked = f->cli->contact;
    if (kind == CONTACT_KINDS && (asked || is_bare_number(text))) /* a number by nothing but being asked for as one */
        kind = CONTACT_PHONE;
    size_t key = kind == CONTACT_KINDS ? 0 : contact_normalise(kind, text, len, f->key, sizeof f->key);
    if (key == 0 && asked)
        return error_set(e, EINVAL,
                         "--contact \"%s\": expected an email, a phone number or a profile's address; a name is found "
                         "without --contact",
                         text);
    f->seek.contact = (struct contact_key){.kind = kind, .text = f->key, .len = (uint32_t)key};
    return 0;
}

static int parse(struct find *f, struct error *e)
{
    const char *text = f->cli->operands[0];
    size_t characters = seek_count(text);
    int err = values_time("since", f->cli->since, &f->since_ns, e);
    if (err == 0)
        err = values_time("until", f->cli->until, &f->until_ns, e);
    if (err == 0)
        err = parse_contact(f, text, e);
    if (err < 0 || f->cli->contact)
        return err;
    f->seek.text = text;
    if (characters == 0 || characters > SEEK_CHARACTERS_MOST)
        return error_set(e, EINVAL, "\"%.40s\": expected 1 to %d letters and digits", text, SEEK_CHARACTERS_MOST);
    return 0;
}

int cmd_find(struct cli *c)
{
    struct error e = {0};
    source_auto source = {0};
    struct find f = {.cli = c, .source = &source};
    int err = parse(&f, &e);
    if (err < 0)
        return cli_fail(CLI_USAGE, &e);
    if (source_open(&source, c, &e) != 0)
        return cli_fail(CLI_COULD_NOT, &e);
    err = find_collect(&f, &e);
    if (err == 0)
        err = find_by_index(&f, &e);
    if (err >= 0)
        err = find_read(&f, &e);
    if (err == 0)
        err = print_all(&f, &e);
    find_free(&f);
    return err == 0 ? CLI_DONE : cli_fail(source_exit_status(err), &e);
}
