#include "event/verdict_form.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const action_names[] = {NULL, "allow", "log", "block", "hold", "quarantine"};
static const char *const session_names[] = {"", "local", "ssh"};

const char *verdict_action_name(enum verdict_action action)
{
    return (unsigned)action <= VERDICT_QUARANTINE ? action_names[action] : NULL;
}

const char *verdict_session_name(enum verdict_session session)
{
    return (unsigned)session <= VERDICT_SESSION_SSH ? session_names[session] : "";
}

/* The strings that path2 holds, and how long each may be there. */
static const struct field {
    size_t offset; /* of the const char * in struct verdict */
    size_t room;   /* bytes, as written */
} fields[] = {
    {offsetof(struct verdict, mount), 64},   {offsetof(struct verdict, class_name), 128},
    {offsetof(struct verdict, rule), 256},   {offsetof(struct verdict, policy), 64},
    {offsetof(struct verdict, say), 640},    {offsetof(struct verdict, parents), 1280},
    {offsetof(struct verdict, cgroup), 384}, {offsetof(struct verdict, note), 512},
    {offsetof(struct verdict, sink), 40},    {offsetof(struct verdict, sink_kind), 16},
    {offsetof(struct verdict, device), 216}, {offsetof(struct verdict, sha256), 64},
    {offsetof(struct verdict, source), 256},
};
enum { FIELD_COUNT = sizeof fields / sizeof *fields, FIELDS_ROOM = 3920, NUMBERS_ROOM = 128 };
_Static_assert(NUMBERS_ROOM + FIELDS_ROOM + FIELD_COUNT < PATH_MAX, "path2 holds the longest verdict");

enum flag { ENFORCED = 1, REFUSED = 2, WRITE = 4, FLAGS = 7 };

static const char *string_of(const struct verdict *v, const struct field *f)
{
    const char *text = *(const char *const *)((const char *)v + f->offset);
    return text ? text : "";
}

/* ---- writing ---- */

static bool continues_character(char c) { return ((unsigned char)c & 0xc0) == 0x80; }

/* Put `text`, escaped, in at most `room` bytes; where it does not fit, its last whole character and "...". */
static size_t put_string(char *to, const char *text, size_t room)
{
    size_t len = 0, cut = 0;
    for (const char *p = text; *p != 0; p++) {
        bool escaped = *p == '\n' || *p == '\\';
        if (len + 3 <= room && !continues_character(*p))
            cut = len;
        if (len + 1 + escaped > room) {
            memcpy(to + cut, "...", 3);
            return cut + 3;
        }
        if (escaped)
            to[len++] = '\\';
        to[len++] = *p == '\n' ? 'n' : *p;
    }
    return len;
}

/* Is the action one that a verdict of this kind may have? */
static bool has_its_action(unsigned kind, unsigned action)
{
    bool decides = kind == VERDICT_OPEN || kind == VERDICT_COPY;
    return kind >= VERDICT_OPEN && kind <= VERDICT_COPY &&
           (decides ? action >= VERDICT_ALLOW && action <= VERDICT_QUARANTINE : action == 0);
}

int verdict_encode(const struct verdict *v, struct journal_record *r, char text[static PATH_MAX])
{
    if (!has_its_action(v->kind, v->action) || (unsigned)v->session > VERDICT_SESSION_SSH || v->waited_ns < 0)
        return -EINVAL;
    int flags = (v->enforced ? ENFORCED : 0) | (v->refused ? REFUSED : 0) | (v->write ? WRITE : 0);
    size_t at =
        (size_t)snprintf(text, NUMBERS_ROOM, "%u %u %d %u %" PRId64 " %" PRIu64 " %" PRIu32, (unsigned)v->kind,
                         (unsigned)v->action, flags, (unsigned)v->session, v->waited_ns, v->version, v->records);
    for (const struct field *f = fields; f < fields + FIELD_COUNT; f++) {
        text[at++] = '\n';
        at += put_string(text + at, string_of(v, f), f->room);
    }
    text[at] = 0;
    *r = (struct journal_record){.type = JOURNAL_VERDICT,
                                 .time_ns = v->time_ns,
                                 .ino = v->ino,
                                 .size = v->size,
                                 .pid = v->pid,
                                 .uid = v->uid,
                                 .gid = v->gid,
                                 .session = v->login,
                                 .path = v->path ? v->path : "",
                                 .path2 = text,
                                 .app = v->app ? v->app : ""};
    return 0;
}

/* ---- reading ---- */

/* Undo the escapes of `line` in place. */
static bool take_string(char *line)
{
    char *to = line;
    for (const char *p = line; *p != 0; p++) {
        char c = *p;
        if (c == '\\') {
            c = *++p;
            if (c != 'n' && c != '\\')
                return false;
            c = c == 'n' ? '\n' : c;
        }
        *to++ = c;
    }
    *to = 0;
    return true;
}

/* The numbers, written exactly as verdict_encode writes them. */
static bool take_numbers(const char *line, struct verdict *v)
{
    unsigned kind, action, flags, session;
    char again[NUMBERS_ROOM];
    if (sscanf(line, "%u %u %u %u %" SCNd64 " %" SCNu64 " %" SCNu32, &kind, &action, &flags, &session, &v->waited_ns,
               &v->version, &v->records) != 7)
        return false;
    snprintf(again, sizeof again, "%u %u %u %u %" PRId64 " %" PRIu64 " %" PRIu32, kind, action, flags, session,
             v->waited_ns, v->version, v->records);
    if (strcmp(line, again) != 0 || !has_its_action(kind, action) || flags > FLAGS || session > VERDICT_SESSION_SSH ||
        v->waited_ns < 0)
        return false;
    v->kind = (enum verdict_kind)kind;
    v->action = (enum verdict_action)action;
    v->session = (enum verdict_session)session;
    v->enforced = flags & ENFORCED;
    v->refused = flags & REFUSED;
    v->write = flags & WRITE;
    return true;
}

static bool take_strings(char *line, struct verdict *v)
{
    for (const struct field *f = fields; f < fields + FIELD_COUNT; f++) {
        if (line == NULL)
            return false;
        char *next = strchr(line, '\n');
        if (next != NULL)
            *next++ = 0;
        if (strlen(line) > f->room || !take_string(line))
            return false;
        *(const char **)((char *)v + f->offset) = line;
        line = next;
    }
    return line == NULL;
}

int verdict_decode(const struct journal_record *r, struct verdict *out, char text[static PATH_MAX])
{
    struct verdict v = {.seq = r->seq,
                        .time_ns = r->time_ns,
                        .ino = r->ino,
                        .size = r->size,
                        .pid = r->pid,
                        .uid = r->uid,
                        .gid = r->gid,
                        .login = r->session,
                        .path = r->path,
                        .app = r->app};
    size_t len = strlen(r->path2);
    if (r->type != JOURNAL_VERDICT || len >= PATH_MAX)
        return -EILSEQ;
    memcpy(text, r->path2, len + 1);
    char *strings = strchr(text, '\n');
    if (strings != NULL)
        *strings++ = 0;
    if (!take_numbers(text, &v) || !take_strings(strings, &v))
        return -EILSEQ;
    *out = v;
    return 0;
}
