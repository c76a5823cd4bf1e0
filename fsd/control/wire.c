#include "control/wire.h"

#include "base/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void wire_release(struct wire_hold *hold)
{
    for (size_t i = 0; i < hold->count; i++)
        free(hold->strings[i]);
    hold->count = 0;
}

json_t *wire_string(const char *bytes)
{
    json_t *plain = bytes[0] != '"' ? json_string(bytes) : NULL; /* NULL, too, when it is not UTF-8 */
    if (plain != NULL)
        return plain;
    buf_auto quoted = {0};
    buf_put_quoted(&quoted, bytes, strlen(bytes));
    return quoted.failed ? NULL : json_stringn(quoted.data ? quoted.data : "", quoted.len);
}

/* ---- tables: which key is which field; packing and unpacking walk the same rows ---- */

#define REQUEST(key, field)                                                                                            \
    {                                                                                                                  \
        key, offsetof(struct wire_request, field)                                                                      \
    }
static const struct record_text request_texts[] = {
    REQUEST("ask", ask),
    REQUEST("rep", query.rep),
    REQUEST("device", query.device),
    REQUEST("mount", query.mount),
    REQUEST("class", query.class_name),
    REQUEST("path", query.path),
    REQUEST("at", at),
    REQUEST("kind", kind),
    REQUEST("key", key),
    REQUEST("rule", rule),
    {NULL, 0},
};

static const char *get_text(const void *base, const struct record_text *f)
{
    return *(const char *const *)((const char *)base + f->offset);
}

static void set_text(void *base, const struct record_text *f, const char *text)
{
    *(const char **)((char *)base + f->offset) = text;
}

/* Put a value that was just made; NULL (no memory) makes the whole fail. */
static bool put(json_t *to, const char *key, json_t *value) { return json_object_set_new(to, key, value) == 0; }

static bool put_texts(json_t *to, const struct record_text *fields, const void *base)
{
    for (const struct record_text *f = fields; f->name != NULL; f++) {
        const char *text = get_text(base, f);
        if (text != NULL && text[0] != 0 && !put(to, f->name, wire_string(text)))
            return false;
    }
    return true;
}

/* Take one JSON string as raw bytes into the hold. */
static int take_text(json_t *value, const char *key, const char **out, struct wire_hold *hold, struct error *e)
{
    if (!json_is_string(value))
        return error_set(e, EINVAL, "\"%s\": expected a string", key);
    if (hold->count == WIRE_STRINGS_MOST)
        return error_set(e, EINVAL, "\"%s\": too many strings", key);
    char *copy = strdup(json_string_value(value));
    if (copy == NULL)
        return error_sys(e, ENOMEM, "\"%s\"", key);
    hold->strings[hold->count++] = copy;
    int len = buf_unquote(copy);
    if (len < 0 || (size_t)len != strlen(copy))
        return error_set(e, EINVAL, "\"%s\": expected a name as git quotes it", key);
    *out = copy;
    return 0;
}

static int take_texts(json_t *from, const struct record_text *fields, void *base, struct wire_hold *hold,
                      struct error *e)
{
    for (const struct record_text *f = fields; f->name != NULL; f++) {
        json_t *value = json_object_get(from, f->name);
        const char *text = NULL;
        if (value == NULL)
            continue;
        int err = take_text(value, f->name, &text, hold, e);
        if (err != 0)
            return err;
        set_text(base, f, text);
    }
    return 0;
}

/* A whole number within [least, most]; `*out` is left alone where the key is missing. */
static int take_number(json_t *from, const char *key, int64_t least, int64_t most, int64_t *out, struct error *e)
{
    json_t *value = json_object_get(from, key);
    if (value == NULL)
        return 0;
    if (!json_is_integer(value) || json_integer_value(value) < least || json_integer_value(value) > most)
        return error_set(e, EINVAL, "\"%s\": expected a whole number from %" PRId64 " to %" PRId64, key, least, most);
    *out = json_integer_value(value);
    return 0;
}

static int take_bool(json_t *from, const char *key, bool *out, struct error *e)
{
    json_t *value = json_object_get(from, key);
    if (value != NULL && !json_is_boolean(value))
        return error_set(e, EINVAL, "\"%s\": expected true or false", key);
    *out = json_is_true(value);
    return 0;
}

/* ---- requests ---- */

json_t *wire_pack_request(const struct wire_request *r)
{
    json_t *to = json_object();
    bool good = to != NULL && put_texts(to, request_texts, r);
    if (good && r->query.since_ns != 0)
        good = put(to, "since_ns", json_integer(r->query.since_ns));
    if (good && r->query.until_ns != 0)
        good = put(to, "until_ns", json_integer(r->query.until_ns));
    if (good && r->query.most != 0)
        good = put(to, "most", json_integer((json_int_t)r->query.most));
    if (good && r->query.events)
        good = put(to, "events", json_true());
    if (good && r->follow)
        good = put(to, "follow", json_true());
    if (good && r->only_new)
        good = put(to, "only_new", json_true());
    if (good)
        return to;
    json_decref(to);
    return NULL;
}

static bool is_request_key(const char *key)
{
    static const char *const others[] = {"since_ns", "until_ns", "most", "events", "follow", "only_new"};
    for (const struct record_text *f = request_texts; f->name != NULL; f++)
        if (strcmp(f->name, key) == 0)
            return true;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (strcmp(others[i], key) == 0)
            return true;
    return false;
}

int wire_unpack_request(json_t *from, struct wire_request *out, struct wire_hold *hold, struct error *e)
{
    struct wire_request r = {0};
    const char *key;
    json_t *value;
    if (!json_is_object(from))
        return error_set(e, EINVAL, "expected one JSON object a line");
    json_object_foreach(from, key, value) if (!is_request_key(key)) return error_set(
        e, EINVAL, "a request has no such key as this version of the daemon knows it");
    int64_t most = 0;
    int err = take_texts(from, request_texts, &r, hold, e);
    if (err == 0)
        err = take_number(from, "since_ns", INT64_MIN, INT64_MAX, &r.query.since_ns, e);
    if (err == 0)
        err = take_number(from, "until_ns", INT64_MIN, INT64_MAX, &r.query.until_ns, e);
    if (err == 0)
        err = take_number(from, "most", 0, INT32_MAX, &most, e);
    if (err == 0)
        err = take_bool(from, "events", &r.query.events, e);
    if (err == 0)
        err = take_bool(from, "follow", &r.follow, e);
    if (err == 0)
        err = take_bool(from, "only_new", &r.only_new, e);
    if (err == 0 && r.ask == NULL)
        err = error_set(e, EINVAL, "\"ask\": missing");
    r.query.most = (size_t)most;
    if (err == 0)
        *out = r;
    return err;
}

/* ---- versions ---- */

static json_t *hex_string(const unsigned char *bytes, size_t len)
{
    char text[2 * RECORD_SHA256_BYTES + 1];
    for (size_t i = 0; i < len; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    return json_string(text);
}

static int hex_digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

/* Exactly `len` bytes in hex, if the key is there. */
static int take_hex(json_t *from, const char *key, unsigned char *out, size_t len, struct error *e)
{
    json_t *value = json_object_get(from, key);
    if (value == NULL)
        return 0;
    const char *text = json_string_value(value);
    if (text == NULL || strlen(text) != 2 * len)
        return error_set(e, EINVAL, "\"%s\": expected %zu hexadecimal digits", key, 2 * len);
    for (size_t i = 0; i < len; i++) {
        int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return error_set(e, EINVAL, "\"%s\": expected %zu hexadecimal digits", key, 2 * len);
        out[i] = (unsigned char)(high << 4 | low);
    }
    return 0;
}

static bool put_content(json_t *to, const struct record_version *v)
{
    char xxh3[17], blob[RECORD_OID_HEX];
    snprintf(xxh3, sizeof xxh3, "%016" PRIx64, v->xxh3);
    return put(to, "bytes", json_integer((json_int_t)v->bytes)) &&
           put(to, "sha256", hex_string(v->sha256, sizeof v->sha256)) && put(to, "xxh3", json_string(xxh3)) &&
           put(to, "blob", json_string(record_oid_hex(&v->blob, blob)));
}

static bool put_subject(json_t *to, const struct record_version *v)
{
    char mode[16];
    snprintf(mode, sizeof mode, "%06o", v->mode);
    return (v->mode == 0 || put(to, "mode", json_string(mode))) &&
           (v->pid == 0 || put(to, "pid", json_integer(v->pid))) && put(to, "uid", json_integer(v->uid)) &&
           (v->session == UINT32_MAX || put(to, "session", json_integer(v->session))) &&
           (v->journal == 0 || put(to, "journal", json_integer((json_int_t)v->journal)));
}

json_t *wire_pack_version(const struct record_version *v)
{
    char saved[CLOCK_TEXT_BYTES], commit[RECORD_OID_HEX];
    json_t *to = json_object();
    bool good = to != NULL && put(to, "event", json_string(record_event_name(v->event))) &&
                put(to, "seq", json_integer((json_int_t)v->seq)) &&
                put(to, "saved", json_string(clock_format(v->saved_ns, saved))) &&
                put(to, "commit", json_string(record_oid_hex(&v->commit, commit))) && put_texts(to, record_texts, v) &&
                (!v->has_content || put_content(to, v)) && put_subject(to, v);
    if (good)
        return to;
    json_decref(to);
    return NULL;
}

static int take_event(json_t *from, enum record_event *out, struct error *e)
{
    const char *name = json_string_value(json_object_get(from, "event"));
    for (enum record_event event = RECORD_SAVE; name != NULL && event <= RECORD_VOLUME; event++)
        if (strcmp(record_event_name(event), name) == 0) {
            *out = event;
            return 0;
        }
    return error_set(e, EINVAL, "\"event\": expected the name of an event");
}

static int take_saved(json_t *from, int64_t *out, struct error *e)
{
    const char *text = json_string_value(json_object_get(from, "saved"));
    return text != NULL && clock_parse(text, out) == 0 ? 0 : error_set(e, EINVAL, "\"saved\": expected a time");
}

static int take_mode(json_t *from, uint32_t *out, struct error *e)
{
    json_t *value = json_object_get(from, "mode");
    const char *text = json_string_value(value);
    char *end = NULL;
    unsigned long mode = text ? strtoul(text, &end, 8) : 0;
    if (value != NULL && (text == NULL || *end != 0 || end == text || mode > 0777777))
        return error_set(e, EINVAL, "\"mode\": expected octal digits");
    *out = (uint32_t)mode;
    return 0;
}

static int take_numbers(json_t *from, struct record_version *v, struct error *e)
{
    int64_t seq = 0, pid = 0, uid = 0, session = UINT32_MAX, journal = 0, bytes = 0;
    int err = take_number(from, "seq", 0, INT64_MAX, &seq, e);
    if (err == 0)
        err = take_number(from, "pid", 0, INT32_MAX, &pid, e);
    if (err == 0)
        err = take_number(from, "uid", 0, UINT32_MAX, &uid, e);
    if (err == 0)
        err = take_number(from, "session", 0, UINT32_MAX, &session, e);
    if (err == 0)
        err = take_number(from, "journal", 0, INT64_MAX, &journal, e);
    if (err == 0)
        err = take_number(from, "bytes", 0, INT64_MAX, &bytes, e);
    v->seq = (uint64_t)seq;
    v->pid = (int32_t)pid;
    v->uid = (uint32_t)uid;
    v->session = (uint32_t)session;
    v->journal = (uint64_t)journal;
    v->bytes = (uint64_t)bytes;
    return err;
}

static int take_digests(json_t *from, struct record_version *v, struct error *e)
{
    unsigned char xxh3[8] = {0};
    int err = take_hex(from, "commit", v->commit.bytes, RECORD_OID_BYTES, e);
    if (err == 0)
        err = take_hex(from, "blob", v->blob.bytes, RECORD_OID_BYTES, e);
    if (err == 0)
        err = take_hex(from, "sha256", v->sha256, RECORD_SHA256_BYTES, e);
    if (err == 0)
        err = take_hex(from, "xxh3", xxh3, sizeof xxh3, e);
    for (size_t i = 0; i < sizeof xxh3; i++)
        v->xxh3 = v->xxh3 << 8 | xxh3[i];
    v->has_content = json_object_get(from, "blob") != NULL;
    return err;
}

int wire_unpack_version(json_t *from, struct record_version *out, struct wire_hold *hold, struct error *e)
{
    struct record_version v = {0};
    if (!json_is_object(from))
        return error_set(e, EINVAL, "expected a version");
    int err = take_event(from, &v.event, e);
    if (err == 0)
        err = take_saved(from, &v.saved_ns, e);
    if (err == 0)
        err = take_numbers(from, &v, e);
    if (err == 0)
        err = take_mode(from, &v.mode, e);
    if (err == 0)
        err = take_digests(from, &v, e);
    if (err == 0)
        err = take_texts(from, record_texts, &v, hold, e);
    if (err == 0)
        *out = v;
    return err;
}
