#include "control/entries.h"

#include "base/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const char *entries_word(const json_t *entry, const char *key)
{
    const char *text = json_string_value(json_object_get(json_object_get(entry, "unmapped"), key));
    return text ? text : "";
}

const char *entries_at(const json_t *entry, const char *path)
{
    const json_t *at = entry;
    for (const char *end; (end = strchr(path, '.')) != NULL; path = end + 1)
        at = json_object_getn(at, path, (size_t)(end - path));
    const char *text = json_string_value(json_object_get(at, path));
    return text ? text : "";
}

uint64_t entries_seq(const json_t *entry)
{
    json_int_t seq = json_integer_value(json_object_get(json_object_get(entry, "metadata"), "sequence"));
    return seq > 0 ? (uint64_t)seq : 0;
}

int64_t entries_time_ns(const json_t *entry)
{
    int64_t ns = 0;
    if (clock_parse(entries_at(entry, "time_dt"), &ns) < 0)
        ns = json_integer_value(json_object_get(entry, "time")) * NS_PER_MS;
    return ns;
}

/* ---- is it asked for? ---- */

static bool is_asked(const char *wanted, const char *is)
{
    return wanted == NULL || *wanted == 0 || strcmp(wanted, is) == 0;
}

static bool is_rule(const char *wanted, const char *is)
{
    const char *name = strchr(is, '/');
    return is_asked(wanted, is) || (name != NULL && strcmp(wanted, name + 1) == 0);
}

/* The path itself, or below it. `is` may be quoted. */
static bool is_path(const char *wanted, const char *is)
{
    if (wanted == NULL || *wanted == 0)
        return true;
    char *path = strdup(is);
    if (path == NULL || (path[0] == '"' && buf_unquote(path) < 0)) {
        free(path);
        return false;
    }
    size_t len = strlen(wanted);
    bool matches = strncmp(path, wanted, len) == 0 && (path[len] == 0 || path[len] == '/');
    free(path);
    return matches;
}

/* Opens of it, and copies of what it holds. */
static bool is_about(const char *wanted, const json_t *entry)
{
    return is_path(wanted, entries_word(entry, "path")) || is_path(wanted, entries_word(entry, "source"));
}

static bool is_wanted(const struct entries_query *q, const char *device, const json_t *entry)
{
    const struct record_query *r = &q->query;
    uint64_t seq = entries_seq(entry);
    int64_t time_ns = entries_time_ns(entry);
    if (q->own_device != NULL && strcmp(q->own_device, device) == 0 &&
        (seq <= q->after || (q->before != 0 && seq >= q->before)))
        return false;
    return is_asked(r->device, device) && is_asked(r->rep, entries_word(entry, "rep")) &&
           is_asked(r->mount, entries_word(entry, "mount")) && is_asked(r->class_name, entries_word(entry, "class")) &&
           is_rule(q->rule, entries_word(entry, "rule")) && is_about(r->path, entry) &&
           (r->since_ns == 0 || time_ns >= r->since_ns) && (r->until_ns == 0 || time_ns <= r->until_ns);
}

/* ---- lines ---- */

/* JSON writes such a word as it is. */
static bool is_written_as_is(const char *word)
{
    for (; *word != 0; word++)
        if (*word < ' ' || *word > '~' || *word == '"' || *word == '\\')
            return false;
    return true;
}

/* A line that one of the words asked for does not stand in need not be taken apart, which is what takes the time. */
static bool may_be_wanted(const struct entries_query *q, const char *line, size_t len)
{
    const char *const words[] = {q->query.rep, q->query.mount, q->query.class_name, q->query.path, q->rule};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i] != NULL && is_written_as_is(words[i]) && memmem(line, len, words[i], strlen(words[i])) == NULL)
            return false;
    return true;
}

static int take_line(const char *device, const char *line, size_t len, const struct entries_query *q, entries_cb *cb,
                     void *ctx, struct error *e)
{
    if (!may_be_wanted(q, line, len))
        return 0;
    json_auto *entry = json_loadb(line, len, 0, NULL);
    if (!json_is_object(entry))
        return error_set(e, EUCLEAN, "the audit log of %s holds a line that is no event", device);
    return is_wanted(q, device, entry) ? cb(ctx, device, entry) : 0;
}

int entries_each_line(const char *device, const char *lines, size_t len, const struct entries_query *q, entries_cb *cb,
                      void *ctx, struct error *e)
{
    while (len > 0) {
        size_t end = lines[len - 1] == '\n' ? len - 1 : len;
        const char *before = memrchr(lines, '\n', end);
        size_t begin = before ? (size_t)(before - lines) + 1 : 0;
        int answer = end > begin ? take_line(device, lines + begin, end - begin, q, cb, ctx, e) : 0;
        if (answer != 0)
            return answer;
        len = begin;
    }
    return 0;
}

struct segments {
    const struct entries_query *query;
    entries_cb *cb;
    void *ctx;
    struct error *e;
};

static int take_segment(void *ctx, const struct record_segment *s)
{
    const struct segments *all = ctx;
    return entries_each_line(s->device, s->lines, s->len, all->query, all->cb, all->ctx, all->e);
}

int entries_each_sealed(struct record_reader *r, const struct entries_query *q, entries_cb *cb, void *ctx,
                        struct error *e)
{
    struct segments all = {q, cb, ctx, e};
    struct record_audit_query segments = {
        .device = q->query.device, .since_ns = q->query.since_ns, .until_ns = q->query.until_ns};
    if (q->own_device != NULL && q->query.device != NULL && strcmp(q->own_device, q->query.device) == 0)
        segments.after_seq = q->after;
    return record_each_segment(r, &segments, take_segment, &all, e);
}
