/* holdfast diff: of lists the contacts, of text the lines; for the rest, that sizes and hashes differ. */
#include "cli/diff.h"
#include "cli/look.h"
#include "cli/text.h"

#include "base/fdio.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define FETCH_MOST (UINT64_C(512) << 20) /* bytes of a version that are taken into memory */

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

static int find_after(struct source *s, const struct target *t, const char *at, struct diff_side *out, struct error *e)
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

static int find_before(struct source *s, const struct target *t, const char *at, uint64_t below, struct diff_side *out,
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

bool diff_has_content(const struct diff_side *s) { return !s->absent && s->version.v.has_content; }

static int fetch(struct source *s, const struct target *t, struct diff_side *side, struct error *e)
{
    char commit[RECORD_OID_HEX];
    source_version_auto again = {0};
    if (!diff_has_content(side))
        return 0;
    fd_auto fd = memfd_create("version", MFD_CLOEXEC);
    if (fd < 0)
        return error_sys(e, errno, "diff");
    int err = source_show(s, t, record_oid_hex(&side->version.v.commit, commit), fd, &again, e);
    if (err == 0)
        side->fd = fd_steal(&fd);
    return err;
}

static bool exceeds(const struct diff *d, uint64_t most)
{
    return (diff_has_content(&d->before) && d->before.version.v.bytes > most) ||
           (diff_has_content(&d->after) && d->after.version.v.bytes > most);
}

bool diff_is_equal(const struct diff *d)
{
    const struct record_version *a = &d->before.version.v, *b = &d->after.version.v;
    return !d->before.absent && a->has_content == b->has_content && a->bytes == b->bytes &&
           memcmp(a->sha256, b->sha256, sizeof a->sha256) == 0;
}

static int load(struct diff *d, struct source *s, const struct target *t, const struct cli *cli, struct error *e)
{
    int err = find_after(s, t, cli->to, &d->after, e);
    if (err == 0)
        err = find_before(s, t, cli->from, d->after.version.v.seq, &d->before, e);
    d->too_large = exceeds(d, DIFF_LINES_MOST);
    if (err != 0 || exceeds(d, FETCH_MOST) || diff_is_equal(d))
        return err;
    err = fetch(s, t, &d->before, e);
    return err ? err : fetch(s, t, &d->after, e);
}

/* ---- what they are ---- */

/* What an inspector cannot read is compared by lines or hashes. */
static void look_at_side(struct look *l, struct diff_side *s, const char *path)
{
    struct error e = {0};
    if (s->fd < 0 || look_at_open(l, s->fd, path, &s->found, &s->report, &e) < 0)
        return;
    s->looked = s->found.status == INSPECT_OK;
}

/* What is compared of a side that was not read to its end is less than what there is. */
static void tell_cut(const struct diff_side *s, bool contacts, bool as_text)
{
    bool cut =
        (s->found.facts.flags & FACT_CUT) || (contacts && s->report.listing_cut) || (as_text && s->report.document_cut);
    if (s->looked && cut && (contacts || as_text))
        cli_complain(0, "version %" PRIu64 ": only a part of it could be read: a limit was reached", s->version.v.seq);
}

static void look_at_both(struct diff *d, const struct cli *cli)
{
    struct error e = {0};
    look_auto look = {0};
    if (d->before.fd < 0 && d->after.fd < 0)
        return;
    if (look_open_telling(&look, cli, INSPECT_TELL_CONTACTS | INSPECT_TELL_TEXT, &e) < 0) {
        cli_complain(0, "compared without an inspector: %s", e.text);
        return;
    }
    look_at_side(&look, &d->before, d->path);
    look_at_side(&look, &d->after, d->path);
}

static int read_bytes(struct diff_side *s, struct error *e)
{
    size_t len = s->fd >= 0 ? (size_t)s->version.v.bytes : 0;
    char *to = len > 0 ? buf_reserve(&s->bytes, len) : NULL;
    if (len > 0 && (to == NULL || fd_pread_full(s->fd, to, len, 0) != (ssize_t)len))
        return error_sys(e, to ? EIO : ENOMEM, "diff");
    s->bytes.len = len;
    return 0;
}

static bool is_binary(const struct buf *bytes)
{
    enum { PROBE = 8000 }; /* as git does */
    return bytes->len > 0 && memchr(bytes->data, 0, bytes->len < PROBE ? bytes->len : PROBE) != NULL;
}

static bool has_document(const struct diff_side *s)
{
    return !diff_has_content(s) || (s->looked && s->report.document.len > 0);
}

static void take_document(struct diff_side *s)
{
    buf_free(&s->bytes);
    s->bytes = s->report.document;
    s->report.document = (struct buf){0};
}

/* The lines to compare: of the files where they are text, else of the text in them. */
static int choose_lines(struct diff *d, struct error *e)
{
    int err = d->too_large ? 0 : read_bytes(&d->before, e);
    if (err == 0 && !d->too_large)
        err = read_bytes(&d->after, e);
    bool readable = has_document(&d->before) && has_document(&d->after);
    d->as_text = readable && (is_binary(&d->before.bytes) || is_binary(&d->after.bytes));
    if (err == 0 && d->as_text) {
        take_document(&d->before);
        take_document(&d->after);
    }
    return err;
}

/* ---- printing ---- */

static int print_text(struct diff *d, bool contacts, bool lines, struct error *e)
{
    if (diff_is_equal(d)) {
        printf("versions %" PRIu64 " and %" PRIu64 " have the same content\n", d->before.version.v.seq,
               d->after.version.v.seq);
        return 0;
    }
    int err = contacts ? diff_print_contacts(d, e) : 0;
    return err == 0 && lines ? diff_print_lines(d, e) : err;
}

static int print_json(struct diff *d, bool contacts, bool lines, struct error *e)
{
    bool equal = diff_is_equal(d);
    int err = !equal && lines ? diff_pack_lines(d, e) : 0;
    if (err != 0)
        return err;
    json_t *before = d->before.absent ? json_null() : wire_pack_version(&d->before.version.v);
    json_auto *all = json_pack("{s:o, s:o, s:o, s:b}", "path", wire_string(d->path), "from", before, "to",
                               wire_pack_version(&d->after.version.v), "equal", equal);
    if (!equal && contacts)
        json_object_set_new(all, "contacts", diff_pack_contacts(d));
    if (equal || lines) {
        json_object_set_new(all, "text", json_boolean(!d->binary && !d->too_large));
        json_object_set_new(all, "lines", d->lines ? json_incref(d->lines) : json_array());
    }
    return all == NULL ? error_sys(e, ENOMEM, "diff") : text_print_json(all);
}

static int compare(struct diff *d, const struct cli *cli, struct error *e)
{
    look_at_both(d, cli);
    bool contacts = diff_is_of_contacts(d), lines = !contacts || cli->lines;
    int err = lines ? choose_lines(d, e) : 0;
    if (err != 0)
        return err;
    tell_cut(&d->before, contacts, d->as_text);
    tell_cut(&d->after, contacts, d->as_text);
    return cli->json ? print_json(d, contacts, lines, e) : print_text(d, contacts, lines, e);
}

static void free_side(struct diff_side *s)
{
    source_release(&s->version);
    fd_close(&s->fd);
    buf_free(&s->bytes);
    report_free(&s->report);
}

int cmd_diff(struct cli *cli)
{
    struct error e = {0};
    struct target t;
    source_auto source = {0};
    if (source_open(&source, cli, &e) != 0)
        return cli_fail(CLI_COULD_NOT, &e);
    struct diff d = {.path = t.path,
                     .colour = text_wants_colour(),
                     .terminal = isatty(STDOUT_FILENO) != 0,
                     .before.fd = -1,
                     .after.fd = -1};
    int err = source_find_target(&source, cli->operands[0], &t, &e);
    if (err == 0)
        err = load(&d, &source, &t, cli, &e);
    if (err == 0)
        err = compare(&d, cli, &e);
    json_decref(d.lines);
    free_side(&d.before);
    free_side(&d.after);
    return err == 0 ? CLI_DONE : cli_fail(source_exit_status(err), &e);
}
