/* One version of one path: the one in force at a Seq, a commit or a time. */
#include "record/reader.h"

#include "base/clock.h"
#include "record/walk.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COMMIT_DIGITS_LEAST = 7, NAME_ROOM = 72 };

struct bound {
    uint64_t seq;                           /* at most; UINT64_MAX: any */
    bool by_number;                         /* that is what was asked for */
    int64_t at_ns;                          /* not later; INT64_MAX: any */
    char rep[NAME_ROOM], device[NAME_ROOM]; /* of the commit that was named; "" */
};

/* ---- what was asked ---- */

static int bound_by_commit(struct record_reader *r, const char *hex, struct bound *out)
{
    struct record_oid oid;
    walk_auto walk = {0};
    if (odb_find_prefix(r->odb, hex, &oid) < 0 || odb_type(r->odb, &oid) != OBJECT_COMMIT)
        return -ENOENT;
    walk_begin(&walk, r->odb, &oid);
    int more = walk_next(&walk, NULL);
    if (more < 1)
        return -ENOENT;
    const struct record_version *v = &walk.commit.version;
    out->seq = v->seq;
    snprintf(out->rep, sizeof out->rep, "%s", v->rep);
    snprintf(out->device, sizeof out->device, "%s", v->device);
    return 0;
}

static int parse_at(struct record_reader *r, const char *at, struct bound *out, struct error *e)
{
    *out = (struct bound){.seq = UINT64_MAX, .at_ns = INT64_MAX};
    if (at == NULL || *at == 0)
        return 0;
    size_t len = strlen(at);
    bool hex = strspn(at, "0123456789abcdefABCDEF") == len;
    bool digits = strspn(at, "0123456789") == len;
    if (hex && len >= COMMIT_DIGITS_LEAST && len <= 2 * RECORD_OID_BYTES && bound_by_commit(r, at, out) == 0)
        return 0;
    if (digits && len < 20) {
        out->seq = strtoull(at, NULL, 10);
        out->by_number = true;
        return 0;
    }
    if (clock_parse(at, &out->at_ns) == 0)
        return 0;
    if (hex && len >= COMMIT_DIGITS_LEAST)
        return error_set(e, ENOENT, "there is no version %s", at);
    return error_set(
        e, EINVAL, "\"%s\" is not a version: expected a Seq such as 412, a commit's first seven digits or a time", at);
}

/* ---- the search ---- */

struct nearest {
    bool is;
    uint64_t seq;
    int64_t saved_ns;
};

struct search {
    struct bound bound;
    bool is_folder; /* something in it has versions */
    bool gone;      /* within the bound the path was removed or moved before it was found */
    bool found;
    bool no_memory;
    struct nearest newer, older;
    struct record_version *version;
    struct buf *hold;
};

static const char **string_of(struct record_version *v, size_t i)
{
    return (const char **)((char *)v + record_texts[i].offset);
}

/* A copy whose strings live in `hold`. They are put first, as the buffer may move while it grows. */
static int copy_version(const struct record_version *v, struct record_version *to, struct buf *hold)
{
    struct record_version copy = *v;
    size_t places[RECORD_TEXTS];
    for (size_t i = 0; i < RECORD_TEXTS; i++) {
        places[i] = hold->len;
        if (*string_of(&copy, i) != NULL)
            buf_put(hold, *string_of(&copy, i), strlen(*string_of(&copy, i)) + 1);
    }
    if (hold->failed)
        return -ENOMEM;
    for (size_t i = 0; i < RECORD_TEXTS; i++)
        if (*string_of(&copy, i) != NULL)
            *string_of(&copy, i) = hold->data + places[i];
    *to = copy;
    return 0;
}

static void note(struct nearest *n, const struct record_version *v)
{
    *n = (struct nearest){true, v->seq, v->saved_ns};
}

static int look_at(void *ctx, const struct record_version *v, enum follow_match match)
{
    struct search *s = ctx;
    bool has_it = match == FOLLOW_SELF && v->has_content;
    s->is_folder = s->is_folder || match == FOLLOW_BELOW;
    if (v->seq > s->bound.seq || v->saved_ns > s->bound.at_ns) {
        if (has_it)
            note(&s->newer, v);
        return 0;
    }
    if (match == FOLLOW_AWAY || ((match == FOLLOW_SELF || match == FOLLOW_ABOVE) && follow_is_removal(v)))
        s->gone = true;
    if (!has_it)
        return 0;
    if (s->gone) {
        note(&s->older, v);
        return 1;
    }
    s->no_memory = copy_version(v, s->version, s->hold) < 0;
    s->found = !s->no_memory;
    return 1;
}

static void put_nearest(struct buf *to, const char *joint, const struct nearest *n)
{
    char time[CLOCK_TEXT_BYTES];
    if (n->is) /* to the second: up to the dot */
        buf_printf(to, "%s%" PRIu64 " (%.19sZ)", joint, n->seq, clock_format(n->saved_ns, time));
}

static int explain_absence(const struct search *s, const char *path, const char *at, struct error *e)
{
    buf_auto near = {0};
    put_nearest(&near, "; the nearest before is ", &s->older);
    put_nearest(&near, "; the nearest after is ", &s->newer);
    const char *when = at && *at ? at : "the newest version";
    if (s->is_folder && !s->newer.is && !s->older.is)
        return error_set(e, ENOENT, "%s is a folder: name a file in it; `holdfast log` lists them", path);
    if (s->gone)
        return error_set(e, ENOENT, "%s was gone at %s%s", path, when, near.data ? near.data : "");
    return error_set(e, ENOENT, "%s has no version at %s%s", path, when, near.data ? near.data : "");
}

struct reach {
    uint64_t wanted, newest;
};

static int look_how_far(void *ctx, const struct record_version *v, enum follow_match match)
{
    struct reach *reach = ctx;
    (void)match;
    reach->newest = v->seq > reach->newest ? v->seq : reach->newest;
    return reach->newest >= reach->wanted;
}

/* A number that the record has not come to is a mistake, not a way to say "the newest". */
static int check_number(struct record_reader *r, const struct record_query *q, uint64_t seq, struct error *e)
{
    struct record_query all = {.rep = q->rep, .device = q->device, .mount = q->mount, .events = true};
    struct reach reach = {.wanted = seq};
    int answer = reader_each_version(r, &all, look_how_far, &reach, e);
    if (answer < 0)
        return answer;
    if (reach.newest >= seq)
        return 0;
    return error_set(e, ENOENT, "there is no version %" PRIu64 " yet; the newest is %" PRIu64, seq, reach.newest);
}

int record_find_version(struct record_reader *r, const struct record_query *q, const char *at, struct record_version *v,
                        struct buf *hold, struct error *e)
{
    struct search s = {.version = v, .hold = hold};
    struct record_query query = {.rep = q->rep, .device = q->device, .mount = q->mount, .path = q->path};
    if (q->path == NULL || *q->path == 0)
        return error_set(e, EINVAL, "no path is named");
    odb_refresh(r->odb);
    int err = parse_at(r, at, &s.bound, e);
    if (err < 0)
        return err;
    err = s.bound.by_number ? check_number(r, &query, s.bound.seq, e) : 0;
    if (err < 0)
        return err;
    if (s.bound.rep[0] != 0) {
        if (q->rep != NULL && *q->rep != 0 && strcmp(q->rep, s.bound.rep) != 0)
            return error_set(e, ENOENT, "version %s is not one of %s", at, q->rep);
        query.rep = s.bound.rep;
        query.device = s.bound.device;
    }
    int answer = reader_each_version(r, &query, look_at, &s, e);
    if (answer < 0)
        return answer;
    if (s.no_memory)
        return error_set(e, ENOMEM, "out of memory");
    return s.found ? 0 : explain_absence(&s, q->path, at, e);
}

int record_get_version(struct record_reader *r, const struct record_oid *commit, struct record_version *v,
                       struct buf *hold, struct error *e)
{
    char hex[RECORD_OID_HEX];
    walk_auto walk = {0};
    odb_refresh(r->odb);
    bool is_commit = odb_type(r->odb, commit) == OBJECT_COMMIT;
    if (is_commit)
        walk_begin(&walk, r->odb, commit);
    if (!is_commit || walk_next(&walk, NULL) < 1)
        return error_set(e, ENOENT, "there is no version %s", record_oid_hex(commit, hex));
    return copy_version(&walk.commit.version, v, hold) < 0 ? error_sys(e, ENOMEM, "version") : 0;
}
