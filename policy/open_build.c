/* Open rules made ready at load: their programs, and for each class the rules that speak of it. */
#include "policy/rules.h"
#include "policy/when.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const char *const policy_builtin_classes[] = {POLICY_UNCLASSIFIED, "encrypted", "unreadable", NULL};

static const struct policy_setting *get(const struct rule *r, enum policy_key_id id)
{
    return policy_setting_of(&r->settings, id);
}

/* ---- one rule ---- */

static int build_apps(struct rule *r, enum policy_key_id id, struct subject_apps **out, struct problems *problems)
{
    const struct policy_setting *s = get(r, id);
    const char *near = NULL;
    size_t unknown = 0;
    if (s == NULL)
        return 0;
    int err = subject_apps_open(out, &s->list, &unknown, &near);
    if (err != -ENOENT)
        return err;
    problems_of(problems, r, s->line, "%s: \"%.80s\": there is no such set%s%s%s", s->key->name, s->list.items[unknown],
                near != NULL ? "; did you mean @" : "; holdfast.policy(5) lists them", near != NULL ? near : "",
                near != NULL ? "?" : "");
    r->broken = true;
    return 0;
}

static unsigned wants_of(const struct rule *r)
{
    static const struct {
        enum policy_key_id key;
        unsigned wants;
    } rows[] = {
        {KEY_PARENT, POLICY_WANTS_PARENTS}, {KEY_CGROUP, POLICY_WANTS_CGROUP}, {KEY_SESSION, POLICY_WANTS_SESSION},
        {KEY_DAYS, POLICY_WANTS_TIME},      {KEY_HOURS, POLICY_WANTS_TIME},    {KEY_UNTIL, POLICY_WANTS_TIME},
    };
    const struct policy_setting *user = get(r, KEY_USER);
    unsigned wants = POLICY_WANTS_RULE;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (get(r, rows[i].key) != NULL)
            wants |= rows[i].wants;
    if (user != NULL && subject_wants_name(&user->list))
        wants |= POLICY_WANTS_USER;
    if (r->app != NULL && subject_apps_want_hash(r->app))
        wants |= POLICY_WANTS_HASH;
    return wants;
}

static void refuse(struct rule *r, const struct policy_setting *s, struct problems *problems, const char *why)
{
    problems_of(problems, r, s->line, "%s: %s", s->key->name, why);
    r->broken = true;
}

/* Keys beside which another can never hold, or means nothing. */
static void check_companions(struct rule *r, struct problems *problems)
{
    const struct policy_setting *fail = get(r, KEY_FAIL), *wait = get(r, KEY_WAIT), *stale = get(r, KEY_STALE);
    bool holds = open_action(r) == POLICY_HOLD;
    if (fail != NULL && !holds)
        refuse(r, fail, problems, "it means nothing without \"action = hold\"");
    if (wait != NULL && !holds)
        refuse(r, wait, problems, "it means nothing without \"action = hold\"");
    if (stale != NULL && holds && policy_word_of(&r->settings, KEY_STALE) == 0)
        refuse(r, stale, problems,
               "\"no\" never holds beside \"action = hold\", which waits for the newest save to be inspected");
    if (r->parent != NULL && subject_apps_want_hash(r->parent))
        refuse(r, get(r, KEY_PARENT), problems,
               "the hash of an ancestor's executable is not known; expected none here");
}

int copy_build(struct rule *r, struct problems *problems)
{
    int err = build_apps(r, KEY_APP, &r->app, problems);
    if (err == 0)
        err = build_apps(r, KEY_PARENT, &r->parent, problems);
    if (err != 0 || r->broken)
        return err;
    if (open_action(r) == POLICY_BLOCK)
        refuse(r, get(r, KEY_COPY_ACTION), problems,
               "this version sees a copy when it is finished, and cannot block it; expected quarantine");
    if (r->app != NULL && subject_apps_want_hash(r->app))
        refuse(r, get(r, KEY_APP), problems, "the hash of a program that copied is not known; expected none here");
    if (r->parent != NULL && subject_apps_want_hash(r->parent))
        refuse(r, get(r, KEY_PARENT), problems,
               "the hash of an ancestor's executable is not known; expected none here");
    return 0;
}

int open_build(struct rule *r, struct problems *problems)
{
    int err = build_apps(r, KEY_APP, &r->app, problems);
    if (err == 0)
        err = build_apps(r, KEY_PARENT, &r->parent, problems);
    if (err != 0 || r->broken)
        return err;
    check_companions(r, problems);
    r->wants = wants_of(r);
    return 0;
}

/* ---- classes ---- */

static int by_name(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

size_t policy_list_classes(const struct policy *p, const char *names[static POLICY_CLASSES_MOST])
{
    size_t count = 0, unique = 0;
    for (size_t i = 0; policy_builtin_classes[i] != NULL; i++)
        names[count++] = policy_builtin_classes[i];
    for (size_t i = 0; i < p->rule_count; i++)
        if (p->rules[i].section == SECTION_CLASS)
            names[count++] = p->rules[i].class_name;
    qsort(names, count, sizeof *names, by_name);
    for (size_t i = 0; i < count; i++)
        if (unique == 0 || strcmp(names[unique - 1], names[i]) != 0)
            names[unique++] = names[i];
    return unique;
}

/* The open rules that take the class; NULL: all of them. */
static int fill_class(struct open_class *c, const struct policy *p, const char *name)
{
    c->name = name;
    c->rules = calloc(p->rule_count + 1, sizeof *c->rules);
    if (c->rules == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < p->rule_count; i++) {
        const struct rule *r = &p->rules[i];
        if (r->section != SECTION_OPEN || (name != NULL && !policy_takes_class(&get(r, KEY_CLASS)->list, name)))
            continue;
        c->rules[c->count++] = (uint32_t)i;
        c->wants |= r->wants;
    }
    uint32_t *fitted = realloc(c->rules, (c->count + 1) * sizeof *fitted);
    c->rules = fitted != NULL ? fitted : c->rules;
    return 0;
}

int open_table_build(struct policy *p)
{
    const char *names[POLICY_CLASSES_MOST];
    size_t count = policy_list_classes(p, names);
    struct open_table *t = &p->opens;
    t->classes = calloc(count, sizeof *t->classes);
    int err = t->classes != NULL ? fill_class(&t->any, p, NULL) : -ENOMEM;
    for (size_t i = 0; i < count && err == 0; i++) {
        err = fill_class(&t->classes[i], p, names[i]);
        t->count += err == 0;
    }
    return err;
}

void open_table_free(struct open_table *t)
{
    for (size_t i = 0; i < t->count; i++)
        free(t->classes[i].rules);
    free(t->classes);
    free(t->any.rules);
    *t = (struct open_table){0};
}
