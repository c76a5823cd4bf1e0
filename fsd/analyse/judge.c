/* What the rules say of a file: its class, and advice on its text. */
#include "analyse/state.h"

#include <stdio.h>
#include <string.h>

enum { EXCERPT_BYTES = 80 };

static int take_finding(void *ctx, const struct policy_finding *f)
{
    struct analyser *a = ctx;
    struct report_finding r = {.level = (uint32_t)f->level};
    size_t len;
    const char *text = document_bytes(a->document, &len);
    if (f->len > 0 && f->at <= len && f->len <= len - f->at) {
        struct document_place at = document_find(a->document, f->at);
        r.line = at.line;
        r.column = at.column;
        r.row = at.row;
        r.cell = at.cell;
        document_copy(r.sheet, sizeof r.sheet, at.sheet, strlen(at.sheet));
        document_copy(r.excerpt, EXCERPT_BYTES, text + f->at, f->len);
    }
    snprintf(r.rule, sizeof r.rule, "%s/%s", f->rule->pack, f->rule->name);
    document_copy(r.say, sizeof r.say, f->say, strlen(f->say));
    document_copy(r.repair, sizeof r.repair, f->repair, strlen(f->repair));
    document_copy(r.replace, sizeof r.replace, f->replace, strlen(f->replace));
    document_copy(r.cite, sizeof r.cite, f->cite, strlen(f->cite));
    document_copy(r.where, sizeof r.where, f->where, strlen(f->where));
    return report_add_finding(&a->report, &r);
}

/* Silence would pass for "nothing found". */
static int tell_given_up(struct analyser *a, const struct policy_rule *rule)
{
    struct report_finding r = {
        .level = POLICY_SUGGESTION,
        .say = "This rule was given up on this text: its pattern takes too long there. It may hold all the same.",
        .repair = "Read the text by hand, and have the rule's pattern made simpler."};
    snprintf(r.rule, sizeof r.rule, "%s/%s", rule->pack, rule->name);
    return report_add_finding(&a->report, &r);
}

/* What no rule has a class for is called by what kept it from being read, if anything did. */
static const char *label(const char *class_name, const struct policy_rule *rule, uint32_t flags)
{
    if (rule != NULL)
        return class_name;
    return flags & FACT_ENCRYPTED ? "encrypted" : flags & FACT_UNREADABLE ? "unreadable" : class_name;
}

int judge_file(struct analyser *a, const char *path, struct inspection *out)
{
    const struct policy_subject subject = {.path = path, .rep = ""};
    const struct policy_rule *rule = NULL;
    const char *class_name = "unclassified";
    if (a->policy != NULL)
        class_name = policy_classify(a->policy, &a->facts, &subject, &rule, NULL, NULL);
    snprintf(out->class_name, sizeof out->class_name, "%s", label(class_name, rule, a->facts.flags));
    if (rule != NULL)
        snprintf(out->rule, sizeof out->rule, "%s/%s", rule->pack, rule->name);
    if (a->policy == NULL || !policy_has_findings(a->policy, class_name))
        return 0;
    size_t len;
    const struct policy_rule *given_up = NULL;
    const char *text = document_bytes(a->document, &len);
    int err = policy_find(a->policy, class_name, &a->facts, text, len, take_finding, a, &given_up);
    if (err == 0 && given_up != NULL)
        err = tell_given_up(a, given_up);
    for (size_t i = 0; i < a->report.finding_count; i++)
        out->findings[a->report.findings[i].level]++;
    return err;
}
