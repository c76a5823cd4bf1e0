#include "save/audit_source.h"

#include "base/clock.h"
#include "base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void set_gap(struct audit_source *s, const char *text)
{
    snprintf(s->gap, sizeof s->gap, "%s", text);
    s->gap_is_due = true;
}

/* Where to read on, in a journal that holds [first, newest]; what is missing becomes a gap. */
static uint64_t find_start(struct audit_source *s, const struct record_audit_source *sealed, uint64_t first,
                           uint64_t newest)
{
    char text[ERROR_TEXT_BYTES];
    if (sealed == NULL)
        return first;
    if (strcmp(sealed->id, s->id) != 0) {
        snprintf(text, sizeof text,
                 "the journal of decisions is a new one: of the one before, what came after decision %" PRIu64
                 " is lost",
                 sealed->seq);
        set_gap(s, text);
        return first;
    }
    if (sealed->seq > newest) {
        snprintf(text, sizeof text,
                 "the journal of decisions ends at %" PRIu64 ", before what is sealed (%" PRIu64 "): it was put back",
                 newest, sealed->seq);
        set_gap(s, text);
        return newest + 1;
    }
    if (sealed->seq + 1 < first) {
        snprintf(text, sizeof text, "decisions %" PRIu64 " to %" PRIu64 " are gone from the journal", sealed->seq + 1,
                 first - 1);
        set_gap(s, text);
        return first;
    }
    return sealed->seq + 1;
}

static int open_journal(struct audit_source *s, const struct record_audit_state *state, struct error *e)
{
    uint64_t first = 0, newest = 0;
    int err = verdict_journal_id(s->spool_fd, s->id);
    if (err == 0)
        err = verdict_bounds(s->spool_fd, &first, &newest);
    if (err == -ENOENT)
        return err;
    if (err < 0)
        return error_sys(e, err, "cannot open the journal of decisions");
    uint64_t start = find_start(s, record_audit_source(state, s->mount->name), first, newest);
    err = verdict_open_reader(&s->reader, s->spool_fd, start, e);
    if (err == 0)
        s->read_seq = s->sealed_seq = start - 1;
    return err;
}

static void note_trouble(struct audit_source *s, int err, const struct error *e)
{
    if (err != s->last_err && err != -ENOENT)
        log_warn("mount %s: %s", s->mount->name, e->text);
    s->last_err = err;
}

static struct verdict make_gap(const struct audit_source *s)
{
    return (struct verdict){
        .kind = VERDICT_GAP, .time_ns = clock_real_ns(), .login = UINT32_MAX, .mount = s->mount->name, .note = s->gap};
}

/* The next verdict of the journal. Damage waits for what lies behind it, so that both are sealed at once. */
static int read_next(struct audit_source *s, struct verdict *out)
{
    struct error e = {0};
    int more = 0;
    for (int i = 0; i < 16 && (more = verdict_read(s->reader, out, &e)) == -EILSEQ; i++) {
        log_warn("mount %s: %s", s->mount->name, e.text);
        snprintf(s->gap, sizeof s->gap, "%s", e.text);
        e = (struct error){0};
    }
    note_trouble(s, more < 0 && more != -EILSEQ ? more : 0, &e);
    return more == 1;
}

int audit_source_next(struct audit_source *s, const struct record_audit_state *state, struct verdict *out)
{
    struct error e = {0};
    if (s->gap_was_told)
        s->gap[0] = 0;
    s->gap_was_told = false;
    int err = s->reader == NULL ? open_journal(s, state, &e) : 0;
    if (err < 0) {
        note_trouble(s, err, &e);
        return 0;
    }
    if (!s->gap_is_due && s->held.kind == 0) {
        if (read_next(s, &s->held) == 0) {
            s->held.kind = 0;
            return 0;
        }
        s->gap_is_due = s->gap[0] != 0;
    }
    if (s->gap_is_due) {
        *out = make_gap(s);
        s->gap_is_due = false;
        s->gap_was_told = true;
        if (s->held.kind != 0)
            s->read_seq = s->held.seq - 1;
        return 1;
    }
    *out = s->held;
    s->held.kind = 0;
    s->read_seq = out->seq;
    return 1;
}

void audit_source_rewind(struct audit_source *s, const struct verdict *v)
{
    if (v->seq == 0) {
        s->gap_is_due = true;
        s->gap_was_told = false;
        return;
    }
    s->held = *v;
    s->read_seq = v->seq - 1;
}

int audit_source_prepare(struct audit_source *s, struct record_audit_state *state)
{
    if (s->reader == NULL)
        return 0;
    int err = s->read_seq > s->sealed_seq ? verdict_sync_reader(s->reader) : 0;
    return err < 0 ? err : record_audit_set_source(state, s->mount->name, s->id, s->read_seq);
}

void audit_source_settle(struct audit_source *s)
{
    if (s->reader == NULL || s->read_seq == s->sealed_seq)
        return;
    s->sealed_seq = s->read_seq;
    int64_t bytes = verdict_trim(s->spool_fd, s->sealed_seq);
    if (bytes < 0)
        log_warn("mount %s: the journal of decisions cannot be trimmed: %s", s->mount->name, strerror((int)-bytes));
}

void audit_source_close(struct audit_source *s)
{
    verdict_close_reader(s->reader);
    s->reader = NULL;
}
