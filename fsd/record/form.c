#include "record/form.h"

#include "base/clock.h"
#include "record/digest.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *const event_names[] = {
    [RECORD_SAVE] = "save",           [RECORD_DELETE] = "delete",         [RECORD_RENAME] = "rename",
    [RECORD_CHMOD] = "chmod",         [RECORD_SYMLINK] = "symlink",       [RECORD_LINK] = "link",
    [RECORD_RECOVERED] = "recovered", [RECORD_UNATTENDED] = "unattended", [RECORD_GAP] = "gap",
    [RECORD_VOLUME] = "volume",
};
enum { EVENT_COUNT = sizeof event_names / sizeof *event_names };

const char *record_event_name(enum record_event event)
{
    return (unsigned)event < EVENT_COUNT ? event_names[event] : "unknown";
}

bool record_is_exchange(const struct record_version *v)
{
    return v->event == RECORD_RENAME && v->note != NULL && strcmp(v->note, FORM_EXCHANGED) == 0;
}

/* ---- the table ---- */

enum shape {
    TEXT,    /* const char *; quoted where needed */
    COUNT,   /* uint64_t, decimal */
    SMALL,   /* uint32_t, decimal; UINT32_MAX is nothing */
    PROCESS, /* int32_t, decimal; 0 is nothing */
    OCTAL,   /* uint32_t, octal; 0 is nothing */
    DIGEST,  /* 32 bytes, hex */
    HASH,    /* uint64_t, 16 hex digits */
    OBJECT,  /* struct record_oid, hex */
    TIME,    /* int64_t nanoseconds, RFC 3339 */
    EVENT,   /* enum record_event, its name */
};

enum row_flag {
    PROMISED = 1, /* stands on every commit; "none" where there is nothing to say */
    CONTENT = 2,  /* means something only with has_content */
    NONZERO = 4,  /* COUNT: 0 is nothing */
};

static const struct row {
    const char *name;
    enum shape shape;
    unsigned flags; /* enum row_flag */
    size_t offset;  /* in struct record_version */
} rows[] = {
#define AT(field) offsetof(struct record_version, field)
    {"Event", EVENT, PROMISED, AT(event)},
    {"Rep", TEXT, PROMISED, AT(rep)},
    {"Device", TEXT, PROMISED, AT(device)},
    {"Mount", TEXT, 0, AT(mount)},
    {"Path", TEXT, 0, AT(path)},
    {"From", TEXT, 0, AT(from)},
    {"Seq", COUNT, PROMISED, AT(seq)},
    {"Class", TEXT, PROMISED, AT(class_name)},
    {"Mime", TEXT, PROMISED, AT(mime)},
    {"Charset", TEXT, 0, AT(charset)},
    {"Bytes", COUNT, PROMISED | CONTENT, AT(bytes)},
    {"SHA256", DIGEST, PROMISED | CONTENT, AT(sha256)},
    {"XXH3", HASH, PROMISED | CONTENT, AT(xxh3)},
    {"Blob", OBJECT, CONTENT, AT(blob)},
    {"Mode", OCTAL, 0, AT(mode)},
    {"Records", TEXT, PROMISED, AT(records)},
    {"App", TEXT, PROMISED, AT(app)},
    {"Pid", PROCESS, 0, AT(pid)},
    {"Uid", SMALL, PROMISED, AT(uid)},
    {"Session", SMALL, 0, AT(session)},
    {"Saved", TIME, PROMISED, AT(saved_ns)},
    {"Policy", TEXT, PROMISED, AT(policy)},
    {"Rule", TEXT, PROMISED, AT(rule)},
    {"Finding", TEXT, PROMISED, AT(finding)},
    {"Journal", COUNT, NONZERO, AT(journal)},
    {"Note", TEXT, 0, AT(note)},
    {"Previous", TEXT, 0, AT(previous)},
};
enum { ROW_COUNT = sizeof rows / sizeof *rows };

const struct record_text record_texts[RECORD_TEXTS + 1] = {
    {"rep", AT(rep)},          {"email", AT(email)},     {"device", AT(device)}, {"mount", AT(mount)},
    {"path", AT(path)},        {"from", AT(from)},       {"mime", AT(mime)},     {"charset", AT(charset)},
    {"class", AT(class_name)}, {"records", AT(records)}, {"policy", AT(policy)}, {"rule", AT(rule)},
    {"finding", AT(finding)},  {"app", AT(app)},         {"note", AT(note)},     {"previous", AT(previous)},
    {"volume", AT(volume)},
};
#undef AT

/* ---- writing ---- */

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

static void put_text(struct buf *to, const char *text)
{
    size_t len = strlen(text), begin = to->len;
    buf_put_quoted(to, text, len);
    if (to->failed || to->data[begin] == '"')
        return;
    if (is_blank(text[0]) || is_blank(text[len - 1]) || strcmp(text, "none") == 0) {
        to->len = begin;
        buf_printf(to, "\"%s\"", text); /* nothing in it needs an escape */
    }
}

static bool says_something(const struct row *r, const struct record_version *v)
{
    const void *field = (const char *)v + r->offset;
    if ((r->flags & CONTENT) && !v->has_content)
        return false;
    switch (r->shape) {
    case TEXT:
        return *(const char *const *)field != NULL && **(const char *const *)field != 0;
    case COUNT:
        return !(r->flags & NONZERO) || *(const uint64_t *)field != 0;
    case SMALL:
        return *(const uint32_t *)field != UINT32_MAX;
    case PROCESS:
        return *(const int32_t *)field != 0;
    case OCTAL:
        return *(const uint32_t *)field != 0;
    default:
        return true;
    }
}

static void put_hex(struct buf *to, const unsigned char *bytes, size_t len)
{
    char *room = buf_reserve(to, 2 * len);
    if (room == NULL)
        return;
    digest_to_hex(bytes, len, room);
    to->len += 2 * len;
}

static void put_value(struct buf *to, const struct row *r, const struct record_version *v)
{
    const void *field = (const char *)v + r->offset;
    char time[CLOCK_TEXT_BYTES];
    switch (r->shape) {
    case TEXT:
        put_text(to, *(const char *const *)field);
        break;
    case COUNT:
        buf_printf(to, "%" PRIu64, *(const uint64_t *)field);
        break;
    case SMALL:
        buf_printf(to, "%" PRIu32, *(const uint32_t *)field);
        break;
    case PROCESS:
        buf_printf(to, "%" PRId32, *(const int32_t *)field);
        break;
    case OCTAL:
        buf_printf(to, "%" PRIo32, *(const uint32_t *)field);
        break;
    case DIGEST:
        put_hex(to, field, RECORD_SHA256_BYTES);
        break;
    case HASH:
        buf_printf(to, "%016" PRIx64, *(const uint64_t *)field);
        break;
    case OBJECT:
        put_hex(to, ((const struct record_oid *)field)->bytes, RECORD_OID_BYTES);
        break;
    case TIME:
        buf_puts(to, clock_format(*(const int64_t *)field, time));
        break;
    case EVENT:
        buf_puts(to, record_event_name(v->event));
        break;
    }
}

static void put_trailers(struct buf *to, const struct record_version *v)
{
    for (const struct row *r = rows; r < rows + ROW_COUNT; r++) {
        bool says = says_something(r, v);
        if (!says && !(r->flags & PROMISED))
            continue;
        buf_puts(to, r->name);
        buf_put(to, ": ", 2);
        if (says)
            put_value(to, r, v);
        else
            buf_puts(to, r->offset == offsetof(struct record_version, class_name) ? "unclassified" : "none");
        buf_put(to, "\n", 1);
    }
}

static void put_subject(struct buf *to, const struct record_version *v)
{
    const char *what = v->path && *v->path ? v->path : v->mount ? v->mount : "";
    buf_puts(to, record_event_name(v->event));
    if (*what != 0) {
        buf_put(to, " ", 1);
        put_text(to, what);
    }
    buf_put(to, "\n\n", 2);
}

bool form_is_name(const char *name)
{
    if (name == NULL || *name == 0 || *name == '.' || *name == '-' || strlen(name) > 64)
        return false;
    for (const char *p = name; *p != 0; p++)
        if (!isalnum((unsigned char)*p) && strchr("-_.", *p) == NULL)
            return false;
    size_t len = strlen(name);
    bool locks = len >= 5 && strcmp(name + len - 5, ".lock") == 0;
    return strstr(name, "..") == NULL && name[len - 1] != '.' && !locks; /* as git check-ref-format has it */
}

bool form_is_email(const char *email)
{
    if (email == NULL || *email == 0 || strlen(email) > 254)
        return false;
    for (const unsigned char *p = (const unsigned char *)email; *p != 0; p++)
        if (*p <= ' ' || *p >= 0x7f || *p == '<' || *p == '>')
            return false;
    return true;
}

void form_put_device_email(struct buf *to, const char *device) { buf_printf(to, "%s@device.holdfast", device); }

/* git has no dates before 1970: an earlier clock shows in the Saved trailer only. */
static int64_t git_seconds(int64_t ns) { return ns < 0 ? 0 : ns / NS_PER_SEC; }

void form_put_commit(struct buf *to, const struct record_version *v, const struct record_oid *tree,
                     const struct record_oid *parent, size_t *head_len)
{
    size_t begin = to->len;
    buf_puts(to, "tree ");
    put_hex(to, tree->bytes, RECORD_OID_BYTES);
    if (parent != NULL) {
        buf_puts(to, "\nparent ");
        put_hex(to, parent->bytes, RECORD_OID_BYTES);
    }
    buf_printf(to, "\nauthor %s <%s> %" PRId64 " +0000\ncommitter %s <", v->rep, v->email, git_seconds(v->saved_ns),
               v->device);
    form_put_device_email(to, v->device);
    buf_printf(to, "> %" PRId64 " +0000\n", git_seconds(v->saved_ns));
    *head_len = to->len - begin;
    buf_put(to, "\n", 1);
    put_subject(to, v);
    put_trailers(to, v);
}

void form_put_signed(struct buf *to, const struct buf *plain, size_t head_len, const struct buf *signature)
{
    buf_put(to, plain->data, head_len);
    buf_puts(to, "gpgsig ");
    for (size_t at = 0; at < signature->len;) {
        const char *line = signature->data + at;
        const char *end = memchr(line, '\n', signature->len - at);
        size_t len = end ? (size_t)(end - line) : signature->len - at;
        buf_put(to, " ", at > 0 ? 1 : 0); /* a continued header line begins with a space */
        buf_put(to, line, len);
        buf_put(to, "\n", 1);
        at += len + 1;
    }
    buf_put(to, plain->data + head_len, plain->len - head_len);
}

/* ---- reading ---- */

static int parse_number(const char *text, int base, uint64_t most, uint64_t *out)
{
    char *end;
    if (!isxdigit((unsigned char)text[0]))
        return -EINVAL;
    errno = 0;
    unsigned long long value = strtoull(text, &end, base);
    if (errno != 0 || *end != 0 || value > most)
        return -EINVAL;
    *out = value;
    return 0;
}

static int parse_event(const char *text, enum record_event *out)
{
    for (int i = 0; i < EVENT_COUNT; i++) {
        if (strcmp(text, event_names[i]) == 0) {
            *out = (enum record_event)i;
            return 0;
        }
    }
    return -EINVAL;
}

static int parse_hex(const char *text, unsigned char *bytes, size_t len)
{
    return strlen(text) == 2 * len ? digest_from_hex(text, bytes, len) : -EINVAL;
}

/* "none" was seen to before. Fills the row's field of `v`. */
static int parse_value(const struct row *r, char *text, struct record_version *v)
{
    void *field = (char *)v + r->offset;
    uint64_t number = 0;
    int err = 0;
    switch (r->shape) {
    case TEXT:
        err = buf_unquote(text) < 0 ? -EINVAL : 0;
        *(const char **)field = text;
        break;
    case COUNT:
        return parse_number(text, 10, UINT64_MAX, field);
    case HASH:
        return parse_number(text, 16, UINT64_MAX, field);
    case SMALL:
    case OCTAL:
        err = parse_number(text, r->shape == OCTAL ? 8 : 10, UINT32_MAX, &number);
        *(uint32_t *)field = (uint32_t)number;
        break;
    case PROCESS:
        err = parse_number(text, 10, INT32_MAX, &number);
        *(int32_t *)field = (int32_t)number;
        break;
    case DIGEST:
        v->has_content = true;
        return parse_hex(text, field, RECORD_SHA256_BYTES);
    case OBJECT:
        return parse_hex(text, field, RECORD_OID_BYTES);
    case TIME:
        return clock_parse(text, field);
    case EVENT:
        return parse_event(text, field);
    }
    return err;
}

/* Rows stand in the table's order in nearly every commit: look on from the last one found. */
static const struct row *find_row(const char *name, const struct row *after)
{
    for (int i = 0; i < ROW_COUNT; i++) {
        const struct row *r = rows + ((size_t)(after - rows) + (size_t)i) % ROW_COUNT;
        if (strcmp(name, r->name) == 0)
            return r;
    }
    return NULL;
}

/* One line "Name: value"; `seen` gets the bit of its row. */
static int parse_trailer(char *line, const struct row **after, uint32_t *seen, struct record_version *v)
{
    char *colon = strstr(line, ": ");
    if (colon == NULL)
        return 0;
    *colon = 0;
    const struct row *r = find_row(line, *after);
    if (r == NULL)
        return 0;
    *after = r;
    uint32_t bit = UINT32_C(1) << (r - rows);
    if (*seen & bit)
        return -EINVAL; /* said twice: which one would count? */
    *seen |= bit;
    char *value = colon + 2;
    return strcmp(value, "none") == 0 ? 0 : parse_value(r, value, v);
}

static int parse_message(char *message, struct record_version *v)
{
    char *block = NULL;
    for (char *gap = strstr(message, "\n\n"); gap != NULL; gap = strstr(gap + 1, "\n\n"))
        block = gap + 2;
    if (block == NULL)
        return -EINVAL;
    uint32_t seen = 0;
    int err = 0;
    const struct row *after = rows;
    for (char *line = block; line != NULL && *line != 0 && err == 0;) {
        char *end = strchr(line, '\n');
        if (end != NULL)
            *end = 0;
        err = parse_trailer(line, &after, &seen, v);
        line = end ? end + 1 : NULL;
    }
    for (int i = 0; i < ROW_COUNT; i++)
        if ((rows[i].flags & PROMISED) && !(seen & UINT32_C(1) << i))
            return -EINVAL;
    return err;
}

/* The header lines up to the empty one; returns where the message begins, or NULL. */
static char *parse_headers(char *text, struct form_commit *out)
{
    char *line = text;
    if (strncmp(line, "tree ", 5) != 0 || digest_from_hex(line + 5, out->tree.bytes, RECORD_OID_BYTES) < 0)
        return NULL;
    while (line != NULL && *line != 0 && *line != '\n') {
        char *end = strchr(line, '\n');
        if (end == NULL)
            return NULL;
        if (strncmp(line, "parent ", 7) == 0) {
            if (digest_from_hex(line + 7, out->parent.bytes, RECORD_OID_BYTES) < 0)
                return NULL;
            out->has_parent = true;
        }
        if (strncmp(line, "author ", 7) == 0) {
            *end = 0;
            char *open = strchr(line, '<'), *close = open ? strchr(open, '>') : NULL;
            if (close == NULL)
                return NULL;
            *close = 0;
            out->version.email = open + 1;
        }
        line = end + 1;
    }
    return line != NULL && *line == '\n' ? line + 1 : NULL;
}

int form_parse_commit(char *text, size_t len, struct form_commit *out)
{
    *out = (struct form_commit){.version = {.uid = UINT32_MAX, .session = UINT32_MAX}};
    if (strlen(text) != len)
        return -EINVAL;
    char *message = parse_headers(text, out);
    return message == NULL ? -EINVAL : parse_message(message, &out->version);
}
