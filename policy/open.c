/* What [open] rules say of an open: each test of each rule of the class, until all tests of one hold. */
#include "policy/open.h"

#include "base/clock.h"
#include "policy/open_table.h"
#include "policy/when.h"

#include <stdio.h>
#include <string.h>

enum { SHOWN_BYTES = 60 };

const char *policy_action_name(enum policy_action action)
{
    static const char *const names[] = {"allow", "log", "block", "hold", "quarantine"};
    return names[action];
}

const char *policy_mode_name(enum policy_mode mode) { return mode == POLICY_ENFORCE ? "enforce" : "audit"; }

enum policy_mode policy_mode_named(const char *name)
{
    return strcmp(name, "enforce") == 0 ? POLICY_ENFORCE : POLICY_AUDIT;
}

void policy_open_at(struct policy_open *q, int64_t now_ns)
{
    time_t seconds = (time_t)(now_ns / NS_PER_SEC);
    struct tm tm = {0};
    localtime_r(&seconds, &tm);
    q->now_ns = now_ns;
    q->weekday = (unsigned)(tm.tm_wday + 6) % 7;
    q->minute = (unsigned)(60 * tm.tm_hour + tm.tm_min);
}

/* ---- a question, with what is worked out once for all rules ---- */

struct asking {
    const struct policy_open *q;
    struct subject_exe app, parents[POLICY_PARENTS_MOST];
    size_t parent_count;
};

static struct asking begin_asking(const struct policy_open *q)
{
    struct asking a = {.q = q, .app = subject_exe_of(q->actor->app, q->actor->hash)};
    for (; a.parent_count < q->actor->parent_count && a.parent_count < POLICY_PARENTS_MOST; a.parent_count++)
        a.parents[a.parent_count] = subject_exe_of(q->actor->parents[a.parent_count], "");
    return a;
}

/* ---- tests; `text` is NULL if nobody wants to hear how it went ---- */

struct open_test {
    const struct rule *rule;
    const struct policy_setting *setting;
    const struct asking *asking;
    char *text;
    size_t room;
};

/* Names may hold anything: cut and cleaned. */
static const char *show(const char *have, char to[static SHOWN_BYTES])
{
    size_t len = 0;
    for (; len < SHOWN_BYTES - 1 && have[len] != 0; len++) {
        unsigned char c = (unsigned char)have[len];
        to[len] = c < 0x20 || c >= 0x7f ? '?' : (char)c;
    }
    to[len] = 0;
    return to;
}

static bool test_list(const struct open_test *t, const char *value)
{
    bool held = policy_takes_class(&t->setting->list, value);
    if (t->text != NULL)
        policy_say_list(t->text, t->room, t->setting, value, held);
    return held;
}

static bool test_class(const struct open_test *t) { return test_list(t, t->asking->q->class_name); }
static bool test_path(const struct open_test *t) { return test_list(t, t->asking->q->path); }
static bool test_rep(const struct open_test *t) { return test_list(t, t->asking->q->rep); }

static void say_found(const struct open_test *t, const char *what, const char *have, const char *item)
{
    char shown[SHOWN_BYTES];
    const struct policy_list *l = &t->setting->list;
    if (t->text == NULL)
        return;
    if (have[0] == 0)
        snprintf(t->text, t->room, "%s is not known", what);
    else if (item != NULL)
        snprintf(t->text, t->room, "%s is \"%s\": %.60s", what, show(have, shown), item);
    else
        snprintf(t->text, t->room, "%s is \"%s\", none of %.50s%s", what, show(have, shown), l->items[0],
                 l->count > 1 ? " ..." : "");
}

static bool test_app(const struct open_test *t)
{
    const struct subject_exe *app = &t->asking->app;
    const char *item = subject_apps_find(t->rule->app, app);
    say_found(t, "the program", app->path, item);
    return item != NULL;
}

static bool test_parent(const struct open_test *t)
{
    const struct asking *a = t->asking;
    const char *item = NULL;
    size_t i = 0;
    for (; i < a->parent_count && item == NULL; i++)
        item = subject_apps_find(t->rule->parent, &a->parents[i]);
    if (item != NULL || a->parent_count == 0)
        say_found(t, "an ancestor", item != NULL ? a->parents[i - 1].path : "", item);
    else if (t->text != NULL)
        snprintf(t->text, t->room, "none of its %zu ancestors is %.50s%s", a->parent_count, t->setting->list.items[0],
                 t->setting->list.count > 1 ? " ..." : "");
    return item != NULL;
}

static bool test_user(const struct open_test *t)
{
    const struct policy_actor *actor = t->asking->q->actor;
    const char *item = subject_find_user(&t->setting->list, actor->uid, actor->user);
    char number[16];
    snprintf(number, sizeof number, "%u", actor->uid);
    say_found(t, "the user", actor->user[0] != 0 ? actor->user : number, item);
    return item != NULL;
}

static bool test_cgroup(const struct open_test *t)
{
    const char *cgroup = t->asking->q->actor->cgroup, *item = subject_find_cgroup(&t->setting->list, cgroup);
    say_found(t, "the control group", cgroup, item);
    return item != NULL;
}

static bool test_bit(const struct open_test *t, const char *what, unsigned bit)
{
    size_t len = 0;
    const char *word = policy_word_at(t->setting->key->words, bit, &len);
    if (t->text != NULL)
        snprintf(t->text, t->room, "%s %.*s; asked for %.80s", what, (int)len, word != NULL ? word : "",
                 t->setting->text);
    return (t->setting->bits & 1u << bit) != 0;
}

static bool test_session(const struct open_test *t)
{
    return test_bit(t, "the login session is", (unsigned)t->asking->q->actor->session);
}

static bool test_days(const struct open_test *t) { return test_bit(t, "it is", t->asking->q->weekday % 7); }

static bool test_hours(const struct open_test *t)
{
    unsigned minute = t->asking->q->minute;
    if (t->text != NULL)
        snprintf(t->text, t->room, "it is %02u:%02u; asked for %.40s", minute / 60, minute % 60, t->setting->text);
    return when_is_within(&t->setting->range, minute);
}

static bool test_until(const struct open_test *t)
{
    bool held = t->asking->q->now_ns < t->setting->time_ns;
    if (t->text != NULL)
        snprintf(t->text, t->room, "the rule %s %.60s", held ? "holds until" : "has ended:", t->setting->text);
    return held;
}

static bool test_departing(const struct open_test *t)
{
    bool departing = t->asking->q->departing;
    if (t->text != NULL)
        snprintf(t->text, t->room, "the rep is %s", departing ? "leaving" : "not known to be leaving");
    return departing == (t->setting->number != 0);
}

/* stale = no: the class has to be that of the bytes as they are. */
static bool test_current(const struct open_test *t)
{
    bool current = t->asking->q->is_current;
    if (t->text != NULL)
        snprintf(t->text, t->room, "%s",
                 current ? "the newest save has been inspected" : "the newest save has not been inspected yet");
    return current;
}

/* action = hold: there has to be something to wait for. */
static bool test_pending(const struct open_test *t) { return !test_current(t); }

typedef bool open_test_holds(const struct open_test *t);

/* The test that a setting stands for; NULL: it asks nothing. */
static open_test_holds *test_of(const struct policy_setting *s)
{
    static open_test_holds *const tests[KEY_COUNT] = {
        [KEY_CLASS] = test_class,   [KEY_PATH] = test_path,      [KEY_APP] = test_app,
        [KEY_PARENT] = test_parent, [KEY_USER] = test_user,      [KEY_SESSION] = test_session,
        [KEY_CGROUP] = test_cgroup, [KEY_REP] = test_rep,        [KEY_DEPARTING] = test_departing,
        [KEY_STALE] = test_current, [KEY_DAYS] = test_days,      [KEY_HOURS] = test_hours,
        [KEY_UNTIL] = test_until,   [KEY_ACTION] = test_pending,
    };
    bool idle = (s->key == &policy_keys[KEY_STALE] && s->number != 0) ||
                (s->key == &policy_keys[KEY_ACTION] && s->number != POLICY_HOLD);
    return idle ? NULL : tests[s->key - policy_keys];
}

bool open_is_test(const struct policy_setting *s) { return test_of(s) != NULL; }

/* ---- rules ---- */

bool open_test_alone(const struct rule *r, const struct policy_setting *s, const struct policy_open *q, char *text,
                     size_t room)
{
    const struct asking asking = begin_asking(q);
    const struct open_test t = {r, s, &asking, text, room};
    open_test_holds *holds = test_of(s);
    return holds == NULL || holds(&t);
}

enum policy_action open_action(const struct rule *r)
{
    static const enum policy_action of_copy[] = {POLICY_ALLOW, POLICY_LOG, POLICY_QUARANTINE, POLICY_BLOCK};
    if (r->section == SECTION_COPY)
        return of_copy[policy_setting_of(&r->settings, KEY_COPY_ACTION)->number];
    return (enum policy_action)policy_setting_of(&r->settings, KEY_ACTION)->number;
}

/* Do all tests of the rule hold? It is known to speak of the class. Without a listener it is left at the first that
 * does not. */
static bool rule_holds(const struct rule *r, const struct asking *a, policy_tell *tell, void *ctx, bool *stop)
{
    bool all = true;
    for (size_t i = 0; i < r->settings.count && (all || tell != NULL); i++) {
        const struct policy_setting *s = &r->settings.items[i];
        open_test_holds *holds = test_of(s);
        struct policy_reason reason;
        if (holds == NULL || (holds == test_class && tell == NULL))
            continue;
        bool told = tell != NULL && !*stop;
        const struct open_test t = {r, s, a, told ? reason.text : NULL, sizeof reason.text};
        bool held = holds(&t);
        all = all && held;
        if (told) {
            reason.rule = &r->id;
            reason.key = s->key->name;
            reason.held = held;
            *stop = tell(ctx, &reason) != 0;
        }
    }
    return all;
}

static bool speaks_of(const struct policy *p, size_t rule, const struct open_class *c, const char *class_name)
{
    const struct rule *r = &p->rules[rule];
    if (c != NULL)
        return open_class_has(c, rule);
    return r->section == SECTION_OPEN &&
           policy_takes_class(&policy_setting_of(&r->settings, KEY_CLASS)->list, class_name);
}

static struct policy_verdict verdict_of(const struct rule *r, enum policy_mode fallback)
{
    const struct policy_settings *s = &r->settings;
    const struct policy_setting *wait = policy_setting_of(s, KEY_WAIT), *mode = policy_setting_of(s, KEY_MODE);
    struct policy_verdict v = {
        .rule = &r->id,
        .action = open_action(r),
        .fail = policy_word_of(s, KEY_FAIL) == 0 ? POLICY_ALLOW : POLICY_BLOCK,
        .mode = mode != NULL ? (enum policy_mode)mode->number : fallback,
        .say = policy_text_of(s, KEY_SAY),
    };
    if (v.action == POLICY_HOLD)
        v.wait_ns = wait != NULL ? wait->time_ns : POLICY_WAIT_NS;
    return v;
}

/* The first rule that holds, or NULL, as a listener hears of it: each rule that speaks of the class. */
static const struct rule *judge_aloud(const struct policy *p, const struct open_class *c, const struct asking *a,
                                      policy_tell *tell, void *ctx)
{
    bool stop = false;
    for (size_t i = 0; i < p->rule_count; i++)
        if (speaks_of(p, i, c, a->q->class_name) && rule_holds(&p->rules[i], a, tell, ctx, &stop))
            return &p->rules[i];
    return NULL;
}

/* The same rule, found among those that can take the program. */
static const struct rule *judge(const struct policy *p, const struct open_class *c, const struct asking *a)
{
    struct open_candidates candidates = open_table_candidates(p->opens, &a->app);
    size_t i;
    while (open_candidates_next(&candidates, &i))
        if (speaks_of(p, i, c, a->q->class_name) && rule_holds(&p->rules[i], a, NULL, NULL, NULL))
            return &p->rules[i];
    return NULL;
}

void policy_judge_open(const struct policy *p, const struct policy_open *q, enum policy_mode fallback,
                       struct policy_verdict *out, policy_tell *tell, void *ctx)
{
    const struct open_class *c = open_table_class(p->opens, q->class_name);
    const struct asking asking = begin_asking(q);
    const struct rule *r = tell != NULL ? judge_aloud(p, c, &asking, tell, ctx) : judge(p, c, &asking);
    *out = (struct policy_verdict){.action = POLICY_ALLOW, .fail = POLICY_ALLOW, .mode = fallback, .say = ""};
    if (r != NULL)
        *out = verdict_of(r, fallback);
}

unsigned policy_open_wants(const struct policy *p, const char *class_name)
{
    const struct open_class *c = open_table_class(p->opens, class_name);
    unsigned wants = 0;
    if (c != NULL)
        return open_class_wants(c);
    for (size_t i = 0; i < p->rule_count; i++)
        if (speaks_of(p, i, NULL, class_name))
            wants |= p->rules[i].wants;
    return wants;
}

struct policy_open_summary policy_open_sum(const struct policy *p, enum policy_mode fallback)
{
    struct policy_open_summary sum = {0};
    for (size_t i = 0; i < p->rule_count; i++) {
        const struct policy_setting *departing = policy_setting_of(&p->rules[i].settings, KEY_DEPARTING);
        if (p->rules[i].section != SECTION_OPEN)
            continue;
        sum.rules++;
        sum.enforced += verdict_of(&p->rules[i], fallback).mode == POLICY_ENFORCE;
        sum.departing += departing != NULL && departing->number != 0;
    }
    return sum;
}
