/*
 * status: the boards' numbers and the facts' as JSON, and what to do about trouble, in words.
 */
#include "control/server.h"

#include "base/clock.h"
#include "event/facts.h"
#include "policy/policy.h"

#include <errno.h>
#include <string.h>

static bool put(json_t *to, const char *key, json_t *value) { return json_object_set_new(to, key, value) == 0; }

static json_t *count(_Atomic uint64_t *number)
{
    return json_integer((json_int_t)atomic_load_explicit(number, memory_order_relaxed));
}

/* {"text": ..., "since": ...} into the array, if there is trouble. */
static bool put_trouble(json_t *troubles, struct board_trouble *t)
{
    char text[sizeof t->text], since[CLOCK_TEXT_BYTES];
    int64_t since_ns;
    if (!board_get_trouble(t, text, &since_ns))
        return true;
    json_t *line = json_pack("{s:o, s:s}", "text", wire_string(text), "since", clock_format(since_ns, since));
    return json_array_append_new(troubles, line) == 0;
}

static bool put_mount_numbers(json_t *to, struct board *b)
{
    uint64_t head = atomic_load(&b->mount.journal_head), kept = atomic_load(&b->keeper.journal_kept);
    return put(to, "unkept", json_integer(head > kept ? (json_int_t)(head - kept) : 0)) &&
           put(to, "saves", count(&b->mount.saves)) && put(to, "versions", count(&b->keeper.versions)) &&
           put(to, "clones", count(&b->mount.clones)) && put(to, "personal", count(&b->mount.personal)) &&
           put(to, "ignored", count(&b->mount.ignored)) && put(to, "unreadable", count(&b->keeper.unreadable)) &&
           put(to, "slowed", count(&b->mount.slowed)) && put(to, "spool_bytes", count(&b->keeper.spool_bytes)) &&
           put(to, "spool_limit", count(&b->spool_limit)) && put(to, "requests", count(&b->mount.requests)) &&
           put(to, "resent", count(&b->mount.resent)) && put(to, "nodes", count(&b->mount.nodes)) &&
           put(to, "open_handles", count(&b->mount.open_handles)) &&
           put(to, "mount_restarts", count(&b->supervisor.mount_restarts)) &&
           put(to, "keeper_restarts", count(&b->supervisor.keeper_restarts)) &&
           put(to, "inspector_restarts", count(&b->supervisor.inspector_restarts)) &&
           put(to, "teller_restarts", count(&b->supervisor.teller_restarts)) &&
           put(to, "events_told", count(&b->teller.told)) && put(to, "events_failed", count(&b->teller.failed)) &&
           put(to, "events_dropped",
               json_integer((json_int_t)(atomic_load(&b->teller.dropped) + atomic_load(&b->keeper.news_dropped))));
}

static bool put_opens(json_t *to, struct board *b)
{
    return put(to, "opens_judged", count(&b->mount.opens_judged)) &&
           put(to, "opens_told", count(&b->mount.opens_told)) &&
           put(to, "opens_refused", count(&b->mount.opens_refused)) &&
           put(to, "opens_held", count(&b->mount.opens_held)) &&
           put(to, "verdicts_lost", count(&b->mount.verdicts_lost));
}

/* Nothing where nobody guards. */
static bool put_guard_numbers(json_t *to, struct board *b)
{
    return atomic_load(&b->guard.pid) == 0 ||
           (put(to, "sinks", count(&b->guard.sinks)) && put(to, "sinks_unwatched", count(&b->guard.unwatched)) &&
            put(to, "guard_looked", count(&b->guard.looked)) && put(to, "guard_waiting", count(&b->guard.waiting)) &&
            put(to, "guard_gaps", count(&b->guard.gaps)) && put(to, "copies_logged", count(&b->guard.logged)) &&
            put(to, "copies_quarantined", count(&b->guard.quarantined)) &&
            put(to, "guard_restarts", count(&b->supervisor.guard_restarts)));
}

static bool put_passthrough(json_t *to, struct board *b)
{
    bool on = atomic_load(&b->mount.passthrough) != 0;
    char why[sizeof b->mount.passthrough_why];
    memcpy(why, b->mount.passthrough_why, sizeof why);
    why[sizeof why - 1] = 0;
    return put(to, "passthrough", json_boolean(on)) && (why[0] == 0 || put(to, "passthrough_why", wire_string(why)));
}

/* "classes": {"post-draft": 3}: files by their class now; "findings": {"error": 1}: files by the gravest advice on
 * them. */
static bool put_classes(json_t *to, const struct control_mount *m)
{
    fact_counts_auto counts = {0};
    struct fact_table *facts = NULL;
    json_t *classes = json_object(), *findings = json_object();
    bool good = put(to, "classes", classes) && put(to, "findings", findings);
    if (!good || m->spool_fd < 0 || facts_open_reader(&facts, m->spool_fd) < 0)
        return good;
    bool known = facts_get_counts(facts, &counts);
    for (size_t i = 0; i < counts.class_count && good; i++)
        good = put(classes, counts.classes[i].name, json_integer((json_int_t)counts.classes[i].files));
    for (int level = 0; known && level < FACT_LEVELS && good; level++)
        good =
            put(findings, policy_level_name((enum policy_level)level), json_integer((json_int_t)counts.levels[level]));
    facts_close(facts);
    return good;
}

static json_t *mount_status(const struct control_mount *m)
{
    struct board *b = m->board;
    char started[CLOCK_TEXT_BYTES];
    json_t *troubles = json_array();
    json_t *to =
        json_pack("{s:s, s:o, s:s, s:i, s:b, s:b, s:s}", "name", m->mount->name, "path", wire_string(m->mount->path),
                  "rep", m->mount->rep, "pid", (int)atomic_load(&b->mount.pid), "store_gone",
                  atomic_load(&b->mount.store_gone) != 0, "reconciling", atomic_load(&b->keeper.reconciling) != 0,
                  "started", clock_format(atomic_load(&b->supervisor.started_ns), started));
    bool good = to != NULL && put_passthrough(to, b) && put_mount_numbers(to, b) && put_guard_numbers(to, b) &&
                put_opens(to, b) && put_classes(to, m) && put_trouble(troubles, &b->supervisor.trouble) &&
                put_trouble(troubles, &b->mount.trouble) && put_trouble(troubles, &b->keeper.trouble) &&
                put_trouble(troubles, &b->guard.trouble);
    if (good && put(to, "trouble", json_incref(troubles))) {
        json_decref(troubles);
        return to;
    }
    json_decref(troubles);
    json_decref(to);
    return NULL;
}

int answer_index(const struct control_host *host, json_t **out, struct error *e)
{
    struct recall_state s;
    int err = recall_get_state(host->recall, &s, e);
    if (err < 0)
        return err;
    *out = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:b}", "versions", (json_int_t)s.versions, "files",
                     (json_int_t)s.lineages, "keys", (json_int_t)s.keys, "texts", (json_int_t)s.texts, "bytes",
                     (json_int_t)s.bytes, "behind", (json_int_t)s.behind, "in_step", s.in_step);
    if (s.trouble[0] != 0 && *out != NULL)
        put(*out, "trouble", wire_string(s.trouble));
    return *out == NULL ? error_sys(e, ENOMEM, "index") : 0;
}

json_t *answer_status(const struct control_host *host, const struct scope *scope)
{
    json_t *mounts = json_array();
    for (size_t i = 0; i < scope->mount_count; i++)
        if (json_array_append_new(mounts, mount_status(scope->mounts[i])) != 0) {
            json_decref(mounts);
            return NULL;
        }
    json_t *status = json_pack("{s:s, s:o, s:o}", "device", host->config->device_name, "repository",
                               wire_string(host->config->repository), "mounts", mounts);
    json_t *index = NULL;
    if (status != NULL && scope->all && host->recall != NULL && answer_index(host, &index, NULL) == 0)
        put(status, "index", index);
    return status;
}
