/* What [copy] rules say of a copy: each test of each rule, for each file that it has something of. */
#include "policy/copy.h"

#include "policy/rules.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- how much ---- */

static const struct policy_setting *get(const struct rule *r, enum policy_key_id id)
{
    return policy_setting_of(&r->settings, id);
}

struct copy_amount copy_amount_of(const struct rule *r)
{
    const struct policy_setting *records = get(r, KEY_COPY_RECORDS), *pieces = get(r, KEY_COPY_PIECES);
    if (records == NULL && pieces == NULL)
        return (struct copy_amount){POLICY_COPY_RECORDS, POLICY_COPY_PIECES, true};
    return (struct copy_amount){records != NULL ? records->number : UINT32_MAX,
                                pieces != NULL ? pieces->number : UINT32_MAX, pieces != NULL};
}

static bool is_enough(const struct rule *r, const struct policy_copy_source *s, char *text, size_t room)
{
    const struct copy_amount a = copy_amount_of(r);
    bool enough = s->records >= a.records || s->pieces >= a.pieces || (a.whole && s->whole);
    if (text != NULL)
        snprintf(text, room, "%" PRIu32 " records and %" PRIu32 " pieces of text%s: %s", s->records, s->pieces,
                 s->whole ? ", all of the file" : "", enough ? "enough" : "less than is asked for");
    return enough;
}

/* ---- tests ---- */

static bool is_sink(const struct policy_list *to, const char *name, const char *kind)
{
    return policy_takes_class(to, name) || policy_takes_class(to, kind);
}

bool copy_is_test(const struct policy_setting *s)
{
    enum policy_key_id id = (enum policy_key_id)(s->key - policy_keys);
    return id == KEY_TO || (id != KEY_COPY_ACTION && open_is_test(s));
}

static bool test_holds(const struct rule *r, const struct policy_setting *s, const struct policy_copy *q,
                       const struct policy_open *who, char *text, size_t room)
{
    if (s->key != &policy_keys[KEY_TO])
        return open_test_alone(r, s, who, text, room);
    bool held = is_sink(&s->list, q->sink, q->kind);
    if (text != NULL)
        snprintf(text, room, "the sink is \"%s\", of kind %s, %s %.50s%s", q->sink, q->kind,
                 held ? "one of" : "not one of", s->list.items[0], s->list.count > 1 ? " ..." : "");
    return held;
}

/* Who hears how the tests of one rule go. */
struct hearing {
    const struct rule *rule;
    policy_tell *tell; /* NULL: nobody */
    void *ctx;
    bool stop;
};

static void hear(struct hearing *h, const char *key, bool held, struct policy_reason *reason)
{
    if (h->tell == NULL || h->stop)
        return;
    reason->rule = &h->rule->id;
    reason->key = key;
    reason->held = held;
    h->stop = h->tell(h->ctx, reason) != 0;
}

static bool rule_holds(struct hearing *h, const struct policy_copy *q, const struct policy_copy_source *source)
{
    const struct rule *r = h->rule;
    const struct policy_open who = {.class_name = source->class_name,
                                    .path = "",
                                    .mount = source->mount,
                                    .rep = source->rep,
                                    .departing = source->departing,
                                    .is_current = true,
                                    .actor = q->actor,
                                    .now_ns = q->now_ns,
                                    .weekday = q->weekday,
                                    .minute = q->minute};
    struct policy_reason reason;
    char *text = h->tell != NULL ? reason.text : NULL;
    bool all = is_enough(r, source, text, sizeof reason.text);
    hear(h, "records", all, &reason);
    for (size_t i = 0; i < r->settings.count && (all || h->tell != NULL); i++) {
        const struct policy_setting *s = &r->settings.items[i];
        if (!copy_is_test(s))
            continue;
        bool held = test_holds(r, s, q, &who, text, sizeof reason.text);
        all = all && held;
        hear(h, s->key->name, held, &reason);
    }
    return all;
}

/* ---- rules ---- */

static struct policy_copy_verdict verdict_of(const struct rule *r, enum policy_mode fallback, size_t source)
{
    const struct policy_setting *mode = get(r, KEY_MODE);
    return (struct policy_copy_verdict){.rule = &r->id,
                                        .action = open_action(r),
                                        .mode = mode != NULL ? (enum policy_mode)mode->number : fallback,
                                        .say = policy_text_of(&r->settings, KEY_SAY),
                                        .source = source};
}

void policy_judge_copy(const struct policy *p, const struct policy_copy *q, enum policy_mode fallback,
                       struct policy_copy_verdict *out, policy_tell *tell, void *ctx)
{
    struct hearing h = {.tell = tell, .ctx = ctx};
    *out = (struct policy_copy_verdict){.action = POLICY_ALLOW, .mode = fallback, .say = ""};
    for (size_t i = 0; i < p->rule_count; i++) {
        h.rule = &p->rules[i];
        for (size_t k = 0; k < q->source_count && h.rule->section == SECTION_COPY; k++)
            if (rule_holds(&h, q, &q->sources[k])) {
                *out = verdict_of(h.rule, fallback, k);
                return;
            }
    }
}

bool policy_has_copies(const struct policy *p)
{
    for (size_t i = 0; i < p->rule_count; i++)
        if (p->rules[i].section == SECTION_COPY)
            return true;
    return false;
}

size_t policy_check_sinks(const struct policy *p, const struct policy_sink *sinks, size_t count, struct buf *problems)
{
    struct problems told = {.to = problems};
    for (size_t i = 0; i < p->rule_count; i++) {
        const struct rule *r = &p->rules[i];
        const struct policy_setting *to = r->section == SECTION_COPY ? get(r, KEY_TO) : NULL;
        if (r->section == SECTION_COPY && count == 0)
            problems_of(&told, r, r->id.line, "fs.conf has no [sink], so no copy is seen; expected one");
        for (size_t k = 0; to != NULL && count > 0 && k < to->list.count; k++) {
            const struct policy_list one = {.items = &to->list.items[k], .count = 1};
            bool found = false;
            for (size_t s = 0; s < count && !found; s++)
                found = is_sink(&one, sinks[s].name, sinks[s].kind);
            if (!found)
                problems_of(&told, r, to->line, "to: \"%s\": fs.conf has no [sink] of that name or kind",
                            to->list.items[k]);
        }
    }
    return told.count;
}
