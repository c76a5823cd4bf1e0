#include "analyse/analyse.h"

#include "analyse/alike.h"
#include "analyse/cover.h"
#include "analyse/detect.h"
#include "analyse/document.h"
#include "analyse/naming.h"
#include "analyse/report.h"
#include "analyse/seek.h"
#include "base/buf.h"
#include "base/clock.h"
#include "contact/contacts.h"
#include "draft/calendar.h"
#include "draft/draft.h"
#include "extract/extract.h"
#include "sensitive/sensitive.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PROSE_BYTES = 256 << 10, LINE_BYTES = 16 << 10, EXCERPT_BYTES = 80 };

/*
 * An inspector runs when nobody else wants a processor, so what a file may cost is counted in processor time. The clock
 * on the wall only ends what waits for others, and comes before the asker's own deadline, so that what was found until
 * then is told.
 */
struct allowance {
    int64_t cpu_ms, wall_ms;
};
static const struct allowance usual = {3000, INSPECT_DEADLINE_MS - 10000};
static const struct allowance patient = {INSPECT_PATIENT_MS - 1000, INSPECT_PATIENT_MS - 1000};

struct analyser {
    struct detector *detector;
    const struct policy *policy;
    unsigned char secret[FINGERPRINT_SECRET_BYTES];
    struct document *document;
    unsigned tell;                      /* enum inspect_tell */
    struct contact_key sought;          /* len 0: no contact is sought */
    struct seek *seek;                  /* NULL: no text is sought */
    bool seeks;                         /* one or both, and nothing else */
    const struct analyser_known *known; /* the caller's; NULL: nothing is */
    bool patient;
    struct quiet quiet; /* of all files so far */
    struct contacts *contacts;

    /* of the file in hand */
    struct winnow *winnow;
    struct calendar *calendar;
    struct naming *naming;     /* NULL: there is nothing to compare with */
    const struct input *whole; /* the file itself, not what is in it: its type is told in the facts before it is read */
    struct facts facts;
    struct report report;
    int report_fd;             /* the asker's; -1: no report is wanted */
    struct cover cover;        /* what its fingerprints say nothing of */
    enum text_part cover_part; /* of the text that came last */
    struct buf prose;          /* its running text without rows, so that the shape of a draft shows */
    enum text_part prose_part; /* of what was put last */
    struct buf line;           /* the line that is not whole yet */
    enum text_part line_part;
};

/* ---- what the readers push ---- */

static int take_sheet(void *ctx, const char *name)
{
    struct analyser *a = ctx;
    int err = contacts_sheet(a->contacts);
    calendar_sheet(a->calendar);
    return err == 0 ? document_sheet(a->document, name) : err;
}

/* Most rows have no cell that could be a post, and so many rows are worth not asking about. */
static bool has_long_cell(const struct row *row)
{
    uint32_t longest = 0;
    for (size_t i = 0; i < row->count; i++)
        longest = row->cells[i].len > longest ? row->cells[i].len : longest;
    return longest >= CALENDAR_SHORTEST;
}

static int take_row(void *ctx, const struct row *row)
{
    struct analyser *a = ctx;
    a->facts.flags |= FACT_TABLE;
    cover_row(&a->cover, row);
    sensitive_row(row, &a->quiet, &a->facts);
    if (has_long_cell(row))
        calendar_row(a->calendar, row);
    for (size_t i = 0; a->naming != NULL && i < row->count; i++)
        naming_cell(a->naming, row->cells[i].text, row->cells[i].len);
    int err = contacts_row(a->contacts, row);
    return err == 0 ? document_row(a->document, row) : err;
}

static void end_line(struct analyser *a)
{
    if (a->line.len > 0)
        sensitive_text(a->line_part, a->line.data, a->line.len, &a->facts);
    a->line.len = 0;
}

/* Hand on whole lines; one that is too long in pieces. */
static void take_lines(struct analyser *a, enum text_part part, const char *text, size_t len)
{
    if (part != a->line_part)
        end_line(a);
    a->line_part = part;
    while (len > 0) {
        const char *end = memchr(text, '\n', len);
        size_t some = end == NULL ? len : (size_t)(end - text);
        buf_put(&a->line, text, some);
        if (end != NULL || a->line.len >= LINE_BYTES)
            end_line(a);
        some += end != NULL;
        text += some;
        len -= some;
    }
}

/*
 * Properties stand where a document or a message begins or ends. A rule there keeps the messages of a mailbox, and a
 * mail and what is attached to it, from being one text.
 */
static void divide_prose(struct analyser *a)
{
    static const char rule[] = "\n\n---\n\n";
    if (a->prose.len > sizeof rule && a->prose.len < PROSE_BYTES &&
        memcmp(a->prose.data + a->prose.len - (sizeof rule - 1), rule, sizeof rule - 1) != 0)
        buf_puts(&a->prose, rule);
}

static void watch_cover(struct analyser *a, enum text_part part, bool is_printed, const char *utf8, size_t len)
{
    if (part != a->cover_part)
        cover_divide(&a->cover);
    a->cover_part = part;
    if (!is_printed)
        cover_text(&a->cover, utf8, len);
}

static int take_text(void *ctx, enum text_part part, const char *utf8, size_t len)
{
    struct analyser *a = ctx;
    bool own = part == TEXT_BODY || part == TEXT_HEADING;
    a->facts.flags |= FACT_TEXT;
    take_lines(a, part, utf8, len);
    if (part == TEXT_PROPERTY)
        divide_prose(a);
    watch_cover(a, part, own, utf8, len);
    if (own && a->prose.len < PROSE_BYTES) {
        if (a->prose_part == TEXT_HEADING && part != TEXT_HEADING)
            buf_puts(&a->prose, "\n"); /* as a heading stands in a plain text: with a blank line below */
        a->prose_part = part;
        buf_put(&a->prose, utf8, len);
    }
    int err = a->prose.failed || a->line.failed ? -ENOMEM : 0;
    if (err == 0 && part != TEXT_PROPERTY)
        err = contacts_text(a->contacts, utf8, len);
    if (err == 0 && own && a->tell == 0)
        err = winnow_text(a->winnow, utf8, len);
    return err == 0 ? document_text(a->document, part, utf8, len) : err;
}

static void take_type(void *ctx, const char *mime)
{
    struct analyser *a = ctx;
    detector_clean(a->facts.mime, sizeof a->facts.mime, mime, strlen(mime));
}

static void take_flag(void *ctx, uint32_t flags)
{
    struct analyser *a = ctx;
    a->facts.flags |= flags;
}

/* ---- what is sought ---- */

/* Copy what fits, whole characters only, control bytes as spaces. */
static void copy_text(char *to, size_t room, const char *from, size_t len)
{
    size_t n = len < room - 1 ? len : room - 1;
    while (n < len && n > 0 && ((unsigned char)from[n] & 0xc0) == 0x80)
        n--;
    for (size_t i = 0; i < n; i++)
        to[i] = (unsigned char)from[i] < ' ' || from[i] == 0x7f ? ' ' : from[i];
    to[n] = 0;
}

static int seek_a_sheet(void *ctx, const char *name)
{
    struct analyser *a = ctx;
    int err = a->sought.len > 0 ? contacts_sheet(a->contacts) : 0;
    return err == 0 && a->seek != NULL ? seek_sheet(a->seek, name) : err;
}

static int seek_a_row(void *ctx, const struct row *row)
{
    struct analyser *a = ctx;
    int err = a->sought.len > 0 ? contacts_row(a->contacts, row) : 0;
    return err == 0 && a->seek != NULL ? seek_row(a->seek, row) : err;
}

static int seek_a_text(void *ctx, enum text_part part, const char *utf8, size_t len)
{
    struct analyser *a = ctx;
    int err = a->sought.len > 0 && part != TEXT_PROPERTY ? contacts_text(a->contacts, utf8, len) : 0;
    return err == 0 && a->seek != NULL ? seek_text(a->seek, part, utf8, len) : err;
}

static int take_hit(void *ctx, const struct seek_hit *hit)
{
    struct analyser *a = ctx;
    struct report_hit r = {.line = hit->line, .column = hit->column, .row = hit->row, .cell = hit->cell};
    copy_text(r.sheet, sizeof r.sheet, hit->sheet, strlen(hit->sheet));
    copy_text(r.excerpt, sizeof r.excerpt, hit->excerpt, strlen(hit->excerpt));
    return report_add_hit(&a->report, &r);
}

/* The contact's values, name first, as the excerpt. */
static int take_sought_contact(struct analyser *a, const struct contact_key *keys, size_t count)
{
    struct report_hit r = {.contact = 1};
    buf_auto line = {0};
    bool found = false;
    for (size_t i = 0; i < count; i++)
        found |= keys[i].kind == a->sought.kind && keys[i].len == a->sought.len &&
                 memcmp(keys[i].text, a->sought.text, keys[i].len) == 0;
    for (size_t pass = 0; pass < 2 && found; pass++)
        for (size_t i = 0; i < count; i++)
            if ((keys[i].kind == CONTACT_NAME) == (pass == 0)) {
                buf_puts(&line, line.len > 0 ? ", " : "");
                buf_put(&line, keys[i].value, keys[i].value_len);
            }
    if (line.data != NULL)
        copy_text(r.excerpt, sizeof r.excerpt, line.data, line.len);
    return found ? report_add_hit(&a->report, &r) : 0;
}

/* ---- what the detectors find ---- */

static int take_contact(void *ctx, uint32_t row, const struct contact_key *keys, size_t count)
{
    struct analyser *a = ctx;
    int err = 0;
    if (a->sought.len > 0)
        return take_sought_contact(a, keys, count);
    if (a->tell & INSPECT_TELL_CONTACTS)
        return a->report_fd >= 0 ? report_list(&a->report, a->report_fd, keys, count) : 0;
    for (size_t i = 0; i < count && err == 0; i++)
        err = report_add_key(&a->report, fingerprint_key(a->secret, &keys[i]), row);
    return err;
}

static int take_fingerprint(void *ctx, uint64_t fingerprint)
{
    struct analyser *a = ctx;
    return report_add_text(&a->report, fingerprint);
}

static int detect(void *ctx, const struct input *in, char *mime, char *charset)
{
    struct analyser *a = ctx;
    if (in != a->whole)
        return detector_look(a->detector, in, mime, charset);
    memcpy(mime, a->facts.mime, sizeof a->facts.mime);
    memcpy(charset, a->facts.charset, sizeof a->facts.charset);
    return 0;
}

/* ---- findings ---- */

static int take_finding(void *ctx, const struct policy_finding *f)
{
    struct analyser *a = ctx;
    struct report_finding r = {.level = (uint32_t)f->level};
    size_t len;
    const char *text = document_bytes(a->document, &len);
    if (f->len > 0 && f->at <= len && f->len <= len - f->at) {
        struct document_place at = document_find(a->document, f->at);
        r.line = at.line;
        r.column = at.column;
        r.row = at.row;
        r.cell = at.cell;
        copy_text(r.sheet, sizeof r.sheet, at.sheet, strlen(at.sheet));
        copy_text(r.excerpt, EXCERPT_BYTES, text + f->at, f->len);
    }
    snprintf(r.rule, sizeof r.rule, "%s/%s", f->rule->pack, f->rule->name);
    copy_text(r.say, sizeof r.say, f->say, strlen(f->say));
    copy_text(r.repair, sizeof r.repair, f->repair, strlen(f->repair));
    copy_text(r.replace, sizeof r.replace, f->replace, strlen(f->replace));
    copy_text(r.cite, sizeof r.cite, f->cite, strlen(f->cite));
    copy_text(r.where, sizeof r.where, f->where, strlen(f->where));
    return report_add_finding(&a->report, &r);
}

/* What no rule has a class for is called by what kept it from being read, if anything did. */
static const char *label(const char *class_name, const struct policy_rule *rule, uint32_t flags)
{
    if (rule != NULL)
        return class_name;
    return flags & FACT_ENCRYPTED ? "encrypted" : flags & FACT_UNREADABLE ? "unreadable" : class_name;
}

static int judge(struct analyser *a, const char *path, struct inspection *out)
{
    const struct policy_subject subject = {.path = path, .rep = ""};
    const struct policy_rule *rule = NULL;
    const char *class_name = "unclassified";
    if (a->policy != NULL)
        class_name = policy_classify(a->policy, &a->facts, &subject, &rule, NULL, NULL);
    snprintf(out->class_name, sizeof out->class_name, "%s", label(class_name, rule, a->facts.flags));
    if (rule != NULL)
        snprintf(out->rule, sizeof out->rule, "%s/%s", rule->pack, rule->name);
    if (a->policy == NULL || !policy_has_findings(a->policy, class_name))
        return 0;
    size_t len;
    bool hit_limits = false;
    const char *text = document_bytes(a->document, &len);
    int err = policy_find(a->policy, class_name, &a->facts, text, len, take_finding, a, &hit_limits);
    if (hit_limits)
        a->facts.flags |= FACT_CUT;
    for (size_t i = 0; i < a->report.finding_count; i++)
        out->findings[a->report.findings[i].level]++;
    return err;
}

/* ---- one file ---- */

static void clear(struct analyser *a)
{
    contacts_begin(a->contacts);
    winnow_close(a->winnow);
    naming_close(a->naming);
    calendar_close(a->calendar);
    a->calendar = NULL;
    a->winnow = NULL;
    a->naming = NULL;
    document_clear(a->document);
    report_free(&a->report);
    a->prose_part = a->cover_part = TEXT_BODY;
    a->cover = (struct cover){0};
    a->facts = (struct facts){0};
    buf_free(&a->prose);
    buf_free(&a->line);
}

static int begin(struct analyser *a)
{
    int err = 0;
    clear(a);
    if (((a->tell & INSPECT_TELL_CONTACTS) || a->sought.len > 0))
        contacts_show(a->contacts);
    if (a->seek != NULL)
        seek_begin(a->seek);
    if (err == 0)
        err = calendar_open(&a->calendar);
    if (err == 0)
        err = winnow_open(&a->winnow, a->secret, take_fingerprint, a);
    return err == 0 && a->known != NULL ? naming_open(&a->naming, a->secret, a->known->names) : err;
}

static int extract(struct analyser *a, int fd, uint64_t size, const char *path)
{
    const char *slash = strrchr(path, '/');
    struct input in = input_from_fd(fd, size, slash == NULL ? path : slash + 1);
    const struct allowance *allowance = a->patient ? &patient : &usual;
    struct limits limits = {.packed = size,
                            .until_ns = clock_mono_ns() + allowance->wall_ms * NS_PER_MS,
                            .cpu_until_ns = clock_cpu_ns() + allowance->cpu_ms * NS_PER_MS};
    struct content_sink sink = {
        .ctx = a, .sheet = take_sheet, .row = take_row, .text = take_text, .flag = take_flag, .type = take_type};
    if (a->seeks) {
        sink.sheet = seek_a_sheet;
        sink.row = seek_a_row;
        sink.text = seek_a_text;
    }
    char byte;
    int err = pread(fd, &byte, 1, 0) < 0 ? -errno : 0; /* a pipe or a folder has no bytes to be looked at */
    if (err == 0)
        err = detector_look(a->detector, &in, a->facts.mime, a->facts.charset);
    a->whole = &in;
    if (err == 0)
        err = extract_any(&in, detect, a, &sink, &limits);
    a->whole = NULL;
    if (err == -ECANCELED || err == -EBADMSG)
        err = 0; /* flagged; or a kind of file that nobody reads */
    end_line(a);
    return err;
}

/* What only the company's own lists and drafts tell. */
static int compare(struct analyser *a)
{
    if (a->known == NULL)
        return 0;
    naming_text(a->naming, a->prose.len > 0 ? a->prose.data : "", a->prose.len);
    a->facts.compared = 1;
    a->facts.prospects = naming_count(a->naming);
    if (a->facts.draft < DRAFT_EVEN)
        return 0;
    report_sort_text(&a->report);
    return alike_measure(a->known->texts, a->known->draft, a->report.text, a->report.text_count, &a->facts);
}

static int conclude(struct analyser *a, const char *path)
{
    int err = a->seek != NULL ? seek_end(a->seek) : 0;
    if (a->seeks)
        return err == 0 ? contacts_end(a->contacts, &a->facts) : err;
    err = winnow_end(a->winnow);
    if (err == 0)
        err = contacts_end(a->contacts, &a->facts);
    calendar_end(a->calendar, &a->facts);
    if (a->prose.len > 0)
        draft_measure(a->prose.data, a->prose.len, path, &a->facts);
    if (document_is_cut(a->document) && a->tell == 0)
        a->facts.flags |= FACT_CUT;
    return err == 0 ? compare(a) : err;
}

/* Would whoever asks the fingerprints find every long text that stands in the file? */
static bool is_text_whole(const struct analyser *a)
{
    return !a->seeks && a->tell == 0 && !a->cover.lacks && a->report.text_count < REPORT_TEXT_MOST &&
           !(a->facts.flags & (FACT_CUT | FACT_ENCRYPTED | FACT_UNREADABLE));
}

static int64_t write_report(struct analyser *a)
{
    size_t len = 0;
    const char *text = a->tell & INSPECT_TELL_TEXT ? document_bytes(a->document, &len) : NULL;
    a->report.document_cut = text != NULL && document_is_cut(a->document);
    a->report.text_whole = is_text_whole(a);
    return report_write(&a->report, a->report_fd, text, len);
}

void analyser_set_known(struct analyser *a, const struct analyser_known *known) { a->known = known; }

int analyser_look(struct analyser *a, int fd, uint64_t size, const char *path, int report_fd, struct inspection *out)
{
    a->report_fd = report_fd;
    int err = begin(a);
    if (err == 0)
        err = extract(a, fd, size, path);
    if (err == 0)
        err = conclude(a, path);
    if (err == 0 && !a->seeks)
        err = judge(a, path, out);
    int64_t written = err == 0 && report_fd >= 0 ? write_report(a) : err;
    if (written >= 0) {
        out->status = INSPECT_OK;
        out->facts = a->facts;
        out->report_bytes = (uint64_t)written;
    }
    clear(a);
    return written < 0 ? (int)written : 0;
}

int analyser_read(struct analyser *a, int fd, const char *path, struct facts *facts, struct buf *text)
{
    struct stat st;
    if (fstat(fd, &st) < 0)
        return -errno;
    a->report_fd = -1;
    int err = begin(a);
    if (err == 0)
        err = extract(a, fd, (uint64_t)st.st_size, path);
    if (err == 0)
        err = conclude(a, path);
    if (err == 0) {
        size_t len;
        const char *bytes = document_bytes(a->document, &len);
        buf_put(text, bytes, len);
        *facts = a->facts;
    }
    clear(a);
    return err;
}

int analyser_open(struct analyser **out, const struct policy *policy,
                  const unsigned char secret[static FINGERPRINT_SECRET_BYTES], struct error *e)
{
    struct analyser *a = calloc(1, sizeof *a);
    if (a == NULL)
        return error_sys(e, ENOMEM, "inspector");
    a->policy = policy;
    a->report_fd = -1;
    memcpy(a->secret, secret, sizeof a->secret);
    int err = document_open(&a->document);
    if (err == 0)
        err = contacts_open(&a->contacts, take_contact, a);
    if (err < 0)
        error_sys(e, err, "inspector");
    else
        err = detector_open(&a->detector, e);
    if (err < 0)
        analyser_close(a);
    else
        *out = a;
    return err;
}

void analyser_be_patient(struct analyser *a) { a->patient = true; }
bool analyser_is_patient(const struct analyser *a) { return a->patient; }
void analyser_tell(struct analyser *a, unsigned tell) { a->tell = tell; }

int analyser_seek(struct analyser *a, const struct inspect_seek *seek)
{
    a->sought = seek->contact;
    a->seeks = true;
    return seek->text != NULL ? seek_open(&a->seek, seek->text, take_hit, a) : 0;
}

void analyser_close(struct analyser *a)
{
    if (a == NULL)
        return;
    if (a->contacts != NULL)
        clear(a);
    contacts_close(a->contacts);
    document_close(a->document);
    seek_close(a->seek);
    detector_close(a->detector);
    explicit_bzero(a->secret, sizeof a->secret);
    free(a);
}
