/*
 * holdfast policy explain --copy FILE --to SINK: what the [copy] rules would say if all of the file, as one of a mount,
 * were copied there, and why. Nothing is copied, and nothing is recorded.
 */
#include "base/clock.h"
#include "cli/look.h"
#include "cli/policy.h"
#include "cli/text.h"
#include "control/wire.h"
#include "policy/copy.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct question {
    struct look *look;
    struct policy_copy copy;
    struct policy_copy_source source;
    struct policy_actor actor;
    enum policy_mode fallback;
    bool json;
};

/* The sink of fs.conf by its name, or any of that kind. */
static int take_sink(struct question *q, const struct config *c, const char *to)
{
    for (size_t i = 0; i < c->sink_count; i++) {
        const struct config_sink *s = &c->sinks[i];
        const char *kind = s->kind != NULL ? s->kind : "folder";
        if (strcmp(s->name, to) != 0 && strcmp(kind, to) != 0)
            continue;
        q->copy.sink = s->name;
        q->copy.kind = kind;
        return 0;
    }
    return cli_complain(CLI_USAGE, "--to: \"%s\": expected the name or the kind of a [sink] in %s", to, c->path);
}

static bool is_taken(const struct policy_copy_verdict *v)
{
    return v->action == POLICY_QUARANTINE && v->mode == POLICY_ENFORCE;
}

static const char *outcome_of(const struct policy_copy_verdict *v)
{
    if (v->rule == NULL)
        return "stays: no rule speaks";
    if (v->action == POLICY_ALLOW)
        return "stays";
    if (v->action == POLICY_LOG)
        return "stays, and is recorded";
    return is_taken(v) ? "is taken away, and recorded" : "stays, and is recorded; with enforce it would be taken away";
}

static void print_text(const struct question *q, const char *path)
{
    struct policy_copy_verdict v;
    buf_auto b = {0}, reasons = {0};
    struct policy_trail trail = {.text = &reasons};
    policy_judge_copy(q->look->policy, &q->copy, q->fallback, &v, policy_trail_text, &trail);
    text_put_name(&b, path);
    buf_printf(&b, ": a copy in %s %s\n", q->copy.sink, outcome_of(&v));
    if (v.rule != NULL)
        buf_printf(&b, "  %-11s %s/%s (%s:%u), %s, mode %s\n", "decided by", v.rule->pack, v.rule->name, v.rule->file,
                   v.rule->line, policy_action_name(v.action), policy_mode_name(v.mode));
    if (v.say[0] != 0)
        buf_printf(&b, "  %-11s %s\n", "says", v.say);
    buf_printf(&b, "  %-11s %s\n", "class", q->source.class_name);
    if (reasons.data != NULL)
        buf_puts(&b, reasons.data);
    b.failed |= reasons.failed;
    text_flush(&b);
}

static void print_json(const struct question *q, const char *path)
{
    struct policy_copy_verdict v;
    json_auto *rules = json_array();
    struct policy_trail trail = {.json = rules};
    policy_judge_copy(q->look->policy, &q->copy, q->fallback, &v, policy_trail_json, &trail);
    char rule[200] = "";
    if (v.rule != NULL)
        snprintf(rule, sizeof rule, "%s/%s", v.rule->pack, v.rule->name);
    json_auto *json =
        json_pack("{s:o, s:s, s:s, s:s, s:I, s:s, s:s, s:b, s:s, s:s, s:O}", "path", wire_string(path), "class",
                  q->source.class_name, "sink", q->copy.sink, "kind", q->copy.kind, "records",
                  (json_int_t)q->source.records, "action", v.rule != NULL ? policy_action_name(v.action) : "none",
                  "mode", policy_mode_name(v.mode), "taken", is_taken(&v), "rule", rule, "say", v.say, "rules", rules);
    text_print_json(json);
}

static int explain(struct question *q, const char *path)
{
    struct error e = {0};
    struct inspection found;
    struct policy_copy_verdict v;
    report_auto report = {0};
    if (look_at(q->look, path, &found, &report, &e) < 0)
        return cli_fail(CLI_USAGE, &e);
    q->source.class_name = found.class_name;
    q->source.records = found.facts.contacts;
    q->copy.path = path;
    policy_judge_copy(q->look->policy, &q->copy, q->fallback, &v, NULL, NULL);
    (q->json ? print_json : print_text)(q, path);
    return is_taken(&v) ? CLI_FOUND : CLI_DONE;
}

int policy_explain_copy(struct cli *c)
{
    struct error e = {0};
    look_auto look = {0};
    struct policy_open when;
    struct question q = {.look = &look, .json = c->json, .fallback = POLICY_AUDIT};
    if (c->to == NULL || c->config == NULL)
        return cli_complain(CLI_USAGE, "policy explain --copy: expected --to SINK, and an fs.conf that has it");
    if (c->open || c->parents.count > 0 || c->user != NULL || c->session != NULL || c->cgroup != NULL || c->at ||
        c->stale)
        return cli_complain(CLI_USAGE, "policy explain --copy: expected --to, --app and --rep only");
    int status = take_sink(&q, c->config, c->to);
    if (status != 0)
        return status;
    int err = look_open(&look, c, &e);
    if (err < 0)
        return cli_fail(err == -EINVAL ? CLI_USAGE : CLI_COULD_NOT, &e);
    const char *rep = c->rep != NULL ? c->rep : "";
    policy_open_at(&when, clock_real_ns());
    q.fallback = policy_mode_named(c->config->guard_mode);
    q.actor = (struct policy_actor){
        .app = c->app != NULL ? c->app : "", .hash = "", .cgroup = "", .uid = UINT32_MAX, .user = ""};
    q.source = (struct policy_copy_source){
        .mount = "", .rep = rep, .departing = config_is_departing(c->config, rep), .whole = true};
    q.copy.sources = &q.source;
    q.copy.source_count = 1;
    q.copy.actor = &q.actor;
    q.copy.now_ns = when.now_ns;
    q.copy.weekday = when.weekday;
    q.copy.minute = when.minute;
    for (int i = 0; i < c->operand_count; i++) {
        int one = explain(&q, c->operands[i]);
        status = one > status ? one : status;
    }
    return status;
}
