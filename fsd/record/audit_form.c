#include "record/audit_form.h"

#include "base/clock.h"
#include "record/side.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void record_audit_free(struct record_audit_state *s)
{
    for (size_t i = 0; i < s->source_count; i++) {
        free(s->sources[i].mount);
        free(s->sources[i].id);
    }
    free(s->sources);
    *s = (struct record_audit_state){0};
}

void audit_form_free(struct audit_form *f) { record_audit_free(&f->state); }

/* ---- the journals' positions ---- */

const struct record_audit_source *record_audit_source(const struct record_audit_state *s, const char *mount)
{
    for (size_t i = 0; i < s->source_count; i++)
        if (strcmp(s->sources[i].mount, mount) == 0)
            return &s->sources[i];
    return NULL;
}

static int add_source(struct record_audit_state *s, const char *mount)
{
    if (s->source_count == RECORD_AUDIT_SOURCES_MOST)
        return -E2BIG;
    struct record_audit_source *sources = reallocarray(s->sources, s->source_count + 1, sizeof *sources);
    if (sources == NULL)
        return -ENOMEM;
    s->sources = sources;
    sources[s->source_count] = (struct record_audit_source){.mount = strdup(mount)};
    if (sources[s->source_count].mount == NULL)
        return -ENOMEM;
    s->source_count++;
    return 0;
}

int record_audit_set_source(struct record_audit_state *s, const char *mount, const char *id, uint64_t seq)
{
    if (record_audit_source(s, mount) == NULL) {
        int err = add_source(s, mount);
        if (err < 0)
            return err;
    }
    struct record_audit_source *source = (struct record_audit_source *)(uintptr_t)record_audit_source(s, mount);
    if (source->id == NULL || strcmp(source->id, id) != 0) {
        char *copy = strdup(id);
        if (copy == NULL)
            return -ENOMEM;
        free(source->id);
        source->id = copy;
    }
    source->seq = seq;
    return 0;
}

/* ---- writing ---- */

void audit_form_name_segment(int64_t saved_ns, uint64_t first, char to[static AUDIT_SEGMENT_BYTES])
{
    struct tm day;
    time_t seconds = (time_t)(saved_ns < 0 ? 0 : saved_ns / NS_PER_SEC);
    gmtime_r(&seconds, &day);
    size_t len = strftime(to, AUDIT_SEGMENT_BYTES, "%Y/%m/%d/", &day);
    snprintf(to + len, AUDIT_SEGMENT_BYTES - len, "%016" PRIu64 ".jsonl", first);
}

/* refs/heads/rep/<rep>/<device>/<volume>, refs/heads/policy/<device>. */
static bool is_of_device(const char *name, const char *device)
{
    static const char reps[] = "refs/heads/rep/", rules[] = "refs/heads/policy/";
    size_t len = strlen(device);
    if (strncmp(name, rules, strlen(rules)) == 0)
        return strcmp(name + strlen(rules), device) == 0;
    const char *rep = strncmp(name, reps, strlen(reps)) == 0 ? strchr(name + strlen(reps), '/') : NULL;
    return rep != NULL && strncmp(rep + 1, device, len) == 0 && rep[1 + len] == '/';
}

static void put_tips(struct buf *to, const char *device, const struct ref_list *refs)
{
    char hex[RECORD_OID_HEX];
    for (size_t i = 0; i < refs->count; i++)
        if (!refs->refs[i].torn && is_of_device(refs->refs[i].name, device))
            buf_printf(to, "Tip: %s %s\n", refs->refs[i].name, record_oid_hex(&refs->refs[i].oid, hex));
}

void audit_form_put(struct buf *to, const struct audit_form *f, const char *device, const struct ref_list *refs)
{
    char time[CLOCK_TEXT_BYTES];
    const struct record_audit_state *s = &f->state;
    buf_printf(to, "audit %" PRIu64 "-%" PRIu64 "\n\nEvent: audit\nDevice: %s\n", f->first, f->last, device);
    buf_printf(to, "Seq: %" PRIu64 "-%" PRIu64 "\nEvents: %" PRIu64 "\nSegment: %s\n", f->first, f->last,
               f->last - f->first + 1, f->segment);
    buf_printf(to, "Oldest: %s\n", clock_format(f->oldest_ns, time));
    buf_printf(to, "Newest: %s\n", clock_format(f->newest_ns, time));
    buf_printf(to, "Saved: %s\n", clock_format(s->saved_ns, time));
    buf_printf(to, "Session: %s %s\n", clock_format(s->started_ns, time), s->stopped ? "stopped" : "running");
    for (size_t i = 0; i < s->source_count; i++)
        buf_printf(to, "Journal: %s %s %" PRIu64 "\n", s->sources[i].mount, s->sources[i].id, s->sources[i].seq);
    put_tips(to, device, refs);
}

/* ---- reading ---- */

/* One decimal number, which `stop` ends; *rest is behind it. */
static bool take_number(const char *text, char stop, uint64_t *out, const char **rest)
{
    char *end;
    errno = 0;
    if (text[0] < '0' || text[0] > '9')
        return false;
    *out = strtoull(text, &end, 10);
    *rest = end + 1;
    return errno == 0 && *end == stop;
}

static int parse_event(struct audit_form *f, char *value) { return (void)f, strcmp(value, "audit") ? -EINVAL : 0; }

static int parse_seq(struct audit_form *f, char *value)
{
    const char *rest;
    if (!take_number(value, '-', &f->first, &rest) || !take_number(rest, 0, &f->last, &rest))
        return -EINVAL;
    f->state.seq = f->last;
    return f->first == 0 || f->last < f->first || f->last > INT64_MAX ? -EINVAL : 0;
}

/* YYYY/MM/DD/<number>.jsonl */
static int parse_segment(struct audit_form *f, char *value)
{
    static const char shape[] = "0000/00/00/0000000000000000.jsonl";
    size_t len = strlen(value), extra = len > strlen(shape) ? len - strlen(shape) : 0;
    if (len >= sizeof f->segment || len < strlen(shape))
        return -EINVAL;
    for (size_t i = 0; i < len; i++) {
        char want = i < 11 ? shape[i] : i < 11 + extra ? '0' : shape[i - extra];
        if (want == '0' ? value[i] < '0' || value[i] > '9' : value[i] != want)
            return -EINVAL;
    }
    memcpy(f->segment, value, len + 1);
    return 0;
}

static int parse_oldest(struct audit_form *f, char *value) { return clock_parse(value, &f->oldest_ns); }
static int parse_newest(struct audit_form *f, char *value) { return clock_parse(value, &f->newest_ns); }
static int parse_saved(struct audit_form *f, char *value) { return clock_parse(value, &f->state.saved_ns); }

static int parse_session(struct audit_form *f, char *value)
{
    char *how = strchr(value, ' ');
    if (how == NULL)
        return -EINVAL;
    *how++ = 0;
    f->state.stopped = strcmp(how, "stopped") == 0;
    return f->state.stopped || strcmp(how, "running") == 0 ? clock_parse(value, &f->state.started_ns) : -EINVAL;
}

static int parse_journal(struct audit_form *f, char *value)
{
    uint64_t seq;
    const char *rest;
    char *id = strchr(value, ' '), *number = id ? strchr(id + 1, ' ') : NULL;
    if (number == NULL || !take_number(number + 1, 0, &seq, &rest))
        return -EINVAL;
    *id++ = *number = 0;
    if (record_audit_source(&f->state, value) != NULL)
        return -EINVAL;
    int err = record_audit_set_source(&f->state, value, id, seq);
    return err == -E2BIG ? -EINVAL : err;
}

static const struct row {
    const char *name;
    int (*parse)(struct audit_form *f, char *value); /* 0, -EINVAL or -ENOMEM */
    bool many;                                       /* may stand there any number of times; else exactly once */
} rows[] = {
    {"Event", parse_event, false},     {"Seq", parse_seq, false},        {"Segment", parse_segment, false},
    {"Oldest", parse_oldest, false},   {"Newest", parse_newest, false},  {"Saved", parse_saved, false},
    {"Session", parse_session, false}, {"Journal", parse_journal, true},
};
enum { ROW_COUNT = sizeof rows / sizeof *rows };

static int parse_line(char *line, unsigned *seen, struct audit_form *f)
{
    char *value = strstr(line, ": ");
    if (value == NULL)
        return 0;
    *value = 0;
    for (unsigned i = 0; i < ROW_COUNT; i++) {
        if (strcmp(line, rows[i].name) != 0)
            continue;
        if ((*seen & 1U << i) && !rows[i].many)
            return -EINVAL;
        *seen |= 1U << i;
        return rows[i].parse(f, value + 2);
    }
    return 0;
}

static int parse_trailers(char *text, struct audit_form *f)
{
    char *block = NULL;
    unsigned seen = 0;
    int err = 0;
    for (char *gap = strstr(text, "\n\n"); gap != NULL; gap = strstr(gap + 1, "\n\n"))
        block = gap + 2;
    for (char *line = block, *end; line != NULL && err == 0; line = end) {
        end = strchr(line, '\n');
        if (end != NULL)
            *end++ = 0;
        err = parse_line(line, &seen, f);
    }
    for (unsigned i = 0; i < ROW_COUNT && err == 0; i++)
        if (!rows[i].many && !(seen & 1U << i))
            err = -EINVAL;
    return err;
}

int audit_form_parse(const char *text, size_t len, struct audit_form *out)
{
    struct audit_form f = {0};
    buf_auto copy = {0};
    if (side_parse_head(text, len, &f.tree, &f.parent, &f.has_parent) < 0 || memchr(text, 0, len) != NULL)
        return -EINVAL;
    buf_put(&copy, text, len);
    int err = copy.failed ? -ENOMEM : parse_trailers(copy.data, &f);
    if (err < 0) {
        audit_form_free(&f);
        return err;
    }
    *out = f;
    return 0;
}
