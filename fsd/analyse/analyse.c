#include "analyse/analyse.h"

#include "analyse/alike.h"
#include "analyse/state.h"
#include "base/clock.h"
#include "draft/draft.h"
#include "extract/extract.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* ---- what the detectors find ---- */

enum { KEYS_AT_ONCE = 16 };

static int take_contact(void *ctx, uint32_t row, const struct contact_key *keys, size_t count)
{
    struct analyser *a = ctx;
    if (a->sought.len > 0)
        return sought_contact(a, keys, count);
    if (a->report_fd < 0)
        return 0;
    if (a->tell & INSPECT_TELL_CONTACTS)
        return report_list(&a->report, a->report_fd, keys, count);
    struct report_key made[KEYS_AT_ONCE];
    for (size_t from = 0, some; from < count; from += some) {
        some = count - from < KEYS_AT_ONCE ? count - from : KEYS_AT_ONCE;
        for (size_t i = 0; i < some; i++)
            made[i] = (struct report_key){.key = fingerprint_key(a->secret, &keys[from + i]), .row = row};
        int err = report_add_keys(&a->report, a->report_fd, made, some);
        if (err < 0)
            return err;
    }
    return 0;
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
    clear(a);
    if ((a->tell & INSPECT_TELL_CONTACTS) || a->sought.len > 0)
        contacts_show(a->contacts);
    if (a->seek != NULL)
        seek_begin(a->seek);
    int err = calendar_open(&a->calendar);
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
    struct content_sink sink = a->seeks ? sought_sink(a) : heard_sink(a);
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
    heard_end(a);
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
        err = judge_file(a, path, out);
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
    return seek->text != NULL ? seek_open(&a->seek, seek->text, sought_hit, a) : 0;
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
