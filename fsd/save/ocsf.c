#include "save/ocsf.h"

#include "base/clock.h"
#include "base/buf.h"
#include "base/version.h"
#include "save/passwd.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA_VERSION "1.4.0"

/* A line in the making. `failed`: memory ran out somewhere. */
struct maker {
    const struct ocsf_event *event;
    bool failed;
};

/* Plain, or C-quoted as git does if it is not UTF-8 or begins with a quote: nothing is lost, and a string that begins
 * with a quote is always such a one. */
static json_t *raw_string(const char *bytes)
{
    json_t *plain = bytes[0] != '"' ? json_string(bytes) : NULL;
    if (plain != NULL)
        return plain;
    buf_auto quoted = {0};
    buf_put_quoted(&quoted, bytes, strlen(bytes));
    return quoted.failed ? NULL : json_stringn(quoted.data, quoted.len);
}

/* A string, or NULL where there is nothing to say: json_pack leaves that key out ("o*"). */
static json_t *text(struct maker *m, const char *bytes)
{
    json_t *value = bytes == NULL || bytes[0] == 0 ? NULL : raw_string(bytes);
    m->failed |= value == NULL && bytes != NULL && bytes[0] != 0;
    return value;
}

static json_t *number_text(struct maker *m, uint64_t number)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRIu64, number);
    return text(m, digits);
}

static json_t *made(struct maker *m, json_t *value)
{
    m->failed |= value == NULL;
    return value;
}

/* ---- what it is: one row decides class, activity, severity and outcome ---- */

struct outcome {
    int class_uid, category_uid, activity_id;
    const char *class_name, *category_name, *activity_name;
    int severity_id; /* 1 informational, 2 low, 3 medium */
    int disposition_id;
    const char *disposition;
};

static const char *const severities[] = {"Unknown", "Informational", "Low", "Medium"};

/* A class of its own is what rules protect; "unclassified" is everything else. */
static bool is_finding(const struct verdict *v)
{
    return (v->kind == VERDICT_COPY || v->action == VERDICT_BLOCK || v->action == VERDICT_LOG) &&
           strcmp(v->class_name, "unclassified") != 0;
}

static bool is_decision(const struct verdict *v) { return v->kind == VERDICT_OPEN || v->kind == VERDICT_COPY; }

static struct outcome outcome_of_open(const struct verdict *v)
{
    struct outcome o = {1001, 1, 14, "File System Activity", "System Activity", "Open", 1, 1, "Allowed"};
    if (is_finding(v)) {
        o = (struct outcome){2006, 2, 1, "Data Security Finding", "Findings", "Create", 2, 17, "Logged"};
    } else if (v->action == VERDICT_HOLD) {
        o.disposition_id = 14;
        o.disposition = "Delayed";
    } else if (v->action != VERDICT_ALLOW) {
        o.disposition_id = 17;
        o.disposition = "Logged";
    }
    if (v->refused) {
        o.severity_id = 3;
        o.disposition_id = v->kind == VERDICT_COPY ? 3 : 2;
        o.disposition = v->kind == VERDICT_COPY ? "Quarantined" : "Blocked";
    }
    return o;
}

static struct outcome outcome_of_session(const char *note)
{
    static const struct {
        const char *note;
        int id;
        const char *name;
    } activities[] = {{"start", 3, "Start"}, {"stop", 4, "Stop"}, {"restart", 5, "Restart"}, {"rules", 8, "Update"}};
    struct outcome o = {6002, 6, 99, "Application Lifecycle", "Application Activity", "Other", 1, 0, NULL};
    for (size_t i = 0; i < sizeof activities / sizeof *activities; i++)
        if (strcmp(note, activities[i].note) == 0) {
            o.activity_id = activities[i].id;
            o.activity_name = activities[i].name;
        }
    return o;
}

static struct outcome outcome_of(const struct verdict *v)
{
    if (is_decision(v))
        return outcome_of_open(v);
    if (v->kind == VERDICT_SESSION)
        return outcome_of_session(v->note ? v->note : "");
    return (struct outcome){1008, 1, 99, "Event Log Activity", "System Activity", "Gap", 3, 0, NULL};
}

/* ---- parts ---- */

static const char *last_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static json_t *metadata(struct maker *m)
{
    const struct ocsf_event *e = m->event;
    char uid[128];
    snprintf(uid, sizeof uid, "%.64s-%" PRIu64, e->device, e->seq);
    return made(m, json_pack("{s:s, s:{s:s, s:s, s:s}, s:[s,s,s,s], s:I, s:s, s:s}", "version", SCHEMA_VERSION,
                             "product", "name", "Holdfast", "vendor_name", "Holdfast", "version", HOLDFAST_VERSION,
                             "profiles", "host", "security_control", "datetime", "data_classification", "sequence",
                             (json_int_t)e->seq, "uid", uid, "log_name", "audit"));
}

static json_t *file_object(struct maker *m, const char *path, const struct verdict *v)
{
    json_t *file = made(m, json_pack("{s:o*, s:o*, s:i, s:s}", "path", text(m, path), "name", text(m, last_name(path)),
                                     "type_id", 1, "type", "Regular File"));
    if (v == NULL || file == NULL)
        return file;
    json_t *more =
        made(m, json_pack("{s:I, s:o, s:[{s:o*, s:i}]}", "size", (json_int_t)v->size, "uid", number_text(m, v->ino),
                          "data_classifications", "category", text(m, v->class_name), "category_id", 99));
    json_object_update(file, more);
    json_decref(more);
    if (v->sha256 != NULL && v->sha256[0] != 0)
        m->failed |= json_object_set_new(file, "hashes",
                                         json_pack("[{s:i, s:s, s:o}]", "algorithm_id", 3, "algorithm", "SHA-256",
                                                   "value", text(m, v->sha256))) < 0;
    return file;
}

/* "bash < sshd < systemd" */
static json_t *lineage(struct maker *m, const char *parents)
{
    json_t *list = parents[0] != 0 ? made(m, json_array()) : NULL;
    for (const char *at = parents; list != NULL && *at != 0;) {
        const char *end = strstr(at, " < ");
        size_t len = end ? (size_t)(end - at) : strlen(at);
        char name[1300];
        snprintf(name, sizeof name, "%.*s", (int)len, at);
        if (len > 0)
            m->failed |= json_array_append_new(list, text(m, name)) < 0;
        at = end ? end + 3 : at + len;
    }
    return list;
}

static json_t *session(struct maker *m, const struct verdict *v)
{
    if (v->login == UINT32_MAX)
        return NULL;
    return made(
        m, json_pack("{s:o, s:b}", "uid", number_text(m, v->login), "is_remote", v->session == VERDICT_SESSION_SSH));
}

static json_t *actor(struct maker *m)
{
    const struct verdict *v = m->event->verdict;
    json_t *process = made(m, json_pack("{s:i, s:o, s:o*}", "pid", v->pid, "file", file_object(m, v->app, NULL),
                                        "lineage", lineage(m, v->parents)));
    json_t *user =
        made(m, json_pack("{s:o, s:o*}", "uid", number_text(m, v->uid), "name", text(m, passwd_name(v->uid))));
    return made(m, json_pack("{s:o, s:o, s:o*}", "process", process, "user", user, "session", session(m, v)));
}

static json_t *policy(struct maker *m)
{
    const struct verdict *v = m->event->verdict;
    if (v->policy == NULL || v->policy[0] == 0)
        return NULL;
    return made(m, json_pack("{s:s, s:o, s:o*}", "name", "policy.d", "uid", text(m, v->policy), "version",
                             text(m, m->event->policy_commit)));
}

/* What only a copy has. */
static void put_copy(struct maker *m, json_t *to, const struct verdict *v)
{
    json_t *more = made(m, json_pack("{s:I, s:o*, s:o*, s:o*, s:o*}", "records", (json_int_t)v->records, "sink",
                                     text(m, v->sink), "sink_kind", text(m, v->sink_kind), "sink_device",
                                     text(m, v->device), "source", text(m, v->source)));
    json_object_update(to, more);
    json_decref(more);
}

static json_t *unmapped(struct maker *m)
{
    static const char *const kinds[] = {"", "open", "gap", "session", "copy"};
    const struct verdict *v = m->event->verdict;
    const struct config_mount *mount = m->event->mount;
    json_t *to = made(m, json_pack("{s:s, s:o*, s:o*, s:o*}", "event", kinds[v->kind], "mount",
                                   text(m, mount ? mount->name : ""), "rep", text(m, mount ? mount->rep : ""), "note",
                                   text(m, v->note)));
    if (to != NULL && v->seq != 0)
        m->failed |= json_object_set_new(to, "journal", json_integer((json_int_t)v->seq)) < 0;
    if (to == NULL || !is_decision(v))
        return to;
    json_t *more = made(m, json_pack("{s:s, s:s, s:o*, s:o*, s:o*, s:o*, s:o*, s:b, s:b}", "action",
                                     verdict_action_name(v->action), "mode", v->enforced ? "enforce" : "audit", "path",
                                     text(m, v->path), "class", text(m, v->class_name), "rule", text(m, v->rule),
                                     "cgroup", text(m, v->cgroup), "session", text(m, verdict_session_name(v->session)),
                                     "refused", v->refused, "write", v->write));
    json_object_update(to, more);
    json_decref(more);
    if (v->kind == VERDICT_COPY)
        put_copy(m, to, v);
    if (v->waited_ns > 0)
        m->failed |= json_object_set_new(to, "waited_ms", json_integer(v->waited_ns / NS_PER_MS)) < 0;
    if (v->version > 0)
        m->failed |= json_object_set_new(to, "version", json_integer((json_int_t)v->version)) < 0;
    return to;
}

/* ---- the line ---- */

static json_t *common(struct maker *m, const struct outcome *o)
{
    const struct verdict *v = m->event->verdict;
    char time[CLOCK_TEXT_BYTES];
    return made(
        m, json_pack("{s:o, s:I, s:s, s:i, s:s, s:i, s:s, s:i, s:s, s:i, s:i, s:s, s:{s:s, s:s, s:i}, s:o*, s:o}",
                     "metadata", metadata(m), "time", (json_int_t)(v->time_ns / NS_PER_MS), "time_dt",
                     clock_format(v->time_ns, time), "category_uid", o->category_uid, "category_name", o->category_name,
                     "class_uid", o->class_uid, "class_name", o->class_name, "activity_id", o->activity_id,
                     "activity_name", o->activity_name, "type_uid", o->class_uid * 100 + o->activity_id, "severity_id",
                     o->severity_id, "severity", severities[o->severity_id], "device", "hostname", m->event->device,
                     "name", m->event->device, "type_id", 0, "policy", policy(m), "unmapped", unmapped(m)));
}

static void put(struct maker *m, json_t *to, const char *key, json_t *value)
{
    if (value != NULL)
        m->failed |= json_object_set_new(to, key, value) < 0;
}

static void put_finding(struct maker *m, json_t *to, const struct verdict *v)
{
    char uid[128], title[640];
    snprintf(uid, sizeof uid, "%.64s-%" PRIu64, m->event->device, m->event->seq);
    snprintf(title, sizeof title, "%s: a file of class %s was %s", v->rule, v->class_name,
             v->kind == VERDICT_COPY ? "copied" : "opened");
    put(m, to, "finding_info",
        made(m, json_pack("{s:s, s:o, s:o*}", "uid", uid, "title", text(m, title), "desc", text(m, v->say))));
    put(m, to, "data_security",
        made(m, json_pack("{s:i, s:s, s:i, s:s, s:o*}", "data_lifecycle_state_id", v->kind == VERDICT_COPY ? 1 : 3,
                          "data_lifecycle_state", v->kind == VERDICT_COPY ? "Data at-Rest" : "Data in use",
                          "detection_system_id", 1, "detection_system", "Endpoint", "policy", policy(m))));
    put(m, to, "is_alert", json_boolean(v->refused));
}

static void put_open(struct maker *m, json_t *to, const struct outcome *o)
{
    const struct verdict *v = m->event->verdict;
    buf_auto path = {0};
    if (v->kind == VERDICT_COPY) /* it lies in no mount */
        buf_puts(&path, v->path);
    else
        buf_printf(&path, "%s/%s", m->event->mount ? m->event->mount->path : "", v->path);
    m->failed |= path.failed;
    bool finding = o->class_uid == 2006;
    put(m, to, "actor", actor(m));
    put(m, to, "file", path.failed ? NULL : file_object(m, path.data, v));
    put(m, to, "firewall_rule", made(m, json_pack("{s:o*, s:o*}", "name", text(m, v->rule), "desc", text(m, v->say))));
    put(m, to, "action_id", json_integer(v->refused ? 2 : 1));
    put(m, to, "action", json_string(v->refused ? "Denied" : "Allowed"));
    put(m, to, "disposition_id", json_integer(o->disposition_id));
    put(m, to, "disposition", json_string(o->disposition));
    put(m, to, "status_id", json_integer(finding || !v->refused ? 1 : 2));
    put(m, to, "status", json_string(finding ? "New" : v->refused ? "Failure" : "Success"));
    put(m, to, "message", text(m, v->say));
    if (finding)
        put_finding(m, to, v);
}

static void put_other(struct maker *m, json_t *to, const struct verdict *v)
{
    const struct config_mount *mount = m->event->mount;
    put(m, to, "message", text(m, v->note));
    if (v->kind == VERDICT_GAP)
        put(m, to, "log_name", json_string("audit"));
    else
        put(m, to, "app",
            made(m, json_pack("{s:s, s:s, s:s, s:o*}", "name", mount ? "holdfast mount" : "holdfastd", "vendor_name",
                              "Holdfast", "version", HOLDFAST_VERSION, "uid", text(m, mount ? mount->name : ""))));
}

char *ocsf_line(const struct ocsf_event *e)
{
    struct maker m = {.event = e};
    const struct outcome o = outcome_of(e->verdict);
    json_t *line = common(&m, &o);
    if (line == NULL)
        return NULL;
    if (is_decision(e->verdict))
        put_open(&m, line, &o);
    else
        put_other(&m, line, e->verdict);
    char *dumped = m.failed ? NULL : json_dumps(line, JSON_COMPACT);
    json_decref(line);
    size_t len = dumped ? strlen(dumped) : 0;
    char *out = dumped ? realloc(dumped, len + 2) : NULL;
    if (out == NULL) {
        free(dumped);
        return NULL;
    }
    memcpy(out + len, "\n", 2);
    return out;
}
